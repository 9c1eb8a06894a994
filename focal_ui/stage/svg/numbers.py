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


def as_planes(rows: NDArray[np.float32]) -> str:
    """Numbers with 16 bits of fraction, in an order that zips well.

    Each row as what it adds to the bits of the last; the first bytes of all numbers, then the
    second, and so on. Of the pages' pictures, half remains of what the plain numbers take.
    """
    bits = np.ascontiguousarray(rows, "<f4").view("<u4")
    short = (bits + np.uint32(0x40)) & np.uint32(0xFFFFFF80)
    rounded = np.where(np.isfinite(rows), short, bits)
    steps = as_differences(rounded) if rounded.ndim > 1 else rounded
    return packed(np.ascontiguousarray(steps).view(np.uint8).reshape(-1, 4).T)
