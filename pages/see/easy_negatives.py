"""Easy negatives: what 100,000 background locations add up to, before and after gamma."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.population import SIMPLE, SPREAD, Recipe
from focal_ui.controls import knobs, populations
from focal_ui.exhibits import easy_negatives as exhibits
from focal_ui.explained import easy_negatives as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number

TITLE = "Easy negatives"
BRIDGE = "Could one simply give background a smaller weight? That is what the class weight α does."
FOLLOWS = knobs.GAMMA


def view(
    gamma: float, recipe: Recipe, look: str = knobs.BY_GAMMA, guess: Guess | None = None
) -> View:
    """What the page says at one gamma."""
    loss = FocalLoss(gamma)
    asked = recipe == SPREAD and gamma == paper.GAMMA.value
    totals = exhibits.totals(recipe, loss)
    return View(
        headline=explained.headline(recipe, loss),
        exhibits={
            "totals": prediction.draw_on(totals, guess, axis="x", panel="2", there=asked),
            "closer_look": exhibits.closer_look(look, recipe, loss),
        },
        explanation=explained.explanation(recipe, loss),
    )


def variants() -> dict[str, Callable[[float], View]]:
    """The scenarios that come with the app."""
    return {name: partial(view, recipe=recipe) for name, recipe in populations.PRESETS.items()}


def page() -> None:
    """The sum over a whole image."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        recipe = knobs.recipe()
        st.caption(populations.in_words(recipe))
        look = knobs.CLOSER_LOOK.ask() or knobs.BY_GAMMA
    with stage.beside:
        guess = _guess()
    now = stage.show(view, recipe=recipe, look=look, guess=guess)
    page_parts.check_yourself(question_bank.of("easy_negatives"))
    page_parts.code_for(partial(_code, now["gamma"], recipe))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("Easy negatives make up most of cross entropy; focal loss down-weights them"): (
            paper.PAPER
        ),
        _("Cumulative share of the loss, here with the hardest first"): _(
            "Lin et al. 2017, Figure 4, which begins with the easiest"
        ),
        _("{ratio} background locations for each object, and pₜ = 0.9").format(
            ratio=number(SIMPLE.negatives / SIMPLE.positives)
        ): paper.IMBALANCE_SOURCE,
        _("Every number on this page"): _("computed here; the scenarios are simplified"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "When scores are spread out, some easy and some hard, as in a detector: what share of "
            "the total loss does background make up at γ = {gamma:g}?"
        ).format(gamma=paper.GAMMA.value),
        knobs.GUESS_EASY,
        answer=lambda: exhibits.paid(SPREAD, FocalLoss(paper.GAMMA.value)).negative_share or 0.0,
        about={knobs.GAMMA.key: paper.GAMMA.value, knobs.POPULATION.key: populations.SPREAD_OUT},
    )


def _code(gamma: float, recipe: Recipe) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    return snippets.background_share(recipe, loss, exhibits.paid(recipe, loss).negative_share)
