"""`python -m focal_core.training.imbalance`: run what is missing of the study on imbalance.

Every finished run is a file, so the command can be stopped at any time and goes on where it was.
--processes N runs so many at once, each on one thread at low priority; --device cuda uses a GPU;
--sides 48 96 leaves larger images out; --table prints the results and runs nothing.
"""

import argparse
import sys
from pathlib import Path

from focal_core.training.imbalance.plan import SEEDS, SIDES
from focal_core.training.imbalance.recorded import FOLDER, study
from focal_core.training.imbalance.report import table
from focal_core.training.imbalance.work import run_all


def main() -> None:
    """Run, or print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--sides", type=int, nargs="+", choices=SIDES, default=SIDES)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--table", action="store_true")
    asked = parser.parse_args()
    if asked.table:
        sys.stdout.write(table(study(asked.out)))
        return
    run_all(asked.out, asked.processes, asked.device, tuple(asked.sides), SEEDS[: asked.seeds])


if __name__ == "__main__":
    main()
