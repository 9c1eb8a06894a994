"""The headline numbers of the pages that show the loss, against theory."""

import math
import re

import numpy as np
import pytest

from focal_core.training import record_scenes, scored_scene
from focal_core.training.config import PAPERS
from focal_core.training.scene import PLAIN, kinds_of_locations, make_scene
from focal_core.training.scored_scene import STEPS
from focal_ui.controls import knobs
from focal_ui.explained.around_the_scene import MODELS
from focal_ui.stage.card import as_csv
from focal_ui.words import percent
from pages.see import class_weights, curve, easy_negatives, gradient, start
from tests.helpers import failed, families, headline, words

EMPTY, FULL = "0", "1M"
LOOKS = knobs.CLOSER_LOOK.options


SHARES = scored_scene.facts(PAPERS)["shares"][
    "500 0"
]  # in float64; plain, look-alike, near, object


@pytest.mark.parametrize(("row", "gamma"), list(enumerate(record_scenes.TOLD_GAMMAS)))
def test_start_says_what_easy_background_makes_up(row, gamma):
    said = start.view(gamma).headline
    (share,) = re.findall(r"\*\*(.+)%\*\*", said)
    assert float(share) == pytest.approx(100 * SHARES[row][0], abs=0.1)
    assert ("cross entropy" in said) == (gamma == 0)


@pytest.mark.parametrize("after", STEPS)
@pytest.mark.parametrize("model", MODELS.values())
def test_the_bars_of_start_are_the_shares_of_the_model_that_is_chosen(model, after):
    view = start.view(2.0, after, model, seed=2)
    expected = scored_scene.facts(model)["shares"][f"{after} 2"]
    parts = [trace["x"] for trace in view.exhibits["image"].figure["data"][2:]]
    for bar, row in ((0, 0), (1, record_scenes.TOLD_GAMMAS.index(2.0))):
        plain, alike, near, objects = expected[row]
        shown = [part[bar] for part in parts]
        assert shown == pytest.approx([plain, alike + near, objects], abs=1e-3)


def test_the_image_glows_with_each_location_s_share_of_the_loss():
    left, right = start.view(2.0).exhibits["image"].figure["data"][:2]
    scored = scored_scene.scored_scene(PAPERS, 500, 0)
    for trace, gamma in ((left, 0.0), (right, 2.0)):
        times = scored.times_the_mean(gamma)
        lit = trace["z"] > 0
        shown = np.exp(-6 + 0.06 * (trace["z"].astype(float) - 1))
        np.testing.assert_allclose(np.log(shown[lit]), np.log(times[lit]), atol=0.031)
        assert times[~lit].max(initial=0) < 0.0026
    bright = right["z"] > np.percentile(right["z"], 99)
    kinds = kinds_of_locations(make_scene(0))
    assert (kinds[bright] != PLAIN).mean() > 3 * (kinds != PLAIN).mean()


def test_at_gamma_0_both_images_are_the_same():
    left, right = start.view(0.0).exhibits["image"].figure["data"][:2]
    np.testing.assert_array_equal(left["z"], right["z"])


def test_moving_gamma_changes_headline_sentence_and_bars_together(open_page, shown):
    visit = open_page(start)
    assert "Under cross entropy" in headline(visit)
    visit.slider(key="gamma").set_value(1.0).run()
    visit.button(key="image_table").click().run()  # the page runs again
    share = percent(SHARES[record_scenes.TOLD_GAMMAS.index(1.0)][0])
    assert f"makes up {share}" in headline(visit)
    assert f"to {share} of the loss" in words(visit)
    background = shown.exhibits[-2].figure["data"][2]
    assert list(background["x"]) == pytest.approx([SHARES[0][0], SHARES[2][0]], abs=1e-3)


def test_what_start_outlines_is_in_the_scene(open_page):
    scene = make_scene(1)
    for look_alikes, count in ((False, 16), (True, 16 + 24)):
        view = start.view(1.0, seed=1, look_alikes=look_alikes)
        boxes = view.exhibits["image"].figure["layout"]["shapes"]
        assert len(boxes) == 2 * count
        assert [boxes[0][k] * 4 for k in ("x0", "y0")] == pytest.approx(
            scene.objects[0][:2] - 2, abs=0.05
        )


