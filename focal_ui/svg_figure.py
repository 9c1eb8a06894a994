"""A figure as SVG, for the pictures that move while a slider is dragged.

Reads the part of Plotly's figure language that such pictures use, so that the moving picture and
its Plotly twin come from one builder; raises ValueError for anything else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from focal_ui import theme
from focal_ui.exhibit import Figure

Units: TypeAlias = NDArray[np.float32]
Attributes: TypeAlias = dict[str, str | float]
EDGE, TICK_ROOM, TITLE_ROOM = 18, 24, 24  # the edge holds half of a tick label, 100%
SMALLEST_FONT = 13
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_RICH = {
    "<b>": '<tspan font-weight="600">',
    "</b>": "</tspan>",
    "<sub>": '<tspan dy="0.3em" font-size="75%">',
    "</sub>": "</tspan>",
}


@dataclass(frozen=True)
class Axis:
    """A scale: value -> 0 at the low end, 1 at the high end. Logarithmic ends are exponents."""

    low: float
    high: float
    log: bool = False
    title: str = ""
    tickformat: str = ""
    most_ticks: int = 6
    labelled: bool = True
    grid: bool = True

    def unit(self, values: Any) -> Any:
        """Where data lie."""
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log10(values)
        return (np.asarray(values, dtype=float) - self.low) / (self.high - self.low)

    def unit_of_place(self, place: float) -> float:
        """Where an annotation or shape lies: on a logarithmic axis it gives the exponent."""
        return (float(place) - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Where, as unit, and what is written there."""
        if not self.labelled:
            return []
        if self.log:
            exponents = range(int(np.ceil(self.low)), int(np.floor(self.high)) + 1)
            return [(self.unit_of_place(e), _power(e)) for e in exponents]
        step = _round_step((self.high - self.low) / self.most_ticks)
        places = np.arange(np.ceil(self.low / step - 1e-9), np.floor(self.high / step + 1e-9) + 1)
        return [(self.unit_of_place(p * step), self._written(p * step)) for p in places]

    def _written(self, value: float) -> str:
        value = round(value, 10) + 0.0  # never -0
        return f"{value:{self.tickformat}}" if self.tickformat else f"{value:g}"


