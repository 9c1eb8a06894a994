"""A view at every place of one slider, as one message to the browser.

Python draws and says the view at each place; what differs travels as tables, and the script puts
the fitting row into the page. The visitor's own value of the slider is not in the message, so one
message serves everybody whose other values are equal.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from focal_ui.frame import theme
from focal_ui.stage.prose import to_html
from focal_ui.stage.svg.again import alike
from focal_ui.stage.svg.canvas import Canvas
from focal_ui.stage.svg.glow import changes_of
from focal_ui.stage.svg.mark import Curve, Mark
from focal_ui.stage.svg.numbers import as_differences, as_planes, packed
from focal_ui.stage.svg.scale import Axis
from focal_ui.stage.view import Exhibit, Figure, View
from focal_ui.words import _

WIDTHS = {"wide": 800, "narrow": 344}
MANY = 25_000  # heights of one curve, from which they travel in steps
LOWEST, HIGHEST = -1.0, 2.0  # of a curve, in units of its panel
CHANGE_AT = 700  # pixels; either picture's text stays above 11 pixels
Draw = Callable[..., View]


class Follows(Protocol):
    """A slider: what the browser calls it, and every value it can show."""

    @property
    def key(self) -> str:
        """Its name in the page and in the link, and the view's name for its value."""

    @property
    def places(self) -> Sequence[Any]:
        """Its values, from left to right."""

    @property
    def scale(self) -> tuple[float, float]:
        """The browser's first number, and its step."""

    def row(self, value: Any) -> int:
        """Which of the places a value is."""


@dataclass(frozen=True)
class Family:
    """All that a script needs to follow a slider."""

    message: dict[str, Any]

    def packed(self) -> bytes:
        """As it travels."""
        text = json.dumps(self.message, separators=(",", ":"))
        return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def family(
    draw: Draw,
    slider: Follows | None,
    values: Mapping[str, Any],
    others: Sequence[Follows] = (),
    *,
    for_a_room: bool = False,
) -> Family:
    """The view at every place of the slider; without one, the view as it stands.

    values: what the view depends on besides the slider; others: the sliders among them, which the
    script compares: the family holds only for the values that it was drawn for.
    """
    places = [values] if slider is None else [{**values, slider.key: p} for p in slider.places]
    first = draw(**places[0])
    pictures = {key: _Moving(key, for_a_room=for_a_room) for key in first.exhibits}
    said = []
    for at, place in enumerate(places):  # one by one: a thousand views at once fill the memory
        view = draw(**place) if at else first
        said.append(view.words)
        for key, moving in pictures.items():
            moving.add(view.exhibits[key].figure)
    return Family(
        {
            "slider": slider and _named(slider),
            "at": [_named(other) | {"row": other.row(values[other.key])} for other in others],
            "pictures": {key: moving.message() for key, moving in pictures.items()},
            "words": _words(said),
            "held": _held(first),
            "labels": _labels(),
        }
    )


def picture(key: str, exhibits: Sequence[Exhibit], *, for_a_room: bool = False) -> dict[str, Any]:
    """One picture on both canvases: as it stands first, and all values of what moves in it."""
    moving = _Moving(key, for_a_room=for_a_room)
    for exhibit in exhibits:
        moving.add(exhibit.figure)
    return moving.message()


class _Moving:
    """One picture, drawn on both canvases at one place of the slider after the other."""

    def __init__(self, key: str, *, for_a_room: bool) -> None:
        self._canvases = {name: Canvas(f"{name}-{key}-", width) for name, width in WIDTHS.items()}
        self._for_a_room = for_a_room
        self._first: dict[str, tuple[Canvas, Figure]] = {}
        self._drawn: list[list[list[Mark]]] = [[] for _canvas in self._canvases]

    def add(self, figure: Figure) -> None:
        """Draw it at the next place."""
        if self._for_a_room:
            figure = theme.for_a_room(figure)
        for (name, canvas), drawn in zip(self._canvases.items(), self._drawn, strict=True):
            fitted = canvas.fitted(figure)
            self._first.setdefault(name, (canvas, fitted))
            drawn.append(canvas.marks(fitted))

    def message(self) -> dict[str, Any]:
        """As it stands first, and all values of what moves in it."""
        shown, drawn = self._first, self._drawn
        scales = {"scales": [canvas.scales(figure) for canvas, figure in shown.values()]}
        by_mark = _by_mark(drawn)
        if by_mark is None:  # marks come and go: each place brings its own
            under, rows = zip(*map(_parted, drawn), strict=True)
            shells = [
                _svg(name, *canvas, "", still)
                for (name, canvas), still in zip(shown.items(), under, strict=True)
            ]
            return {"svg": shells, "rows": rows, **scales}
        svgs = [
            _svg(name, *canvas, _markup(of_canvas[0]))
            for (name, canvas), of_canvas in zip(shown.items(), drawn, strict=True)
        ]
        changes = [change for name, both in enumerate(by_mark) for change in _changes(name, both)]
        return {"svg": svgs, "changes": changes, **scales}


