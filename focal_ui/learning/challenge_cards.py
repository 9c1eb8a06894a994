"""What a level of Challenges is drawn of: numbers to find, bugs to run, and a quiz to hand in."""

import streamlit as st

from focal_ui.controls import knobs
from focal_ui.frame import page_parts, settings
from focal_ui.learning import bugs, questions
from focal_ui.learning.bugs import Bug
from focal_ui.learning.challenges import Task
from focal_ui.learning.questions import Question
from focal_ui.words import _, as_now, number


def find(task: Task, *, shown: bool) -> bool | None:
    """A number to find: whether it is right; None if there is none, or if it is only kept."""
    with st.container(border=True):
        page_parts.words_or_gap(task.ask, task.terms, shown=shown)
        given = knobs.TASKS[task.key].ask()
        if not shown:
            return None
        solved = None if given is None else task.solved_by(given)
        if solved is not None:
            _tell(task, solved=solved)
        with st.container(horizontal=True, vertical_alignment="center"):
            page_parts.link(task.page, _where(task.page))
            with st.popover(_("Hint")):
                st.markdown(task.hint)
            if not settings.answers_hidden():
                _answer(task)
    return solved


def spot(question: Question, *, shown: bool) -> bool | None:
    """A question about a mistake, and the mistake to run: whether the answer is right."""
    with st.container(border=True):
        right = page_parts.ask(question, shown=shown)
        if shown and not settings.answers_hidden():
            _run_both(bugs.BUGS[question.key])
    return right


def hand_in(quiz: tuple[Question, ...]) -> None:
    """The answers of a quiz as a file to hand in, under a name."""
    name = st.text_input(_("Your name, if you hand it in"), max_chars=60, key="quiz_name")
    marked = not settings.answers_hidden()
    given = {question.link_key: st.session_state.get(question.link_key) for question in quiz}
    st.download_button(
        _("Result to print (HTML)"),
        data=as_now(lambda: questions.printable_result(name, quiz, given, marked=marked)),
        file_name="focal-loss-quiz.html",
        mime="text/html",
        key="quiz_result",
        on_click="ignore",
        icon=":material/print:",
    )


def _where(page: str) -> str:
    place = page_parts.pages().get(page)
    return _("Open {title}").format(title=place.title) if place else _("Go there")


def _tell(task: Task, *, solved: bool) -> None:
    if settings.answers_hidden():
        st.caption(_("Noted."))
    elif solved:
        st.markdown(
            _("{mark} Right: {answer}.").format(mark=_(page_parts.RIGHT), answer=task.shown_answer)
        )
    else:
        words = _("{mark} Not yet. Try again, or take a hint.")
        st.markdown(words.format(mark=_(page_parts.WRONG)))


def _answer(task: Task) -> None:
    drawer = st.popover(_("Show the answer"), key=f"show_{task.key}", on_change="rerun")
    if drawer.open:
        drawer.markdown(f"**{task.shown_answer}**")


def _run_both(bug: Bug) -> None:
    drawer = st.expander(
        _("Run the wrong and the right code"), key=f"run_{bug.asked}", on_change="rerun"
    )
    if not drawer.open:
        return
    with drawer:
        st.code(bug.program, language="python", wrap_lines=True)
        st.table({name: list(map(number, cells)) for name, cells in bug.table().items()})
