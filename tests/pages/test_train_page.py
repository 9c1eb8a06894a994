"""Train: what the recorded runs show is what the page says, and a live run is only an extra."""

import importlib.util
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from focal_core.training.config import NO_PRIOR_MODEL, PAPERS, REFERENCE
from focal_core.training.imbalance.plan import CE, CE_FITTED, FL, FL_TUNED, LOSSES, Setting
from focal_core.training.imbalance.recorded import Point, Size, is_clear, study
from focal_core.training.recorded import LONG_FOLDER, Difference, recording
from focal_core.training.warm_up import warm_up
from focal_ui.controls import knobs
from focal_ui.figures.trained.figure_four import figure_four
from focal_ui.learning.prediction import Guess
from focal_ui.training import (
    by_imbalance,
    film,
    inside,
    live_panel,
    result,
    step_by_step,
    warming_up,
)
from focal_ui.training.comparisons import COMPARISONS, MINED, SOON
from focal_ui.words import percent
from pages.detector import train
from pages.limits import when_not
from tests.helpers import families, headline, pictures, words

PAGE = "from pages.detector import train\ntrain.page()"


def page(**link: str) -> AppTest:
    script = AppTest.from_string(PAGE, default_timeout=60)
    for key, value in link.items():
        script.query_params[key] = value
    visit = script.run()
    assert not visit.exception
    return visit


def in_points(ap: float) -> str:
    return f"{100 * ap:.1f}".replace("-", "−")


def signed(difference: Difference) -> str:
    sign = "+" if difference.mean > 0 else ""
    return f"{sign}{in_points(difference.mean)} ± {in_points(difference.sd)}"


def shares_of(name: str, step: int) -> np.ndarray:
    """Easy background, hard background, objects: means over the seeds, straight from the runs."""
    each = []
    for run in recording().of(name):
        steps, background = run.curve("background_share")
        easy = run.curve("easy_share")[1]
        at = list(steps).index(step)
        each.append(
            [background[at] * easy[at], background[at] * (1 - easy[at]), 1 - background[at]]
        )
    return np.mean(each, axis=0)


@pytest.mark.parametrize("step", [1, 15, 500])
def test_the_bars_are_the_recorded_shares_and_fill_the_whole(step):
    bars = step_by_step.view(step).exhibits["loss_parts"].figure["data"]
    drawn = np.array([bar["x"] for bar in bars])
    for at, name in enumerate((NO_PRIOR_MODEL, REFERENCE, PAPERS)):
        assert drawn[:, at] == pytest.approx(shares_of(name, step), abs=1e-6)
    assert drawn.sum(axis=0) == pytest.approx(1)


def test_the_front_says_that_cross_entropy_soon_leaves_little_easy_background():
    first, soon, last = (shares_of(REFERENCE, step) for step in (1, 15, 500))
    assert (first[0] + first[1], soon[0] + soon[1]) == pytest.approx((0.83, 0.13), abs=0.005)
    assert last[0] / (last[0] + last[1]) == pytest.approx(0.003, abs=5e-4)  # of background's loss
    view = step_by_step.view(15)
    assert f"**{percent(round(soon[0], 3))}** of cross entropy’s loss at step 15" in view.headline
    assert f"{percent(round(first[0], 2))} at step 1" in view.headline
    assert "83% of its loss from background; at step 15 it is 13%" in view.explanation
    assert f"make up {percent(round(last[0], 4))} in the end" in view.explanation


def test_the_front_says_that_without_a_prior_the_loss_swings_to_objects_alone():
    background = [1 - shares_of(NO_PRIOR_MODEL, step)[2] for step in (1, 20)]
    assert background[0] > 0.999
    assert background[1] < 0.001
    said = step_by_step.view(15).explanation
    assert (
        f"from 100% background at step 1 to {percent(round(background[1], 4))} at step 20" in said
    )


def test_the_bare_page_is_the_front_at_a_step_that_shows_the_point(open_page, shown):
    open_page(train)
    ((draw, values),) = shown.draws
    assert draw is step_by_step.view
    assert values["train_step"] == 15
    (code,) = shown.snippets
    assert float(code.result) == pytest.approx(shares_of(REFERENCE, 15)[0], abs=1e-6)


def test_no_winner_is_explained_where_there_is_one(monkeypatch):
    assert "no clear winner" in step_by_step.view(15).explanation
    monkeypatch.setattr(Difference, "is_clear", True)
    assert "no clear winner" not in step_by_step.view(15).explanation


