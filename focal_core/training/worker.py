"""One run as a process: a configuration as JSON in, a record a line out; see `own_process`."""

import json
import os
import sys

import torch

from focal_core.training.config import RunConfig
from focal_core.training.detector import train
from focal_core.training.images import make_data
from focal_core.training.records import as_line

NICENESS = 10  # pages come first


def main() -> None:
    """Train what the first argument says and tell it on standard output."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    torch.set_num_threads(1)
    try:
        for record in train(RunConfig.from_dict(json.loads(sys.argv[1])), make_data()):
            print(as_line(record), flush=True)  # noqa: T201
    except BrokenPipeError:  # nobody listens: the server is gone
        os._exit(1)


if __name__ == "__main__":
    main()