@dataclass(frozen=True)
class Frame:
    """One panel's place in the picture, and its two scales."""

    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis

    def across(self, unit: float) -> float:
        """Picture coordinate of a horizontal unit."""
        return self.left + unit * self.width

    def down(self, unit: float) -> float:
        """Picture coordinate of a vertical unit, which grows upward."""
        return self.top + (1 - unit) * self.height


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of a line in units of its frame: one for a wide and for a narrow picture."""

    x: Units
    y: Units
    frame: Frame


@dataclass(frozen=True, eq=False)
class Mark:
    """One element of the picture. inner: SVG text, escaped. A curve gets its path when drawn."""

    tag: str
    attributes: Attributes
    inner: str = ""
    curve: Curve | None = None

    def svg(self, name: str = "") -> str:
        """As markup; name lets a script find the element."""
        named: Attributes = {"data-mark": name} if name else {}
        given = "".join(
            f' {key}="{escape(_short(value))}"' for key, value in (named | self.attributes).items()
        )
        return f"<{self.tag}{given}>{self.inner}</{self.tag}>"


@dataclass(frozen=True)
class Canvas:
    """The size that a figure is drawn for. name keeps the identifiers of two drawings apart."""

    name: str
    width: float

    def frames(self, figure: Figure) -> dict[str, Frame]:
        """Each panel ("", "2", "3") of the figure."""
        layout = figure["layout"]
        panels = [key.removeprefix("xaxis") for key in layout if key.startswith("xaxis")]
        room = _Room.for_axes(
            [self._axis(layout[f"{letter}axis{p}"], letter) for p in panels for letter in "xy"]
        )
        top = layout["margin"]["t"]
        width = self.width - room.left - EDGE
        height = layout["height"] - top - room.bottom
        frames = {}
        for panel in panels:
            x, y = layout[f"xaxis{panel}"], layout[f"yaxis{panel}"]
            (x0, x1), (y0, y1) = x.get("domain", (0, 1)), y.get("domain", (0, 1))
            frames[panel] = Frame(
                left=room.left + x0 * width,
                top=top + (1 - y1) * height,
                width=(x1 - x0) * width,
                height=(y1 - y0) * height,
                x=self._axis(x, "x"),
                y=self._axis(y, "y"),
            )
        return frames

    def ground(self, figure: Figure) -> str:
        """Definitions, grid, ticks and titles: what lies under the marks and never moves."""
        frames = self.frames(figure)
        clips = (
            f'<clipPath id="{self.name}{panel}"><rect x="{_short(f.left)}" y="{_short(f.top)}" '
            f'width="{_short(f.width)}" height="{_short(f.height)}"/></clipPath>'
            for panel, f in frames.items()
        )
        hatches = {
            _hatch(self.name, color)
            for trace in figure["data"]
            if trace["type"] == "bar" and "pattern" in trace["marker"]
            for color in trace["marker"]["color"]
        }
        marks = (mark for frame in frames.values() for mark in _axes(frame))
        definitions = "".join([*clips, *sorted(hatches)])
        return f"<defs>{definitions}</defs>" + "".join(mark.svg() for mark in marks)

    def marks(self, figure: Figure) -> list[Mark]:
        """From below to above: ground shapes, lines and bars, other shapes, dots, words."""
        frames, layout = self.frames(figure), figure["layout"]
        under = [_shape(frames, s) for s in layout["shapes"] if s.get("layer") == "below"]
        over = [_shape(frames, s) for s in layout["shapes"] if s.get("layer") != "below"]
        drawn = [mark for trace in figure["data"] for mark in self._trace(frames, figure, trace)]
        dots = [mark for mark in drawn if mark.tag == "circle"]
        lines = [mark for mark in drawn if mark.tag != "circle"]
        notes = [self._note(frames, note) for note in layout["annotations"]]
        return [*under, *lines, *over, *dots, *notes]

    def _axis(self, given: Mapping[str, Any], letter: str) -> Axis:
        low, high = given["range"]
        return Axis(
            float(low),
            float(high),
            log=given.get("type") == "log",
            title=given["title"]["text"],
            tickformat=given.get("tickformat", ""),
            most_ticks=given.get("nticks", 5 if self.width < 500 and letter == "x" else 6),
            labelled=given.get("showticklabels", True),
            grid=given.get("showgrid", True),
        )

    def _trace(
        self, frames: Mapping[str, Frame], figure: Figure, trace: Mapping[str, Any]
    ) -> Iterator[Mark]:
        frame = frames[trace["xaxis"].removeprefix("x")]
        match trace:
            case {"type": "scatter", "mode": "lines"}:
                yield self._line(frame, trace)
            case {"type": "scatter", "mode": "markers"}:
                yield _dot(frame, trace)
            case {"type": "bar", "orientation": "h"}:
                yield from self._bars(frame, figure, trace)
            case _:
                raise ValueError(f"no SVG for a trace of type {trace['type']}")

    def _line(self, frame: Frame, trace: Mapping[str, Any]) -> Mark:
        x = np.asarray(frame.x.unit(trace["x"]), dtype=np.float32)
        y = np.clip(frame.y.unit(trace["y"]), -1, 2).astype(np.float32)
        clip = f"url(#{self.name}{trace['xaxis'].removeprefix('x')})"
        attributes = {"clip-path": clip, "stroke-linejoin": "round", **_stroke(trace["line"])}
        return Mark("path", attributes, curve=Curve(x, y, frame))

    def _bars(self, frame: Frame, figure: Figure, trace: Mapping[str, Any]) -> Iterator[Mark]:
        thickness = 1 - figure["layout"]["bargap"]
        for row, (y, length) in enumerate(zip(trace["y"], trace["x"], strict=True)):
            start = _stacked_before(figure, trace, row)
            left, right = (frame.across(float(frame.x.unit(v))) for v in (start, start + length))
            low, high = (frame.y.unit_of_place(y + side * thickness / 2) for side in (-1, 1))
            color = trace["marker"]["color"][row]
            fill = f"url(#{_hatch_name(self.name, color)})" if _hatched(trace) else color
            yield Mark(
                "rect",
                {
                    "x": left,
                    "width": max(0.0, right - left),
                    "y": frame.down(high),
                    "height": frame.down(low) - frame.down(high),
                    "fill": fill,
                    "stroke": color,
                },
            )

    def _note(self, frames: Mapping[str, Frame], note: Mapping[str, Any]) -> Mark:
        size = max(note["font"]["size"], SMALLEST_FONT)
        x, frame = _place(frames, note.get("xref", "x"), note["x"], exponent=True)
        y, _frame = _place(frames, note.get("yref", "y"), note["y"], exponent=True)
        left = frame.across(x) + note.get("xshift", 0)
        base = frame.down(y) - note.get("yshift", 0)
        anchor = note.get("xanchor", "center")
        lift = {"bottom": -0.35, "top": 1.0}.get(note.get("yanchor", "middle"), 0.35)
        color = theme.NEUTRAL if "bgcolor" in note else note["font"]["color"]
        return Mark(
            "text",
            {
                "x": _kept_inside(left, _length(note["text"], size), anchor, self.width),
                "y": base + lift * size,
                "text-anchor": {"left": "start", "right": "end"}.get(anchor, "middle"),
                "font-size": size,
                "fill": _ink(color),
                "paint-order": "stroke",  # a halo: readable on whatever lies under it
                "stroke": "var(--st-background-color)",
                "stroke-width": 4,
                "stroke-linejoin": "round",
            },
            rich(note["text"]),
        )


@dataclass(frozen=True)
class _Room:
    left: float
    bottom: float

    @classmethod
    def for_axes(cls, axes: Sequence[Axis]) -> "_Room":
        """Beside and below the panels, from x and y axes in turn."""
        across, upward = axes[::2], axes[1::2]
        widest = max((_length(text, 13) for axis in upward for _u, text in axis.ticks()), default=0)
        titled = any(axis.title for axis in upward)
        return cls(
            left=max(EDGE, (widest + 12 if widest else 0) + (TITLE_ROOM if titled else 0)),
            bottom=TICK_ROOM + (TITLE_ROOM if any(axis.title for axis in across) else 0),
        )


def rich(text: str) -> str:
    """Bold and subscript as SVG, all else escaped."""
    parts, back = [], ""
    for part in re.split(r"(</?(?:b|sub)>)", text):
        if part in _RICH:
            parts.append(_RICH[part])
            back = "-0.225em" if part == "</sub>" else back
        elif part:
            safe = escape(part)
            parts.append(f'<tspan dy="{back}">{safe}</tspan>' if back else safe)
            back = ""
    return "".join(parts)


def _axes(frame: Frame) -> Iterator[Mark]:
    for axis, horizontal in ((frame.x, True), (frame.y, False)):
        for unit, text in axis.ticks():
            at = frame.across(unit) if horizontal else frame.down(unit)
            if axis.grid:
                yield _grid_line(frame, at, horizontal=horizontal)
            yield _tick(frame, at, text, horizontal=horizontal)
        if axis.title:
            yield _title(frame, axis.title, horizontal=horizontal)
    yield _grid_line(frame, frame.down(0), horizontal=False)


def _grid_line(frame: Frame, at: float, *, horizontal: bool) -> Mark:
    ink: Attributes = {"stroke": theme.FAINT, "stroke-opacity": 0.4}
    if horizontal:
        ends = {"x1": at, "x2": at, "y1": frame.top, "y2": frame.top + frame.height}
    else:
        ends = {"x1": frame.left, "x2": frame.left + frame.width, "y1": at, "y2": at}
    return Mark("line", {**ends, **ink})


def _tick(frame: Frame, at: float, text: str, *, horizontal: bool) -> Mark:
    ink: Attributes = {"font-size": 13, "fill": "currentColor"}
    if horizontal:
        place: Attributes = {"x": at, "y": frame.top + frame.height + 17, "text-anchor": "middle"}
    else:
        place = {"x": frame.left - 6, "y": at + 4.5, "text-anchor": "end"}
    return Mark("text", place | ink, escape(text))


def _title(frame: Frame, text: str, *, horizontal: bool) -> Mark:
    size = theme.FONT_SIZE
    ink: Attributes = {"font-size": size, "fill": "currentColor", "text-anchor": "middle"}
    if horizontal:
        place: Attributes = {
            "x": frame.left + frame.width / 2,
            "y": frame.top + frame.height + TICK_ROOM + 0.95 * size,
        }
        return Mark("text", place | ink, rich(text))
    middle = frame.top + frame.height / 2
    turned: Attributes = {"transform": f"translate({size} {_short(middle)}) rotate(-90)"}
    return Mark("text", turned | ink, rich(text))


def _shape(frames: Mapping[str, Frame], shape: Mapping[str, Any]) -> Mark:
    (x0, frame), (x1, _f) = (_place(frames, shape.get("xref", "x"), shape[k]) for k in ("x0", "x1"))
    (y0, _f), (y1, _f) = (_place(frames, shape.get("yref", "y"), shape[k]) for k in ("y0", "y1"))
    left, right, low, high = frame.across(x0), frame.across(x1), frame.down(y0), frame.down(y1)
    if shape["type"] == "line":
        ends = {"x1": left, "x2": right, "y1": low, "y2": high}
        return Mark("line", {**ends, **_stroke(shape["line"])})
    box = {"x": left, "y": high, "width": right - left, "height": low - high}
    return Mark("rect", {**box, "fill": shape["fillcolor"]})


def _dot(frame: Frame, trace: Mapping[str, Any]) -> Mark:
    (x,), (y,) = trace["x"], trace["y"]
    height = float(frame.y.unit(np.nan if y is None else y))
    seen = -0.001 <= height <= 1.001  # NaN is not
    marker = trace["marker"]
    return Mark(
        "circle",
        {
            "cx": frame.across(float(frame.x.unit(x))),
            "cy": frame.down(height if seen else 0.0),
            "r": marker["size"] / 2 + 1,
            "opacity": 1 if seen else 0,
            "fill": marker["color"],
            "stroke": "var(--st-background-color)",
            "stroke-width": marker["line"]["width"],
        },
    )


def _place(
    frames: Mapping[str, Frame], reference: str, value: float, *, exponent: bool = False
) -> tuple[float, Frame]:
    """As unit of the panel that the reference ("x", "y2", "x3 domain") names, and the panel.

    exponent: annotations give it on a logarithmic axis; shapes give the value.
    """
    name, _space, domain = reference.partition(" ")
    frame = frames[name[1:]]
    axis = frame.x if name[0] == "x" else frame.y
    if domain:
        return float(value), frame
    return axis.unit_of_place(value) if exponent else float(axis.unit(value)), frame


def _stacked_before(figure: Figure, trace: Mapping[str, Any], row: int) -> float:
    total = 0.0
    for other in figure["data"]:
        if other is trace:
            break
        if other["type"] == "bar" and other["xaxis"] == trace["xaxis"]:
            total += other["x"][row]
    return total


def _stroke(line: Mapping[str, Any]) -> Attributes:
    width = line["width"]
    parts = {
        "dash": (3 * width, 2 * width),
        "dot": (width, 1.5 * width),
        "dashdot": (3 * width, 1.5 * width, width, 1.5 * width),
    }.get(line.get("dash", "solid"))
    dash = {"stroke-dasharray": " ".join(map(_short, parts))} if parts else {}
    return {"fill": "none", "stroke": _ink(line["color"]), "stroke-width": width, **dash}


def _hatched(trace: Mapping[str, Any]) -> bool:
    return "pattern" in trace["marker"]


def _hatch_name(canvas: str, color: str) -> str:
    return canvas + color.removeprefix("#")


def _hatch(canvas: str, color: str) -> str:
    return (
        f'<pattern id="{_hatch_name(canvas, color)}" width="8" height="8" '
        f'patternUnits="userSpaceOnUse"><path d="M-2 2l4-4M0 8l8-8M6 10l4-4" fill="none" '
        f'stroke="{color}" stroke-width="2.2"/></pattern>'
    )


def _ink(color: str) -> str:
    return "currentColor" if color == theme.NEUTRAL else color


def _length(text: str, size: float) -> float:
    """About how wide the text is."""
    return 0.48 * size * len(re.sub(r"<[^>]+>", "", text))


def _kept_inside(x: float, length: float, anchor: str, width: float) -> float:
    before = {"left": 0.0, "right": length}.get(anchor, length / 2)
    return min(max(x, before + 2), max(before + 2, width - 2 - (length - before)))


def _power(exponent: int) -> str:
    if -1 <= exponent <= 1:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def _round_step(at_least: float) -> float:
    magnitude = 10.0 ** np.floor(np.log10(at_least))
    return float(next(m for m in (1, 2, 5, 10) if m * magnitude >= at_least * 0.999) * magnitude)


def _short(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".")
