"""Class weights: alpha weighs the classes, gamma weighs how hard an example is."""

from collections.abc import Callable
from functools import lru_cache, partial

import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import (
    Budget,
    balancing_alpha,
    budget,
    by_slope,
    inverse_frequency_alpha,
)
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.exhibits import class_weights as exhibits
from focal_ui.frame import page_parts, settings
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, ap_points, kept, number, percent, short

TITLE = "Class weights"
FOLLOWS = knobs.ALPHA
BRIDGE = "What moves the weights is not the loss but its gradient: does γ do the same there?"


def view(alpha: float, gamma: float = knobs.GAMMA.default, guess: Guess | None = None) -> View:
    """What the page says at one alpha and one gamma."""
    loss = FocalLoss(gamma, alpha)
    share = _unweighted(gamma).weighted(alpha).negative_share
    headline = _("With α = {alpha} and γ = {gamma}, background makes up **{value}** of the loss")
    share_map = exhibits.share_map(loss, share, headline)
    return View(
        headline=headline.format(gamma=short(gamma), alpha=short(alpha), value=percent(share)),
        exhibits={
            "share_map": prediction.draw_on(share_map, guess, axis="y"),
            "two_classes": exhibits.two_classes(loss),
            "four_kinds": exhibits.four_kinds(loss),
        },
        explanation=_explained(loss),
    )


def variants() -> dict[str, Callable[..., View]]:
    """Without focusing, and at the paper's gamma."""
    return {
        _("γ = 0, cross entropy"): partial(view, gamma=0.0),
        _("γ = {gamma:g}, the paper’s").format(gamma=paper.GAMMA.value): view,
    }


def page() -> None:
    """One population, two knobs."""
    stage = Stage(FOLLOWS)
    with stage.beside:
        guess = _guess()
    with stage.controls:
        gamma = stage.ask(knobs.GAMMA)
        if not settings.waiting():  # one of them is what the guess asks
            _presets(gamma)
    now = stage.show(view, guess=guess)
    page_parts.check_yourself(question_bank.of("class_weights"))
    page_parts.code_for(partial(_code, FocalLoss(now["gamma"], now["alpha"])))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("α-balanced cross entropy and focal loss, equations 3 and 5"): paper.PAPER,
        _("α = {alpha:g} works best with γ = {gamma:g} on COCO").format(
            alpha=paper.ALPHA.value, gamma=paper.GAMMA.value
        ): paper.ALPHA.where,
        _("α and γ are chosen together"): paper.TOGETHER_SOURCE,
        _("The best α is between {low:g} and {high:g}; γ matters much more").format(
            low=paper.BEST_ALPHAS.low, high=paper.BEST_ALPHAS.high
        ): paper.BEST_ALPHAS.where,
        _("α moves the decision threshold, γ does not"): paper.PROPERNESS,
        _("Every other number on this page"): _("computed here, in the scenario Easy background"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "At γ = {gamma:g}, which class weight α makes background and objects contribute "
            "equally to the loss?"
        ).format(gamma=paper.GAMMA.value),
        knobs.GUESS_ALPHA,
        answer=lambda: balancing_alpha(SIMPLE.population(), FocalLoss(paper.GAMMA.value)) or 0.0,
        shown=number,
        gap_shown=number,
    )


def _code(loss: FocalLoss) -> snippets.Snippets:
    share = budget(SIMPLE.population(), loss).negative_share
    return snippets.background_share(SIMPLE, loss, share)


def _presets(gamma: float) -> None:
    population, loss = SIMPLE.population(), FocalLoss(gamma)
    presets = {
        "frequency": (
            _("inverse frequency {alpha:g}"),
            inverse_frequency_alpha(population),
            _("As many objects as background, by weight: background’s part of all examples"),
        ),
        "loss": (
            _("equal loss {alpha:g}"),
            balancing_alpha(population, loss),
            _("Both classes make up half of the loss at this γ"),
        ),
        "slope": (
            _("equal gradient {alpha:g}"),
            balancing_alpha(population, loss, by_slope),
            _("Both classes make up half of the gradient at this γ"),
        ),
        "paper": (
            _("the paper’s {alpha:g}"),
            paper.ALPHA.value,
            _("The best on COCO with γ = 2, found by trying values"),
        ),
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="presets"):
        st.markdown(_("Set α to"), width="content")
        for key, (name, alpha, why) in presets.items():
            used = knobs.ALPHA.snap(alpha or 0.0)
            st.button(
                name.format(alpha=used),
                key=f"preset {key}",
                help=why,
                on_click=knobs.set_knob,
                args=(knobs.ALPHA, used),
            )


@lru_cache(maxsize=256)
def _unweighted(gamma: float) -> Budget:
    """What both classes pay before alpha weighs them."""
    return budget(SIMPLE.population(), FocalLoss(gamma))


@kept(maxsize=256)
def _balancing(gamma: float) -> tuple[str, str, str, str]:
    """Balancing alphas in words, with and without focusing, and the share without weights."""
    population, loss = SIMPLE.population(), FocalLoss(gamma)
    return (
        number(balancing_alpha(population, loss)),
        number(balancing_alpha(population, CROSS_ENTROPY)),
        number(balancing_alpha(population, loss, by_slope)),
        percent(budget(population, loss).negative_share),
    )


def _explained(loss: FocalLoss) -> str:
    by_loss, at_zero, slope, unweighted = _balancing(loss.gamma)
    robust = [row for row in paper.TABLE_1B.rows if row.gamma >= paper.ROBUST_GAMMAS.low]
    return _(
        "α multiplies the loss of every object, 1 − α that of all background, easy or hard alike. "
        "The numbers are those of a thought experiment, *Easy background*. Without α background "
        "makes up {unweighted} at this γ; α below 0.5 raises its share, α above 0.5 lowers it. "
        "Both classes make up half at α = **{by_loss}**. At γ = 0 that takes {at_zero}: the more γ "
        "reduces the loss of easy background, the less is left for α to do. Equal *gradients*, "
        "which move the weights of the model, take {by_slope}. The paper’s α = {papers:g} balances "
        "neither: it was found by trying values of α and γ together. With the best α for each γ, γ "
        "from {first:g} to {last:g} gave {low} to {high} AP (average precision, the quality of "
        "detections). α has a price: it moves the decision threshold. For the best possible model "
        "trained with α = {alpha:g}, a predicted 0.5 means a true probability of **{posterior}** "
        "(1 − α), whatever γ is."
    ).format(
        unweighted=unweighted,
        by_loss=by_loss,
        at_zero=at_zero,
        by_slope=slope,
        papers=paper.ALPHA.value,
        first=paper.ROBUST_GAMMAS.low,
        last=paper.ROBUST_GAMMAS.high,
        low=ap_points(min(row.ap for row in robust) / 100),
        high=ap_points(max(row.ap for row in robust) / 100),
        alpha=loss.alpha,
        posterior=number(1 - (loss.alpha or 0.0)),
    )
