"""From a visitor's file to the scores that are shown, beside the least that reading it can cost.

    python -m benchmarks.score_files [--runs 5]

Processor seconds of reading, guessing and turning into logits, the least of some runs; the limit
of a file is 200,000 rows and 5 MB. The ratio is to `csv.reader` and `float` alone over the same
rows, or for JSON to `json.loads`, measured in turn. The aim is 2 s for 200,000 rows.
"""

import argparse
import csv
import json
import random
import time
from collections.abc import Callable

from benchmarks.server import print_table
from focal_core.columns import Table
from focal_core.detections import labelled
from focal_core.files import read_files
from focal_core.likely import guess_reading
from focal_core.scores import read_scores

ROWS = 200_000
AIM = 2.0
File = tuple[str, str | bytes]


def main() -> None:
    """Print a line for each kind of file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    rows = []
    for name, (files, floor) in kinds().items():
        read, least = (min(_seconds(each) for _ in range(runs)) for each in (_reader(files), floor))
        n = _read(files)
        rows.append((name, f"{n:,}", f"{read:.2f}", f"{least:.2f}", f"{read / least:.1f}"))
        if n == ROWS and read > AIM:
            print(f"{name}: {read:.2f} s, more than {AIM:g}")
    print_table(("file", "rows", "CPU s", "floor s", "ratio"), rows)


def kinds() -> dict[str, tuple[list[File], Callable[[], object]]]:
    """Files of each kind, as large as may be, and the least that reading them costs."""
    rng = random.Random(2)
    pairs = [(rng.random(), int(rng.random() < 0.01)) for _ in range(ROWS)]
    tables = {
        "CSV": "p,y\n" + "".join(f"{p:.6f},{y}\n" for p, y in pairs),
        "CSV with names": "file,p,y\n"
        + "".join(f"a{i},{p:.6f},{y}\n" for i, (p, y) in enumerate(pairs)),
        "decimal comma": "p;y\n" + "".join(f"0,{int(1e6 * p):06};{y}\n" for p, y in pairs),
        "quoted": '"p","y"\n' + "".join(f'"{p:.6f}","{y}"\n' for p, y in pairs),
        "per cent": "p,y\n" + "".join(f"{100 * p:.3f}%,{y}\n" for p, y in pairs),
    }
    found = {
        name: (
            [("", text)],
            lambda text=text: [list(map(_float, row)) for row in csv.reader(text.split("\n"))],
        )
        for name, text in tables.items()
    }
    lines = "\n".join(json.dumps({"p": round(p, 4), "y": y}) for p, y in pairs)
    found["JSON lines"] = ([("", lines)], lambda: [json.loads(line) for line in lines.split("\n")])
    boxes = [_box(rng, i) for i in range(50_000)]
    results, truth = json.dumps(boxes), json.dumps({"annotations": boxes[::7]})
    coco: list[File] = [("results.json", results), ("annotations.json", truth)]
    found["COCO"] = (coco, lambda: (json.loads(results), json.loads(truth)))
    return found


def _box(rng: random.Random, i: int) -> dict[str, object]:
    x, y = rng.randrange(600), rng.randrange(400)
    return {
        "image_id": i // 10,
        "category_id": i % 8,
        "bbox": [x, y, 60, 40],
        "score": round(rng.random(), 3),
    }


def _read(files: list[File]) -> int:
    found = read_files(files)
    table = found if isinstance(found, Table) else labelled(found)
    return read_scores(table, guess_reading(table).reading).targets.size


def _reader(files: list[File]) -> Callable[[], object]:
    return lambda: _read(files)


def _float(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


def _seconds(what: Callable[[], object]) -> float:
    start = time.process_time()
    what()
    return time.process_time() - start


if __name__ == "__main__":
    main()
