"""Challenges: numbers to find by exploring, bugs to spot, and a quiz to leave with."""

import streamlit as st

from focal_ui import challenges, controls, page_parts, question_bank, questions
from focal_ui.challenges import Task
from focal_ui.questions import Question
from focal_ui.words import _

TITLE = "Challenges"


def page() -> None:
    """Levels, bugs and a quiz; the link holds every answer, so it can be handed in."""
    headline = st.container()
    st.markdown(
        _(
            "Find each number by exploring; the answers stand in the address, so the link is your "
            "homework. Nothing is sent anywhere."
        )
    )
    chosen = controls.LEVEL.ask() or controls.LEVELS[0]
    if chosen == controls.SPOT_THE_BUG:
        right, asked = _ask_all(question_bank.of("spot the bug"))
    elif chosen == controls.EXIT_QUIZ:
        quiz = question_bank.of("exit quiz")
        right, asked = _ask_all(quiz)
        _printable(quiz)
    else:
        tasks = challenges.LEVELS[chosen]()
        right, asked = sum(_one(task) for task in tasks), len(tasks)
    headline.title(
        _("{level}: {right} of {asked} right").format(level=chosen, right=right, asked=asked)
    )


def _one(task: Task) -> bool:
    with st.container(border=True):
        st.markdown(task.ask)
        given = controls.TASKS[task.key].ask()
        solved = given is not None and task.solved_by(given)
        if given is not None:
            st.markdown(
                _("{mark} Right: {answer}.").format(mark=page_parts.RIGHT, answer=task.shown_answer)
                if solved
                else _("{mark} Not yet. Try again, or take a hint.").format(mark=page_parts.WRONG)
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover(_("Hint")):
                st.markdown(task.hint)
                page_parts.link(task.page, _("Go there"))
            answer = st.popover(_("Show the answer"), key=f"show_{task.key}", on_change="rerun")
            if answer.open:
                answer.markdown(f"**{task.shown_answer}**")
    return solved


def _ask_all(asked: tuple[Question, ...]) -> tuple[int, int]:
    return sum(page_parts.ask(question) for question in asked), len(asked)


def _printable(quiz: tuple[Question, ...]) -> None:
    name = st.text_input(_("Your name, if you hand it in"), max_chars=60, key="quiz_name")
    given = {question.link_key: st.session_state.get(question.link_key) for question in quiz}
    st.download_button(
        _("Result to print (HTML)"),
        data=lambda: questions.printable_result(name, quiz, given),
        file_name="focal-loss-quiz.html",
        mime="text/html",
        key="quiz_result",
        on_click="ignore",
        icon=":material/print:",
    )
