"""The question bank: one right answer, a reason for each, and the numbers are right."""

import math

import numpy as np
import pytest

from focal_ui.learning import question_bank
from focal_ui.words import number, percent

QUESTIONS = {key: make() for key, make in question_bank.BANK.items()}
every_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


def right_answer(key: str) -> str:
    return next(option.text for option in QUESTIONS[key].options if option.right)


def focal(p_t: float, gamma: float) -> float:
    return -((1 - p_t) ** gamma) * math.log(p_t)


def by_logit(p_t: float, gamma: float, step: float = 1e-5) -> float:
    """The derivative by the logit, as a difference: dp_t = p_t (1 - p_t) dx."""
    by_p_t = (focal(p_t + step, gamma) - focal(p_t - step, gamma)) / (2 * step)
    return by_p_t * p_t * (1 - p_t)


def reasons_of_right(key: str) -> list[str]:
    return [option.reason for option in QUESTIONS[key].options if option.right]


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


def test_the_hardest_example_is_the_one_whose_true_class_is_least_probable():
    p_t = {
        "an object with p = 0.4": 0.4,
        "background with p = 0.7": 1 - 0.7,
        "background with p = 0.1": 1 - 0.1,
        "an object with p = 0.9": 0.9,
    }
    assert {option.text for option in QUESTIONS["hardest"].options} == set(p_t)
    assert right_answer("hardest") == min(p_t, key=p_t.__getitem__)


def test_ten_objects_without_a_label_make_up_a_quarter_of_the_gradient_at_gamma_2():
    """Summed sizes of the gradient by the logit: 10 at p_t = 0.01, 99,990 at 0.99, 100 at 0.5."""

    def pull(n, p_t, gamma):
        return n * (1 - p_t) ** gamma * (1 - p_t - gamma * p_t * math.log(p_t))

    def missed(gamma):
        parts = [pull(*each, gamma) for each in ((10, 0.01), (99_990, 0.99), (100, 0.5))]
        return parts[0] / sum(parts)

    assert right_answer("missed_labels") == percent(missed(2)) == "26%"
    assert percent(missed(0)) == "0.934%"
    assert "0.934%" in QUESTIONS["missed_labels"].ask


def test_a_swap_divides_the_gradient_of_spread_out_scores():
    """Equation 10 over the scenario's own draw, weighted 0.75 and 0.25."""
    rng = np.random.default_rng(0)
    p_t = [1 / (1 + np.exp(rng.normal(-5, 2, 100_000))), 1 / (1 + np.exp(-rng.normal(0, 2, 100)))]

    def pull(gamma, weights):
        each = [(1 - p) ** gamma * (1 - p - gamma * p * np.log(p)) for p in p_t]
        return sum(weight * part.sum() for weight, part in zip(weights, each, strict=True))

    ratio = pull(0, (1, 1)) / pull(2, (0.75, 0.25))
    assert right_answer("swapped_in") == f"it is divided by {number(ratio)}"


def test_the_exit_quiz_asks_about_alpha_and_twice_about_when_not_and_ends_with_the_transfer():
    keys = [question.key for question in question_bank.of("exit quiz")]
    assert {"falling_alpha", "missed_labels"} < set(keys)
    assert keys[-1] == "bank_fraud"


def test_that_all_predict_05_is_not_said_of_a_trained_model():
    reasons = " ".join(option.reason for option in QUESTIONS["half_everywhere"].options)
    assert "trained" not in reasons
    assert "Easy background" in reasons


def test_nothing_but_the_logit_makes_the_usual_answer_to_steepest_right():
    """Over p_t itself focal loss is steepest towards 0, so the question says over what."""
    steepest = QUESTIONS["steepest"]
    assert "As a function of the logit" in steepest.ask
    assert right_answer("steepest") == "at pₜ = 0.0578"
    (towards_zero,) = (each for each in steepest.options if each.text == "towards pₜ = 0")
    assert "As a function of pₜ itself both are steepest there" in towards_zero.reason
    by_p_t = [(focal(p * 1.001, 2) - focal(p, 2)) / (p * 0.001) for p in (1e-5, 0.0578, 0.5)]
    assert by_p_t == sorted(by_p_t)  # falling, and less and less


def test_the_best_model_is_underconfident_because_one_hard_example_balances_nine_easy_ones():
    question, (reason,) = QUESTIONS["underconfident"], reasons_of_right("underconfident")
    outputs = [q / 1e4 for q in range(5001, 10_000)]
    best = min(outputs, key=lambda q: 0.9 * focal(q, 2) + 0.1 * focal(1 - q, 2))
    easy, hard = (abs(by_logit(p_t, gamma=2)) for p_t in (best, 1 - best))
    assert f"predict only {number(best)}" in question.ask
    assert hard / easy == pytest.approx(9, rel=1e-3)
    assert all(number(gradient) in reason for gradient in (easy, hard))


def test_the_prior_is_there_for_the_size_of_the_first_loss():
    first, untrained = (
        (100_000 * focal(1 - prior, 0) + 100 * focal(prior, 0)) / 100 for prior in (0.01, 0.5)
    )
    assert right_answer("why_prior") == "so that the first loss is small"
    assert f"it is {number(first)} per foreground anchor" in reasons_of_right("why_prior")[0]
    assert f"with 0.5 it would be {number(untrained)}" in reasons_of_right("why_prior")[0]


def test_gamma_is_not_said_to_do_nothing_at_the_first_step():
    """Where all predict 0.5 it divides each loss by 4; only shares stay."""
    reasons = " ".join(option.reason for option in QUESTIONS["why_prior"].options)
    assert f"divides every loss by {number(focal(0.5, 0) / focal(0.5, 2))} there" in reasons
    assert "exact value of π hardly matters" in reasons


def test_a_softmax_learns_background_as_one_more_class():
    assert right_answer("background_class") == "background is one more class"
    assert "background_class" in question_bank.ON_PAGE["many_classes"][:2]


def test_22_easy_locations_have_the_cross_entropy_of_one_missed_object():
    assert right_answer("equal_one") == "21.9" == number(math.log(0.1) / math.log(0.9))


def test_at_p_t_08_gamma_2_divides_the_loss_by_25():
    assert right_answer("reduction") == "25" == number(1 / (1 - 0.8) ** 2)


def test_gamma_0_is_cross_entropy():
    assert right_answer("gamma_zero") == "cross entropy"


def test_the_balancing_alpha_falls_to_0361():
    alpha = share(100_000, 0.9, 100, 0.1, gamma=2)
    assert right_answer("falling_alpha") == f"it falls to {number(alpha)}" == "it falls to 0.361"


def test_alpha_025_predicts_05_where_the_true_probability_is_075():
    assert right_answer("alpha_half") == "0.75"


def test_a_very_easy_million_makes_up_half_a_percent_at_gamma_2():
    made_up = share(1_000_000, 0.99, 100, 0.1, gamma=2)
    assert right_answer("crowd") == "0.536%" == percent(made_up)


def test_the_slip_of_the_crowd_is_its_share_under_cross_entropy():
    made_up = share(1_000_000, 0.99, 100, 0.1, gamma=0)
    assert percent(made_up) in [option.text for option in QUESTIONS["crowd"].options]


@pytest.mark.parametrize("part", ["spot the bug", "exit quiz", "gradient", "class_weights"])
def test_no_letter_is_always_right(part):
    letters = [
        next(letter for letter, option in question.lettered.items() if option.right)
        for question in question_bank.of(part)
    ]
    assert len(set(letters)) >= 3
