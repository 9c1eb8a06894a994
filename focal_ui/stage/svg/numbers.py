"""Arrays as text of a message, and rows as what each adds to the one before."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray


def packed(values: NDArray[Any]) -> str:
    """The bytes of an array as text; the caller chooses the kind of number."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def as_differences(rows: NDArray[Any]) -> NDArray[Any]:
    """The first row, then what each adds; whole numbers wrap around, and so back."""
    return np.concatenate((rows[:1], np.diff(rows, axis=0)))
