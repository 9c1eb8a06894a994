"""Plotly's traces as marks: lines, areas, bars and images."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from focal_ui.stage.svg.mark import Attributes, Mark, ink, short, stroke
from focal_ui.stage.svg.points import held, panel_of, tip_of
from focal_ui.stage.svg.scale import Frame
from focal_ui.stage.view import Figure

Trace: TypeAlias = Mapping[str, Any]


def area(canvas: str, frame: Frame, upper: Trace, lower: Trace) -> Mark:
    """What lies between two lines over the same places."""
    across = [frame.across(float(x)) for x in frame.x.unit(upper["x"])]
    edges = [
        [frame.down(float(y)) for y in np.clip(frame.y.unit(trace["y"]), -1, 2)]
        for trace in (upper, lower)
    ]
    there = zip(across, edges[0], strict=True)
    back = reversed(list(zip(across, edges[1], strict=True)))
    d = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in (*there, *back)) + "z"
    clip = f"url(#{canvas}{panel_of(upper)})"
    return Mark("path", {"d": d, "clip-path": clip, "fill": lower["fillcolor"]})


def is_line_alone(trace: Trace) -> bool:
    """Whether a trace is one curve and nothing else."""
    return (
        trace["type"] == "scatter"
        and trace.get("mode") == "lines"
        and "error_x" not in trace
        and "fill" not in trace
        and trace["line"]["width"] != 0
    )


def what_bears_on(figure: Figure, at: int) -> Sequence[Any]:
    """All that the marks of a trace are made from."""
    data, layout = figure["data"], figure["layout"]
    if data[at]["type"] == "bar":  # stacked on those before it
        bars_till = [each for each in data[: at + 1] if each["type"] == "bar"]
        return (layout.get("barmode"), layout.get("bargap"), *bars_till)
    with_before: Sequence[Trace] = data[at - 1 : at + 1]
    return with_before if "fill" in data[at] else [data[at]]


def look_of(canvas: str, trace: Trace) -> Attributes:
    """A curve's colour, width, dash and name, wherever it goes."""
    clip = f"url(#{canvas}{panel_of(trace)})"
    attributes = {"clip-path": clip, "stroke-linejoin": "round", **stroke(trace["line"])}
    return attributes | _asked(trace)


def _asked(trace: Trace) -> Attributes:
    """What a script needs to name the curve under the pointer; without a name it is not asked."""
    if not trace.get("name") or trace.get("hoverinfo") == "skip":
        return {}
    return {"data-name": trace["name"], "data-panel": panel_of(trace)}


def picture_of(frame: Frame, image: Trace) -> Mark:
    """An image stretched over a part of the panel; it hangs below its y, as in Plotly."""
    down = float(np.sign(frame.y.low - frame.y.high))
    x0, y0 = image["x"], image["y"]
    left, right = (frame.across(float(frame.x.unit(x))) for x in (x0, x0 + image["sizex"]))
    top, bottom = (frame.down(float(frame.y.unit(y))) for y in (y0, y0 + down * image["sizey"]))
    place: Attributes = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    look = {"preserveAspectRatio": "none", "href": image["source"]}
    pixels = {} if image.get("smooth") else {"image-rendering": "pixelated"}
    return Mark("image", {**place, **look, **pixels, **held(image)})


def bars(canvas: str, frame: Frame, figure: Figure, trace: Trace) -> Iterator[Mark]:
    """Lying or standing bars, stacked where the figure says so."""
    lying = trace.get("orientation") == "h"
    places, lengths = (trace["y"], trace["x"]) if lying else (trace["x"], trace["y"])
    along, across = (frame.x, frame.y) if lying else (frame.y, frame.x)
    thickness = trace.get("width", 1 - figure["layout"].get("bargap", 0.2))
    for row, (place, value) in enumerate(zip(places, lengths, strict=True)):
        start = _stacked_before(figure, trace, row, lying=lying)
        ends = [float(along.unit(v)) for v in (start, start + (value or 0.0))]
        sides = [across.unit_of_place(place + side * thickness / 2) for side in (-1, 1)]
        box = _box(frame, ends, sides, lying=lying)
        tip = tip_of(trace, row, along.say(value or 0.0))
        yield Mark("rect", box | _fill(canvas, trace, row) | {"data-tip": tip})


def hatches(canvas: str, figure: Figure) -> set[str]:
    """The patterns that the figure's bars are filled with."""
    return {
        _hatch(canvas, trace, row)
        for trace in figure["data"]
        if trace["type"] == "bar"
        for row in range(len(trace["x"]))
        if _shape(trace)
    }


def _box(frame: Frame, ends: Sequence[float], sides: Sequence[float], *, lying: bool) -> Attributes:
    across, upward = (ends, sides) if lying else (sides, ends)
    left, right = frame.across(min(across)), frame.across(max(across))
    bottom, top = frame.down(min(upward)), frame.down(max(upward))
    return {"x": left, "width": right - left, "y": top, "height": bottom - top}


def _fill(canvas: str, trace: Trace, row: int) -> Attributes:
    color = _color(trace, row)
    fill = f"url(#{_hatch_name(canvas, trace, row)})" if _shape(trace) else ink(color)
    return {"fill": fill, "stroke": ink(color)}


def _stacked_before(figure: Figure, trace: Trace, row: int, *, lying: bool) -> float:
    if figure["layout"].get("barmode") != "stack":
        return 0.0
    total = 0.0
    for other in figure["data"]:
        if other is trace:
            break
        if other["type"] == "bar" and panel_of(other) == panel_of(trace):
            total += other["x" if lying else "y"][row] or 0.0
    return total


def _shape(trace: Trace) -> str:
    return str(trace["marker"].get("pattern", {}).get("shape", ""))


def _color(trace: Trace, row: int) -> str:
    color = trace["marker"]["color"]
    return str(color if isinstance(color, str) else color[row])


def _hatch_name(canvas: str, trace: Trace, row: int) -> str:
    kind = "cross" if _shape(trace) == "x" else "hatch"
    return canvas + kind + _color(trace, row).removeprefix("#")


def _hatch(canvas: str, trace: Trace, row: int) -> str:
    path = "M-2 2l4-4M0 8l8-8M6 10l4-4"
    if _shape(trace) == "x":
        path += "M-2 6l4 4M0 0l8 8M6-2l4 4"
    return (
        f'<pattern id="{_hatch_name(canvas, trace, row)}" width="8" height="8" '
        f'patternUnits="userSpaceOnUse"><path d="{path}" fill="none" '
        f'stroke="{ink(_color(trace, row))}" stroke-width="2.2"/></pattern>'
    )
