"""What the pages from loss to detector say, against theory and the paper."""

import math

import pytest

from focal_ui.controls import knobs
from focal_ui.stage.prose import to_text
from pages.detector import first_step, many_classes

LN2 = math.log(2)
PAPERS = {"gamma": 2.0, "alpha": 0.25}
ONE_OF_FIVE = {f"z{i}": 0.0 for i in range(1, 6)} | {f"weight{i}": 1.0 for i in range(1, 6)}


# (100,000 FL(1 − π) + 100 FL(π)) / 100, in nats
@pytest.mark.parametrize(
    ("prior", "gamma", "first"),
    [(0.5, 0.0, "694"), (0.5, 2.0, "173"), (0.01, 0.0, "14.7"), (0.01, 2.0, "4.51")],
)
def test_the_headline_says_the_size_of_the_first_loss(prior, gamma, first):
    said = first_step.view(prior, gamma)
    assert f"the first loss is **{first}** per foreground anchor" in said.headline


def test_with_a_prior_the_headline_says_what_it_would_be_without():
    assert to_text(first_step.view(0.01, 0.0).headline).endswith("not 694")
    assert "not" not in first_step.view(0.5, 0.0).headline


@pytest.mark.parametrize(
    ("prior", "gamma", "loss", "gradient"),
    [
        (0.01, 0.0, "68.6%", "91%"),  # 1,000 × 0.01 / (1,000 × 0.01 + 0.99)
        (0.001, 0.0, "12.7%", "50%"),
        (0.01, 2.0, "0.0223%", "0.281%"),
        (0.5, 2.0, "99.9%", "99.9%"),  # every p_t is one half: γ scales all alike
    ],
)
def test_background_makes_up_so_much_of_the_first_loss_and_gradient(prior, gamma, loss, gradient):
    said = first_step.view(prior, gamma).words["share_by_prior_sentence"]
    assert f"**{loss}** under focal loss" in said
    assert said.endswith(f"{gradient}.")


def test_the_divisor_changes_what_the_training_log_shows_and_not_the_headline():
    by_all = first_step.view(0.5, 0.0, normaliser=knobs.BY_LOCATIONS)
    assert f"**{LN2:.3f}** under focal loss" in by_all.words["loss_by_prior_sentence"]
    assert by_all.headline == first_step.view(0.5, 0.0).headline


@pytest.mark.parametrize("prior", knobs.PRIOR.places)
def test_the_points_lie_on_the_curves_and_the_axes_keep_still(prior):
    said = first_step.view(prior, **PAPERS)
    for exhibit in said.exhibits.values():
        *curves, before, after = exhibit.figure["data"]
        for curve, point in zip(curves, (before, after), strict=True):
            at = [abs(x - prior) < 1e-6 for x in curve["x"]].index(True)
            assert curve["y"][at] == pytest.approx(point["y"][0], rel=1e-5)
    ranges = [each.figure["layout"]["yaxis"]["range"] for each in said.exhibits.values()]
    others = first_step.view(0.5, 5.0).exhibits.values()
    assert ranges == [each.figure["layout"]["yaxis"]["range"] for each in others]


def test_why_the_divisor_matters_is_told_with_the_mean_that_looks_finished(open_page):
    visit = open_page(first_step)
    total = 1e5 * 0.1**2 * -math.log(0.9) + 100 * 0.9**2 * -math.log(0.1)  # Easy background, γ = 2
    visit.session_state["why_divide"] = True
    said = " ".join(each.value for each in visit.run().markdown)
    assert f"mean over all 100,100 anchors is {total / 100_100:.3g}" in said
    assert f"per foreground anchor it is {total / 100:.3g}" in said


def test_without_a_prior_nothing_is_said_about_a_bias():
    assert "The bias" in first_step.view(0.01).explanation
    assert "The bias" not in first_step.view(0.5).explanation


# softmax of 2, 1, 0: p = 0.665; three sigmoids: −ln 0.881, −ln 0.269, −ln 0.5
@pytest.mark.parametrize(
    ("gamma", "softmax", "sigmoids"), [(0.0, "0.408", "2.13"), (2.0, "0.0457", "0.877")]
)
def test_one_softmax_and_three_sigmoids_give_different_losses(gamma, softmax, sigmoids):
    said = to_text(many_classes.view(gamma).headline)
    assert said == (
        f"At γ = {gamma:g} one softmax gives a loss of {softmax}, 3 sigmoids {sigmoids}"
    )


def test_background_has_no_term_in_a_softmax_over_the_objects_and_one_in_each_sigmoid():
    said = many_classes.view(0.0, truth=None, **ONE_OF_FIVE)
    assert "**0** from a softmax" in said.headline
    assert to_text(said.headline).endswith(f"{5 * LN2:.3g} from 5 sigmoids")


def test_a_weight_multiplies_the_loss_of_its_class():
    doubled = many_classes.view(0.0, **(ONE_OF_FIVE | {"weight1": 2.0}))
    assert f"**{2 * math.log(5):.3g}**" in doubled.headline


def test_the_loss_of_no_is_told_with_its_number_of_terms_and_its_weight():
    said = many_classes.view(2.0).explanation
    assert "K times for a background anchor and K − 1 times for an object’s" in said
    assert "weighted by 1 − α" in said


def test_an_equal_guess_among_five_costs_the_logarithm_of_five():
    assert f"**{math.log(5):.3g}**" in many_classes.view(0.0, **ONE_OF_FIVE).headline


# 100,000 K + 100 (K − 1) outputs should say no, 100 yes, all at 0.01
@pytest.mark.parametrize(
    ("gamma", "classes", "share"),
    [(0.0, 1, "68.6%"), (0.0, 80, "99.4%"), (2.0, 1, "0.0223%"), (2.0, 80, "1.75%")],
)
def test_classes_add_easy_outputs_to_the_first_loss(gamma, classes, share):
    said = many_classes.view(gamma, anchor_classes=classes)
    assert f"**{share}** under focal loss" in said.words["negative_outputs_sentence"]


@pytest.mark.parametrize("z", [-6.0, 0.0, 6.0])
def test_the_axes_keep_still_while_a_logit_moves(z):
    layout = many_classes.view(0.0, **(ONE_OF_FIVE | {"z1": z})).exhibits["two_forms"].figure
    bars = [bar for trace in layout["data"] for bar in trace["y"]]
    assert layout["layout"]["yaxis"]["range"][1] > max(bars)
    assert layout["layout"]["yaxis"] == {
        **layout["layout"]["yaxis2"],
        "anchor": "x",
        "domain": [0.6, 1],
    }


@pytest.mark.parametrize("module", [first_step, many_classes])
def test_every_variant_can_be_drawn_at_every_place(module):
    for draw in module.variants().values():
        views = [draw(**{module.FOLLOWS.key: place}) for place in module.FOLLOWS.places]
        assert {tuple(each.exhibits) for each in views} == {tuple(views[0].exhibits)}


def test_a_class_that_is_not_there_is_replaced_by_the_last(open_page):
    visit = open_page(many_classes, truth="5", classes="3")
    assert any("class 3 is true" in caption.value for caption in visit.caption)
