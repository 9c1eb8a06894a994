"""A picture as SVG; it moves while its slider is dragged, when Streamlit sends nothing.

Python draws the exhibit at every place of the slider; what differs travels once, as tables, and
moving_picture.js watches the slider and puts the fitting row into the picture. The visitor's own
value is not in the message, so after a move the same message goes to the browser as a hash. It is
kept and sent as bytes, and the sentences with it: a move costs the server no drawing at all.
"""

import base64
import json
import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from focal_ui.controls.kinds import Slider
from focal_ui.frame import settings, theme
from focal_ui.stage.svg.canvas import Canvas
from focal_ui.stage.svg.mark import Mark
from focal_ui.stage.view import Exhibit, Figure
from focal_ui.words import _

NO_SLIDER = "no_slider"  # session_state: the script found no slider to watch
CANVASES = (Canvas("wide", 800), Canvas("narrow", 344))
CHANGE_AT = 700  # pixels; either picture's text stays above 11 pixels
HTML = '<div class="pictures"></div><div class="buttons"></div>'
CSS = f"""
.pictures {{ container-type: inline-size; color: var(--st-text-color); }}
svg {{ display: block; width: 100%; height: auto; font-family: var(--st-font); overflow: visible; }}
svg.narrow {{ max-width: 520px; margin: 0 auto; }}
@container (min-width: {CHANGE_AT}px) {{ svg.narrow {{ display: none; }} }}
@container (max-width: {CHANGE_AT - 0.02}px) {{ svg.wide {{ display: none; }} }}
.buttons {{ display: flex; justify-content: flex-end; gap: 0.5rem; }}
button {{
  font: 500 0.8rem var(--st-font); color: var(--st-text-color); background: none; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
  min-height: 1.6rem; padding: 0 0.6rem;
}}
button:hover {{ border-color: var(--st-primary-color); color: var(--st-primary-color); }}
button:focus-visible {{ outline: 2px solid var(--st-primary-color); outline-offset: 2px; }}
"""


@dataclass(frozen=True)
class Live:
    """How an exhibit follows a slider.

    exhibit_at: the exhibit at one value of the slider.
    depends_on: everything else that the picture depends on; drawn once for all whose is equal.
    """

    slider: Slider
    exhibit_at: Callable[[float], Exhibit]
    depends_on: tuple[Hashable, ...] = ()


@dataclass(frozen=True)
class Family:
    """An exhibit at every place of its slider. message: its picture and all that moves in it."""

    message: bytes
    sentences: tuple[str, ...]


def show(live: Live, value: float, *, key: str, sentence_key: str) -> str | None:
    """Draw the moving picture; its sentence at that value of the slider, or None.

    None says that it cannot be drawn, and the caller has to draw another. key names the picture's
    files. sentence_key: container with the sentence that says the picture.
    """
    if st.session_state.get(NO_SLIDER):
        return None
    slider = live.slider
    watched = slider.key, slider.low, slider.step
    try:
        family = _family(watched, key, sentence_key, live.depends_on, settings.projector(), live)
        _mount(key, family.message)
    except Exception:
        _log_undrawn(key)
        return None
    return family.sentences[round((value - slider.low) / slider.step)]


def show_still(figure: Figure, *, key: str, sentence_key: str) -> bool:
    """Draw a picture that waits for the server at every move; False if it cannot be.

    For pictures of a visitor's own data, and for those that would be slow to draw at every place.
    """
    try:
        _mount(key, _packed_message(None, key, sentence_key, *_drawn([figure])))
    except Exception:
        _log_undrawn(key)
        return False
    return True


def moves(live: Live, *, for_a_room: bool = False) -> tuple[list[str], list[dict[str, Any]]]:
    """The picture on every canvas without what moves, and all values of what moves."""
    return _moves(_exhibits(live), for_a_room=for_a_room)


def _exhibits(live: Live) -> list[Exhibit]:
    return [live.exhibit_at(value) for value in _places(live.slider)]


def _moves(
    exhibits: Sequence[Exhibit], *, for_a_room: bool
) -> tuple[list[str], list[dict[str, Any]]]:
    figures = [exhibit.figure for exhibit in exhibits]
    return _drawn([theme.for_a_room(figure) for figure in figures] if for_a_room else figures)


def _mount(key: str, message: bytes) -> None:
    _component()(
        data=message,
        key=f"{key}_live",
        on_missing_change=lambda: _remember_missing(key),
    )


def _log_undrawn(key: str) -> None:
    logging.getLogger(__name__).exception("the picture %s cannot be drawn as SVG", key)


