"""The few marks that all pictures are made of."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from focal_ui import theme


def line(x: ArrayLike, y: ArrayLike, style: dict[str, Any], panel: str = "") -> dict[str, Any]:
    """A curve; NaN leaves a gap."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": theme.series(x),
        "y": theme.series(y),
        "line": style,
        "hoverinfo": "x+y",
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
    }


def dot(x: float, y: float | None, color: str, panel: str = "") -> dict[str, Any]:
    """The point that the sentence speaks of."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "marker": {"color": color, "size": 13, "line": {"color": "white", "width": 2}},
        "hoverinfo": "x+y",
        "cliponaxis": False,
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
    }


def level(y: float) -> dict[str, Any]:
    """A faint line across the picture."""
    return {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": y, "y1": y} | _FAINT


def upright(x: float) -> dict[str, Any]:
    """A faint line from bottom to top."""
    return {"type": "line", "yref": "y domain", "y0": 0, "y1": 1, "x0": x, "x1": x} | _FAINT


def key(entries: Iterable[tuple[str, str, float]]) -> list[dict[str, Any]]:
    """A line of names above the picture: text, colour, and where it starts (0 to 1)."""
    return [
        theme.label(
            f"<b>{text}</b>",
            x,
            1,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            font={"color": color},
        )
        for text, color, x in entries
    ]


def with_gaps(values: Any) -> Any:
    """A sequence that may hold None as numbers, NaN in its place."""
    return np.array([np.nan if value is None else value for value in values])


_FAINT = {"line": {"color": theme.FAINT, "dash": "dot", "width": 2}}
