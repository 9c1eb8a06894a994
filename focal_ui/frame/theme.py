"""How everything looks: hue says which loss, fill pattern says which class, on light and on dark.

The three hues keep a contrast of 3:1 and more on both grounds; each has its own dash and a label
at the line's end, so colour is never the only sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focal_ui.stage.view import Figure
from focal_ui.words import separators

FONT_SIZE = 14
BARS_HEIGHT = 250
HEIGHT = 380
FAINT = "rgba(128,132,149,0.6)"  # what is there for comparison only
NEUTRAL = "#7A8194"  # on screen STYLE gives it the page's own text colour; exports keep it
CLEAR = "rgba(0,0,0,0)"


def hiding(*selectors: str) -> str:
    """A rule that hides what the selectors find, with the gap that would stand around it."""
    found = ", ".join(f"{selector}, :has(> {selector})" for selector in selectors)
    return f"{found} {{ display: none !important; }}"


# Plotly writes colours as rgb(…); text in NEUTRAL follows the page, light or dark.
# Out of sight is what settings.out_of_sight holds, and options that stand beside their translation.
# What is chosen and has the focus is darker: Streamlit's blue on blue has a contrast of 3.9.
STYLE = f"""<style>
.js-plotly-plot text[style*="rgb(122, 129, 148)"] {{ fill: currentColor !important; }}
{hiding('[class*="st-key-out_of_sight"]')}
[class*="st-key-"]:has(+ [class*="st-key-said_"]) {{ display: none !important; }}
[data-ground=light] [data-variant=segmented_control][data-selected] p {{ color: #005A8E; }}
</style>"""


PROJECTOR_STYLE = """<style>
html { font-size: 21px !important; }
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; }
.st-key-first_picture [data-picture] svg.wide { max-height: max(240px, calc(100dvh - 335px)); }
</style>"""
EMBEDDED_STYLE = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], .st-key-way_on, .st-key-beside, .st-key-above
{ display: none !important; }
[data-testid="stMainBlockContainer"] { padding: 0.5rem 1rem; }
.st-key-first_picture [data-picture] svg.wide { max-height: max(240px, calc(100dvh - 190px)); }
</style>"""
"""Inside somebody else's page: slider and picture."""
WITHOUT_MENU_STYLE = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], .st-key-way_on
{ display: none !important; }
</style>"""
"""For a class that is to stay on one page."""
LARGER, BOLDER, TALLER = 1.4, 1.6, 1.15


@dataclass(frozen=True)
class Ink:
    """Colour and dash of one loss."""

    color: str
    dash: str

    def line(self, width: float = 3) -> dict[str, Any]:
        """As a Plotly line."""
        return {"color": self.color, "dash": self.dash, "width": width}


CROSS_ENTROPY = Ink("#0072B2", "dash")
FOCAL = Ink("#D55E00", "solid")
THIRD = Ink("#009E73", "dashdot")

CROSS_ENTROPY_SHADES = (CROSS_ENTROPY.color, "#4A9CD3", "#00669E")
FOCAL_SHADES = (FOCAL.color, "#B34700", "#E8742A", "#BF5200")
"""Several lines of one loss: its hue, 3:1 and more on both grounds; dashes tell them apart."""

TEXT_INKS = {
    **dict.fromkeys(CROSS_ENTROPY_SHADES, ("--ink-ce", "#005A8F", "#6DB7E8")),
    **dict.fromkeys(FOCAL_SHADES, ("--ink-fl", "#A84300", "#FF9A52")),
    THIRD.color: ("--ink-third", "#006B4E", "#4CC9A0"),
}
"""What words in a hue are written with: the page's name for the shade, and it on light and on dark.
Words need more contrast than lines; stage.css says the same."""


def class_fill(inks: Sequence[Ink], *, background: bool) -> dict[str, Any]:
    """Fill of one bar a loss: hatched for background, plain for objects."""
    colors = [ink.color for ink in inks]
    if not background:
        return {"color": colors, "line": {"color": colors, "width": 1}}
    hatch = {"shape": "/", "fgcolor": colors, "bgcolor": CLEAR, "size": 8, "solidity": 0.3}
    return {"color": colors, "pattern": hatch, "line": {"color": colors, "width": 1}}


def crossed(hatched: dict[str, Any]) -> dict[str, Any]:
    """The same fill with dense crosses, for the hardest or the other part of what is hatched."""
    return {**hatched, "pattern": {**hatched["pattern"], "shape": "x", "solidity": 0.6}}


def series(values: ArrayLike) -> NDArray[np.float32]:
    """Numbers as Plotly data, with the seven digits that a picture can use."""
    return np.asarray(values, dtype=np.float32)


def figure(data: list[dict[str, Any]], *, height: int = HEIGHT, **layout: Any) -> Figure:
    """A Plotly figure in the house's looks; axes keep still, so a finger can scroll past."""
    base: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 30, "b": 8},
        "font": {"size": FONT_SIZE, "color": NEUTRAL},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "annotations": [],
        "shapes": [],
        "separators": separators(),
    }
    return {"data": data, "layout": base | layout}


def axis(title: str = "", **more: Any) -> dict[str, Any]:
    """An axis with readable ticks that does not zoom."""
    return {
        "title": {"text": title, "font": {"size": FONT_SIZE, "color": NEUTRAL}, "standoff": 12},
        "tickfont": {"size": FONT_SIZE - 1, "color": NEUTRAL},
        "fixedrange": True,
        "zeroline": False,
        "automargin": True,
        "gridcolor": "rgba(128,132,149,0.25)",
        **({"dtick": 1} if more.get("type") == "log" and "tickvals" not in more else {}),
    } | more


def label(text: str, x: Any, y: Any, **more: Any) -> dict[str, Any]:
    """Words on the picture, without an arrow."""
    font = {"size": FONT_SIZE, "color": NEUTRAL} | more.pop("font", {})
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": font} | more


def for_a_room(figure: Figure) -> Figure:
    """The same figure for a projector: larger words, thicker lines, more height."""
    enlarged: Figure = _enlarged(figure)
    enlarged["layout"]["height"] = round(figure["layout"]["height"] * TALLER)
    return enlarged


def _enlarged(part: Any, name: str = "") -> Any:
    if isinstance(part, dict):
        return {key: _enlarged(value, _kind(name, key)) for key, value in part.items()}
    if isinstance(part, list):
        return [_enlarged(each, name) for each in part]
    scale = {"font size": LARGER, "line width": BOLDER, "marker size": LARGER}.get(name, 1)
    return part * scale if scale != 1 and isinstance(part, int | float) else part


def _kind(parent: str, key: str) -> str:
    parent = parent.rpartition(" ")[2]
    for kind in ("font", "line", "marker"):
        if parent.endswith(kind):
            return f"{kind} {key}"
    return key
