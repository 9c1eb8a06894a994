"""Train: what the recorded runs show is what the page says, and a live run is only an extra."""

import importlib.util

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import LONG_FOLDER, Difference, recording
from focal_core.training.warm_up import warm_up
from focal_ui.controls import knobs
from focal_ui.figures.trained.figure_four import figure_four
from focal_ui.training import live_panel
from focal_ui.words import number, percent
from pages.detector import train

PAGE = "from pages.detector import train\ntrain.page()"


def page(**link: str) -> AppTest:
    script = AppTest.from_string(PAGE, default_timeout=60)
    for key, value in link.items():
        script.query_params[key] = value
    return script.run()


def said(visit: AppTest) -> str:
    return " ".join(block.value for block in visit.markdown)


def test_the_headline_says_what_the_recorded_runs_show_with_its_spread():
    gained = recording().difference(PAPERS, REFERENCE)
    title = page().title[0].value
    assert f"{number(100 * abs(gained.mean))} ± {number(100 * gained.sd)} points" in title
    assert f"fter {recording().of(PAPERS)[0].steps} steps" in title


@pytest.mark.parametrize(
    ("mean", "sd", "word"), [(0.04, 0.02, "leads"), (-0.04, 0.02, "trails"), (0.01, 0.02, "No")]
)
def test_the_headline_names_no_winner_within_the_spread(mean, sd, word):
    said = train._headline(Difference("FL", "CE", mean, sd, 3, 5), 500)
    assert {each for each in ("leads", "trails", "No") if each in said.split()} == {word}


def test_what_is_left_of_each_lead_after_longer_runs_is_said():
    table = next(each.value for each in page().table if "after 1,500 steps" in each.value.columns)
    for runs, column in (
        (recording(), "after 500 steps"),
        (recording(LONG_FOLDER), "after 1,500 steps"),
    ):
        for pair, words in zip(train.FOLLOWED, table[column], strict=True):
            lead = runs.difference(*pair)
            assert words.startswith(f"{number(100 * lead.mean)} ± {number(100 * lead.sd)} points")
            assert words.endswith(f"{lead.wins} of 5")


def test_the_trials_behind_the_rates_can_be_read():
    script = AppTest.from_string(PAGE, default_timeout=60)
    script.session_state["rates"] = True
    visit = script.run()
    table = next(each.value for each in visit.table if "taken" in each.value.columns)
    assert len(table) == len(recording().trials)
    taken = table[table["taken"] == "yes"]
    rates = {
        name: f"{recording().of(name)[0].config.learning_rate:g}" for name in recording().names
    }
    assert dict(zip(taken["configuration"], taken["rate"], strict=True)) == rates


def test_the_text_quotes_mean_and_spread_of_the_runs():
    runs = recording()
    text = said(page())
    for row in runs.table():
        if row.name in {"CE, no prior", "CE, π = 0.01", "FL, γ = 2, α = 0.25"}:
            assert number(row.mean) in text
    against = runs.difference("FL, γ = 2, α = 0.25", "CE, π = 0.001")
    assert f"{number(against.mean)} ± {number(against.sd)}" in text


def test_the_papers_numbers_stand_beside_ours():
    visit = page()
    table = next(each.value for each in visit.table if "in the paper" in each.value.columns)
    rows = {row.iloc[0]: list(row) for _place, row in table.iterrows()}
    for result in recording().table():
        assert rows[result.name][1].startswith(percent(result.mean))
    assert rows["FL, γ = 2, α = 0.25"][2] == "52.5%"
    assert rows["CE, no prior"][2] == "not printed"
    mined = recording().difference("OHEM, 64 an image", "FL, γ = 2, α = 0.25")
    lead = f"{number(100 * mined.mean)} ± {number(100 * mined.sd)}"
    assert f"{lead} points ahead of focal loss" in said(visit)
    assert "4.6 points behind it in the paper" in said(visit)


@pytest.mark.parametrize("compare", knobs.COMPARE.options)
@pytest.mark.parametrize("shown", knobs.SHOWN.options)
def test_every_comparison_can_be_drawn(compare, shown):
    visit = page(compare=compare, shown=shown)
    assert not visit.exception
    assert visit.get("plotly_chart")


