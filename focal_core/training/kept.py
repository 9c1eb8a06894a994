"""What was recorded as one file: facts as JSON, and arrays beside them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def save(path: Path, facts: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write the file, whole or not at all."""
    with path.with_suffix(".part").open("wb") as file:
        np.savez_compressed(file, facts=np.array(json.dumps(facts)), **arrays)  # type: ignore[arg-type]
    path.with_suffix(".part").replace(path)


def load(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The inverse of `save`."""
    with np.load(path, allow_pickle=False) as kept:
        arrays = {key: kept[key] for key in kept.files}
    return json.loads(str(arrays.pop("facts"))), arrays
