"""Challenges: numbers to find by exploring, bugs to spot, and a quiz to leave with."""

import streamlit as st

from focal_ui.controls import knobs
from focal_ui.frame import page_parts, settings
from focal_ui.learning import challenge_cards as cards
from focal_ui.learning import challenges, question_bank, questions
from focal_ui.stage.stage import Stage
from focal_ui.words import _

TITLE = "Challenges"
BRIDGE = "Would you like to teach this?"


def page() -> None:
    """Levels, bugs and a quiz; the link holds every answer, so it can be handed in."""
    stage = Stage()
    chosen = knobs.LEVEL.ask() or knobs.LEVELS[0]
    st.markdown(_what_to_do(chosen))
    settings.veil(_box(level) for level in knobs.LEVEL.options if level != chosen)
    # All are drawn, so that one link holds all answers.
    answers = {level: _level(level, shown=level == chosen) for level in knobs.LEVEL.options}
    score = questions.score(answers[chosen], marked=not settings.answers_hidden())
    stage.say(_("{level} · **{score}**").format(level=_(chosen), score=score))
    if chosen in challenges.LEVELS and all(answers[chosen]) and not settings.answers_hidden():
        _on_to(knobs.LEVEL.options[knobs.LEVEL.options.index(chosen) + 1])


def _what_to_do(level: str) -> str:
    kept = _(
        "Your answers are saved in the page address, so you can hand in the link. Nothing is sent "
        "to us."
    )
    if level == knobs.SPOT_THE_BUG:
        return _("Each line of code holds a mistake: say what it does. {kept}").format(kept=kept)
    if level in (knobs.PRE_CHECK, knobs.EXIT_QUIZ):
        return _("Choose an answer to each question. {kept}").format(kept=kept)
    return _("Find each number by exploring; three digits are enough. {kept}").format(kept=kept)


def _on_to(level: str) -> None:
    """Say that all answers are right, and open what comes next."""
    st.button(
        _("All right! Next: {level}").format(level=_(level)),
        key="next_level",
        type="primary",
        icon=":material/arrow_forward:",
        on_click=st.session_state.update,
        args=({knobs.LEVEL.key: level},),
    )


def _box(level: str) -> str:
    return f"level_{knobs.LEVEL.options.index(level)}"


def _level(level: str, *, shown: bool) -> list[bool | None]:
    """Which answers are right; None where there is none, and for a level that is only kept."""
    with st.container(key=_box(level)):
        if level in challenges.LEVELS:
            return [cards.find(task, shown=shown) for task in challenges.LEVELS[level]()]
        asked = question_bank.of(level.lower())
        if level == knobs.SPOT_THE_BUG:
            return [cards.spot(question, shown=shown) for question in asked]
        answers = [page_parts.ask(question, shown=shown) for question in asked]
        if level == knobs.EXIT_QUIZ and shown:
            cards.hand_in(asked)
        return answers
