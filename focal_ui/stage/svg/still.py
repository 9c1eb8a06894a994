"""A figure as one SVG that needs neither a script nor a page around it: for paper."""

import base64
import html
import io

import numpy as np
from PIL import Image

from focal_ui.stage.svg.canvas import Canvas
from focal_ui.stage.svg.mark import Curve, Glow, Mark, short
from focal_ui.stage.view import Figure

_ON_PAPER = "color:#1a1f2b;--ground:#fff;font-family:system-ui,sans-serif"


def still(name: str, figure: Figure, width: float = 800) -> str:
    """The picture as it stands. name: keeps the identifiers of two pictures apart."""
    return _still(f"still-{name}-", figure, width, f'style="{_ON_PAPER}"')


def until_scripts(kind: str, name: str, figure: Figure, width: float, sentence: str) -> str:
    """The same with a page's own colours, for where scripts come later or never.

    kind: what the stage calls a picture of this width; sentence: what it says, in plain words.
    """
    fitted = Canvas(f"first-{kind}-{name}-", width).fitted(figure)
    said = html.escape(sentence, quote=True)
    return _still(f"first-{kind}-{name}-", fitted, width, f'class="{kind}" aria-label="{said}"')


def _still(prefix: str, figure: Figure, width: float, more: str) -> str:
    canvas = Canvas(prefix, width)
    marks = "".join(_drawn(mark).svg() for mark in canvas.marks(figure))
    height = figure["layout"]["height"]
    return (
        f'<svg role="img" viewBox="0 0 {width:g} {height:g}" {more}>'
        f"{canvas.ground(figure)}{marks}</svg>"
    )


def _drawn(mark: Mark) -> Mark:
    """With its path or its glow, which a script makes on a screen."""
    if mark.glow is not None:
        place = {key: mark.attributes[key] for key in ("x", "y", "width", "height")}
        return Mark("image", {**place, "href": _painted(mark.glow)}, "")
    if mark.curve is None:
        return mark
    return Mark(mark.tag, {**mark.attributes, "d": _path(mark.curve)}, mark.inner)


def _painted(glow: Glow) -> str:
    """The glow as an image that lies in the file."""
    colors = np.asarray(glow.colors, np.uint8)
    image = Image.fromarray(np.asarray(glow.levels, np.uint8), "P")
    image.putpalette(colors[:, :3].tobytes(), "RGB")
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True, transparency=colors[:, 3].tobytes())
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


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
