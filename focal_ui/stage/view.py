"""What a page shows: a headline, exhibits and an explanation, all from one set of values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Figure: TypeAlias = dict[str, Any]
"""A Plotly figure as plain data: {"data": [...], "layout": {...}}. Built 40 times faster than
go.Figure, and checked against it by a test."""


@dataclass(frozen=True)
class Held:
    """What the headline says while a point of the picture is held and moved in two directions.

    words: the headline, with the two sliders’ keys and {value} in braces; values: what is said at
    each of the places, one row for each y.
    """

    words: str
    x: Sequence[float]
    y: Sequence[float]
    values: Sequence[Sequence[str]]


@dataclass(frozen=True, eq=False)
class Exhibit:
    """Drawn, said and tabulated from the same numbers, so that the three cannot disagree.

    table: column title -> cells (a sequence or an array), all columns of one length.
    """

    figure: Figure
    sentence: str
    table: Mapping[str, Any]
    held: Held | None = None


@dataclass(frozen=True, eq=False)
class View:
    """All that one move of a slider changes on a page.

    headline: its bold part is the page's number. exhibits: by their names on the page, the main one
    first; each name is also the name of its files. explanation: one paragraph, or "" for none.
    """

    headline: str
    exhibits: Mapping[str, Exhibit]
    explanation: str = ""

    @property
    def words(self) -> dict[str, str]:
        """Everything that the view says, by the name of its place on the page."""
        sentences = {f"{key}_sentence": each.sentence for key, each in self.exhibits.items()}
        return {"headline": self.headline, **sentences, "explanation": self.explanation}