@pytest.mark.parametrize("compare", knobs.COMPARE.options)
def test_the_headline_says_what_the_recorded_runs_show_of_its_own_pair(compare):
    pair = COMPARISONS[compare]
    gained = recording().difference(pair.first, pair.second)
    said = result.view(compare=compare).headline
    assert f"**{in_points(abs(gained.mean))} ± {in_points(gained.sd)} points**" in said
    assert f"fter {recording().of(PAPERS)[0].steps} steps" in said
    assert {pair.first, pair.second} < set(COMPARISONS[compare].names)
    assert pair.first_called in said
    assert said.endswith(pair.second_called)


@pytest.mark.parametrize("compare", knobs.COMPARE.options)
def test_the_code_computes_the_number_of_the_headline(compare, open_page, shown):
    open_page(train, compare=compare)
    (view,), (code,) = shown.views, shown.snippets
    assert f"**{code.result.lstrip('-')} ± " in view.headline


@pytest.mark.parametrize(
    ("mean", "sd", "expected"),
    [
        (0.04, 0.02, "After 500 steps focal loss is **4.0 ± 2.0 points** ahead of"),
        (-0.04, 0.02, "After 500 steps focal loss is **4.0 ± 2.0 points** behind"),
        (0.01, 0.02, "No clear winner after 500 steps: focal loss is **1.0 ± 2.0 points** ahead"),
        (-0.01, 0.02, "No clear winner after 500 steps: focal loss is **1.0 ± 2.0 points** behind"),
    ],
)
def test_the_headline_names_no_winner_within_the_spread(mean, sd, expected):
    gained = Difference("FL", "CE", mean, sd, 3, 5)
    assert COMPARISONS[knobs.FOCUSING].headline(gained, 500).startswith(expected)


@pytest.mark.parametrize("compare", knobs.COMPARE.options)
def test_every_compared_result_is_drawn_said_and_tabulated_in_points(compare):
    exhibit = result.view(compare=compare).exhibits["results"]
    (dots,) = exhibit.figure["data"]
    rows = [row for row in recording().table() if row.name in COMPARISONS[compare].names]
    assert sorted(dots["x"]) == pytest.approx(sorted(100 * row.mean for row in rows))
    assert exhibit.table["AP, mean"] == pytest.approx([100 * r.mean for r in rows], abs=0.006)
    for row in rows:
        if row.name != COMPARISONS[compare].second:
            lead = recording().difference(row.name, COMPARISONS[compare].second)
            assert f"{row.name} **{signed(lead)}**" in exhibit.sentence


def test_the_axis_stands_still_from_one_comparison_to_the_next():
    views = [result.view(compare=compare) for compare in knobs.COMPARE.options]
    ranges = [v.exhibits["results"].figure["layout"]["xaxis"]["range"] for v in views]
    assert all(each == ranges[0] for each in ranges)
    assert ranges[0][1] > 100 * max(row.high for row in recording().table())


def test_the_guess_is_marked_in_points_where_it_was_asked():
    guess = Guess(0.37, 0.417, str, str)
    for compare, seen in ((knobs.MINING, True), (knobs.FOCUSING, False)):
        results = result.view(compare=compare, guess=guess).exhibits["results"]
        marks = results.figure["layout"]["shapes"]
        assert [mark["x0"] for mark in marks] == pytest.approx([41.7, 37.0])
        assert all(mark["visible"] is seen for mark in marks)


@pytest.mark.parametrize("shown", knobs.SHOWN.options)
def test_every_quantity_can_be_drawn_over_the_steps(shown):
    for compare in knobs.COMPARE.options:
        bands = result.view(compare=compare, shown=shown).exhibits["bands"]
        low, high = bands.figure["layout"]["yaxis"]["range"]
        assert low < high
        assert "Means of 5 seeds" in bands.sentence


def test_ap_over_the_steps_is_in_points_and_a_share_in_percent():
    band = recording().band(PAPERS, "validation_ap")
    drawn = result.view().exhibits["bands"]
    line = next(t for t in drawn.figure["data"] if t.get("name") == PAPERS)
    assert line["y"] == pytest.approx(100 * band.mean, rel=1e-5)
    start = recording().band(REFERENCE, "background_share").mean[0]
    said = result.view(shown=knobs.BACKGROUND_SHARE).exhibits["bands"].sentence
    assert f"At step 1: highest {REFERENCE} ({percent(float(start))})" in said


def test_the_gradient_budget_says_that_focusing_spares_the_first_step():
    said = result.view(shown=knobs.GRADIENT_BUDGET).exhibits["bands"].sentence
    assert said.startswith(f"At step 0: highest {REFERENCE} (7.8), lowest FL, γ = 5, α = 0.25")


