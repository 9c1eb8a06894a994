"""Challenges: answers are checked, the link holds them, the quiz can be printed."""

from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from focal_ui.controls import knobs
from focal_ui.learning import challenges, question_bank
from pages.try_it import challenges as challenges_page
from tests.helpers import headline, in_sight


def page(link: str = "", **opened: bool) -> AppTest:
    script = AppTest.from_string(
        "from focal_ui.frame import settings\nfrom pages.try_it import challenges\n"
        "settings.take_along()\nchallenges.page()",
        default_timeout=30,
    )
    for key, value in parse_qsl(link):
        script.query_params[key] = value
    for key, value in opened.items():
        script.session_state[key] = value
    return script.run()


@pytest.mark.parametrize("level", knobs.LEVEL.options)
def test_every_level_opens_with_nothing_right(level):
    shown = page(f"level={level}")
    assert not shown.exception
    assert f"{level} · 0 of" in headline(shown)


def test_a_right_answer_in_the_link_counts_and_a_wrong_one_may_try_again():
    shown = page("t11=2.74&t12=5")
    assert "1 of 5 right" in headline(shown)
    said = " ".join(block.value for block in shown.markdown)
    assert "Right: 2.74" in said
    assert "Try again" in said


def test_typing_a_number_checks_it():
    shown = page()
    field = next(field for field in shown.number_input if field.key == "t12")
    shown = field.set_value(1.74).run()
    assert "1 of 5 right" in headline(shown)


def solved(level: str) -> str:
    return "&".join(f"{task.key}={task.answer()}" for task in challenges.LEVELS[level]())


@pytest.mark.parametrize("level", challenges.LEVELS)
def test_a_level_that_is_solved_leads_to_the_next(level):
    shown = page(f"level={level}&{solved(level)}")
    assert "5 of 5 right" in headline(shown)
    shown = shown.button(key="next_level").click().run()
    following = knobs.LEVEL.options[knobs.LEVEL.options.index(level) + 1]
    assert headline(shown).startswith(f"{following} · 0 of")


@pytest.mark.parametrize("more", ["", "&t15=0", "&answers=hidden"])
def test_nothing_is_said_to_be_solved_before_it_is_or_where_answers_are_kept_back(more):
    link = (solved(knobs.LEVELS[0]) if more else "t11=2.74") + more
    assert "next_level" not in [button.key for button in page(link).button]


def test_the_terms_of_a_task_are_explained_beside_it():
    shown = page(f"level={knobs.LEVELS[3]}")
    (asked,) = (block for block in shown.markdown if "Which bias" in block.value)
    assert "the bias of its last layer sets it" in asked.proto.help


def test_a_task_names_the_page_that_it_opens(open_page):
    labels = [link.proto.label for link in open_page(challenges_page).get("page_link")]
    assert labels.count("Open The curve") == 2
    assert labels.count("Open Easy negatives") == 3


def test_that_three_digits_are_enough_is_said():
    """Each shown answer, of three digits, solves its task: see the tests of the tasks."""
    assert any("three digits are enough" in block.value for block in page().markdown)


def test_a_quiz_answered_right_in_the_link_counts_eight_of_eight():
    quiz = question_bank.of("exit quiz")
    answers = "&".join(
        f"{q.link_key}={next(letter for letter, o in q.lettered.items() if o.right)}" for q in quiz
    )
    assert "8 of 8 right" in headline(page(f"level=Exit quiz&{answers}"))


@pytest.mark.parametrize("level", knobs.LEVEL.options)
def test_only_the_chosen_level_is_seen_and_no_answer_of_another_is_lost(level):
    shown = page(f"level={level}&t12=1.74&t21=25&t45=5&q_sign=A&q_hardest=B")
    seen = {key for key in in_sight(shown) if key in knobs.TASKS or key.startswith("q_")}
    own = {task.key for task in challenges.LEVELS.get(level, tuple)()}
    own |= {q.link_key for q in question_bank.of(level.lower())} if not own else set()
    assert seen == own
    held = {w.key: w.value for w in (*shown.number_input, *shown.radio)}
    assert [held[key] for key in ("t12", "t21", "t45")] == [1.74, 25.0, 5.0]
    assert (held["q_sign"], held["q_hardest"]) == ("A", "B")


@pytest.mark.parametrize("key", question_bank.ON_PAGE["spot the bug"])
def test_each_option_of_a_bug_gives_its_reason(key):
    for letter, option in question_bank.BANK[key]().lettered.items():
        shown = page(f"level=Spot the bug&q_{key}={letter}")
        assert any(option.reason in block.value for block in shown.markdown)


def test_a_bug_can_be_run_beside_the_right_form():
    shown = page("level=Spot the bug", run_logarithm=True)
    assert shown.code[0].value.endswith("-log10(p_t)  # as written\n-log(p_t)  # right")
    assert shown.table[0].value.iloc[-1].tolist() == ["0.9", "0.0458", "0.105"]


def test_hidden_answers_run_nothing():
    assert not page("level=Spot the bug&answers=hidden", run_logarithm=True).code


def test_the_pre_check_asks_three_questions_of_the_quiz_and_leaves_the_quiz_unanswered():
    asked = question_bank.of("pre-check")
    quiz = {q.ask: q for q in question_bank.of("exit quiz")}
    assert len(asked) == 3
    assert {q.ask for q in asked} < set(quiz)
    assert not {q.link_key for q in asked} & {q.link_key for q in quiz.values()}
    answers = "&".join(f"{q.link_key}=A" for q in asked)
    assert "3 of 3 answered" in headline(page(f"level=Pre-check&answers=hidden&{answers}"))
    assert "0 of 8" in headline(page(f"level=Exit quiz&{answers}"))
