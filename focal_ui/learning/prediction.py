"""Guess first, then see: one committed guess, the answer, and the gap between them on the figure.

Nothing waits for a guess, unless a link says so (`answers=after`): the page works without one.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from focal_ui.controls.kinds import Choice
from focal_ui.frame import noted, settings, theme
from focal_ui.stage.view import Exhibit, Figure
from focal_ui.words import _, percent, points


@dataclass(frozen=True)
class Guess:
    """What the visitor said, and what is so."""

    said: float
    answer: float
    shown: Callable[[float], str]
    gap_shown: Callable[[float], str]

    @property
    def in_words(self) -> str:
        """The gap between guess and answer."""
        words = {"said": self.shown(self.said), "answer": self.shown(self.answer)}
        if self.shown(self.said) == self.shown(self.answer) or self._is_close:
            return _("You said {said}, and it is **{answer}**.").format(**words)
        high_or_low = _("too high") if self.said > self.answer else _("too low")
        gap = self.gap_shown(abs(self.said - self.answer))
        return _("You said {said}; it is **{answer}**: {gap} {direction}. Why?").format(
            **words, gap=gap, direction=high_or_low
        )

    @property
    def _is_close(self) -> bool:
        return abs(self.said - self.answer) <= 0.04 * max(abs(self.answer), 0.05)


@dataclass(frozen=True)
class Asked:
    """A guess that a page asks for: what is made of each answer, and where it can be seen.

    about: the controls, by key, that take the figure to what is asked.
    """

    choice: Choice
    answer: Callable[[], float]
    shown: Callable[[float], str]
    gap_shown: Callable[[float], str]
    about: Mapping[str, float | str]

    def guess(self, said: str) -> Guess:
        """What was said, beside what is so."""
        return Guess(_value(said), self.answer(), self.shown, self.gap_shown)


def ask(
    question: str,
    choice: Choice,
    answer: Callable[[], float],
    shown: Callable[[float], str] = percent,
    gap_shown: Callable[[float], str] = points,
    about: Mapping[str, float | str] | None = None,
) -> Guess | None:
    """Ask before the figure; None until the visitor commits.

    answer is called only then: what nobody asked for is not computed. shown and gap_shown say a
    value, and a difference of two, in words. about: the controls, by key, that take the figure to
    what is asked.
    """
    if settings.is_hidden(choice.key):
        return None
    asked = Asked(choice, answer, shown, gap_shown, about or {})
    noted.note("guess", asked)
    with st.container(border=True, gap="small"):
        st.markdown(_("**Guess first.** {question}").format(question=question))
        said = replace(choice, name=question).ask(show_name=False)  # what the group is called
        settings.wait_for_a_guess(said)
        if said is None:
            return None
        if settings.answers_hidden():
            st.caption(_("Noted: {said}.").format(said=said))
            return None
        guess = asked.guess(said)
        st.markdown(guess.in_words)
        if about:
            st.button(
                _("Show it in the picture"), key=f"show_{choice.key}",
                on_click=st.session_state.update, args=(about,), icon=":material/visibility:",
            )  # fmt: skip
        return guess


def draw_on(
    exhibit: Exhibit,
    guess: Guess | None,
    *,
    axis: str,
    panel: str = "",
    log: bool = False,
    at: Callable[[float], float] = float,
    there: bool = True,
) -> Exhibit:
    """The exhibit with guess and answer marked across it.

    axis: "x" or "y", the axis that guess and answer are read on; panel: "" or the number of the
    subplot; log: whether that axis is logarithmic; at: where a number lies on it; there: whether it
    shows what was asked; else the marks are part of it and not seen, since a picture that moves
    keeps its marks.
    """
    if guess is None:
        return exhibit
    layout = exhibit.figure["layout"]
    height = math.log10 if log else float  # where Plotly wants words on a logarithmic axis
    answer, said = at(guess.answer), at(guess.said)
    marks = [
        _mark(answer, axis, panel, theme.THIRD.line(2)),
        _mark(said, axis, panel, {"color": theme.NEUTRAL, "dash": "dot", "width": 2}),
    ]
    notes = [
        _note(_("answer"), height(answer), axis, panel, top=False),
        _note(_("your guess"), height(said), axis, panel, top=True),
    ]
    seen = {"visible": there}
    figure: Figure = {
        **exhibit.figure,
        "layout": {
            **layout,
            "shapes": [*layout["shapes"], *(mark | seen for mark in marks)],
            "annotations": [*layout["annotations"], *(note | seen for note in notes)],
        },
    }
    return replace(exhibit, figure=figure)


_TAG: dict[str, Any] = {  # readable on any picture, light or dark; the script finds it by "guess"
    "guess": True,
    "bgcolor": "rgba(255,255,255,0.88)",
    "font": {"color": "#333845", "size": theme.FONT_SIZE - 1},
}


def _value(said: str) -> float:
    return float(said.removesuffix("%").replace(",", "")) / (100 if said.endswith("%") else 1)


def _mark(value: float, axis: str, panel: str, line: dict[str, object]) -> dict[str, object]:
    across = "y" if axis == "x" else "x"
    return {
        "type": "line",
        f"{axis}ref": f"{axis}{panel}",
        f"{across}ref": f"{across}{panel} domain",
        f"{axis}0": value,
        f"{axis}1": value,
        f"{across}0": 0,
        f"{across}1": 1,
        "line": line,
    }


def _note(text: str, value: float, axis: str, panel: str, *, top: bool) -> dict[str, object]:
    if axis == "x":
        return theme.label(
            text,
            value,
            1 if top else 0,
            xref=f"x{panel}",
            yref=f"y{panel} domain",
            yanchor="top" if top else "bottom",  # inside: ticks and titles stand outside
            **_TAG,
        )
    return theme.label(
        text,
        1 if top else 0,
        value,
        xref=f"x{panel} domain",
        yref=f"y{panel}",
        xanchor="right" if top else "left",
        yanchor="bottom",
        **_TAG,
    )
