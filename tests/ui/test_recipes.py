"""A population in words."""

import re

import pytest

from focal_core.population import EqualScores, SpreadScores
from focal_ui.controls.populations import EASY, PRESETS, SPREAD_OUT, in_words


def test_simple_scores_are_said_with_counts_and_p_t():
    assert in_words(PRESETS[EASY]) == (
        "100,000 background locations with $p_t$ = 0.9, 100 objects with $p_t$ = 0.1 ($p_t$: "
        "probability that the model gives to the true class)"
    )


def test_spread_scores_are_said_with_mean_and_standard_deviation():
    words = in_words(PRESETS[SPREAD_OUT])
    assert words.startswith("100,000 background locations and 100 objects")
    assert "−5 ± 2 on background and 0 ± 2 on objects" in words


@pytest.mark.parametrize("name", PRESETS)
def test_each_population_is_said_with_both_its_counts(name):
    population, words = PRESETS[name].population(), in_words(PRESETS[name])
    counts = [population.negatives.count, population.positives.count]
    said = [int(number.replace(",", "")) for number in re.findall(r"\b\d[\d,]*\b", words)]
    assert said[0] == counts[0]
    assert counts[1] in said[1:]


def test_a_detectors_scores_are_said_with_the_loss_that_trained_it():
    words = in_words(PRESETS["FL detector"])
    assert "trained here with FL, γ = 2, α = 0.25" in words


def test_no_two_populations_read_alike():
    assert len({in_words(recipe) for recipe in PRESETS.values()}) == len(PRESETS)


@pytest.mark.parametrize("recipe", [EqualScores(0, 0), SpreadScores(0, 0)])
def test_an_empty_population_is_said_with_zeros(recipe):
    words = in_words(recipe)
    assert words.startswith("0 background")
    assert " 0 objects" in words


def test_what_has_no_words_is_refused_by_name():
    with pytest.raises(TypeError, match="no words for a str"):
        in_words("Simple")
