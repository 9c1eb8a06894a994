"""Plotly's traces as marks: lines, points, bars and maps."""

import base64
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from focal_ui.stage.svg.mark import Attributes, Curve, Mark, ink, short, stroke
from focal_ui.stage.svg.scale import Frame
from focal_ui.stage.view import Figure

Trace: TypeAlias = Mapping[str, Any]
HALO = "var(--st-background-color)"


def panel_of(trace: Trace) -> str:
    """Name of the panel that a trace lies in: "", "2", "3"."""
    return str(trace.get("xaxis", "x")).removeprefix("x")


def line(canvas: str, frame: Frame, trace: Trace) -> Mark:
    """A curve."""
    x = np.asarray(frame.x.unit(trace["x"]), dtype=np.float32)
    y = np.clip(frame.y.unit(trace["y"]), -1, 2).astype(np.float32)
    clip = f"url(#{canvas}{panel_of(trace)})"
    attributes = {"clip-path": clip, "stroke-linejoin": "round", **stroke(trace["line"])}
    return Mark("path", attributes, curve=Curve(x, y, frame))


def points(frame: Frame, trace: Trace) -> Iterator[Mark]:
    """A point for each pair of numbers; one that has no place is there, but not seen."""
    marker = trace.get("marker") or {"color": trace["line"]["color"], "size": 7}
    draw = _SYMBOLS[marker.get("symbol", "circle")]
    for x, y in zip(trace["x"], trace["y"], strict=True):
        across, height = float(frame.x.unit(x)), float(frame.y.unit(np.nan if y is None else y))
        seen = all(-0.001 <= unit <= 1.001 for unit in (across, height))  # NaN is not
        place = frame.across(across if seen else 0.0), frame.down(height if seen else 0.0)
        yield draw(place, marker, {"opacity": 1 if seen else 0})


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
        yield Mark("rect", _box(frame, ends, sides, lying=lying) | _fill(canvas, trace, row))


def hatches(canvas: str, figure: Figure) -> set[str]:
    """The patterns that the figure's bars are filled with."""
    return {
        _hatch(canvas, trace, row)
        for trace in figure["data"]
        if trace["type"] == "bar"
        for row in range(len(trace["x"]))
        if _shape(trace)
    }


def map_of(canvas: str, frame: Frame, trace: Trace) -> Mark:
    """A map as a small image that the browser stretches smoothly.

    Its values lie evenly, the outermost on the edges of the panel: half a pixel is cut off there.
    """
    values = np.asarray(trace["z"], dtype=float)
    unit = np.clip((values - trace["zmin"]) / (trace["zmax"] - trace["zmin"]), 0, 1)
    shades = np.round(255 * unit[::-1]).astype(np.uint8)
    ends = tuple(str(color) for _place, color in trace["colorscale"])
    rows, columns = values.shape
    wide, tall = frame.width / (columns - 1), frame.height / (rows - 1)
    return Mark(
        "image",
        {
            "clip-path": f"url(#{canvas}{panel_of(trace)})",
            "x": frame.left - wide / 2,
            "y": frame.top - tall / 2,
            "width": frame.width + wide,
            "height": frame.height + tall,
            "preserveAspectRatio": "none",
            "href": _png(shades.tobytes(), shades.shape, ends),
        },
    )


def _circle(place: tuple[float, float], marker: Trace, seen: Attributes) -> Mark:
    edge = marker.get("line", {"width": 0})["width"]
    return Mark(
        "circle",
        {
            "cx": place[0],
            "cy": place[1],
            "r": marker["size"] / 2 + (1 if edge else 0),
            **seen,
            "fill": ink(marker["color"]),
            "stroke": HALO,
            "stroke-width": edge,
        },
    )


def _drawn(path: str) -> Callable[[tuple[float, float], Trace, Attributes], Mark]:
    """A symbol as a path on a square of side 2 around its middle; strokes only if it is open."""

    def draw(place: tuple[float, float], marker: Trace, seen: Attributes) -> Mark:
        size = marker["size"] / 2
        edge = marker.get("line", {})
        color = ink(edge.get("color") or marker["color"])
        shape: Attributes = {"d": path, **seen, "fill": color}
        if "z" not in path:
            width = edge.get("width", 3) / size
            shape |= {"fill": "none", "stroke": color, "stroke-width": width}
        moved = f"translate({short(place[0])} {short(place[1])}) scale({short(size)})"
        return Mark("path", {**shape, "transform": moved})

    return draw


_SYMBOLS: dict[str, Callable[[tuple[float, float], Trace, Attributes], Mark]] = {
    "circle": _circle,
    "diamond": _drawn("M0-1.2L1.2 0L0 1.2L-1.2 0z"),
    "x-thin-open": _drawn("M-1-1L1 1M-1 1L1-1"),
    "line-ns": _drawn("M0-1V1"),
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


@lru_cache(maxsize=16)
def _png(shades: bytes, shape: tuple[int, ...], ends: tuple[str, ...]) -> str:
    """As an address. The same map comes back at every place of a slider."""
    unit = np.frombuffer(shades, np.uint8).reshape(*shape, 1) / 255
    low, high = (np.array(_rgb(color)) for color in ends)
    file = io.BytesIO()
    Image.fromarray(np.round(low + unit * (high - low)).astype(np.uint8)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _rgb(color: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue
