"""Challenges: numbers to find by exploring, bugs to spot, and a quiz to leave with."""

import streamlit as st

from focal_ui.controls import knobs
from focal_ui.frame import page_parts, settings
from focal_ui.learning import bugs, challenges, question_bank, questions
from focal_ui.learning.bugs import Bug
from focal_ui.learning.challenges import Task
from focal_ui.learning.questions import Question
from focal_ui.stage.stage import Stage
from focal_ui.words import _, as_now, number

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
            return [_one(task, shown=shown) for task in challenges.LEVELS[level]()]
        asked = question_bank.of(level.lower())
        if level == knobs.SPOT_THE_BUG:
            return [_one_bug(question, shown=shown) for question in asked]
        answers = [page_parts.ask(question, shown=shown) for question in asked]
        if level == knobs.EXIT_QUIZ and shown:
            _printable(asked)
        return answers


def _one_bug(question: Question, *, shown: bool) -> bool | None:
    """A question about a mistake, and the mistake to run."""
    with st.container(border=True):
        right = page_parts.ask(question, shown=shown)
        if shown and not settings.answers_hidden():
            _run_both(bugs.BUGS[question.key])
    return right


def _run_both(bug: Bug) -> None:
    drawer = st.expander(
        _("Run the wrong and the right code"), key=f"run_{bug.asked}", on_change="rerun"
    )
    if not drawer.open:
        return
    with drawer:
        st.code(bug.program, language="python", wrap_lines=True)
        st.table({name: list(map(number, cells)) for name, cells in bug.table().items()})


def _one(task: Task, *, shown: bool) -> bool | None:
    """Whether the answer is right; None if there is none, or if it is only kept."""
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


def _printable(quiz: tuple[Question, ...]) -> None:
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