def test_the_explanation_says_that_easy_background_is_soon_learned():
    share = recording().band(REFERENCE, "background_share")
    said = result.view(compare=knobs.FOCUSING).explanation
    assert list(share.steps[[0, SOON]]) == [1, 15]
    assert f"{percent(float(share.mean[0]))} of cross entropy’s loss at step 1" in said
    assert f"{percent(float(share.mean[SOON]))} at step 15" in said
    assert share.mean[[0, SOON]] == pytest.approx([0.83, 0.13], abs=0.005)


def test_the_explanation_of_mining_says_how_much_of_its_lead_lasts():
    said = result.view(compare=knobs.MINING).explanation
    for runs, steps in ((recording(), "500"), (recording(LONG_FOLDER), "1,500")):
        lead = signed(runs.difference(MINED, PAPERS))
        assert steps in said
        assert lead in said


def test_the_explanation_of_the_prior_says_what_it_gains():
    said = result.view(compare=knobs.THE_PRIOR).explanation
    means = {row.name: row.mean for row in recording().table()}
    assert in_points(means["CE, no prior"]) in said
    assert in_points(means[REFERENCE]) in said
    assert signed(recording().difference("CE, π = 0.001", REFERENCE)) in said


PART_OF = {
    "inside": (knobs.INSIDE, knobs.INSIDE_A_MODEL),
    "film_of": (knobs.FILM_OF, knobs.INSIDE_A_MODEL),
    "warm_up": (knobs.WARM_UP, knobs.WARMING_UP),
    "compare": (knobs.COMPARE, knobs.RESULT),
    "shown": (knobs.SHOWN, knobs.RESULT),
}


@pytest.mark.parametrize("key", PART_OF)
def test_a_link_from_before_the_page_had_parts_opens_what_it_said(key):
    knob, part = PART_OF[key]
    for option in knob.options:
        visit = page(**{key: option})
        assert visit.segmented_control(key="part").value == part
        assert visit.segmented_control(key=key).value == option


def test_a_part_named_in_the_link_is_shown_whatever_else_it_says():
    visit = page(part=knobs.LIVE_RUN, film_step="100")
    assert visit.segmented_control(key="part").value == knobs.LIVE_RUN


@pytest.mark.parametrize("part", knobs.PART.options)
def test_one_part_is_drawn_at_a_time(part):
    visit = page(part=part)
    drawn = {
        knobs.BY_STEP: {"loss_parts", "over_the_steps"},
        knobs.RESULT: {"results", "bands"},
        knobs.IMBALANCE: {"imbalance"},
        knobs.INSIDE_A_MODEL: {"film"},
        knobs.WARMING_UP: {"warm_up_picture"},
    }
    assert set(pictures(visit)) == drawn.get(part, set())
    assert headline(visit)


def test_what_is_left_of_each_lead_after_longer_training_is_said():
    visit = page(part=knobs.HOW_SURE)
    table = next(each.value for each in visit.table if "after 1,500 steps" in each.value.columns)
    for runs, column in (
        (recording(), "after 500 steps"),
        (recording(LONG_FOLDER), "after 1,500 steps"),
    ):
        for pair, said in zip(train.FOLLOWED, table[column], strict=True):
            lead = runs.difference(*pair)
            assert said == f"{signed(lead)}, ahead in {lead.wins} of 5"
    left = recording(LONG_FOLDER).difference(PAPERS, REFERENCE)
    assert f"{signed(left)} points" in headline(visit)


def test_the_trials_behind_the_rates_can_be_read():
    script = AppTest.from_string(PAGE, default_timeout=60)
    script.query_params["part"] = knobs.HOW_SURE
    script.session_state["rates"] = True
    visit = script.run()
    table = next(each.value for each in visit.table if "taken" in each.value.columns)
    assert len(table) == len(recording().trials)
    taken = table[table["taken"] == "yes"]
    rates = {
        name: f"{recording().of(name)[0].config.learning_rate:g}" for name in recording().names
    }
    assert dict(zip(taken["configuration"], taken["rate"], strict=True)) == rates


def test_the_papers_numbers_stand_beside_ours():
    visit = page(part=knobs.HOW_SURE)
    table = next(each.value for each in visit.table if "in the paper" in each.value.columns)
    rows = {row.iloc[0]: list(row) for _place, row in table.iterrows()}
    for row in recording().table():
        assert rows[row.name][1] == f"{in_points(row.mean)} ± {in_points(row.sd)}"
    assert rows[PAPERS][2] == "52.5"
    assert rows["CE, no prior"][2] == "not reported"
    mined = recording().difference(MINED, PAPERS)
    lead = f"{in_points(mined.mean)} ± {in_points(mined.sd)}"
    assert f"{lead} points ahead of focal loss" in words(visit)
    assert "4.6 points behind it in the paper" in words(visit)