def test_sorted_the_hardest_come_first_and_focal_loss_rests_on_them():
    exhibit = start.view(2.0).exhibits["sorted"]
    _part, ce, fl, *kinds = exhibit.table.values()
    assert np.all(np.diff(fl) >= 0)
    assert fl[-1] == ce[-1] == pytest.approx(1)
    assert all(f >= c for f, c in zip(fl, ce, strict=True))
    np.testing.assert_allclose(np.sum(kinds, axis=0), 1)
    easy, _hard, objects = kinds
    assert objects[0] == 1 > objects[-1]
    assert easy[-1] > 0.9


def test_each_choice_of_start_shows_another_image(open_page, shown):
    for link in ({}, {"trained": "CE"}, {"after": "20"}, {"scene": "3"}, {"gamma": "2"}):
        open_page(start, **link)
    images = [
        exhibit for view in shown.views for key, exhibit in view.exhibits.items() if key == "image"
    ]
    assert len({image.sentence for image in images}) == len(images)


@pytest.mark.parametrize(("gamma", "less"), [(1, "10×"), (2, "100×"), (5, "100,000×")])
def test_an_easy_example_s_loss_shrinks_ten_to_the_gamma_times(gamma, less):
    said = curve.view(gamma, 0.9).headline
    assert said == f"An example with $p_t$ = 0.9: γ = {gamma} makes its loss **{less}** smaller"


def test_at_gamma_0_the_curve_says_that_both_losses_are_one():
    view = curve.view(0.0)
    assert view.headline == "An example with $p_t$ = 0.9: γ = 0 leaves its loss at **0.105**"
    assert "focal loss: the same." in view.exhibits["curve"].sentence


@pytest.mark.parametrize("p_t", [0.01, 0.37, 0.99])
def test_the_curve_says_the_loss_at_the_cursor(p_t):
    said = f"$p_t$ = {p_t} the loss is {-math.log(p_t):.3g} under cross entropy"
    assert said in curve.view(2.0, p_t).exhibits["curve"].sentence


def test_a_slope_can_grow_where_the_loss_shrinks():
    # (1 - p_t)**2 (1 - p_t - 2 p_t ln p_t) / (1 - p_t) at 0.1 is 1.225
    assert "1.22× **larger**" in curve.view(2.0, 0.1, slope=True).exhibits["curve"].sentence


@pytest.mark.parametrize(
    ("p_t", "said"),
    [
        (0.9, "divides the loss by 100, but the gradient only by **34.5**"),
        (0.1, "divides the loss by 1.23, but *multiplies* the gradient by **1.22**"),
    ],
)
def test_the_gradient_says_whether_it_shrinks_or_grows(p_t, said):
    assert said in gradient.view(2.0, p_t).headline


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
def test_gradient_and_curvature_are_said_to_be_by_the_logit(gamma):
    said = gradient.view(gamma).explanation
    assert "by the logit" in said
    assert "as a function of the logit" in said
    assert ("As a function of $p_t$" in said) == (gamma > 0)


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_a_made_up_scenario_is_said_to_be_a_thought_experiment(gamma):
    said = {name: view(gamma).explanation for name, view in easy_negatives.variants().items()}
    made_up = {name for name, text in said.items() if "thought experiment" in text}
    assert made_up == set(said) - {"FL detector", "CE detector", "The image"}
    assert "0.99" in said["Easy background"]  # 1 less the paper's prior


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
        ("Easy background", 2, "36.1%"),
        ("Easy background", 3, "5.91%"),
        ("Very easy background", 2, "0.0539%"),
        ("Spread-out scores", 2, "87.9%"),
        ("Balanced classes", 0, "4.38%"),
    ],
)
def test_easy_negatives_says_what_background_makes_up(population, gamma, share):
    said = easy_negatives.variants()[population](gamma).headline
    assert said == f"At γ = {gamma}, background makes up **{share}** of the total loss"


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
    assert f"background makes up {share} of the total loss" in headline(
        open_page(easy_negatives, **link)
    )


def test_an_own_population_is_counted_as_it_was_set(open_page):
    link = {"negatives": "1M", "positives": "100", "negative_p_t": "0.99", "positive_p_t": "0.1"}
    visit = open_page(easy_negatives, population=knobs.OWN_EQUAL, **link)
    assert "0.536%" in headline(visit)
    assert "1,000,000 background locations" in visit.caption[0].value


