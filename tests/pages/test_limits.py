"""The headline numbers of the pages on where focal loss stops, against theory and recorded runs."""

import math
import re

import numpy as np
import pytest

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.noise import NoisyLabels
from focal_core.optimum import risk_minimiser
from focal_core.population import SIMPLE, SPREAD, VERY_EASY
from focal_core.probability import logit
from focal_core.sampling import HarmonizedGradient, KeepHardest
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import recording
from focal_ui.exhibits import rivals as exhibits
from focal_ui.words import number, percent
from pages.limits import calibration, rivals, when_not
from tests.helpers import pictures, read_number, words

HARDEST = "OHEM, hardest 0.4%"
MISSED = r"by one number misses the true probability by (\S+) points"


@pytest.mark.parametrize(
    ("truth", "gamma", "answer"),
    [(0.9, 2, "69.4%"), (0.99, 2, "84.6%"), (0.9, 5, "59.7%"), (0.9, 0, "90%")],
)
def test_calibration_says_what_the_ideal_model_predicts(truth, gamma, answer):
    said = calibration.view(gamma, truth).headline
    assert said.startswith(f"At γ = {gamma} the ideal model predicts **{answer}**")


@pytest.mark.parametrize(
    "state",
    [
        {"gamma": 1.0},
        {"gamma": 2.0},
        {"gamma": 5.0},
        {"gamma": 2.0, "alpha": 0.25},
    ],
)
def test_calibration_says_how_far_one_number_recalibrates(state):
    said = calibration.view(**state).exhibits["answers"].sentence
    missed = re.search(MISSED, said)
    assert missed
    assert read_number(missed[1]) / 100 <= (0.006 if "alpha" in state else 0.0014)


def test_a_class_weight_alone_is_undone_without_a_rest():
    said = calibration.view(0.0, alpha=0.9).exhibits["answers"].sentence
    assert said.endswith("Recalibrating brings the true probability back.")


@pytest.mark.parametrize(
    "state", [{"gamma": 0.0}, {"gamma": 2.0, "alpha": 0.0}, {"gamma": 2.0, "alpha": 1.0}]
)
def test_where_there_is_nothing_to_recalibrate_or_no_inverse_none_is_promised(state):
    assert not re.search(MISSED, calibration.view(**state).exhibits["answers"].sentence)


def test_calibration_compares_errors_over_one_set_of_outputs_and_over_all():
    focal, plain = (recording().showcase(name) for name in (PAPERS, REFERENCE))
    said = calibration.view(2.0).exhibits["reliability"].sentence
    told = re.search(
        r"Over the (\S+) outputs .*? it is (\S+) as trained and \*\*(\S+)\*\* recalibrated", said
    )
    assert told
    outputs, before, after = map(read_number, told.groups())
    exact = focal.after.counts[focal.after.edges[:-1] >= 0.05].sum()
    assert outputs == pytest.approx(exact, rel=0.02)  # of bins, not of single scores
    assert after == pytest.approx(focal.after.calibration_error_from(0.05), abs=0.003)
    assert before > after
    for bins in (focal.before, focal.after, plain.before):
        assert number(bins.calibration_error) in said
    assert f"rests on {focal.after.counts[focal.after.counts > 0][-1]} outputs" in said


def test_where_both_gradients_balance_each_of_the_few_has_nine_times_that_of_the_many():
    predicted = logit(risk_minimiser(0.9, FocalLoss(2.0)))
    few, many = (abs(float(FocalLoss(2.0).gradient(predicted, target))) for target in (0, 1))
    assert few / many == pytest.approx(9, rel=1e-3)
    assert "9 times the gradient" in calibration.view(2.0).explanation


def test_cross_entropy_with_a_class_weight_is_not_called_proper():
    assert "Without α cross entropy is *proper*" in calibration.view(0.0, alpha=0.25).explanation
    plain = calibration.view(0.0).explanation
    assert "Cross entropy is *proper*" in plain
    assert "nothing has to be recalibrated" in plain


# n wrong labels with p_t 0.01, 100,000 − n right ones with 0.99, 100 objects with 0.5
@pytest.mark.parametrize(
    ("missed", "focal", "plain"),
    [(1, "3.4%", "0.0942%"), (10, "26%", "0.934%"), (100, "77.9%", "8.62%")],
)
def test_unlabelled_objects_take_their_part_of_the_gradient(missed, focal, plain):
    said = when_not.view(2.0, missed).headline
    assert said.startswith(f"{missed} unlabelled objects for every 100 labelled make up **{focal}")
    assert said.endswith(f"and {plain} under cross entropy")
    assert f"**{plain}** of the gradient under cross entropy" in when_not.view(0, missed).headline


def test_ten_unlabelled_objects_are_one_background_label_in_ten_thousand():
    said = when_not.view(2.0, 10)
    assert "one background label in 10,000 is wrong" in said.exhibits["wrong_labels"].sentence
    assert "Here 10 of 100,000 background labels are of that kind" in said.explanation


