"""What a knob is: a widget, its URL parameter, and what to say of a link that it cannot use."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

import streamlit as st

from focal_ui.frame import settings
from focal_ui.words import _

N = TypeVar("N", int, float)


@dataclass(frozen=True)
class Slider:
    """One number. Values from a link are snapped to the step, so that thumb and number agree.

    key: widget key, URL parameter and argument name in the core alike.
    """

    key: str
    name: str
    low: float
    high: float
    default: float
    step: float
    help: str = ""

    @property
    def values(self) -> str:
        """What the link may say."""
        return _("{low:g} to {high:g}, step {step:g}").format(
            low=self.low, high=self.high, step=self.step
        )

    @property
    def places(self) -> tuple[float, ...]:
        """Every value that the slider can show."""
        steps = round((self.high - self.low) / self.step)
        return tuple(self.snap(self.low + i * self.step) for i in range(steps + 1))

    @property
    def scale(self) -> tuple[float, float]:
        """How the browser's slider counts: its first number, and what a step adds."""
        return self.low, self.step

    def row(self, value: float) -> int:
        """Which of the places this value is."""
        return round((value - self.low) / self.step)

    def ask(self) -> float:
        """Draw the slider and return its value."""
        with settings.place(self.key):
            shown = st.slider(
                _(self.name),
                self.low,
                self.high,
                self.default,
                self.step,
                key=self.key,
                bind="query-params",
                format="%g",
                help=_(self.help) or None,
            )
        return self.snap(float(shown))

    def snap(self, value: float) -> float:
        """The nearest value that the slider can show."""
        steps = round((value - self.low) / self.step)
        return min(self.high, round(self.low + steps * self.step, 10))

    def complaint(self, raw: str) -> str | None:
        """Why a link's text is not used as it stands, or None."""
        value = _number(raw)
        if value is None or not self.low <= value <= self.high:
            return _(
                "is not a number from {low:g} to {high:g}: the page opened with {used:g}."
            ).format(low=self.low, high=self.high, used=self.default)
        if not math.isclose(self.snap(value), value, abs_tol=1e-9):
            return _("lies between two steps: the page opened with {used:g}.").format(
                used=self.snap(value)
            )
        return None


@dataclass(frozen=True)
class Choice:
    """One of a few options side by side; an option's text stands on screen and in the link.

    default None: nothing is chosen yet.
    """

    key: str
    name: str
    options: tuple[str, ...]
    default: str | None = None
    help: str = ""

    @property
    def values(self) -> str:
        """What the link may say."""
        return ", ".join(self.options)

    def ask(self, *, show_name: bool = True) -> str | None:
        """Draw the options and return the chosen one."""
        with settings.place(self.key):
            chosen: str | None = st.segmented_control(
                _(self.name),
                self.options,
                default=self.default,
                required=True,  # a second press takes nothing back
                key=self.key,
                bind="query-params",
                help=_(self.help) or None,
                label_visibility="visible" if show_name else "collapsed",
            )
        return chosen

    def complaint(self, raw: str) -> str | None:
        """Why a link's text is not used, or None."""
        return None if raw in self.options else _not_one_of(self.options)


@dataclass(frozen=True)
class Steps(Generic[N]):
    """One of a few numbers that lie too far apart for equal steps, written short: 10, 1k, 1M."""

    key: str
    name: str
    options: dict[str, N]
    default: str
    help: str = ""

    @property
    def values(self) -> str:
        """What the link may say."""
        return ", ".join(self.options)

    @property
    def places(self) -> tuple[N, ...]:
        """Every value that the slider can show."""
        return tuple(self.options.values())

    @property
    def scale(self) -> tuple[float, float]:
        """How the browser's slider counts: its options, from 0."""
        return 0.0, 1.0

    def row(self, value: N) -> int:
        """Which of the places this value is."""
        return self.places.index(value)

    def ask(self) -> N:
        """Draw the slider and return its value."""
        with settings.place(self.key):
            chosen = st.select_slider(
                _(self.name),
                tuple(self.options),
                self.default,
                key=self.key,
                bind="query-params",
                help=_(self.help) or None,
            )
        return self.options[chosen]

    def complaint(self, raw: str) -> str | None:
        """Why a link's text is not used, or None."""
        return None if raw in self.options else _not_one_of(self.options)


@dataclass(frozen=True)
class Number:
    """Any number that a visitor types; None until then."""

    key: str
    name: str

    @property
    def values(self) -> str:
        """What the link may say."""
        return _("any number")

    def ask(self) -> float | None:
        """Draw the field and return what it holds."""
        with settings.place(self.key):
            typed: float | None = st.number_input(
                _(self.name), value=None, key=self.key, bind="query-params", format="%g", width=240
            )
        return typed

    def complaint(self, raw: str) -> str | None:
        """Why a link's text is not used, or None."""
        value = _number(raw)
        usable = value is not None and math.isfinite(value)
        return None if usable else _("is not a number.")


Sliding: TypeAlias = Slider | Steps[int] | Steps[float]
"""What a view can follow."""

Knob: TypeAlias = Slider | Choice | Steps[int] | Steps[float] | Number


def _number(raw: str) -> float | None:
    try:
        return float(raw)
    except ValueError:
        return None


def _not_one_of(options: Iterable[str]) -> str:
    return _("is not one of: {options}.").format(options=", ".join(options))
