"""One exhibit on the page: its picture, its sentence, and a quiet row to look closer or take it."""

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from focal_ui.frame import settings, theme
from focal_ui.stage.prose import to_text
from focal_ui.stage.svg.twin import for_plotly
from focal_ui.stage.view import Exhibit, View
from focal_ui.words import _, as_now, numeral, separators

LONGEST_TABLE, WIDEST_TABLE = 12, 9  # a larger one scrolls, and by keyboard too
OPEN_TABLES = "open tables"  # session_state: keys of the exhibits whose table is open
OPEN_WITH_VALUES = ("code",)  # drawers whose contents depend on a slider


@dataclass(frozen=True)
class Made:
    """An exhibit that is made when somebody asks, for what the sliders hold by then."""

    draw: Callable[..., View]
    values: Mapping[str, Any]
    latest: Mapping[str, Any]
    key: str

    def now(self) -> Exhibit:
        """The exhibit at the present values."""
        held = {key: self.latest[key] for key in self.values if key in self.latest}
        return self.draw(**{**self.values, **held}).exhibits[self.key]


def place(tag: str, name: str, words: str, *, heard: bool = True) -> str:
    """A place that the script fills with the words of this name. words: HTML, said at first."""
    return f'<{tag} data-live="{name}"{"" if heard else " aria-hidden=true"}>{words}</{tag}>'


def show(exhibit: Made, sentence: str, *, live: bool) -> None:
    """Picture, sentence and row. sentence: HTML; live: the script draws, else Plotly does."""
    key = exhibit.key
    with st.container(key=f"card_{key}", gap="small"):
        if live:
            st.html(f'<div id="picture-{key}" data-picture="{key}"></div>')
        else:
            _plotly(exhibit)
        st.html(place("p", f"{key}_sentence", sentence))
        with st.container(horizontal=True, horizontal_alignment="right", key=f"row_{key}"):
            _row(exhibit, live=live)
        if key in _open_tables():
            _table(exhibit.now())


def anything_open() -> bool:
    """Whether something on the page shows a slider's value in a way that the script cannot."""
    return bool(_open_tables()) or any(map(st.session_state.get, OPEN_WITH_VALUES))


def open_at_first(key: str) -> None:
    """Show the table of an exhibit that one comes for; it stays shut once a visitor has shut it."""
    if st.session_state.setdefault(f"{key} opened", True):
        st.session_state[f"{key} opened"] = False
        _open_tables().add(key)


def as_csv(table: Mapping[str, Sequence[Any]]) -> str:
    """The table as comma-separated text with a heading; no cell can start a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_harmless, table))
    writer.writerows(map(_harmless, row) for row in zip(*table.values(), strict=True))
    return text.getvalue()


def _plotly(exhibit: Made) -> None:
    made = exhibit.now()
    figure = for_plotly(theme.for_a_room(made.figure) if settings.projector() else made.figure)
    st.plotly_chart(
        figure, width="stretch", key=exhibit.key, config=_buttons(exhibit.key),
        alt=to_text(made.sentence),
    )  # fmt: skip


def _row(exhibit: Made, *, live: bool) -> None:
    key = exhibit.key
    st.button(
        _("Hide the table") if key in _open_tables() else _("Table"),
        key=f"{key}_table", type="tertiary", on_click=_open_or_shut, args=(key,),
    )  # fmt: skip
    st.download_button(
        _("CSV"),
        data=as_now(lambda: as_csv(exhibit.now().table)),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"{key}_csv",
        on_click="ignore",
        type="tertiary",
    )
    if live:
        st.html(f'<div data-buttons="{key}"></div>', width="content")


def _table(exhibit: Exhibit) -> None:
    rows = len(next(iter(exhibit.table.values())))
    if rows <= LONGEST_TABLE and len(exhibit.table) <= WIDEST_TABLE:
        st.table({name: list(map(_short, cells)) for name, cells in exhibit.table.items()})
    else:
        st.dataframe(
            dict(exhibit.table), hide_index=True, height=300, alt=to_text(exhibit.sentence)
        )


def _open_tables() -> set[str]:
    held: set[str] = st.session_state.setdefault(OPEN_TABLES, set())
    return held


def _open_or_shut(key: str) -> None:
    _open_tables().symmetric_difference_update({key})


def _short(cell: object) -> object:
    """Six digits are enough to read, and fit a phone; the CSV holds them all."""
    if not isinstance(cell, float):
        return cell
    shown = f"{cell:.6g}"
    # A column of some numbers and some words would be shown as English writes the numbers.
    if separators().startswith("."):
        return float(shown)
    return "–" if math.isnan(cell) else numeral(shown)


def _buttons(key: str) -> dict[str, Any]:
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"filename": key, "scale": 2},
    }


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell
    return cell
