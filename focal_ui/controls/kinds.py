"""What a knob is: a widget, its URL parameter, and what to say of a link that it cannot use."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeAlias, TypeVar

import streamlit as st

from focal_ui.frame import settings
from focal_ui.words import _, label, listed

N = TypeVar("N", int, float)


CLOSER = "closer"  # session_state, after a key: where the closer look at a slider begins
WANTED, AGAIN = "wanted", "wanted again"  # the same for what was typed, until the slider shows it
CLOSER_STEPS = 50
SAID = "said_"  # what the keys of widgets start with that show another’s options in other words


@dataclass(frozen=True)
class Slider:
    """One number. Values from a link are snapped to the step, so that thumb and number agree.

    key: widget key, URL parameter and argument name in the core alike. fine: a smaller step, 0 for
    none: a number that is typed, or given by a link, opens a closer look around itself. is_part:
    whether this is such a closer look.
    """

    key: str
    name: str
    low: float
    high: float
    default: float
    step: float
    help: str = ""
    fine: float = 0.0
    is_part: bool = False

    @property
    def values(self) -> str:
        """What the link may say."""
        return _("{low:g} to {high:g}, step {step:g}").format(
            low=self.low, high=self.high, step=self.fine or self.step
        )

    def now(self) -> "Slider":
        """The slider itself, or a closer look at the part where a visitor typed a number."""
        if not self.fine:
            return self
        if (wanted := st.session_state.pop(f"{self.key} {AGAIN}", None)) is not None:
            st.session_state[self.key] = wanted
        held = _number(str(st.session_state.get(self.key, st.query_params.get(self.key, ""))))
        closer: Slider | None = st.session_state.get(f"{self.key} {CLOSER}")
        if held is None or not self.low <= held <= self.high:
            return self
        if closer is not None and closer.low <= held <= closer.high:
            return closer
        return self._look_closer(held) if self._lies_between(held) else self

    def _look_closer(self, value: float) -> "Slider":
        closer = st.session_state[f"{self.key} {CLOSER}"] = self.part_around(value)
        return closer

    def part_around(self, value: float) -> "Slider":
        """The part of the slider around a value, in fine steps."""
        width = CLOSER_STEPS * self.fine
        low = min(self.high - width, self.low + width * math.floor((value - self.low) / width))
        low = round(low, 10)
        closer = replace(
            self, low=low, high=round(low + width, 10), step=self.fine, fine=0.0, is_part=True
        )
        # No place of it is its default: the address would leave that out, and mean another number.
        return replace(closer, default=low + self.fine / 2)

    def look_at_all(self) -> None:
        """Back to the whole slider, at the place that lies nearest."""
        self._go_to(self.snap(float(st.session_state.get(self.key, self.default))))

    def take(self, value: float) -> None:
        """Move to a number that a visitor has typed."""
        fine = round(min(self.high, max(self.low, value)) / self.fine) * self.fine
        self._go_to(round(fine, 10))
        if self._lies_between(fine):
            self._look_closer(fine)

    def _go_to(self, value: float) -> None:
        st.session_state.pop(f"{self.key} {CLOSER}", None)
        st.session_state[self.key] = st.session_state[f"{self.key} {WANTED}"] = value

    def _lies_between(self, value: float) -> bool:
        return not math.isclose(self.snap(value), value, abs_tol=1e-9)

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
        self._insist(float(shown))
        return self.snap(float(shown))

    def _insist(self, shown: float) -> None:
        """Whole or part, it is another slider to Streamlit: a new one believes the old address."""
        wanted = st.session_state.pop(f"{self.key} {WANTED}", None)
        if wanted is not None and not math.isclose(wanted, shown, abs_tol=1e-9):
            st.session_state[f"{self.key} {AGAIN}"] = wanted
            st.rerun()

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
        if self.fine:
            return self.part_around(value).complaint(raw) if self._lies_between(value) else None
        if self._lies_between(value):
            return _("lies between two steps: the page opened with {used:g}.").format(
                used=self.snap(value)
            )
        return None


@dataclass(frozen=True)
class Choice:
    """One of a few options side by side; an option's text stands on screen and in the link.

    default None: nothing is chosen yet. renamed: what old links call an option -> its name now.
    """

    key: str
    name: str
    options: tuple[str, ...]
    default: str | None = None
    help: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def values(self) -> str:
        """What the link may say."""
        return ", ".join(self.options)

    def meant(self, raw: str) -> str:
        """What a link's text is called now."""
        return self.renamed.get(raw, raw)

    def ask(self, *, show_name: bool = True) -> str | None:
        """Draw the options and return the chosen one."""
        self._open_old_link()
        labels = {option: label(option) for option in self.options}
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
            if any(option != said for option, said in labels.items()):
                self._show(labels, chosen, show_name=show_name)
        return chosen

    def _show(self, labels: Mapping[str, str], chosen: str | None, *, show_name: bool) -> None:
        """The same in words of another language, in the place of it.

        Streamlit writes into the address what stands on screen; there the options are English.
        theme.STYLE hides what the link knows.
        """
        shown = SAID + self.key
        st.session_state[shown] = chosen
        st.segmented_control(
            _(self.name),
            self.options,
            required=True,
            key=shown,
            format_func=labels.__getitem__,
            on_change=_pass_on,
            args=(shown, self.key),
            help=_(self.help) or None,
            label_visibility="visible" if show_name else "collapsed",
        )

    def _open_old_link(self) -> None:
        """Streamlit takes what is set here where the link says a name that it does not know."""
        said = st.query_params.get_all(self.key)
        if said and said[0] in self.renamed:
            st.session_state[self.key] = self.meant(said[0])

    def complaint(self, raw: str) -> str | None:
        """Why a link's text is not used, or None."""
        return None if self.meant(raw) in self.options else _not_one_of(self.options)


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

    def now(self) -> "Steps[N]":
        """The slider itself: it shows all there is."""
        return self

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


def _pass_on(shown: str, key: str) -> None:
    st.session_state[key] = st.session_state[shown]


def _number(raw: str) -> float | None:
    try:
        return float(raw)
    except ValueError:
        return None


def _not_one_of(options: Iterable[str]) -> str:
    return _("is not one of: {options}.").format(options=listed(list(options)))