def test_figure_four_draws_background_and_objects_of_both_models():
    models = [recording().showcase(name).who_pays for name in (PAPERS, REFERENCE)]
    drawn: dict[str, list] = {}
    for trace in figure_four(("FL", "CE"), (models[0], models[1]), 2.0).figure["data"]:
        drawn.setdefault(trace["yaxis"], []).append(trace["y"])
    for model, background, objects in zip(models, ("y", "y2"), ("y3", "y4"), strict=True):
        for panel, shares in ((background, model.negatives), (objects, model.positives)):
            assert np.array(drawn[panel]) == pytest.approx(shares[:, 1:], rel=1e-5)


def test_figure_four_says_that_gamma_moves_background_more_than_objects():
    view = inside.view(knobs.FIGURE_4)
    pays = recording().showcase(PAPERS).who_pays
    for shares, part in (pays.negatives, 0.01), (pays.positives, 0.2):
        before, after = (
            percent(float(np.interp(part, pays.fractions, shares[pays.gammas.index(gamma)])))
            for gamma in (0.0, 2.0)
        )
        assert f"from {before}" in view.exhibits["figure_four"].sentence
        assert after in view.exhibits["figure_four"].sentence
        if part == 0.01:
            assert f"**{after}** of its loss, {before} at γ = 0" in view.headline


def test_the_headline_of_the_scores_names_the_middle_of_the_background():
    scores = recording().showcase(PAPERS).histogram
    middle = np.repeat((scores.edges[:-1] + scores.edges[1:]) / 2, scores.negatives)
    assert f"**−{-np.median(middle):.3g}**" in inside.view(knobs.SCORES).headline


@pytest.mark.parametrize("look", knobs.WARM_UP.options)
@pytest.mark.parametrize("rate", knobs.WARM_UP_RATE.options)
def test_a_link_opens_the_warm_up_and_says_its_numbers(look, rate):
    visit = page(warm_up=look, warm_up_rate=rate)
    lead = warm_up().lead(float(rate))
    if look == knobs.BY_RATE:
        assert f"{signed(lead)} at rate {rate}" in words(visit)
    else:
        assert f"rate {rate}" in headline(visit)


def test_the_warm_up_opens_with_the_widest_leads_of_both_sides():
    leads = [warm_up().lead(rate) for rate in (0.003, 0.01, 0.03)]
    said = warming_up.view().headline
    assert f"**{signed(max(leads, key=lambda lead: lead.mean))} points**" in said
    assert signed(min(leads, key=lambda lead: lead.mean)) in said


def made_up(per_positive: float, focal: list[float], plain: list[float], fitted=None) -> Size:
    """A size on which all losses but focal loss reach what cross entropy does."""
    aps = dict.fromkeys(LOSSES, plain) | {FL: focal, CE_FITTED: fitted or plain}
    points = {
        loss: Point(loss, Setting(loss, 48, 0.003), dict(enumerate(each)), 0, 0.1, {0: 9.0})
        for loss, each in aps.items()
    }
    return Size(48, 1620, per_positive, points)


NO_WINNER = made_up(2_000, [0.21, 0.19, 0.2], [0.2, 0.2, 0.2])
AHEAD = made_up(30_000, [0.15, 0.15, 0.16], [0.1, 0.11, 0.1])
BY_THE_PRIOR = made_up(30_000, [0.15, 0.15, 0.16], [0.1, 0.11, 0.1], [0.14, 0.16, 0.16])
BEHIND = made_up(100_000, [0.05, 0.05, 0.06], [0.1, 0.11, 0.1])


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ([NO_WINNER, AHEAD], "at **1 of 2** imbalances, with a fitting prior at 1"),
        ([NO_WINNER, BY_THE_PRIOR], "at **1 of 2** imbalances, with a fitting prior at none"),
        ([AHEAD, BEHIND], "with a fitting prior at 1; clearly behind in 2 comparisons"),
    ],
)
def test_the_headline_of_the_imbalance_says_what_is_clear_whichever_way(sizes, said):
    headline = by_imbalance.view_of(sizes).headline
    assert headline.startswith("Focal loss is clearly ahead of cross entropy")
    assert headline.endswith(said)


