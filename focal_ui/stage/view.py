"""One exhibit: a picture, one true sentence about it, and the table behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Figure: TypeAlias = dict[str, Any]
"""A Plotly figure as plain data: {"data": [...], "layout": {...}}. Built 40 times faster than
go.Figure, and checked against it by a test."""


@dataclass(frozen=True, eq=False)
class Exhibit:
    """Drawn, said and tabulated from the same numbers, so that the three cannot disagree.

    table: column title -> cells, all columns of one length.
    """

    figure: Figure
    sentence: str
    table: Mapping[str, Sequence[Any]]
