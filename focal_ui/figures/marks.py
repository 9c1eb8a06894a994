"""The few marks that all pictures are made of."""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from focal_ui.frame import theme


def line(
    x: ArrayLike, y: ArrayLike, style: dict[str, Any], panel: str = "", name: str = ""
) -> dict[str, Any]:
    """A curve; NaN leaves a gap. name: what it is called under the pointer; "": it is not asked."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": theme.series(x),
        "y": theme.series(y),
        "line": style,
        "name": name,
        "hoverinfo": "x+y+name" if name else "skip",
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
    }


def dot(x: float, y: float | None, color: str, panel: str = "", name: str = "") -> dict[str, Any]:
    """The point that the sentence speaks of. name: of the curve that it lies on."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "marker": {"color": color, "size": 13, "line": {"color": "white", "width": 2}},
        "name": name,
        "hoverinfo": "x+y+name" if name else "x+y",
        "cliponaxis": False,
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
    }


def level(y: float, panel: str = "") -> dict[str, Any]:
    """A faint line across the panel."""
    ends = {"x0": 0, "x1": 1, "y0": y, "y1": y}
    return {"type": "line", "xref": f"x{panel} domain", "yref": f"y{panel}"} | ends | _FAINT


def upright(x: float | None, panel: str = "") -> dict[str, Any]:
    """A faint line from bottom to top; None: it is there, but not seen."""
    at = 0 if x is None else x
    ends = {"x0": at, "x1": at, "y0": 0, "y1": 1, "opacity": 0 if x is None else 1}
    return {"type": "line", "xref": f"x{panel}", "yref": f"y{panel} domain"} | ends | _FAINT


def bars(
    x: ArrayLike, y: ArrayLike, marker: dict[str, Any], panel: str = "", **more: Any
) -> dict[str, Any]:
    """Standing bars; more: `orientation="h"` for lying ones, their width, name and tip."""
    where = {"xaxis": f"x{panel}", "yaxis": f"y{panel}"}
    return {"type": "bar", "x": x, "y": y, "marker": marker} | where | more


def named(names: Sequence[str], places: Sequence[float]) -> dict[str, Any]:
    """Ticks of an axis that has names instead of numbers."""
    return {"tickvals": list(places), "ticktext": list(names)}


def panel_title(text: str, panel: str, **more: Any) -> dict[str, Any]:
    """What a panel shows, above its left end."""
    where = {"xref": f"x{panel} domain", "yref": f"y{panel} domain"}
    return theme.label(f"<b>{text}</b>", 0, 1, xanchor="left", yanchor="bottom", **where, **more)


DASHES = {
    "solid": "——",
    "dash": "– –",
    "dot": "····",
    "dashdot": "–·–",
    "longdash": "— —",
    "longdashdot": "—·—",
}
"""How a line looks, written: what tells two lines of one colour apart in a key."""


def with_dash(name: str, ink: theme.Ink) -> str:
    """A name in a key, behind what its line looks like."""
    return f"{DASHES[ink.dash]} {name}"


def key_in_rows(entries: Sequence[tuple[str, theme.Ink]], rows: int) -> list[dict[str, Any]]:
    """Rows of two names above the picture, each 20 pixels high: text, and ink of its line."""
    return [
        theme.label(
            f"<b>{with_dash(text, ink)}</b>",
            (i % 2) * 0.5,
            1,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            yshift=4 + 20 * (rows - 1 - i // 2),
            wide=0.49,
            font={"color": ink.color, "size": theme.FONT_SIZE - 1},
        )
        for i, (text, ink) in enumerate(entries)
    ]


def key(entries: Iterable[tuple[str, str, float]], **more: Any) -> list[dict[str, Any]]:
    """A line of names above the picture: text, colour, and where it starts (0 to 1)."""
    named = list(entries)
    ends = [x for _text, _color, x in named[1:]] + [1.0]
    return [
        theme.label(
            f"<b>{text}</b>",
            x,
            1,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            wide=max(end - x, 0.1) - 0.02,
            font={"color": color},
            **more,
        )
        for (text, color, x), end in zip(named, ends, strict=True)
    ]


def row_title(text: str, y: float, **more: Any) -> dict[str, Any]:
    """Words above a row of bars or dots, from where the panel begins."""
    where = {"xref": "x domain", "yref": "y", "xanchor": "left", "yanchor": "bottom"}
    return theme.label(text, 0, y, **where, **more)


FILLS = HATCHED, CROSSED, PLAIN = ("▨", "▩", "■")
"""Fills of bars, written: what stands for them in a key."""


def class_key(
    entries: Iterable[tuple[str, str]],
    *,
    colors: Sequence[str] = (),
    right: bool = False,
    **place: Any,
) -> dict[str, Any]:
    """What the fills of the bars mean, in one line above the picture: a filled square and a name.

    colors: of the squares, where the fills differ in theirs. right: it ends where the picture ends,
    else it starts where the panel starts. place: another place than above the picture.
    """
    text = "\u2003".join(
        f'<span style="color:{color}">{sign}</span> {name}'
        for (sign, name), color in zip(entries, chain(colors, repeat(theme.NEUTRAL)), strict=False)
    )
    side = {"x": 1, "xanchor": "right"} if right else {"x": 0, "xanchor": "left"}
    font = {"size": theme.FONT_SIZE - 1}
    where = {"xref": "paper", "yref": "paper", "y": 1, "yanchor": "bottom", **side, **place}
    return theme.label(text, where.pop("x"), where.pop("y"), font=font, **where)


def with_gaps(values: Any) -> Any:
    """A sequence that may hold None as numbers, NaN in its place."""
    return np.array([np.nan if value is None else value for value in values])


_FAINT = {"line": {"color": theme.FAINT, "dash": "dot", "width": 2}}
