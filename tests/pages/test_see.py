"""The headline numbers of the pages that show the loss, against theory."""

import math

import pytest

from focal_ui.controls import knobs
from focal_ui.stage.card import as_csv
from pages.see import class_weights, curve, easy_negatives, start
from tests.helpers import failed, headline, words

EMPTY, FULL = "0", "1M"
LOOKS = knobs.CLOSER_LOOK.options


@pytest.mark.parametrize(
    ("gamma", "share"), [(0, "97.9%"), (0.5, "93.8%"), (1, "83.6%"), (2, "36.1%")]
)
def test_start_says_what_background_makes_up(gamma, share):
    said = start.view(gamma).headline
    assert said.startswith(f"At γ = {gamma}, easy background makes up **{share}** of the loss")


def test_moving_gamma_changes_headline_sentence_and_bars_together(open_page, shown):
    visit = open_page(start)
    visit.slider(key="gamma").set_value(1.0).run()
    visit.button(key="who_pays_table").click().run()  # the page runs again
    assert "makes up 83.6%" in headline(visit)
    assert "83.6% under focal loss" in words(visit)
    background = shown.exhibits[-1].figure["data"][0]
    assert list(background["x"]) == pytest.approx([0.9786, 0.8356], abs=5e-5)


@pytest.mark.parametrize(("gamma", "less"), [(1, "10×"), (2, "100×"), (5, "100,000×")])
def test_an_easy_example_s_loss_shrinks_ten_to_the_gamma_times(gamma, less):
    said = curve.view(gamma, 0.9).headline
    assert said == f"At $p_t$ = 0.9, γ = {gamma} makes the loss **{less}** smaller"


def test_at_gamma_0_the_curve_says_that_both_losses_are_one():
    view = curve.view(0.0)
    assert "cross entropy" in view.headline
    assert "focal loss: the same." in view.exhibits["curve"].sentence


@pytest.mark.parametrize("p_t", [0.01, 0.37, 0.99])
def test_the_curve_says_the_loss_at_the_cursor(p_t):
    said = f"$p_t$ = {p_t} the loss is {-math.log(p_t):.3g} under cross entropy"
    assert said in curve.view(2.0, p_t).exhibits["curve"].sentence


def test_a_slope_can_grow_where_the_loss_shrinks():
    # (1 - p_t)**2 (1 - p_t - 2 p_t ln p_t) / (1 - p_t) at 0.1 is 1.225
    assert "1.22× **more**" in curve.view(2.0, 0.1, slope=True).exhibits["curve"].sentence


@pytest.mark.parametrize(
    ("alpha", "gamma", "share"),
    [(0.25, 2, "62.9%"), (0.5, 2, "36.1%"), (0, 2, "100%"), (1, 5, "0%")],
)
def test_class_weights_says_what_background_makes_up_under_both(alpha, gamma, share):
    said = class_weights.view(alpha, gamma).headline
    assert said == f"With α = {alpha} and γ = {gamma}, background makes up **{share}** of the loss"


@pytest.mark.parametrize(("gamma", "alpha", "share"), [(2.0, 0.25, "62.9%"), (0.0, 0.5, "97.9%")])
def test_the_headline_of_a_held_point_is_that_of_the_sliders(gamma, alpha, share):
    view = class_weights.view(alpha, gamma)
    held = view.exhibits["share_map"].held
    value = held.values[list(held.y).index(alpha)][list(held.x).index(gamma)]
    assert value == share
    words_ = held.words.format(gamma=f"{gamma:g}", alpha=f"{alpha:g}", value=value)
    assert words_ == view.headline


@pytest.mark.parametrize(
    ("preset", "alpha"), [("frequency", 0.999), ("loss", 0.361), ("slope", 0.724), ("paper", 0.25)]
)
def test_a_preset_moves_the_slider_to_its_alpha(preset, alpha, open_page):
    visit = open_page(class_weights, alpha="0.5")
    visit.button(key=f"preset {preset}").click().run()
    assert visit.slider(key="alpha").value == alpha
    assert f"With α = {alpha:g} and γ = 2" in headline(visit)


def test_the_balancing_alpha_balances(open_page):
    visit = open_page(class_weights)
    visit.button(key="preset loss").click().run()
    assert headline(visit).endswith("background makes up 50% of the loss")


@pytest.mark.parametrize(
    ("population", "gamma", "share"),
    [
        ("Simple", 2, "36.1%"),
        ("Simple", 3, "5.91%"),
        ("Very easy", 2, "0.0539%"),
        ("Spread", 2, "87.9%"),
        ("Balanced", 0, "4.38%"),
    ],
)
def test_easy_negatives_says_what_background_makes_up(population, gamma, share):
    said = easy_negatives.variants()[population](gamma).headline
    assert said == f"At γ = {gamma}, background makes up **{share}** of the loss"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("population", knobs.POPULATION.options)
def test_each_population_can_be_looked_at_in_each_way(population, look, open_page):
    visit = open_page(easy_negatives, population=population, look=look)
    assert not failed(visit)
    assert not visit.warning


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("population", [knobs.OWN_EQUAL, knobs.OWN_SPREAD])
@pytest.mark.parametrize(
    ("negatives", "positives"), [(EMPTY, EMPTY), (EMPTY, "100"), (FULL, EMPTY), (FULL, "10k")]
)
def test_a_population_may_be_empty_or_a_million(negatives, positives, population, look, open_page):
    link = {"negatives": negatives, "positives": positives, "population": population}
    visit = open_page(easy_negatives, look=look, gamma="5", **link)
    assert not failed(visit)
    assert not visit.warning


@pytest.mark.parametrize(
    ("negatives", "positives", "share"),
    [(EMPTY, EMPTY, "not defined"), (EMPTY, "100", "0%"), ("100", EMPTY, "100%")],
)
def test_who_is_not_there_does_not_pay(negatives, positives, share, open_page):
    link = {"population": knobs.OWN_EQUAL, "negatives": negatives, "positives": positives}
    assert f"background makes up {share} of the loss" in headline(open_page(easy_negatives, **link))


def test_an_own_population_is_counted_as_it_was_set(open_page):
    link = {"negatives": "1M", "positives": "100", "negative_p_t": "0.99", "positive_p_t": "0.1"}
    visit = open_page(easy_negatives, population=knobs.OWN_EQUAL, **link)
    assert "0.536%" in headline(visit)
    assert "1,000,000 background locations" in visit.caption[0].value


def test_the_table_of_start_holds_the_totals_of_both_classes(open_page, shown):
    open_page(start)
    rows = as_csv(shown.exhibits[0].table).splitlines()
    background, objects = -100_000 * math.log(0.9), -100 * math.log(0.1)
    loss, *totals = rows[1].split(",")
    assert loss == "Cross entropy"
    assert [float(total) for total in totals[:2]] == pytest.approx([background, objects])


@pytest.mark.parametrize(
    ("guess", "words_"),
    [("84%", "and it is **83.6%**"), ("50%", "33.6 points too low"), ("5%", "too low")],
)
def test_a_guess_on_start_is_compared_with_gamma_1(guess, words_, open_page):
    assert words_ in words(open_page(start, guess_start=guess))


def test_a_guess_is_drawn_on_the_figure(open_page, shown):
    open_page(start, gamma="1")
    open_page(start, gamma="1", guess_start="50%")
    before, after = (
        {note["text"] for note in exhibit.figure["layout"]["annotations"]}
        for exhibit in shown.exhibits
    )
    assert after - before == {"answer", "your guess"}
