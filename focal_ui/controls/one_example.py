"""One example of several classes: its controls, and what they hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from focal_ui.controls import knobs
from focal_ui.controls.kinds import Slider
from focal_ui.words import _

NARROW = 150  # pixels of a slider


@dataclass(frozen=True)
class Example:
    """A logit and a weight for each class. truth: the true one, from 0; None for background."""

    logits: tuple[float, ...]
    weights: tuple[float, ...]
    truth: int | None


PLAIN = Example((2.0, 1.0, 0.0), (1.0, 1.0, 1.0), 0)


def ask(ask_live: Callable[[Slider], object]) -> int | None:
    """Draw the controls and return the true class, from 0; None for background.

    ask_live: draws a slider that the view follows.
    """
    sliders = st.container(gap="small")  # under the picture that they move
    count, truth = _count_and_truth()
    for row in (knobs.LOGITS, knobs.WEIGHTS):
        for slider, place in zip(row, _side_by_side(sliders, count), strict=False):
            with place:
                ask_live(slider)
    return truth


def read(values: Mapping[str, float], truth: int | None) -> Example:
    """The example that the sliders show, by their keys; the plain one's where there are none."""
    logits = _held(knobs.LOGITS, values) or PLAIN.logits
    weights = _held(knobs.WEIGHTS, values) or (1.0,) * len(logits)
    return Example(logits, weights, truth)


def showing(example: Example) -> dict[str, float | str]:
    """What the controls hold, by their keys, when they show it."""
    logits, weights = (
        {slider.key: value for slider, value in zip(row, held, strict=False)}
        for row, held in ((knobs.LOGITS, example.logits), (knobs.WEIGHTS, example.weights))
    )
    truth = knobs.BACKGROUND if example.truth is None else str(example.truth + 1)
    return {knobs.CLASSES.key: str(len(logits)), knobs.TRUTH.key: truth} | logits | weights


def _count_and_truth() -> tuple[int, int | None]:
    """How many classes there are, and which is true, from 0; None for background."""
    left, right = st.columns(2)
    with left:
        count = knobs.CLASSES.ask()
    with right:
        chosen = knobs.TRUTH.ask() or "1"
    if chosen == knobs.BACKGROUND:
        return count, None
    if int(chosen) > count:
        right.caption(
            _("There are only {count} classes: class {count} is true.").format(count=count)
        )
    return count, min(int(chosen), count) - 1


def _side_by_side(under: DeltaGenerator, count: int) -> list[DeltaGenerator]:
    """Places in a row that wraps: on a phone two stand side by side."""
    row = under.container(horizontal=True, gap="small")
    return [row.container(width=NARROW) for _place in range(count)]


def _held(row: Sequence[Slider], values: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(values[slider.key] for slider in row if slider.key in values)
