"""Scales: where a value lies in a panel, and what is written along its edge."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from focal_ui.words import number, numeral, percent

SMALLEST_FONT = 13
_SMALL = {"size": SMALLEST_FONT}
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Axis:
    """A scale: value -> 0 at the low end, 1 at the high end. Logarithmic ends are exponents.

    places: values of the ticks with what is written there, where they are not round numbers.
    """

    low: float
    high: float
    log: bool = False
    title: str = ""
    tickformat: str = ""
    most_ticks: int = 6
    labelled: bool = True
    grid: bool = True
    places: tuple[tuple[float, str], ...] = ()
    step: int = 1  # powers of ten between the ticks of a logarithmic axis
    font_size: float = SMALLEST_FONT
    title_size: float = SMALLEST_FONT + 1

    @classmethod
    def of(cls, given: Mapping[str, Any], most_ticks: int) -> "Axis":
        """From Plotly's words for it. most_ticks: unless the axis says how many itself."""
        if "range" not in given:
            raise ValueError(f"an axis that moves needs its range: {given.get('title')}")
        low, high = given["range"]
        return cls(
            float(low),
            float(high),
            log=given.get("type") == "log",
            title=given.get("title", {"text": ""})["text"],
            tickformat=given.get("tickformat", ""),
            most_ticks=given.get("nticks", most_ticks),
            labelled=given.get("showticklabels", True) and given.get("visible", True),
            grid=given.get("showgrid", True) and given.get("visible", True),
            places=tuple(zip(given.get("tickvals", ()), given.get("ticktext", ()), strict=True)),
            step=given.get("dtick", 1) if given.get("type") == "log" else 1,
            font_size=max(given.get("tickfont", _SMALL)["size"], SMALLEST_FONT),
            title_size=max(given.get("title", {"font": _SMALL})["font"]["size"], SMALLEST_FONT),
        )

    def unit(self, values: Any) -> Any:
        """Where data lie."""
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log10(values)
        return (np.asarray(values, dtype=float) - self.low) / (self.high - self.low)

    def read(self) -> dict[str, Any]:
        """What it takes to turn a unit back into a value and to write that."""
        return {
            "low": self.low,
            "high": self.high,
            "log": self.log,
            "percent": self.tickformat.endswith("%"),
            "title": _plain(self.title),
        }

    def say(self, value: float) -> str:
        """A value as a visitor reads it."""
        return percent(value) if self.tickformat.endswith("%") else number(value)

    def unit_of_place(self, place: float) -> float:
        """Where an annotation or shape lies: on a logarithmic axis it gives the exponent."""
        return (float(place) - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Where, as unit, and what is written there."""
        if not self.labelled:
            return []
        if self.places:
            return [(float(self.unit(value)), text) for value, text in self.places]
        if self.log:
            return self._powers()
        step = _round_step((self.high - self.low) / self.most_ticks)
        places = np.arange(np.ceil(self.low / step - 1e-9), np.floor(self.high / step + 1e-9) + 1)
        return [(self.unit_of_place(p * step), self._written(p * step)) for p in places]

    def _powers(self) -> list[tuple[float, str]]:
        exponents = range(int(np.ceil(self.low)), int(np.floor(self.high)) + 1, self.step)
        written = self._written if self.tickformat else lambda value: _power(round(np.log10(value)))
        return [(self.unit_of_place(e), written(10.0**e)) for e in exponents]

    def _written(self, value: float) -> str:
        value = round(value, 10) + 0.0  # never -0
        if self.tickformat == "~%":  # as many digits as it takes
            return numeral(f"{100 * value:g}%")
        return numeral(f"{value:{self.tickformat or ',g'}}".replace("-", "−"))


@dataclass(frozen=True)
class Frame:
    """One panel's place in the picture, and its two scales."""

    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis

    def across(self, unit: float) -> float:
        """Picture coordinate of a horizontal unit."""
        return self.left + unit * self.width

    def down(self, unit: float) -> float:
        """Picture coordinate of a vertical unit, which grows upward."""
        return self.top + (1 - unit) * self.height


def _plain(title: str) -> str:
    """What the axis counts, without marks and what follows a comma: p_t, not how it is called."""
    bare = title.replace("<sub>", "_").replace("</sub>", "")
    return re.split("[,\uff0c]", bare)[0]


def _power(exponent: int) -> str:
    if -1 <= exponent <= 1:
        return numeral(f"{10.0**exponent:g}")
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def _round_step(at_least: float) -> float:
    magnitude = 10.0 ** np.floor(np.log10(at_least))
    return float(next(m for m in (1, 2, 5, 10) if m * magnitude >= at_least * 0.999) * magnitude)
