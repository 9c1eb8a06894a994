"""What was made last of something, kept for as long as the same is asked for again."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

Made = TypeVar("Made")


class Memory:
    """One thing for each slot: looking whether two figures differ is cheaper than drawing both."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._last: dict[Hashable, tuple[Any, Any]] = {}

    def again(self, slot: Hashable, given: Any, make: Callable[[], Made]) -> Made:
        """What this slot was made into last, if it was given the same, else made now."""
        last = self._last.get(slot)
        if last is None or not alike(last[0], given):
            last = self._last[slot] = (given, make())
        made: Made = last[1]
        return made


def alike(one: Any, other: Any) -> bool:
    """Whether two parts of figures are equal. Plain data are compared at once, arrays by value."""
    if one is other:
        return True
    try:
        return bool(one == other)
    except ValueError:  # there are arrays among them
        return _alike_in_parts(one, other)


def _alike_in_parts(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    return len(one) == len(other) and all(map(alike, one, other))
