"""One element of a picture, its markup, and the inks and words that elements share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, TypeAlias
from unicodedata import combining, east_asian_width, normalize

import numpy as np
from numpy.typing import NDArray

from focal_ui.frame import theme
from focal_ui.locale.languages import ENGLISH
from focal_ui.stage.svg.scale import Frame
from focal_ui.words import language

Units: TypeAlias = NDArray[np.float32]
Attributes: TypeAlias = dict[str, str | float]
_RICH = {
    "<b>": '<tspan font-weight="600">',
    "</b>": "</tspan>",
    "</span>": "</tspan>",
    "<sub>": '<tspan dy="0.3em" font-size="75%">',
    "</sub>": "</tspan>",
}
_SIGN = re.compile(r'<span style="color:([^"<>]+)">')
_OF_SIGNS = "DejaVu Sans, Segoe UI Symbol, Apple Symbols, sans-serif"
"""Fonts that draw all signs of a key alike; most others have the one or the other only."""
_SQUARES = "▨▩■\u2003"

BOLD = 1.03  # what bold letters take of others
_WIDTHS = {  # of letters of the page's font, in parts of its size; of those not here it is a half
    sign: wide
    for signs, wide in {
        " \u202f": 0.2,
        "ijlI.,:;|'": 0.26,
        "frt()-": 0.33,
        "csxz": 0.44,
        "bdhnopquABCEFKLPRSTVXZ": 0.56,
        "DGHMNOQU": 0.66,
        "mwW%—": 0.8,
        _SQUARES: 1.0,
    }.items()
    for sign in signs
}


@dataclass(frozen=True, eq=False)
class Curve:
    """A line's points as the figure gives them, and the panel that they lie in."""

    across: Any
    heights: Any
    frame: Frame

    @property
    def x(self) -> Units:
        """In units of its frame: one for a wide and for a narrow picture."""
        units: Units = np.asarray(self.frame.x.unit(self.across), dtype=np.float32)
        return units

    @property
    def y(self) -> Units:
        """In units of its frame, cut off where nobody can see it."""
        (units,) = self.heights_of([self])
        return np.asarray(units)

    @staticmethod
    def heights_of(curves: Sequence["Curve"]) -> Units:
        """A row for each of several curves in frames with one scale."""
        rows = np.stack([np.asarray(curve.heights) for curve in curves])
        units: Units = np.clip(curves[0].frame.y.unit(rows), -1, 2).astype(np.float32)
        return units


@dataclass(frozen=True, eq=False)
class Glow:
    """Brightness of many places, which a script paints.

    levels: a step of the scale for each place, (n, n), from above left. colors: of the 256 steps,
    red, green, blue and how far it covers, (256, 4). offset: what is added to a step to find its
    words. told: what else is said of a place, for the script; maps of bytes among it move.
    """

    levels: NDArray[np.uint8]
    colors: NDArray[np.uint8]
    offset: int
    told: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Mark:
    """One element of the picture. inner: SVG text, escaped.

    A curve gets its path when drawn, a glow is painted.
    """

    tag: str
    attributes: Attributes
    inner: str = ""
    curve: Curve | None = None
    glow: Glow | None = None

    def svg(self, name: str = "") -> str:
        """As markup; name lets a script find the element."""
        named: Attributes = {"data-mark": name} if name else {}
        given = "".join(
            f' {key}="{escape(short(value))}"' for key, value in (named | self.attributes).items()
        )
        return f"<{self.tag}{given}>{self.inner}</{self.tag}>"


@lru_cache(maxsize=4_096)
def rich(text: str) -> str:
    """Bold, subscript and the coloured signs of a key as SVG, all else escaped."""
    parts, back = [], ""
    for part in re.split(r'(</?(?:b|sub|span)>|<span style="color:[^"<>]+">)', text):
        if part in _RICH:
            parts.append(_RICH[part])
            back = "-0.225em" if part == "</sub>" else back
        elif sign := _SIGN.fullmatch(part):
            parts.append(f'<tspan fill="{ink(sign[1])}" font-family="{_OF_SIGNS}">')
        elif part:
            safe = escape(part)
            parts.append(f'<tspan dy="{back}">{safe}</tspan>' if back else safe)
            back = ""
    return "".join(parts)


@lru_cache(maxsize=4_096)
def length(text: str, size: float) -> float:
    """About how wide the text is; a Chinese character is as wide as it is high, as is a square."""
    plain = re.sub(r"<[^>]+>", "", text)
    wide = sum(east_asian_width(sign) in "WF" or sign in _SQUARES for sign in plain)
    return size * (0.48 * (len(plain) - wide) + wide)


def taken(text: str, size: float, room: float) -> tuple[float, Attributes]:
    """How wide the text will be, and what keeps it in its room: it is written closer if need be.

    In English it stands as its picture was made for it.
    """
    if language() == ENGLISH.tag:
        return length(text, size), {}
    wide = _written_out(text, size)
    if wide <= room:
        return wide, {}
    return room, {"textLength": room, "lengthAdjust": "spacingAndGlyphs"}


@lru_cache(maxsize=4_096)
def _written_out(text: str, size: float) -> float:
    """How wide the text is at most, letter by letter: longer than it is, it would be stretched."""
    plain = normalize("NFD", re.sub(r"<[^>]+>", "", text))
    return BOLD * size * sum(map(_width, plain))


def _width(sign: str) -> float:
    if combining(sign):
        return 0.0
    return 1.0 if east_asian_width(sign) in "WF" else _WIDTHS.get(sign, 0.5)


def ink(color: str) -> str:
    """A colour of the figure; what is neutral follows the page, light or dark."""
    return "currentColor" if color == theme.NEUTRAL else color


def word_ink(color: str) -> str:
    """The same for words, which need more contrast than lines: the page knows the shade."""
    if color not in theme.TEXT_INKS:
        return ink(color)
    name, on_light, _on_dark = theme.TEXT_INKS[color]
    return f"var({name}, {on_light})"


def stroke(line: Mapping[str, Any]) -> Attributes:
    """A Plotly line as attributes."""
    width = line["width"]
    parts = {
        "dash": (3 * width, 2 * width),
        "dot": (width, 1.5 * width),
        "dashdot": (3 * width, 1.5 * width, width, 1.5 * width),
        "longdash": (5 * width, 2 * width),
        "longdashdot": (5 * width, 1.5 * width, width, 1.5 * width),
    }.get(line.get("dash", "solid"))
    dash = {"stroke-dasharray": " ".join(map(short, parts))} if parts else {}
    return {"fill": "none", "stroke": ink(line["color"]), "stroke-width": width, **dash}


def short(value: str | float) -> str:
    """A number with as many digits as a pixel needs."""
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".")