def test_the_lead_over_the_imbalance_is_drawn_said_and_tabulated():
    view = by_imbalance.view_of([NO_WINNER, BY_THE_PRIOR])
    picture = view.exhibits["imbalance"]
    drawn = [list(trace["y"]) for trace in picture.figure["data"] if trace.get("yaxis") == "y2"]
    seeds, line, means, *fitted = drawn
    assert means == line == pytest.approx([0, 5], abs=1e-9)
    assert seeds == pytest.approx([1, -1, 0, 5, 4, 6])
    assert fitted[0] == pytest.approx([1, -1, 0, 1, -1, 0])
    assert picture.table["FL − CE, π = 0.01: points"] == pytest.approx([0, 5])
    assert picture.table["FL − CE, π = 0.01: clear"] == ["no", "yes"]
    assert picture.table["FL − CE, π as rare as objects: clear"] == ["no", "no"]
    assert "+5.0 ± 1.0 (clear)" in picture.sentence
    assert "0.0 ± 1.0 (not clear)" in picture.sentence
    assert "changes by +5.0 ± 1.0 with focal loss" in view.explanation
    assert "3.8 points ahead" in view.explanation  # Lin et al. 2017, tables 1a and 1b: 34.0 − 30.2
    assert "Seeds a point: 3, 3" in view.explanation


def test_the_tuned_alpha_has_a_line_of_its_own_where_it_is_another():
    def lines(size):
        figure = by_imbalance.view_of([size, size]).exhibits["imbalance"].figure
        return [t["name"] for t in figure["data"] if t.get("yaxis", "y") == "y" and "name" in t]

    tuned = replace(AHEAD.points[FL_TUNED], setting=Setting(FL_TUNED, 48, 0.003, alpha=0.5))
    another = replace(AHEAD, points={**AHEAD.points, FL_TUNED: tuned})
    assert FL_TUNED not in lines(AHEAD)
    assert FL_TUNED in lines(another)


def test_the_imbalance_is_opened_by_a_link_and_its_code_gives_its_number(open_page, shown):
    open_page(train, part=knobs.IMBALANCE)
    (code,) = shown.snippets
    lead = study().sizes[-1].difference(FL, CE)
    assert code.result == f"{100 * lead.mean:.1f}"


def test_the_advice_when_not_to_use_it_takes_its_lead_from_the_runs(open_page):
    said = words(open_page(when_not))
    for size in study().sizes[:: max(1, len(study().sizes) - 1)]:
        lead = size.difference(FL, CE)
        if lead.seeds > 1:
            assert f"{signed(lead)} ({'clear' if is_clear(lead) else 'not clear'})" in said


@pytest.mark.parametrize("step", [0, 262, 500])
def test_the_film_shows_the_frame_of_the_link(step):
    visit = page(inside=knobs.FILM, film_step=str(step))
    shown = min(recording().showcase(PAPERS).frames, key=lambda f: abs(f.step - step))
    assert f"after step {shown.step} validation AP is {in_points(shown.ap)}" in words(visit)


@pytest.mark.parametrize("of", [PAPERS, REFERENCE])
def test_the_film_is_there_at_every_place_of_its_slider(of):
    steps = [frame.step for frame in recording().showcase(of).frames]
    assert steps == list(knobs.FILM_STEP.places)
    boxes = [len(film.view(s, of).exhibits["film"].figure["layout"]["shapes"]) for s in steps]
    assert boxes[-1] > 6  # the six objects, and what was found
    first, last = (recording().showcase(of).frames[at].ap for at in (0, -1))
    assert film.view(0, of).headline.endswith(f"{in_points(first)} to **{in_points(last)}**")


def test_the_film_follows_the_finger():
    sent = next(each for each in families(page(inside=knobs.FILM)) if each["pictures"])
    assert sent["slider"]["key"] == "film_step"
    assert len(sent["words"]["film_sentence"]) == len(knobs.FILM_STEP.places)


def test_a_server_may_switch_live_runs_off_and_the_page_says_so(monkeypatch):
    monkeypatch.setenv("FOCAL_LIVE_RUNS", "0")
    visit = page(part=knobs.LIVE_RUN)
    assert "switched off" in visit.info[0].value
    assert "live_start" not in {button.key for button in visit.button}


def test_without_torch_the_recorded_runs_stay_and_the_page_says_why(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "torch" else found(name, *a)
    )
    assert "PyTorch" in page(part=knobs.LIVE_RUN).info[0].value
    assert pictures(page())


@pytest.mark.parametrize(
    ("given", "allowed"), [("0", 0), ("1", 1), ("2", 2), ("9", 2), ("many", 1), ("-1", 1)]
)
def test_the_number_of_live_runs_is_bounded(monkeypatch, given, allowed):
    monkeypatch.setenv("FOCAL_LIVE_RUNS", given)
    assert live_panel.workers() == allowed