def _drawn(figures: Sequence[Figure]) -> tuple[list[str], list[dict[str, Any]]]:
    drawings = [[canvas.marks(figure) for figure in figures] for canvas in CANVASES]
    pictures = [
        _svg(canvas, figures[0], drawn[0]) for canvas, drawn in zip(CANVASES, drawings, strict=True)
    ]
    by_mark = zip(*(zip(*drawn, strict=True) for drawn in drawings), strict=True)
    changes = [change for name, both in enumerate(by_mark) for change in _changes(name, both)]
    return pictures, changes


@lru_cache(maxsize=1)
def _component() -> Any:
    script = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("moving_picture", html=HTML, css=CSS, js=script)


@st.cache_data(max_entries=300, show_spinner=False)
def _family(
    slider: tuple[str, float, float],
    key: str,
    sentence_key: str,
    depends_on: tuple[Hashable, ...],
    projector: bool,
    _live: Live,
) -> Family:
    """Drawn once for all visitors for whom the rest is equal."""
    exhibits = _exhibits(_live)
    moving = _moves(exhibits, for_a_room=projector)
    message = _packed_message(slider, key, sentence_key, *moving)
    return Family(message, tuple(exhibit.sentence for exhibit in exhibits))


def _packed_message(
    slider: tuple[str, float, float] | None,
    key: str,
    sentence_key: str,
    pictures: list[str],
    changes: list[dict[str, Any]],
) -> bytes:
    """slider: its key, lowest value and step; None: the picture stands still."""
    message = {
        "slider": slider and dict(zip(("key", "low", "step"), slider, strict=True)),
        "sentence": sentence_key,
        "pictures": pictures,
        "changes": changes,
        "file": key,
        "save": _("Save the picture as {format}"),
    }
    return json.dumps(message, separators=(",", ":")).encode()


def _remember_missing(key: str) -> None:
    if st.session_state[f"{key}_live"].get("missing"):
        st.session_state[NO_SLIDER] = True


def _places(slider: Slider) -> list[float]:
    steps = round((slider.high - slider.low) / slider.step)
    return [slider.snap(slider.low + i * slider.step) for i in range(steps + 1)]


def _svg(canvas: Canvas, figure: dict[str, Any], marks: Sequence[Mark]) -> str:
    height = figure["layout"]["height"]
    drawn = "".join(mark.svg(name=str(name)) for name, mark in enumerate(marks))
    return (
        f'<svg class="{canvas.name}" role="img" viewBox="0 0 {canvas.width:g} {height:g}">'
        f"<title></title>{canvas.ground(figure)}{drawn}</svg>"
    )


def _changes(name: int, both: Sequence[Sequence[Mark]]) -> Iterator[dict[str, Any]]:
    """What differs of one mark. both: for each canvas the mark at every place of the slider."""
    first = both[0][0]
    if any(mark.tag != first.tag for marks in both for mark in marks):
        raise ValueError("a figure that moves keeps its marks")
    if first.curve is not None:
        yield {"mark": name} | _curve(both)
    for attribute in first.attributes:
        values = [[mark.attributes[attribute] for mark in marks] for marks in both]
        if any(len(set(of_canvas)) > 1 for of_canvas in values):
            yield {"mark": name, "attribute": attribute, "values": _rounded(values)}
    texts = [mark.inner for mark in both[0]]
    if len(set(texts)) > 1:
        yield {"mark": name, "texts": texts}


def _curve(both: Sequence[Sequence[Mark]]) -> dict[str, Any]:
    """Rows of heights, one row if the curve stands still, and its frame on each canvas."""
    curves = [mark.curve for mark in both[0] if mark.curve is not None]
    x = curves[0].x
    if not all(np.array_equal(curve.x, x, equal_nan=True) for curve in curves):
        raise ValueError("a curve that moves keeps its horizontal places")
    rows = np.stack([curve.y for curve in curves])
    if np.array_equal(rows, np.broadcast_to(rows[0], rows.shape), equal_nan=True):
        rows = rows[:1]
    frames = [marks[0].curve.frame for marks in both if marks[0].curve is not None]
    boxes = [[round(n, 2) for n in (f.left, f.top, f.width, f.height)] for f in frames]
    return {"x": _packed(x), "y": _packed(rows), "frames": boxes}


def _packed(values: NDArray[np.float32]) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def _rounded(values: list[list[Any]]) -> list[list[Any]]:
    return [[round(v, 2) if isinstance(v, float) else v for v in row] for row in values]
