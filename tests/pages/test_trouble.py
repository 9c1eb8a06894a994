"""Settings and trouble: each of its numbers follows from a formula, at every situation."""

import math
import re

import pytest

from focal_core.binary import FocalLoss
from focal_ui.controls import by_page, knobs
from focal_ui.situations.many_classes import TAIL
from focal_ui.words import number, percent
from pages.limits import trouble
from tests.helpers import PAGES, name_of, words


def slope(p_t, gamma):
    return (1 - p_t) ** gamma * (1 - p_t - gamma * p_t * math.log(p_t))


def focal(p_t, gamma):
    return -((1 - p_t) ** gamma) * math.log(p_t)


@pytest.mark.parametrize(("gamma", "alpha"), [(0, 0.75), (0.5, 0.5), (2, 0.25), (5, 0.25)])
def test_prior_gamma_and_alpha_make_the_first_loss(gamma, alpha):
    first = alpha * focal(0.01, gamma) + (1 - alpha) * 1_000 * focal(0.99, gamma)
    assert trouble.view(float(gamma)).headline == (
        f"Prior π = 0.01, γ = {gamma} and α = {alpha:g} take the first loss from "
        f"{number(1_001 * math.log(2))} to **{number(first)}** per foreground anchor"
    )


def test_the_bias_is_the_logit_of_the_prior():
    assert f"−ln((1 − π)/π) = {number(math.log(1 / 99))}" in trouble.view(2.0).explanation


def test_the_gradient_before_training_is_41_times_smaller_and_of_objects_4_times():
    before = 1_000 * slope(0.99, 0) + slope(0.01, 0)
    objects = 0.25 * slope(0.01, 2)
    after = 750 * slope(0.99, 2) + objects
    said = trouble.view(2.0).explanation
    assert f"is {number(before / after)} times smaller before training" in said
    assert f"too: {number(slope(0.01, 0) / objects)} and" in said


def test_each_check_says_by_how_much_it_is_off():
    said = trouble.view(2.0, knobs.GOT_WORSE).exhibits["got_worse"]
    notes = [note["text"] for note in said.figure["layout"]["annotations"]]
    assert "<b>Mean over all anchors</b>: gradient ÷1,001" in notes
    assert "<b>α on the wrong side</b>: objects’ weight ×9, CE 1" in notes
    assert "<b>Threshold kept at 0.5</b>: true odds ×3, CE 1" in notes
    assert list(said.table)[1:] == ["cross entropy", "focal loss"]


def test_a_weight_on_the_wrong_side_makes_background_158_percent_of_easy_background():
    """0.25 of 105.36 beside 0.75 of 186.51, and the other way round: focal-loss facts, traps."""
    said = trouble.view(2.0, knobs.GOT_WORSE).explanation
    assert "that makes 15.8% of the loss then, 62.9% if done right" in said
    assert "a score of 0.5 means a true probability of 75%" in said


def test_inverse_frequency_after_focusing_gives_the_rarest_class_too_much():
    shares = [percent(TAIL.shares(FocalLoss(2.0), w)[-1]) for w in (None, TAIL.by_frequency())]
    said = trouble.view(2.0, knobs.K_CLASSES)
    assert f"makes up {shares[0]} of the loss, and **{shares[1]}**" in said.headline
    balancing = 5_000 * focal(0.9, 2) / (50 * focal(0.5, 2))
    assert f"a weight of **{number(balancing)}**" in said.explanation
    plain = 5_000 * math.log(1 / 0.9) / (50 * math.log(2))
    assert f"needs a weight of {number(plain)}" in said.explanation


def test_the_boundary_makes_up_nearly_all_of_the_gradient():
    radius = 512 * math.sqrt(0.01 / math.pi)
    ring, interior = 8 * math.pi * radius, math.pi * (radius - 2) ** 2
    far = 512**2 - math.pi * (radius + 2) ** 2
    pulls = ring * slope(0.5, 2), far * slope(0.99, 2), interior * slope(0.95, 2)
    said = trouble.view(2.0, knobs.SEGMENTATION).headline
    assert said.endswith(f"makes up **{percent(pulls[0] / sum(pulls))}** of the gradient")
    assert f"{percent(ring / 512**2)} of the pixels" in said


@pytest.mark.parametrize("situation", knobs.SITUATION.options)
def test_every_advice_leads_to_a_page_and_to_controls_that_stand_on_it(situation):
    for page, values in trouble.SITUATIONS[situation].advice().values():
        assert page in {name_of(module) for module in PAGES}
        there = {knob.key: knob for knob in by_page.ON_PAGE[page]}
        for key, value in values.items():
            assert there[key].complaint(value) is None


@pytest.mark.parametrize("situation", knobs.SITUATION.options)
def test_a_situation_opens_by_link_with_its_own_advice(open_page, situation):
    chosen = trouble.SITUATIONS[situation]
    visit = open_page(trouble, situation=situation)
    assert [header.value for header in visit.header] == [chosen.title]
    assert all(text in words(visit) for text in chosen.advice())


@pytest.mark.parametrize("situation", knobs.SITUATION.options)
def test_without_focusing_nothing_is_said_to_be_gammas_doing(situation):
    view = trouble.view(0.0, situation)
    assert not re.search(r"γ (raises|has)", view.explanation)
