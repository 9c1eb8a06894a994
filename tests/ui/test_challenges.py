"""Tasks are solved by the numbers of the design's cards, and by nothing far from them."""

import math

import pytest

from focal_ui.controls import knobs
from focal_ui.learning import challenges
from tests.helpers import read_number

TASKS = {task.key: task for make in challenges.LEVELS.values() for task in make()}


def test_there_are_four_levels_of_five_tasks_and_each_has_its_field():
    assert [len(make()) for make in challenges.LEVELS.values()] == [5, 5, 5, 5]
    assert set(TASKS) == set(knobs.TASKS)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("t11", 2.740),
        ("t12", 1.740),
        ("t13", 21.9),
        ("t14", 1770),
        ("t15", math.log(1000 * math.log(0.8) / math.log(0.2)) / math.log(0.8 / 0.2)),
        ("t21", 25),
        ("t22", 0.9684),
        ("t23", 0.81),
        ("t24", 0.368),
        ("t25", 34.5),
        ("t31", 0.836),
        ("t32", 93.85),
        ("t33", 0.724),
        ("t34", 0.75),
        ("t35", 0.999),
        ("t41", -4.595),
        ("t42", 68.6),
        ("t43", 1.129),
        ("t44", 0.04568),
        ("t45", 8.04),
    ],
)
def test_the_number_of_the_card_solves_the_task(key, answer):
    assert TASKS[key].solved_by(answer)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_twice_the_answer_zero_and_no_number_do_not_solve_it(task):
    assert not task.solved_by(2 * task.answer())
    assert not task.solved_by(0.0)
    assert not task.solved_by(math.nan)
    assert not task.solved_by(math.inf)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_the_answer_that_is_shown_would_solve_the_task(task):
    assert task.solved_by(read_number(task.shown_answer))


@pytest.mark.parametrize(
    ("given", "solved"), [(2.7, False), (2.74, True), (2.8, True), (2.9, False)]
)
def test_the_smallest_gamma_below_a_tenth_is_what_the_slider_can_show(given, solved):
    (task,) = (t for make in challenges.LEVELS.values() for t in make() if t.key == "t11")
    assert task.solved_by(given) is solved


WANTS_A_PLACE = {
    key: knob
    for key, task in TASKS.items()
    for words, knob in (("γ at which", knobs.GAMMA), ("pₜ at which", knobs.P_T))
    if words in task.ask and "Solve" not in task.hint  # with pencil and paper
}


def test_some_tasks_want_a_place_of_a_slider():
    assert len(WANTS_A_PLACE) >= 4


@pytest.mark.parametrize("key", WANTS_A_PLACE)
def test_a_value_that_is_asked_for_can_be_reached_by_dragging(key):
    assert any(TASKS[key].solved_by(place) for place in WANTS_A_PLACE[key].places)
