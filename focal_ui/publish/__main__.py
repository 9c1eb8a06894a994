"""Write the lab as plain files: `python -m focal_ui.publish OUT`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from focal_ui.locale.languages import ENGLISH
from focal_ui.publish import lab
from focal_ui.publish.page import Files


def main(command: Sequence[str] | None = None) -> int:
    """Read the command line, write the folder, and say what it weighs."""
    asked = argparse.ArgumentParser(prog="python -m focal_ui.publish", description=__doc__)
    asked.add_argument("out", type=Path, help="a new or empty folder, or one of an earlier run")
    asked.add_argument("--app", default="", help="the address of the full app, for what needs it")
    asked.add_argument("--zip", action="store_true", help="write OUT.zip too, to hand out")
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked.add_argument(
        "--language", nargs="+", default=[ENGLISH.tag], metavar="TAG",
        help="en, es, zh_Hans; the first in OUT itself, each other in a folder of its name",
    )  # fmt: skip
    asked.add_argument("--gently", action="store_true", help="let other programs go first")
    given = asked.parse_args(command)
    if given.gently:
        os.nice(10)
    try:
        files = _every_language(given.app, given.language, given.processes)
        lab.write(files, given.out)
    except (ValueError, OSError) as refused:
        print(refused, file=sys.stderr)
        return 2
    if given.zip:
        given.out.with_suffix(".zip").write_bytes(lab.zipped(files))
    print(f"{len(files)} files, {lab.on_the_wire(files) / 1e6:.2f} MB gzipped, in {given.out}")
    return 0


def _every_language(app: str, tags: Sequence[str], processes: int) -> Files:
    """The first language, and each other in a folder of its name."""
    files: Files = {}
    for tag in tags:
        made = lab.build(app, tag, tags=tags, processes=processes, tell=_at_once)
        files |= {name if tag == tags[0] else f"{tag}/{name}": file for name, file in made.items()}
    return files


def _at_once(line: str) -> None:
    """For whoever reads along."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
