"""The only way to show an exhibit: picture with alt text, sentence, table, downloads."""

import csv
import io
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import streamlit as st

from focal_ui.controls.knobs import GAMMA
from focal_ui.frame import settings, theme
from focal_ui.stage import moving_picture
from focal_ui.stage.moving_picture import Live
from focal_ui.stage.view import Exhibit
from focal_ui.words import _

PNG, SVG = "PNG", "SVG"
LONGEST_TABLE, WIDEST_TABLE = 12, 9  # a larger one scrolls, and by keyboard too
_MARKS = str.maketrans("", "", "*`$")


def follow(
    gamma: float,
    exhibit_at: Callable[[float], Exhibit],
    *,
    key: str,
    depends_on: tuple[Hashable, ...] = (),
) -> None:
    """Show the exhibit at gamma, with a picture that moves while the slider of gamma is dragged.

    depends_on: everything else that the exhibit depends on.
    """
    if _waits_for_a_guess():
        return
    if settings.is_hidden(GAMMA.key):
        show(exhibit_at(gamma), key=key, light=True)
        return
    live = Live(GAMMA, exhibit_at, depends_on)
    sentence = moving_picture.show(live, gamma, key=key, sentence_key=_sentence_key(key))
    if sentence is None:
        show(exhibit_at(gamma), key=key)
    else:
        _say_and_tabulate(sentence, lambda: exhibit_at(gamma), key, camera=False)


def show(exhibit: Exhibit, *, key: str, light: bool = False) -> None:
    """Draw, say and tabulate. key names the picture's file and its widgets.

    light: draw it as SVG, which has no values under the mouse, but is there in half the time.
    """
    if _waits_for_a_guess():
        return
    figure = theme.for_a_room(exhibit.figure) if settings.projector() else exhibit.figure
    as_svg = light and moving_picture.show_still(figure, key=key, sentence_key=_sentence_key(key))
    if not as_svg:
        st.plotly_chart(
            figure,
            width="stretch",
            key=key,
            config=_buttons(key),
            alt=_plain_words(exhibit.sentence),
        )
    _say_and_tabulate(exhibit.sentence, lambda: exhibit, key, camera=not as_svg)


def _waits_for_a_guess() -> bool:
    """Whether the picture is kept back, which is then said in its place."""
    if settings.waiting():
        st.caption(_("This picture comes with your guess."))
    return settings.waiting()


def as_csv(table: Mapping[str, Sequence[Any]]) -> str:
    """The table as comma-separated text with a heading; no cell can start a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_harmless, table))
    writer.writerows(map(_harmless, row) for row in zip(*table.values(), strict=True))
    return text.getvalue()


def _sentence_key(key: str) -> str:
    return f"{key}_sentence"


def _say_and_tabulate(
    sentence: str, exhibit: Callable[[], Exhibit], key: str, *, camera: bool
) -> None:
    st.container(key=_sentence_key(key)).markdown(sentence)
    drawer = st.expander(_("Table and downloads"), key=f"{key}_data", on_change="rerun")
    if drawer.open:  # nobody waits for a table that is shut
        with drawer:
            _table_and_downloads(exhibit(), key, camera=camera)


def _table_and_downloads(exhibit: Exhibit, key: str, *, camera: bool) -> None:
    rows = len(next(iter(exhibit.table.values())))
    if rows <= LONGEST_TABLE and len(exhibit.table) <= WIDEST_TABLE:
        st.table({name: list(map(_short, cells)) for name, cells in exhibit.table.items()})
    else:
        st.dataframe(
            dict(exhibit.table), hide_index=True, height=300, alt=_plain_words(exhibit.sentence)
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            _("Table as CSV"),
            data=lambda: as_csv(exhibit.table),
            file_name=f"{key}.csv",
            mime="text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            icon=":material/download:",
        )
        if camera:
            st.segmented_control(
                _("The camera on the picture saves"),
                (PNG, SVG),
                default=PNG,
                required=True,
                key=f"{key}_format",
            )


def _short(cell: object) -> object:
    """Six digits are enough to read, and fit a phone; the CSV holds them all."""
    return float(f"{cell:.6g}") if isinstance(cell, float) else cell


def _buttons(key: str) -> dict[str, Any]:
    chosen = st.session_state.get(f"{key}_format", PNG)
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": chosen.lower(), "filename": key, "scale": 2},
    }


def _plain_words(markdown: str) -> str:
    return markdown.translate(_MARKS)


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell
    return cell