def test_even_two_unlabelled_objects_are_told_with_their_share_under_both_losses():
    missed = NoisyLabels(2 / 100_000)
    focal, plain = (missed.pull(loss).wrong_labels for loss in (FocalLoss(2.0), CROSS_ENTROPY))
    said = when_not.view(2.0, 10).explanation
    assert f"make up {percent(focal)} under focal loss at γ = 2, and {percent(plain)}" in said


@pytest.mark.parametrize(
    ("percents", "missed"),
    [("1", 1000), ("0.1", 100), ("0", 1), ("5", 1000), ("inf", 1000), ("nan", 1)],
)
def test_a_link_that_gives_wrong_labels_in_percent_opens_at_as_many_objects(
    open_page, percents, missed
):
    visit = open_page(when_not, noise=percents)
    assert visit.select_slider(key="missed").value == str(missed)


def test_a_sampler_leaves_little_background():
    """300 locations at p_t 0.9 beside 100 objects at 0.1: 300 ln(10/9) of it and 100 ln 10."""
    background, objects = 300 * math.log(10 / 9), 100 * math.log(10)
    share = number(100 * background / (background + objects))
    assert f"make up {share}% of cross entropy, not 97.9%" in when_not.view(2.0).explanation


@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize(
    ("population", "name"), [("CE detector", REFERENCE), ("FL detector", PAPERS)]
)
def test_rivals_counts_what_a_recorded_detector_paid(population, name, gamma):
    """The bins of scores are compared with the totals that were recorded from every score."""
    paid = recording().showcase(name).who_pays
    said = rivals.variants()[population](gamma).headline
    parts = [float(part) for part in re.findall(r"([\d.]+)%", said)]
    objects = [100 * (1 - paid.budget(each).negative_share) for each in (gamma, 0.0)]
    assert parts == pytest.approx(objects, abs=0.2)


def test_rivals_draws_every_rule_and_says_the_weight_of_an_easy_location(open_page):
    visit = open_page(rivals, population="Easy background")
    said = words(visit)
    for name in ("cross entropy", "focal loss", "bootstrapping", "GHM-C", "ASL", HARDEST):
        assert name in said
    adjusted = math.log1p(1 / 9000) / math.log(10 / 9)  # ln(1 + e^(z - ln 1000)) / ln(1 + e^z)
    assert f"logit adjustment {number(adjusted)}." in said
    drawn = str(pictures(visit))
    assert all(name in drawn for name in ("class-balanced", "logit adjustment", "α = 0.75"))


def test_the_weights_are_those_of_one_more_location_and_of_the_population_at_its_own(
    open_page, shown
):
    open_page(rivals, gamma="2", population="Easy background")
    weights = shown.exhibits[1].table
    p_t = np.array(weights["p_t"])
    assert weights["focal loss"] == pytest.approx((1 - p_t) ** 2)
    assert weights["bootstrapping"] == pytest.approx((p_t < 0.5).astype(float))
    simple = SIMPLE.population()
    here = p_t.tolist().index(0.9)
    for name, rule in ((HARDEST, KeepHardest(400)), ("GHM-C", HarmonizedGradient())):
        assert weights[name][here] == pytest.approx(rule.weights(simple).negatives[0])
    mined = dict(zip(p_t, weights[HARDEST], strict=True))
    assert (mined[0.895], mined[0.905]) == (1, 0)
    assert mined[0.9] == pytest.approx(300 / 100_000)  # 100 objects are harder


def test_rivals_opens_where_no_method_hears_of_one_class_alone(open_page, shown):
    open_page(rivals)
    of_each = shown.exhibits[0].table
    assert min(of_each["objects"]) > 0
    assert max(of_each["objects"]) < 1
    by_losses = [percent(share) for share in of_each["objects"][:2]]
    assert by_losses == ["2.69%", "12.1%"]  # background makes up 97.3% and 87.9%


def test_class_balanced_weights_are_told_with_their_beta_and_what_another_would_do():
    said = rivals.view(2.0, SPREAD).explanation
    n, p = 100_000, 100
    for beta in (0.999, 0.9999):
        weight = {count: (1 - beta) / (1 - beta**count) for count in (n, p)}
        ratio = weight[p] / weight[n] * 0.0268555 / (1 - 0.0268555)  # that under cross entropy
        assert f"at β = {beta:g}" in said
        assert f"{100 * ratio / (1 + ratio):.3g}%" in said


def test_mining_keeps_three_easy_examples_of_background_to_each_object():
    """400 are kept, 100 objects among them: 300 ln(1/0.99) of background, 100 ln 10 of objects."""
    background, objects = 300 * -math.log(0.99), 100 * math.log(10)
    mined = exhibits.heard(VERY_EASY, exhibits.mining(VERY_EASY))
    assert mined.negatives == pytest.approx(background / (background + objects))


def test_rivals_says_what_training_leaves():
    said = rivals.view(2.0, SIMPLE).explanation.partition("Two of the scenarios")[2]
    background = [float(number) for number in re.findall(r"([\d.]+)%", said)]
    assert background[:2] == pytest.approx(
        [
            100 * recording().showcase(name).who_pays.budget(0.0).negative_share
            for name in (REFERENCE, PAPERS)
        ],
        abs=0.1,
    )
