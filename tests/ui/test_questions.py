"""The question bank: one right answer, a reason for each, and the numbers are right."""

import math

import pytest

from focal_ui.learning import question_bank
from focal_ui.words import number, percent

QUESTIONS = {key: make() for key, make in question_bank.BANK.items()}
every_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


def right_answer(key: str) -> str:
    return next(option.text for option in QUESTIONS[key].options if option.right)


def focal(p_t: float, gamma: float) -> float:
    return -((1 - p_t) ** gamma) * math.log(p_t)


def share(negatives: int, easy: float, positives: int, hard: float, gamma: float) -> float:
    background, objects = negatives * focal(easy, gamma), positives * focal(hard, gamma)
    return background / (background + objects)


@pytest.mark.parametrize("key", QUESTIONS)
def test_a_question_is_listed_under_its_key(key):
    assert QUESTIONS[key].key == key


@pytest.mark.parametrize("place", question_bank.ON_PAGE)
def test_every_page_asks_each_question_once(place):
    keys = [question.key for question in question_bank.of(place)]
    assert keys
    assert len(set(keys)) == len(keys)


def test_every_question_is_asked_somewhere():
    asked = {key for keys in question_bank.ON_PAGE.values() for key in keys}
    assert asked == set(QUESTIONS)


@every_question
def test_exactly_one_option_is_right(question):
    assert sum(option.right for option in question.options) == 1


@every_question
def test_no_two_options_read_alike(question):
    assert len({option.text for option in question.options}) == len(question.options) >= 2


@every_question
def test_every_option_has_its_own_reason(question):
    reasons = {option.reason for option in question.options}
    assert len(reasons) == len(question.options)
    assert all(reason.endswith(".") for reason in reasons)


@every_question
def test_no_reason_says_again_or_otherwise_whether_the_answer_is_right(question):
    verdicts = ("Yes", "No,", "No:", "No.", "Right", "That is right")
    assert not [o.reason for o in question.options if o.reason.startswith(verdicts)]


def test_the_right_answer_does_not_always_stand_in_the_same_place():
    places = {[o.right for o in question.options].index(True) for question in QUESTIONS.values()}
    assert len(places) > 1


def test_the_hardest_example_is_the_one_whose_truth_gets_least():
    truth_gets = {
        "an object scored 0.4": 0.4,
        "background scored 0.7": 1 - 0.7,
        "background scored 0.1": 1 - 0.1,
        "an object scored 0.9": 0.9,
    }
    assert {option.text for option in QUESTIONS["hardest"].options} == set(truth_gets)
    assert right_answer("hardest") == min(truth_gets, key=truth_gets.__getitem__)


def test_22_easy_locations_cost_as_much_as_one_missed_object_under_cross_entropy():
    assert right_answer("equal_one") == "21.9" == number(math.log(0.1) / math.log(0.9))


def test_at_p_t_08_gamma_2_divides_the_loss_by_25():
    assert right_answer("reduction") == "25" == number(1 / (1 - 0.8) ** 2)


def test_gamma_0_is_cross_entropy():
    assert right_answer("gamma_zero") == "cross entropy"


def test_the_balancing_alpha_falls_to_0361():
    alpha = share(100_000, 0.9, 100, 0.1, gamma=2)
    assert right_answer("falling_alpha") == f"it falls to {number(alpha)}" == "it falls to 0.361"


def test_alpha_025_answers_05_where_the_truth_is_075():
    assert right_answer("alpha_half") == "0.75"


def test_a_very_easy_million_carries_half_a_percent_at_gamma_2():
    carried = share(1_000_000, 0.99, 100, 0.1, gamma=2)
    assert right_answer("crowd") == "0.536%" == percent(carried)


def test_the_slip_of_the_crowd_is_its_share_under_cross_entropy():
    carried = share(1_000_000, 0.99, 100, 0.1, gamma=0)
    assert percent(carried) in [option.text for option in QUESTIONS["crowd"].options]


@pytest.mark.parametrize("part", ["spot the bug", "exit quiz", "gradient", "class_weights"])
def test_no_letter_is_always_right(part):
    letters = [
        next(letter for letter, option in question.lettered.items() if option.right)
        for question in question_bank.of(part)
    ]
    assert len(set(letters)) >= 3