def test_the_table_of_start_holds_the_totals_of_each_kind(open_page, shown):
    open_page(start, gamma="2")
    rows = [row.split(",") for row in as_csv(shown.exhibits[0].table).splitlines()[1:]]
    assert [row[0] for row in rows] == [
        "easy background",
        "look-alikes",
        "beside objects",
        "objects",
    ]
    for column, row in ((2, 0), (4, 3)):  # of the table, of the gammas told
        assert [float(each[column]) for each in rows] == pytest.approx(SHARES[row], abs=1e-3)


@pytest.mark.parametrize(
    ("guess", "words_"),
    [("12%", "and it is **11.6%**"), ("50%", "38.4 points too high"), ("1%", "too low")],
)
def test_a_guess_on_start_is_compared_with_gamma_2(guess, words_, open_page):
    assert words_ in words(open_page(start, guess_start=guess))


def test_a_guess_is_drawn_on_the_figure(open_page, shown):
    open_page(start, gamma="2")
    open_page(start, gamma="2", guess_start="50%")
    before, after = (
        {note["text"] for note in exhibit.figure["layout"]["annotations"]}
        for exhibit in shown.exhibits[::2]
    )
    assert after - before == {"answer", "your guess"}


# --- a number that is typed ---------------------------------------------------------------------


def typed(visit, key, number):
    visit.number_input(key=f"{key}_typed").set_value(number).run()
    return visit


def bounds(visit, key):
    slider = visit.slider(key=key)
    return slider.min, slider.max, slider.step, slider.value


def test_a_number_between_two_steps_can_be_typed(open_page):
    visit = open_page(curve, opened=["typed_gamma"], gamma=1)
    typed(visit, "gamma", 1.74)
    assert "γ = 1.74" in headline(visit)
    assert bounds(visit, "gamma") == (1.5, 2.0, 0.01, 1.74)
    assert not failed(visit)


@pytest.mark.parametrize("before", ["1", "1.6", "1.63", "1.74", "4"])
def test_what_is_typed_is_stronger_than_what_the_address_still_says(before, open_page):
    visit = open_page(curve, opened=["typed_gamma"], gamma=before)
    typed(visit, "gamma", 1.74)
    assert bounds(visit, "gamma") == (1.5, 2.0, 0.01, 1.74)
    assert "γ = 1.74" in headline(visit)


def test_a_link_with_such_a_number_opens_it_everywhere(open_page):
    for page in (curve, easy_negatives, class_weights):
        visit = open_page(page, gamma="1.74")
        assert "1.74" in headline(visit)
        assert bounds(visit, "gamma") == (1.5, 2.0, 0.01, 1.74)
        assert not visit.warning


def test_the_closer_look_stays_until_one_leaves_it(open_page):
    visit = open_page(curve, opened=["typed_gamma"], gamma="1.74")
    visit.slider(key="gamma").set_value(1.7).run()
    assert bounds(visit, "gamma") == (1.5, 2.0, 0.01, 1.7)
    visit.button(key="gamma_whole").click().run()
    assert bounds(visit, "gamma") == (0.0, 5.0, 0.1, 1.7)
    typed(visit, "gamma", 3)
    assert bounds(visit, "gamma") == (0.0, 5.0, 0.1, 3.0)
    assert "γ = 3" in headline(visit)


@pytest.mark.parametrize("number", [0.01, 0.499, 2.5, 4.99, 5.0])
def test_a_closer_look_holds_its_number_and_stays_inside(number):
    part = knobs.GAMMA.part_around(number)
    assert 0 <= part.low <= number <= part.high <= 5
    assert len(part.places) == 51
    assert part.places[part.row(number)] == pytest.approx(number, abs=0.005)


def test_what_is_sent_for_a_closer_look_is_not_what_is_sent_for_the_whole(open_page):
    whole = open_page(curve, gamma="1.7", whole=True)
    closer = open_page(curve, gamma="1.74", whole=True)
    sent = [families(visit)[0]["slider"] for visit in (whole, closer)]
    assert sent == [
        {"key": "gamma", "low": 0.0, "step": 0.1},
        {"key": "gamma", "low": 1.5, "step": 0.01, "part": True},
    ]
