"""Easy negatives: what 100,000 background locations add up to, before and after gamma."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import break_even_gamma, hardest_share
from focal_core.population import SIMPLE, SPREAD, EqualScores, Recipe, SpreadScores
from focal_ui.controls import knobs, populations
from focal_ui.exhibits import easy_negatives as exhibits
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number, percent

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
        headline=_("At γ = {gamma:g}, background makes up **{share}** of the total loss").format(
            gamma=gamma, share=percent(exhibits.paid(recipe, loss).negative_share)
        ),
        exhibits={
            "totals": prediction.draw_on(totals, guess, axis="x", panel="2", there=asked),
            "closer_look": exhibits.closer_look(look, recipe, loss),
        },
        explanation=_explained(recipe, loss),
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


def _explained(recipe: Recipe, loss: FocalLoss) -> str:
    population = recipe.population()
    gamma = break_even_gamma(population)
    if gamma is not None:
        tie = _("Both classes contribute equally at γ = **{gamma}**.").format(gamma=number(gamma))
    elif (exhibits.paid(recipe, CROSS_ENTROPY).negative_share or 0.0) < 0.5:
        tie = _("Background makes up less than half at every γ.")
    else:
        tie = _("No γ from 0 to 10 makes both classes contribute equally.")
    setting = _(
        "{negatives} negatives (background) stand against {positives} positives (objects). {tie} "
    )
    if loss == CROSS_ENTROPY:
        closer = _(
            "Each easy location adds little, but there are many; γ = 0 is cross entropy. With "
            "*Spread-out scores* the hardest {part} of the background makes up {before} of its "
            "loss. **Move γ up and see which of them still count.** "
        )
    else:
        closer = _(
            "With *Spread-out scores* background still leads, but its hardest {part} makes up "
            "{before} of background’s loss under cross entropy and {after} at γ = {gamma:g}. **The "
            "many easy examples fade and the few hard ones are left: that is what focusing "
            "means.** "
        )
    return (setting + closer + _honestly(recipe)).format(
        negatives=number(population.negatives.count),
        positives=number(population.positives.count),
        tie=tie,
        gamma=loss.gamma,
        part=percent(exhibits.HARDEST),
        before=percent(hardest_share(SPREAD, CROSS_ENTROPY, exhibits.HARDEST)),
        after=percent(hardest_share(SPREAD, loss, exhibits.HARDEST)),
    )


def _honestly(recipe: Recipe) -> str:
    """What the scenario is and is not a picture of."""
    if not isinstance(recipe, EqualScores | SpreadScores):
        return _(
            "These are the scores of one small detector after its training; other detectors differ."
        )
    return _(
        "This is **a thought experiment**, not a detector in training: an untrained one that "
        "starts with the paper’s prior, a probability of {prior:g} for an object, already gives "
        "background $p_t$ = {start:g}, and each step of training changes the scores."
    ).format(prior=paper.PRIOR.value, start=1 - paper.PRIOR.value)
