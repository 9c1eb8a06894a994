"""Rivals: mining, harmonised gradients, class frequencies and others, each as weights."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.class_frequency import ClassBalanced, LogitAdjustment
from focal_core.population import VERY_EASY, Recipe
from focal_core.sampling import ByLoss
from focal_ui.controls import knobs, populations
from focal_ui.exhibits import rivals as exhibits
from focal_ui.explained import rivals as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets, terms
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, percent

TITLE = "Rivals"
FOLLOWS = knobs.GAMMA
BRIDGE = "And when is focal loss the wrong choice?"
METHODS = (
    "bootstrapping", "OHEM", "GHM", "ASL", "class-balanced weight", "logit adjustment",
)  # fmt: skip


def view(gamma: float, recipe: Recipe, guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    loss = FocalLoss(gamma)
    bars = exhibits.what_each_hears(loss, recipe)
    return View(
        headline=explained.headline(loss, recipe),
        exhibits={
            "what_each_hears": prediction.draw_on(bars, guess, axis="x", there=recipe == VERY_EASY),
            "weights": exhibits.weights(loss, recipe),
        },
        explanation=explained.explanation(recipe),
    )


def variants() -> dict[str, Callable[..., View]]:
    """The populations that come with the app."""
    return {name: partial(view, recipe=recipe) for name, recipe in populations.PRESETS.items()}


def page() -> None:
    """Every rule answers one question: which examples count."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        recipe = knobs.recipe(knobs.POPULATION_FROM_SPREAD)
        st.caption(populations.in_words(recipe))
        st.caption(_("What the names of the methods mean"), help=terms.help_of(*METHODS))
    with stage.beside:
        guess = _guess()
    now = stage.show(view, recipe=recipe, guess=guess)
    page_parts.check_yourself(question_bank.of("rivals"))
    page_parts.code_for(partial(_code, now["gamma"], recipe))
    page_parts.sources(_sources())


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "OHEM keeps the hardest {kept} of all examples: in *Very easy background* the "
            "{objects} objects, and {background} of the background with pₜ = {easy:g}. What "
            "share of the loss is background then?"
        ).format(
            kept=percent(exhibits.KEPT),
            objects=VERY_EASY.positives,
            background=exhibits.mining(VERY_EASY).keep - VERY_EASY.positives,
            easy=VERY_EASY.negative_p_t,
        ),
        knobs.GUESS_RIVALS,
        answer=lambda: exhibits.background(VERY_EASY, exhibits.mining(VERY_EASY)) or 0.0,
        about={knobs.POPULATION.key: populations.VERY_EASY},
    )


def _code(gamma: float, recipe: Recipe) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    return snippets.background_share(recipe, loss, exhibits.background(recipe, ByLoss(loss)))


def _sources() -> dict[str, str]:
    return {
        _("Bootstrapping and mining as the usual remedies"): paper.PAPER,
        _("OHEM (here without suppression of overlaps)"): "Shrivastava et al., CVPR 2016",
        _("Three negatives to a positive"): "Liu et al. (SSD), ECCV 2016",
        _("Harmonised gradients, GHM-C"): "Li et al., AAAI 2019",
        _("Asymmetric loss, with its code’s defaults"): "Ridnik et al., ICCV 2021",
        _("Class-balanced weights by effective number, β = {beta:g}").format(
            beta=ClassBalanced().beta
        ): "Cui et al., CVPR 2019",
        _("Logit adjustment with τ = {tau:g}, two classes").format(
            tau=LogitAdjustment().tau
        ): "Menon et al., ICLR 2021",
        _("No winner is declared; the comparison is of weights, not of accuracy"): _("opinion"),
        _("Every number on this page"): _("computed here"),
    }