def test_the_gradient_budget_says_that_the_prior_and_focusing_spare_the_first_step():
    words = said(page(compare="Focusing", shown="Gradient budget"))
    start = {
        name: recording().band(name, "easy_to_positives").mean[0]
        for name in ("CE, π = 0.01", "FL, γ = 5, α = 0.25")
    }
    (most, highest), (least, lowest) = start.items()
    assert f"At step 0: highest {most} ({number(highest)})" in words
    assert f"lowest {least} ({number(lowest)})" in words


@pytest.mark.parametrize("inside", knobs.INSIDE.options)
@pytest.mark.parametrize("film_of", knobs.FILM_OF.options)
def test_both_models_can_be_looked_into(inside, film_of):
    assert not page(inside=inside, film_of=film_of).exception


def test_figure_four_draws_background_and_objects_of_both_models():
    models = [recording().showcase(name).who_pays for name in (PAPERS, REFERENCE)]
    drawn: dict[str, list] = {}
    for trace in figure_four(("FL", "CE"), (models[0], models[1]), 2.0).figure["data"]:
        drawn.setdefault(trace["yaxis"], []).append(trace["y"])
    for model, background, objects in zip(models, ("y", "y2"), ("y3", "y4"), strict=True):
        for panel, shares in ((background, model.negatives), (objects, model.positives)):
            assert np.array(drawn[panel]) == pytest.approx(shares[:, 1:], rel=1e-5)


def test_figure_four_says_that_gamma_moves_background_more_than_objects():
    pays = recording().showcase(PAPERS).who_pays
    words = said(page(inside=knobs.FIGURE_4))
    for shares, part in (pays.negatives, 0.01), (pays.positives, 0.2):
        before, after = (
            percent(float(np.interp(part, pays.fractions, shares[pays.gammas.index(gamma)])))
            for gamma in (0.0, 2.0)
        )
        assert f"from {before}" in words
        assert after in words


@pytest.mark.parametrize("view", knobs.WARM_UP.options)
@pytest.mark.parametrize("rate", knobs.WARM_UP_RATE.options)
def test_a_link_opens_the_warm_up_and_says_its_numbers(view, rate):
    visit = page(warm_up=view, warm_up_rate=rate)
    assert not visit.exception
    lead = warm_up().lead(float(rate))
    if view == knobs.BY_RATE:
        assert f"{number(lead.mean)} ± {number(lead.sd)} at rate {rate}" in said(visit)
    else:
        assert f"rate {rate}" in said(visit)


def test_the_warm_up_stays_shut_until_it_is_asked_for():
    visit = page()
    assert visit.segmented_control(key="warm_up").value is None
    assert len(page(warm_up="AP").get("plotly_chart")) == len(visit.get("plotly_chart")) + 1


@pytest.mark.parametrize("step", [0, 262, 500])
def test_the_film_shows_the_frame_of_the_link(step):
    visit = page(inside=knobs.FILM, film_step=str(step))
    shown = min(
        recording().showcase("FL, γ = 2, α = 0.25").frames, key=lambda f: abs(f.step - step)
    )
    assert f"after step **{shown.step}** validation AP is **{number(shown.ap)}**" in said(visit)


def test_a_server_may_switch_live_runs_off_and_the_page_says_so(monkeypatch):
    monkeypatch.setenv("FOCAL_LIVE_RUNS", "0")
    visit = page()
    assert "switched off" in visit.info[0].value
    assert "live_start" not in {button.key for button in visit.button}


def test_without_torch_the_recorded_runs_stay_and_the_page_says_why(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "torch" else found(name, *a)
    )
    visit = page()
    assert "PyTorch" in visit.info[0].value
    assert visit.get("plotly_chart")
    assert not visit.exception


@pytest.mark.parametrize(
    ("given", "allowed"), [("0", 0), ("1", 1), ("2", 2), ("9", 2), ("many", 1), ("-1", 1)]
)
def test_the_number_of_live_runs_is_bounded(monkeypatch, given, allowed):
    monkeypatch.setenv("FOCAL_LIVE_RUNS", given)
    assert live_panel.workers() == allowed
