"""Points of a trace as marks: symbols, the words beside them and the bars of their errors."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from focal_ui.stage.svg.mark import Attributes, Mark, ink, rich, short, taken
from focal_ui.stage.svg.scale import SMALLEST_FONT, Frame
from focal_ui.words import _, entry

Trace: TypeAlias = Mapping[str, Any]
HALO = "var(--ground)"
BESIDE = 6  # pixels between a point and its words


def panel_of(trace: Trace) -> str:
    """Name of the panel that a trace lies in: "", "2", "3"."""
    return str(trace.get("xaxis", "x")).removeprefix("x")


def points(frame: Frame, trace: Trace) -> Iterator[Mark]:
    """A point for each pair of numbers; one that has no place is there, but not seen."""
    hold = held(trace)
    for row, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        marker = _marker(trace, row)
        across, height = float(frame.x.unit(x)), float(frame.y.unit(np.nan if y is None else y))
        seen = all(-0.001 <= unit <= 1.001 for unit in (across, height))  # NaN is not
        place = frame.across(across if seen else 0.0), frame.down(height if seen else 0.0)
        told = {"data-tip": tip_of(trace, row, _both(frame, x, y)) if seen else ""}
        opacity = {"opacity": marker.get("opacity", 1) if seen else 0}
        yield _SYMBOLS[marker.get("symbol", "circle")](place, marker, opacity | told | hold)


def words_beside(frame: Frame, trace: Trace) -> Iterator[Mark]:
    """The words that a trace writes beside its points."""
    font = trace["textfont"]
    size = max(font["size"], SMALLEST_FONT)
    sides = trace.get("textposition", "middle right")
    for row, text in enumerate(trace["text"]):
        upright, side = (sides if isinstance(sides, str) else sides[row]).split()
        away = BESIDE + _marker(trace, row)["size"] / 2
        x = frame.across(float(frame.x.unit(trace["x"][row])))
        y = frame.down(float(frame.y.unit(trace["y"][row])))
        place: Attributes = {
            "x": x + {"left": -away, "right": away}.get(side, 0),
            "y": y + {"top": -away, "bottom": away + 0.7 * size}.get(upright, 0.35 * size),
            "text-anchor": {"left": "end", "right": "start"}.get(side, "middle"),
            "font-size": size,
            "fill": ink(font["color"]),
        }
        room = {"left": x, "right": frame.left + frame.width - x}.get(side, frame.width)
        yield Mark("text", place | taken(str(text), size, room)[1], rich(str(text)))


def errors(frame: Frame, trace: Trace) -> Mark:
    """How far each point may lie to its left and right, as one path."""
    error = trace["error_x"]
    rows = zip(trace["x"], trace["y"], error["arrayminus"], error["array"], strict=True)
    d = ""
    for x, y, less, more in rows:
        left, right = (frame.across(float(frame.x.unit(end))) for end in (x - less, x + more))
        down = frame.down(float(frame.y.unit(y)))
        ends = "".join(f"M{short(end)} {short(down - 5)}v10" for end in (left, right))
        d += f"M{short(left)} {short(down)}H{short(right)}{ends}"
    line = {"stroke": ink(error["color"]), "stroke-width": error["thickness"], "fill": "none"}
    return Mark("path", {"d": d, **line})


def _marker(trace: Trace, row: int) -> dict[str, Any]:
    """One point's marker, where colour and symbol may differ from point to point."""
    marker = trace.get("marker") or {"color": trace["line"]["color"], "size": 7}
    return {k: v[row] if isinstance(v, list) else v for k, v in marker.items()}


def held(drawn: Trace) -> Attributes:
    """Which sliders a visitor moves by taking hold of the trace or shape."""
    if "hold" not in drawn:
        return {}
    return {"data-hold": json.dumps(drawn["hold"]), "data-panel": panel_of(drawn)}


def tip_of(trace: Trace, row: int, said: str) -> str:
    """What is said under the pointer: the trace's own words, else its name and what was said."""
    if trace.get("hoverinfo") == "skip":
        return ""
    if "tip" in trace:
        tip = trace["tip"]
        return str(tip if isinstance(tip, str) else tip[row])
    name = trace.get("name", "")
    return entry(name, said) if name else said


def _both(frame: Frame, x: Any, y: Any) -> str:
    """The two values of a point: 36.1% (γ 2)."""
    if y is None:
        return ""
    across = f"{frame.x.read()['title']} {frame.x.say(float(x))}".strip()
    return _("{value} ({at})").format(value=frame.y.say(float(y)), at=across)


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
    "circle-open": _drawn("M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0"),
    "square": _drawn("M-.9-.9H.9V.9H-.9z"),
    "x": _drawn("M-1-1L1 1M-1 1L1-1"),
    "diamond": _drawn("M0-1.2L1.2 0L0 1.2L-1.2 0z"),
    "x-thin-open": _drawn("M-1-1L1 1M-1 1L1-1"),
    "line-ns": _drawn("M0-1V1"),
}
