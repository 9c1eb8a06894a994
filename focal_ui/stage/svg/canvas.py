"""A figure as SVG.

Reads the part of Plotly's figure language that moving pictures use, so that the moving picture and
its Plotly twin come from one builder; raises ValueError for anything else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from itertools import chain
from typing import Any

from focal_ui.frame import theme
from focal_ui.stage.svg import glow, maps, points, traces
from focal_ui.stage.svg.again import Memory
from focal_ui.stage.svg.mark import (
    Attributes,
    Curve,
    Mark,
    length,
    rich,
    short,
    stroke,
    taken,
    word_ink,
)
from focal_ui.stage.svg.scale import SMALLEST_FONT, Axis, Frame
from focal_ui.stage.view import Figure

EDGE, TICK_ROOM, TITLE_ROOM = 18, 24, 24  # the edge holds half of a tick label, 100%
PAPER = "paper"  # the area around all panels
ON_THE_GROUND = ("image", "foreignObject")  # what lies under all lines
NARROW = 500  # pixels of width, below which a layout may be another one
_ENDS = ("xref", "yref", "x0", "x1", "y0", "y1")  # what of a shape says where it lies
_FRAMING = ("xaxis", "yaxis", "margin", "height")  # what of a layout says where its panels lie


@dataclass(frozen=True)
class Canvas:
    """The size that a figure is drawn for. name keeps the identifiers of two drawings apart.

    A figure is drawn at many places of a slider, and most of it is alike at the next: that is
    drawn once.
    """

    name: str
    width: float
    _last: Memory = field(default_factory=Memory, compare=False)

    def fitted(self, figure: Figure) -> Figure:
        """The figure with the layout that it has for a narrow picture, if it has one."""
        layout = figure["layout"]
        if "narrow" not in layout or self.width >= NARROW:
            return figure
        own = {
            key: {**layout[key], **value} if isinstance(value, dict) else value
            for key, value in layout["narrow"].items()
        }
        return {**figure, "layout": {**layout, **own}}

    def frames(self, figure: Figure) -> dict[str, Frame]:
        """Each panel ("", "2", "3") of the figure, and the area around them."""
        layout = {k: v for k, v in figure["layout"].items() if k.startswith(_FRAMING)}
        return self._last.again("frames", layout, lambda: self._frames(layout))

    def _frames(self, layout: Mapping[str, Any]) -> dict[str, Frame]:
        panels = [key.removeprefix("xaxis") for key in layout if key.startswith("xaxis")]
        axes = {
            panel: (self._axis(layout, f"xaxis{panel}"), self._axis(layout, f"yaxis{panel}"))
            for panel in panels
        }
        room = _Room.for_axes(list(axes.values()))
        top = layout["margin"]["t"]
        width = self.width - room.left - EDGE
        height = layout["height"] - top - room.bottom
        frames = {}
        for panel, (x, y) in axes.items():
            x0, x1 = layout[f"xaxis{panel}"].get("domain", (0, 1))
            y0, y1 = layout[f"yaxis{panel}"].get("domain", (0, 1))
            box = (
                room.left + x0 * width,
                top + (1 - y1) * height,
                (x1 - x0) * width,
                (y1 - y0) * height,
            )
            if "scaleanchor" in layout[f"yaxis{panel}"]:
                box = _in_proportion(*box, abs((x.high - x.low) / (y.high - y.low)))
            frames[panel] = Frame(*box, x=x, y=y)
        units = Axis(0, 1)
        return {**frames, PAPER: Frame(room.left, top, width, height, units, units)}

    def ground(self, figure: Figure) -> str:
        """Definitions, grid, ticks and titles: what lies under the marks and never moves."""
        frames = {name: f for name, f in self.frames(figure).items() if name != PAPER}
        clips = (
            f'<clipPath id="{self.name}{panel}"><rect x="{short(f.left)}" y="{short(f.top)}" '
            f'width="{short(f.width)}" height="{short(f.height)}"/></clipPath>'
            for panel, f in frames.items()
        )
        marks = (mark for frame in frames.values() for mark in _axes(frame))
        definitions = "".join([*clips, *sorted(traces.hatches(self.name, figure))])
        return f"<defs>{definitions}</defs>" + "".join(mark.svg() for mark in marks)

    def scales(self, figure: Figure) -> list[dict[str, Any]]:
        """Where each panel lies and what its axes count: a script reads values off the picture."""
        frames = {name: f for name, f in self.frames(figure).items() if name != PAPER}
        return [
            {
                "panel": panel,
                **{k: round(getattr(frame, k), 2) for k in ("left", "top", "width", "height")},
                "x": frame.x.read(),
                "y": frame.y.read(),
            }
            for panel, frame in frames.items()
        ]

    def marks(self, figure: Figure) -> list[Mark]:
        """From below to above: maps, ground shapes, lines and bars, other shapes, dots, words."""
        frames, layout = self.frames(figure), figure["layout"]
        under, over = self._shapes(frames, layout)
        images = [
            traces.picture_of(frames[each.get("xref", "x").removeprefix("x")], each)
            for each in layout.get("images", [])
        ]
        of_traces = [self._trace(frames, figure, at) for at in range(len(figure["data"]))]
        drawn = [*images, *chain.from_iterable(of_traces)]
        maps = [mark for mark in drawn if mark.tag in ON_THE_GROUND]
        dots = [mark for mark in drawn if "opacity" in mark.attributes]
        lines = [
            mark for mark in drawn
            if mark.tag not in ON_THE_GROUND and "opacity" not in mark.attributes
        ]  # fmt: skip
        notes = [
            self._last.again(("note", at), (frames, each), partial(self._note, frames, each))
            for at, each in enumerate(layout["annotations"])
        ]
        return [*maps, *under, *lines, *over, *dots, *notes]

    def _shapes(
        self, frames: Mapping[str, Frame], layout: Mapping[str, Any]
    ) -> tuple[list[Mark], list[Mark]]:
        """Those that lie under all lines, and the others."""
        under: list[Mark] = []
        over: list[Mark] = []
        for at, each in enumerate(layout["shapes"]):
            draw = partial(self._shape, frames, at, each)
            mark = self._last.again(("shape", at), (frames, each), draw)
            (under if each.get("layer") == "below" else over).append(mark)
        return under, over

    def _axis(self, layout: Mapping[str, Any], name: str) -> Axis:
        return Axis.of(layout[name], 5 if self.width < NARROW and name[0] == "x" else 6)

    def _trace(self, frames: Mapping[str, Frame], figure: Figure, at: int) -> list[Mark]:
        """The marks of one trace; a curve is asked anew, the others where they differ."""
        trace = figure["data"][at]
        frame = frames[points.panel_of(trace)]
        if traces.is_line_alone(trace):
            return [self._line(frame, at, trace)]
        beside = traces.what_bears_on(figure, at)
        return self._last.again(
            ("trace", at), (frame, beside), lambda: list(self._drawn(frame, figure, at))
        )

    def _line(self, frame: Frame, at: int, trace: Mapping[str, Any]) -> Mark:
        look = {key: value for key, value in trace.items() if key not in ("x", "y")}
        attributes = self._last.again(("look", at), look, partial(traces.look_of, self.name, trace))
        return Mark("path", attributes, curve=Curve(trace["x"], trace["y"], frame))

    def _drawn(self, frame: Frame, figure: Figure, at: int) -> Iterator[Mark]:
        trace = figure["data"][at]
        mode = trace.get("mode", "")
        match trace:
            case {"type": "scatter", "fill": "tonexty"}:
                yield traces.area(self.name, frame, figure["data"][at - 1], trace)
            case {"type": "scatter", "line": {"width": 0}}:
                return  # the upper edge of an area
            case {"type": "scatter"}:
                if "lines" in mode:
                    yield self._line(frame, at, trace)
                if "error_x" in trace:
                    yield points.errors(frame, trace)
                if "markers" in mode:
                    yield from points.points(frame, trace)
                if "text" in mode:
                    yield from points.words_beside(frame, trace)
            case {"type": "bar"}:
                yield from traces.bars(self.name, frame, figure, trace)
            case {"type": "heatmap", "glow": _}:
                yield glow.glow_of(frame, trace)
            case {"type": "heatmap"}:
                yield maps.map_of(self.name, frame, trace)
            case _:
                raise ValueError(f"no SVG for a trace of type {trace['type']}")

    def _shape(self, frames: Mapping[str, Frame], at: int, shape: Mapping[str, Any]) -> Mark:
        """A box ends at the edge of its panel, as in Plotly."""
        where = [shape.get(key) for key in _ENDS]
        ends = self._last.again(("ends", at), (frames, where), partial(_ends, frames, shape))
        mark = _shape(ends, shape)
        panel = shape.get("xref", "x").partition(" ")[0].removeprefix("x")
        if "tip" in shape:
            mark.attributes["data-tip"] = shape["tip"]
        if mark.tag == "rect" and panel in frames:
            mark.attributes["clip-path"] = f"url(#{self.name}{panel})"
        return mark

    def _note(self, frames: Mapping[str, Frame], note: Mapping[str, Any]) -> Mark:
        size = max(note["font"]["size"], SMALLEST_FONT)
        x, frame = _place(frames, note.get("xref", "x"), note["x"], exponent=True)
        y, upright = _place(frames, note.get("yref", "y"), note["y"], exponent=True)
        left = frame.across(x) + note.get("xshift", 0)
        base = upright.down(y) - note.get("yshift", 0)
        anchor = note.get("xanchor", "center")
        lift = {"bottom": -0.35, "top": 1.0}.get(note.get("yanchor", "middle"), 0.35)
        color = theme.NEUTRAL if "bgcolor" in note else note["font"]["color"]
        room = note["wide"] * frame.width if "wide" in note else self.width - 6
        wide, closer = taken(note["text"], size, room)
        return Mark(
            "text",
            {
                "x": _kept_inside(left, wide, anchor, self.width),
                "y": base + lift * size,
                "text-anchor": {"left": "start", "right": "end"}.get(anchor, "middle"),
                "font-size": size,
                "fill": word_ink(color),
                **closer,
                "paint-order": "stroke",  # a halo: readable on whatever lies under it
                "stroke": points.HALO,
                "stroke-width": 4,
                "stroke-linejoin": "round",
                **({"data-guess": "guess"} if note.get("guess") else {}),
                **_visibility(note),
            },
            rich(note["text"]),
        )


@dataclass(frozen=True)
class _Room:
    left: float
    bottom: float

    @classmethod
    def for_axes(cls, axes: Sequence[tuple[Axis, Axis]]) -> "_Room":
        """Beside and below the panels; larger words take more of it."""
        scale = max(axis.font_size for pair in axes for axis in pair) / SMALLEST_FONT
        widest = max(
            (
                length(part, axis.font_size)
                for _x, axis in axes
                for _u, text in axis.ticks()
                for part in text.split("<br>")
            ),
            default=0,
        )
        tallest = max(
            (text.count("<br>") for axis, _y in axes for _u, text in axis.ticks()), default=0
        )
        titled_beside = any(axis.title for _x, axis in axes)
        titled_below = any(axis.title for axis, _y in axes)
        return cls(
            left=max(EDGE, (widest + 12 if widest else 0) + (TITLE_ROOM * scale * titled_beside)),
            bottom=scale * (TICK_ROOM * (1 + 0.65 * tallest) + TITLE_ROOM * titled_below),
        )


def _axes(frame: Frame) -> Iterator[Mark]:
    for axis, horizontal in ((frame.x, True), (frame.y, False)):
        for unit, text in axis.ticks():
            at = frame.across(unit) if horizontal else frame.down(unit)
            if axis.grid:
                yield _grid_line(frame, at, horizontal=horizontal)
            yield _tick(frame, at, text, axis.font_size, horizontal=horizontal)
        if axis.title:
            yield _title(frame, axis, horizontal=horizontal)
    yield _grid_line(frame, frame.down(0), horizontal=False)


def _grid_line(frame: Frame, at: float, *, horizontal: bool) -> Mark:
    shade: Attributes = {"stroke": theme.FAINT, "stroke-opacity": 0.4}
    if horizontal:
        ends = {"x1": at, "x2": at, "y1": frame.top, "y2": frame.top + frame.height}
    else:
        ends = {"x1": frame.left, "x2": frame.left + frame.width, "y1": at, "y2": at}
    return Mark("line", {**ends, **shade})


def _tick(frame: Frame, at: float, text: str, size: float, *, horizontal: bool) -> Mark:
    words: Attributes = {"font-size": size, "fill": "currentColor"}
    if horizontal:
        place: Attributes = {
            "x": at,
            "y": frame.top + frame.height + 1.3 * size,
            "text-anchor": "middle",
        }
    else:
        first = at + (0.35 - 0.575 * text.count("<br>")) * size  # several lines lie about it
        place = {"x": frame.left - 6, "y": first, "text-anchor": "end"}
    return Mark("text", place | words, _lines(text, place["x"]))


def _lines(text: str, x: str | float) -> str:
    """Words whose lines are parted by <br>, one below the other."""
    first, *others = map(escape, text.split("<br>"))
    return first + "".join(f'<tspan x="{short(x)}" dy="1.15em">{each}</tspan>' for each in others)


def _title(frame: Frame, axis: Axis, *, horizontal: bool) -> Mark:
    size = axis.title_size
    words: Attributes = {"font-size": size, "fill": "currentColor", "text-anchor": "middle"}
    if horizontal:
        rows = 1 + 0.65 * max((text.count("<br>") for _u, text in axis.ticks()), default=0)
        below = rows * TICK_ROOM * axis.font_size / SMALLEST_FONT + 0.95 * size
        place: Attributes = {
            "x": frame.left + frame.width / 2,
            "y": frame.top + frame.height + below,
        }
        room = frame.width + 2 * EDGE
        return Mark("text", place | words | taken(axis.title, size, room)[1], rich(axis.title))
    middle = frame.top + frame.height / 2
    turned: Attributes = {"transform": f"translate({short(size)} {short(middle)}) rotate(-90)"}
    room = frame.height + frame.top
    return Mark("text", turned | words | taken(axis.title, size, room)[1], rich(axis.title))


def _ends(
    frames: Mapping[str, Frame], shape: Mapping[str, Any]
) -> tuple[float, float, float, float]:
    """Left, right, and the heights of its first and its second end."""
    (x0, frame), (x1, _f) = (_place(frames, shape.get("xref", "x"), shape[k]) for k in ("x0", "x1"))
    (y0, upright), (y1, _f) = (
        _place(frames, shape.get("yref", "y"), shape[k]) for k in ("y0", "y1")
    )
    return frame.across(x0), frame.across(x1), upright.down(y0), upright.down(y1)


def _shape(within: tuple[float, float, float, float], shape: Mapping[str, Any]) -> Mark:
    left, right, low, high = within
    faded: Attributes = {"stroke-opacity": shape["opacity"]} if "opacity" in shape else {}
    if shape["type"] == "line":
        ends = {"x1": left, "x2": right, "y1": low, "y2": high}
        return Mark("line", {**ends, **stroke(shape["line"]), **faded, **_visibility(shape)})
    box: Attributes = {
        "x": min(left, right),
        "y": min(low, high),
        "width": abs(right - left),
        "height": abs(low - high),
    }
    line = shape.get("line", {})
    edge = stroke(line) if line.get("width") else {}
    return Mark(
        "rect", {**box, **edge, "fill": shape.get("fillcolor", "none"), **points.held(shape)}
    )


def _in_proportion(
    left: float, top: float, width: float, height: float, ratio: float
) -> tuple[float, float, float, float]:
    """The largest part of the panel, in its middle, in which both axes have one scale."""
    wide = min(width, height * ratio)
    tall = wide / ratio
    return left + (width - wide) / 2, top + (height - tall) / 2, wide, tall


def _visibility(drawn: Mapping[str, Any]) -> Attributes:
    """Of what is there at some places of the slider only; else nothing is said."""
    return {"visibility": "inherit" if drawn["visible"] else "hidden"} if "visible" in drawn else {}


def _place(
    frames: Mapping[str, Frame], reference: str, value: float, *, exponent: bool = False
) -> tuple[float, Frame]:
    """As unit of the panel that the reference ("x", "y2", "x3 domain", "paper") names, and it.

    exponent: annotations give it on a logarithmic axis; shapes give the value.
    """
    if reference == PAPER:
        return float(value), frames[PAPER]
    name, _space, domain = reference.partition(" ")
    frame = frames[name[1:]]
    axis = frame.x if name[0] == "x" else frame.y
    if domain:
        return float(value), frame
    return axis.unit_of_place(value) if exponent else float(axis.unit(value)), frame


def _kept_inside(x: float, wide: float, anchor: str, width: float) -> float:
    before = {"left": 0.0, "right": wide}.get(anchor, wide / 2)
    return min(max(x, before + 2), max(before + 2, width - 2 - (wide - before)))
