"""Every knob, once: its steps, and what is said of a link that it cannot use."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app
from focal_ui.controls import knobs
from focal_ui.controls.by_page import KNOBS
from focal_ui.controls.kinds import Choice, Slider, Steps
from focal_ui.controls.knobs import ALPHA, GAMMA, NEGATIVES, P_T, POPULATION, POSITIVES, VIEW

SLIDERS = [knob for knob in KNOBS.values() if isinstance(knob, Slider)]
OPTIONS = [knob for knob in KNOBS.values() if isinstance(knob, Choice | Steps)]


def by_key(knob):
    return knob.key


def steps_of(slider: Slider) -> list[float]:
    count = round((slider.high - slider.low) / slider.step)
    return [slider.snap(slider.low + i * slider.step) for i in range(count + 1)]


@pytest.mark.parametrize("key", KNOBS)
def test_a_knob_is_listed_under_its_key(key):
    assert KNOBS[key].key == key


def test_a_key_can_stand_in_a_link_as_it_is():
    assert all(key.isascii() and key.isidentifier() for key in KNOBS)


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5])
def test_gamma_lands_exactly_on_the_values_of_the_paper(gamma):
    assert gamma in steps_of(GAMMA)


@pytest.mark.parametrize("alpha", [0.25, 0.5, 0.75])
def test_alpha_lands_exactly_on_quarters(alpha):
    assert alpha in steps_of(ALPHA)


@pytest.mark.parametrize("slider", SLIDERS, ids=by_key)
def test_a_slider_opens_on_one_of_its_steps(slider):
    assert slider.default in steps_of(slider)


@pytest.mark.parametrize("slider", SLIDERS, ids=by_key)
def test_a_slider_reaches_both_its_ends(slider):
    steps = steps_of(slider)
    assert (steps[0], steps[-1]) == (slider.low, slider.high)


@pytest.mark.parametrize("slider", SLIDERS, ids=by_key)
def test_no_step_of_a_slider_has_a_tail_of_digits(slider):
    assert all(len(f"{step}") <= len("-10.005") for step in steps_of(slider))


@given(st.sampled_from(SLIDERS), st.floats(0, 1))
def test_a_snapped_value_is_the_nearest_step(slider, part):
    value = slider.low + part * (slider.high - slider.low)
    nearest = min(abs(step - value) for step in steps_of(slider))
    assert abs(slider.snap(value) - value) == pytest.approx(nearest, abs=1e-9)


@given(st.sampled_from(SLIDERS), st.floats(0, 1))
def test_what_is_snapped_stays(slider, part):
    step = slider.snap(slider.low + part * (slider.high - slider.low))
    assert slider.snap(step) == step


@pytest.mark.parametrize("slider", SLIDERS, ids=by_key)
def test_no_step_of_a_slider_is_complained_of(slider):
    assert [slider.complaint(f"{step:g}") for step in steps_of(slider)] == [None] * len(
        steps_of(slider)
    )


@pytest.mark.parametrize("knob", OPTIONS, ids=by_key)
def test_no_option_is_complained_of(knob):
    assert {knob.complaint(option) for option in knob.options} == {None}


@pytest.mark.parametrize("raw", ["3", "3.0", "3e0", "+3", " 3"])
def test_a_number_may_be_written_in_any_usual_way(raw):
    assert GAMMA.complaint(raw) is None


@pytest.mark.parametrize(
    "raw", ["abc", "", "99", "-1", "5.1", "nan", "inf", "-inf", "1,5", "<script>", "9" * 10_000]
)
def test_what_is_no_number_in_range_opens_the_default_and_says_the_range(raw):
    complaint = GAMMA.complaint(raw)
    assert "from 0 to 5" in complaint
    assert "opened with 2." in complaint


@pytest.mark.parametrize(
    ("slider", "raw", "used"),
    [(GAMMA, "2.034", "2.03"), (ALPHA, "0.2504", "0.25"), (P_T, ".33333", "0.333")],
)
def test_a_value_between_two_steps_opens_the_nearest_and_says_which(slider, raw, used):
    complaint = slider.complaint(raw)
    assert "between two steps" in complaint
    assert f"opened with {used}." in complaint


@pytest.mark.parametrize("knob", OPTIONS, ids=by_key)
@pytest.mark.parametrize("raw", ["", "no such thing", "<script>", "x" * 10_000])
def test_what_is_no_option_is_answered_with_all_options(knob, raw):
    complaint = knob.complaint(raw)
    assert all(option in complaint for option in knob.options)


@pytest.mark.parametrize("steps", [NEGATIVES, POSITIVES], ids=by_key)
def test_a_count_is_written_as_it_is_said(steps):
    units = {"k": 1_000, "M": 1_000_000}
    for text, count in steps.options.items():
        assert count == int(text.rstrip("kM")) * units.get(text[-1], 1)


@pytest.mark.parametrize("steps", [NEGATIVES, POSITIVES], ids=by_key)
def test_counts_grow_from_left_to_right(steps):
    counts = list(steps.options.values())
    assert counts == sorted(set(counts))


@pytest.mark.parametrize("knob", OPTIONS, ids=by_key)
def test_the_default_is_one_of_the_options_or_nothing(knob):
    assert knob.default is None or knob.default in knob.options


@pytest.mark.parametrize("knob", [POPULATION, VIEW], ids=by_key)
def test_upper_and_lower_case_are_not_mixed_up(knob):
    assert knob.complaint(knob.options[0].lower())


RENAMED = [
    (knob, old, new)
    for knob in KNOBS.values()
    if isinstance(knob, Choice)
    for old, new in knob.renamed.items()
]
OLD_LINKS = {
    "population": ("Simple", "Very easy", "Spread", "Balanced", "Stubborn", "Your own",
                   "Own spread"),
    "view": ("Slope",),
    "axis": ("Log",),
    "look": ("By γ", "By number", "By hardness", "Simple to spread"),
    "normaliser": ("objects", "locations"),
    "shown": ("Easy share", "Gradient budget"),
    "part": ("How sure",),
    "inside": ("Figure 4",),
    "level": ("Level 1: who pays",),
    "own": ("Who pays", "Across γ", "By gradient", "Hardest part", "Hardest lines"),
}  # fmt: skip
"""What links on paper may still say."""


@pytest.mark.parametrize(
    ("key", "old"), [(k, old) for k, olds in OLD_LINKS.items() for old in olds]
)
def test_a_name_that_an_old_link_says_is_still_known(key, old):
    knob = KNOBS[key]
    assert knob.complaint(old) is None
    assert knob.meant(old) in knob.options


@pytest.mark.parametrize(("knob", "old", "new"), RENAMED)
def test_an_old_name_stands_for_an_option_and_is_none_itself(knob, old, new):
    assert new in knob.options
    assert old not in knob.options


@given(st.integers(1, 200_000), st.integers(1, 300))
def test_counts_to_take_along_keep_the_ratio_as_well_as_the_sliders_can(negatives, positives):
    n, p = knobs.like(negatives, positives)
    taken = knobs.NEGATIVES.options[n] / knobs.POSITIVES.options[p]
    wanted = negatives / positives
    others = [
        few / many
        for few in knobs.NEGATIVES.options.values()
        for many in knobs.POSITIVES.options.values()
        if few and many
    ]
    best = min(abs(math.log(other / wanted)) for other in others)
    assert abs(math.log(taken / wanted)) == pytest.approx(best, abs=1e-6)


def test_where_nothing_is_the_object_none_is_taken_along():
    assert knobs.like(12_276, 0) == ("10k", "0")


@pytest.mark.parametrize(
    ("page", "address", "scenario"),
    [
        ("rivals", {}, "Spread-out scores"),
        ("easy_negatives", {}, "Easy background"),
        ("rivals", {"population": "The image"}, "The image"),
    ],
)
def test_a_new_page_begins_at_its_own_scenario_unless_the_address_says_one(
    monkeypatch, page, address, scenario
):
    held = {"population": scenario if address else "Hard background", "p_t": 0.3}
    monkeypatch.setattr(app, "st", SimpleNamespace(session_state=held, query_params=address))
    app.begin_at_the_default(page)
    assert (held["population"], held["p_t"]) == (scenario, 0.3)
    held["population"] = "Balanced classes"  # what is chosen there stays
    app.begin_at_the_default(page)
    assert held["population"] == "Balanced classes"