def _named(slider: Follows) -> dict[str, Any]:
    low, step = slider.scale
    named = {"key": slider.key, "low": low, "step": step}
    return {**named, "part": True} if getattr(slider, "is_part", False) else named


def _words(views: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """What is said at each place; once, where it is always the same."""
    said = {place: [to_html(words[place]) for words in views] for place in views[0]}
    spoken = {place: texts for place, texts in said.items() if any(texts)}
    return {place: texts if len(set(texts)) > 1 else texts[:1] for place, texts in spoken.items()}


def _held(view: View) -> dict[str, Any]:
    """For each picture that can be held in two directions, what its headline says there."""
    held = {key: exhibit.held for key, exhibit in view.exhibits.items()}
    return {key: {**vars(each), "words": to_html(each.words)} for key, each in held.items() if each}


def _labels() -> dict[str, str]:
    """What the buttons of a picture say, also to a screen reader, and how its values are told."""
    return {
        "PNG": _("PNG"),
        "PNG_long": _("Save the picture {picture} as PNG"),
        "SVG": _("SVG"),
        "SVG_long": _("Save the picture {picture} as SVG"),
        "link": _("Link"),
        "link_long": _("Copy the link to the picture {picture}"),
        "embed": _("Embed"),
        "embed_long": _("Copy the line that shows the picture {picture} in another page"),
        "copied": _("Copied"),
        "by_hand": _("Copy this:"),
        "entry": _("{name}: {said}"),
        "part": _("{name}, {part}"),
        "value_at": _("{value} ({at})"),
    }


def _by_mark(drawn: Sequence[Sequence[Sequence[Mark]]]) -> list[Any] | None:
    """For each mark its form at every place on every canvas; None if some come and go."""
    kinds = {tuple(mark.tag for mark in marks) for of_canvas in drawn for marks in of_canvas}
    if len(kinds) > 1:
        return None
    by_mark = list(zip(*(zip(*of_canvas, strict=True) for of_canvas in drawn), strict=True))
    curves = [[mark.curve for mark in both[0] if mark.curve is not None] for both in by_mark]
    return by_mark if all(map(_stand_over_one_row, curves)) else None


def _stand_over_one_row(curves: Sequence[Curve]) -> bool:
    """Whether the points of a line stay where they are across, and only move up and down."""
    if all(alike(curve.across, curves[0].across) for curve in curves) and _one_scale(
        [curve.frame.x for curve in curves]
    ):
        return True
    return _all_equal([curve.x for curve in curves])


def _one_scale(axes: Sequence[Axis]) -> bool:
    return all(axis is axes[0] or axis == axes[0] for axis in axes)


def _all_equal(rows: Sequence[NDArray[np.float32]]) -> bool:
    return all(
        row.shape == rows[0].shape and np.array_equal(row, rows[0], equal_nan=True) for row in rows
    )


def _parted(drawn: Sequence[Sequence[Mark]]) -> tuple[str, list[str]]:
    """What lies under all and is the same at every place, and the rest for each place."""
    markup = [[mark.svg() for mark in marks] for marks in drawn]
    common = 0
    for each in zip(*markup, strict=False):
        if len(set(each)) > 1:
            break
        common += 1
    return "".join(markup[0][:common]), ["".join(marks[common:]) for marks in markup]


def _svg(name: str, canvas: Canvas, figure: Figure, marks: str, still: str = "") -> str:
    height = figure["layout"]["height"]
    return (
        f'<svg class="{name}" role="img" viewBox="0 0 {canvas.width:g} {height:g}">'
        f"{canvas.ground(figure)}{still}<g data-moving>{marks}</g></svg>"
    )


def _markup(marks: Sequence[Mark]) -> str:
    return "".join(mark.svg(name=str(name)) for name, mark in enumerate(marks))


def _changes(name: int, both: Sequence[Sequence[Mark]]) -> Iterator[dict[str, Any]]:
    """What differs of one mark. both: for each canvas the mark at every place of the slider."""
    first = both[0][0]
    if first.curve is not None:
        yield {"mark": name} | _curve(both)
    if first.glow is not None:
        yield from changes_of(name, both[0])
    if not all(mark.attributes is marks[0].attributes for marks in both for mark in marks):
        yield from _attributes(name, both)
    texts = [mark.inner for mark in both[0]]
    if len(set(texts)) > 1:
        yield {"mark": name, "texts": texts}


def _attributes(name: int, both: Sequence[Sequence[Mark]]) -> Iterator[dict[str, Any]]:
    for attribute in both[0][0].attributes:
        values = [[mark.attributes[attribute] for mark in marks] for marks in both]
        if any(len(set(of_canvas)) > 1 for of_canvas in values):
            rounded = _rounded(values)
            is_one = all(of_canvas == rounded[0] for of_canvas in rounded)
            yield {
                "mark": name,
                "attribute": attribute,
                "values": rounded[:1] if is_one else rounded,
            }


def _curve(both: Sequence[Sequence[Mark]]) -> dict[str, Any]:
    """Its places across, its heights, and its frame on each canvas."""
    curves = [mark.curve for mark in both[0] if mark.curve is not None]
    frames = [marks[0].curve.frame for marks in both if marks[0].curve is not None]
    boxes = [[round(n, 2) for n in (f.left, f.top, f.width, f.height)] for f in frames]
    is_one_scale = _one_scale([curve.frame.y for curve in curves])
    rows = Curve.heights_of(curves) if is_one_scale else np.stack([curve.y for curve in curves])
    return {"x": as_planes(curves[0].x), "frames": boxes, **_heights(rows)}


def _heights(rows: NDArray[np.float32]) -> dict[str, Any]:
    """One row if the curve stands still, or if all rows are that one, stretched and shifted."""
    if len(rows) == 1 or _all_equal(list(rows)):
        return {"y": as_planes(rows[:1])}
    stretched = _stretched(rows.astype(float))
    if stretched is None:
        return {"y": as_planes(rows)} if rows.size <= MANY else {"steps": _in_steps(rows)}
    base, stretch, shift = stretched
    return {
        "y": as_planes(rows[base : base + 1]),
        "stretch": [float(f"{a:.7g}") for a in stretch],
        "shift": [float(f"{b:.7g}") for b in shift],
    }


def _in_steps(rows: NDArray[np.float32]) -> str:
    """Whole numbers, finer than a twentieth of a pixel, each row as what it adds to the last.

    A slider with a thousand places changes little from one to the next, so these zip well. The
    largest number says that there is none.
    """
    whole = np.round((np.clip(rows, LOWEST, HIGHEST) - LOWEST) / (HIGHEST - LOWEST) * 65_534)
    whole = np.where(np.isnan(rows), 65_535, whole).astype("<u2")
    return packed(as_differences(whole))


def _stretched(rows: NDArray[np.float64]) -> tuple[int, Any, Any] | None:
    """Which row, how it is stretched and how it is shifted to give each other one; or None."""
    seen = np.isfinite(rows)
    if not np.array_equal(seen, np.broadcast_to(seen[0], seen.shape)):
        return None
    kept = rows[:, seen[0]]
    if kept.shape[1] < 3:
        return None
    centred = kept - kept.mean(axis=1, keepdims=True)
    base = int(np.argmax((centred**2).sum(axis=1)))
    norm = float((centred[base] ** 2).sum()) or 1.0  # all of them flat: only shifted
    stretch = centred @ centred[base] / norm
    shift = kept.mean(axis=1) - stretch * kept[base].mean()
    error = np.abs(stretch[:, None] * kept[base] + shift[:, None] - kept).max()
    return (base, stretch, shift) if error < 1e-5 else None


def _rounded(values: list[list[Any]]) -> list[list[Any]]:
    return [[round(v, 2) if isinstance(v, float) else v for v in row] for row in values]
