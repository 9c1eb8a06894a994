"""The headline numbers of the pages on where focal loss stops, against theory and recorded runs."""

import math
import re

import numpy as np
import pytest

from focal_core.population import SIMPLE
from focal_core.sampling import HarmonizedGradient, KeepHardest
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import recording
from focal_ui.words import number
from pages.limits import calibration, rivals, when_not
from tests.helpers import failed, headline, pictures, words


@pytest.mark.parametrize(
    ("truth", "gamma", "answer"),
    [("0.9", "2", "69.4%"), ("0.99", "2", "84.6%"), ("0.9", "5", "59.7%"), ("0.9", "0", "90%")],
)
def test_calibration_says_what_the_best_model_answers(truth, gamma, answer, open_page):
    title = headline(open_page(calibration, true_probability=truth, gamma=gamma))
    assert f"is answered {answer} at γ = {gamma}" in title


@pytest.mark.parametrize(
    "state",
    [
        {"gamma": "1"},
        {"gamma": "2"},
        {"gamma": "5"},
        {"gamma": "2", "weighted": "on", "alpha": "0.25"},
        {"gamma": "0", "weighted": "on", "alpha": "0.9"},
    ],
)
def test_calibration_says_how_far_one_number_undoes_the_answers(state, open_page):
    missed = re.search(
        r"by one number misses the truth by (\S+) points", words(open_page(calibration, **state))
    )
    assert missed
    assert float(missed[1]) / 100 <= (0.006 if "alpha" in state else 0.0014)


@pytest.mark.parametrize(
    "state", [{"gamma": "0"}, {"weighted": "on", "alpha": "0"}, {"weighted": "on", "alpha": "1"}]
)
def test_where_there_is_nothing_to_undo_or_no_way_back_none_is_promised(state, open_page):
    visit = open_page(calibration, **state)
    assert not failed(visit)
    assert "misses the truth" not in words(visit)


def test_calibration_compares_the_recorded_errors_with_cross_entropys_own(open_page):
    focal, plain = (recording().showcase(name) for name in (PAPERS, REFERENCE))
    said = words(open_page(calibration))
    for bins in (focal.before, focal.after, plain.before):
        assert number(bins.calibration_error_from(0.05)) in said
    assert f"rests on {focal.after.counts[focal.after.counts > 0][-1]} outputs" in said


@pytest.mark.parametrize(("gamma", "share"), [("0", "48.8%"), ("2", "97.2%")])
def test_wrong_labels_take_their_part_of_the_slope(gamma, share, open_page):
    assert headline(open_page(when_not, noise="1", gamma=gamma)) == (
        f"At γ = {gamma}, 1.0% wrong labels take {share} of the slope"
    )


def test_a_sampler_leaves_little_background_to_pay(open_page):
    """300 locations at p_t 0.9 beside 100 objects at 0.1: 300 ln(10/9) of it and 100 ln 10."""
    background, objects = 300 * math.log(10 / 9), 100 * math.log(10)
    share = number(100 * background / (background + objects))
    assert f"spends {share}% on background, not 97.9%" in words(open_page(when_not))


@pytest.mark.parametrize("gamma", ["0", "2"])
@pytest.mark.parametrize(
    ("population", "name"), [("CE detector", REFERENCE), ("FL detector", PAPERS)]
)
def test_rivals_hears_what_a_recorded_detector_paid(population, name, gamma, open_page):
    """The bins of scores are compared with the totals that were recorded from every score."""
    paid = recording().showcase(name).who_pays
    said = headline(open_page(rivals, population=population, gamma=gamma))
    parts = [float(word.rstrip("%")) for word in said.split() if word.endswith("%")]
    objects = [100 * (1 - paid.budget(each).negative_share) for each in (float(gamma), 0.0)]
    assert parts == pytest.approx(objects, abs=0.2)


def test_rivals_draws_every_rule_and_says_the_weight_of_an_easy_location(open_page):
    visit = open_page(rivals)
    names = "cross entropy, focal loss, bootstrapping, hardest 0.4%, GHM-C, ASL, logit adjustment"
    said = words(visit)
    assert all(name in said for name in names.split(", "))
    adjusted = math.log1p(1 / 9000) / math.log(10 / 9)  # ln(1 + e^(z - ln 1000)) / ln(1 + e^z)
    assert f"logit adjustment {number(adjusted)}." in said
    drawn = " ".join(str(picture) for picture in pictures(visit))
    assert all(name in drawn for name in ("class-balanced", "logit adjustment", "α = 0.75"))


def test_the_weights_are_those_of_one_more_location_and_of_the_population_at_its_own(
    open_page, shown
):
    open_page(rivals, gamma="2")
    weights = shown.exhibits[1].table
    p_t = np.array(weights["p_t"])
    assert weights["focal loss"] == pytest.approx((1 - p_t) ** 2)
    assert weights["bootstrapping"] == pytest.approx((p_t < 0.5).astype(float))
    simple = SIMPLE.population()
    here = p_t.tolist().index(0.9)
    for name, rule in (("hardest 0.4%", KeepHardest(400)), ("GHM-C", HarmonizedGradient())):
        assert weights[name][here] == pytest.approx(rule.weights(simple).negatives[0])
    mined = dict(zip(p_t, weights["hardest 0.4%"], strict=True))
    assert (mined[0.895], mined[0.905]) == (1, 0)
    assert mined[0.9] == pytest.approx(300 / 100_000)  # 100 objects are harder


def test_rivals_says_what_training_leaves_to_hear(open_page):
    said = words(open_page(rivals)).partition("Two of the populations")[2]
    background = [float(number) for number in re.findall(r"([\d.]+)%", said)]
    assert background[:2] == pytest.approx(
        [
            100 * recording().showcase(name).who_pays.budget(0.0).negative_share
            for name in (REFERENCE, PAPERS)
        ],
        abs=0.1,
    )
