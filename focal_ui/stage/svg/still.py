"""A figure as one SVG that needs neither a script nor a page around it: for paper."""

import numpy as np

from focal_ui.stage.svg.canvas import Canvas
from focal_ui.stage.svg.mark import Curve, Mark, short
from focal_ui.stage.view import Figure

_ON_PAPER = "color:#1a1f2b;--ground:#fff;font-family:system-ui,sans-serif"


def still(name: str, figure: Figure, width: float = 800) -> str:
    """The picture as it stands. name: keeps the identifiers of two pictures apart."""
    canvas = Canvas(f"still-{name}-", width)
    marks = "".join(_drawn(mark).svg() for mark in canvas.marks(figure))
    height = figure["layout"]["height"]
    return (
        f'<svg role="img" viewBox="0 0 {width:g} {height:g}" style="{_ON_PAPER}">'
        f"{canvas.ground(figure)}{marks}</svg>"
    )


def _drawn(mark: Mark) -> Mark:
    """With its path, which a script makes on a screen."""
    if mark.curve is None:
        return mark
    return Mark(mark.tag, {**mark.attributes, "d": _path(mark.curve)}, mark.inner)


def _path(curve: Curve) -> str:
    """Through every point; a gap where there is none."""
    d, pen = "", "M"
    for x, y in zip(curve.x.tolist(), curve.y.tolist(), strict=True):
        if np.isnan(y):
            pen = "M"
            continue
        d += f"{pen}{short(curve.frame.across(x))} {short(curve.frame.down(y))}"
        pen = "L"
    return d
