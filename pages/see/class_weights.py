"""Class weights: alpha weighs the classes, gamma weighs how hard an example is."""

from collections.abc import Callable, Hashable

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import (
    balancing_alpha,
    budget,
    by_slope,
    inverse_frequency_alpha,
    negative_share_by_gamma,
    negative_share_map,
)
from focal_core.checks import Floats
from focal_core.optimum import posterior
from focal_core.population import SIMPLE
from focal_core.probability import logit
from focal_ui.controls import knobs
from focal_ui.figures import class_weights as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent

TITLE = "Class weights"
P = np.linspace(0.002, 0.998, 160)
GAMMAS = tuple(np.linspace(0, 5, 41).tolist())
ALPHAS = np.linspace(0, 1, 41)
EASY, HARD = 0.9, 0.1


def page() -> None:
    """One population, two knobs."""
    headline = st.container()
    population = SIMPLE.population()
    guess = prediction.ask(
        _("At γ = {gamma:g}, which α lets background and objects pay alike?").format(
            gamma=paper.GAMMA.value
        ),
        knobs.GUESS_ALPHA,
        answer=lambda: balancing_alpha(population, FocalLoss(paper.GAMMA.value)) or 0.0,
        shown=number,
        gap_shown=number,
    )
    loss = knobs.weighted_focal_loss()
    share = budget(population, loss).negative_share

    headline.title(
        _("With α = {alpha:g} and γ = {gamma:g}, background carries {share} of the loss").format(
            alpha=loss.alpha, gamma=loss.gamma, share=percent(share)
        )
    )

    def map_at(gamma: float) -> Exhibit:
        return prediction.draw_on(_map(FocalLoss(gamma, loss.alpha)), guess, axis="y")

    said = guess and guess.said
    _follow(loss, map_at, "share_map", said)
    _presets(loss)
    _follow(loss, lambda gamma: _two_classes(FocalLoss(gamma, loss.alpha)), "two_classes")
    _follow(loss, lambda gamma: _four_kinds(FocalLoss(gamma, loss.alpha)), "four_kinds")
    page_parts.what_happened(_explained(loss))
    page_parts.check_yourself(question_bank.of("class_weights"))
    page_parts.code_for(snippets.background_share(SIMPLE, loss, share))
    page_parts.sources(
        {
            _("α-balanced cross entropy and focal loss, equations 3 and 5"): paper.PAPER,
            _("α = {alpha:g} works best with γ = {gamma:g} on COCO").format(
                alpha=paper.ALPHA.value, gamma=paper.GAMMA.value
            ): paper.ALPHA.where,
            _("α moves the decision point, γ does not"): paper.PROPERNESS,
            _("Every other number on this page"): _("computed here, in the Simple population"),
        }
    )


def _follow(
    loss: FocalLoss, exhibit_at: Callable[[float], Exhibit], key: str, *more: Hashable
) -> None:
    card.follow(loss.gamma, exhibit_at, key=key, depends_on=(loss.alpha, *more))


def _presets(loss: FocalLoss) -> None:
    population = SIMPLE.population()
    presets = {
        _("frequency"): (
            inverse_frequency_alpha(population),
            _("Inverse class frequency: background’s part of all examples"),
        ),
        _("loss"): (balancing_alpha(population, loss), _("Both classes pay alike at this γ")),
        _("slope"): (
            balancing_alpha(population, loss, by_slope),
            _("Both classes pull the optimiser alike at this γ"),
        ),
        _("paper"): (paper.ALPHA.value, _("What worked best on COCO with γ = 2")),
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="presets"):
        st.markdown(_("Set α by"), width="content")
        for name, (alpha, why) in presets.items():
            used = knobs.ALPHA.snap(alpha or 0.0)
            st.button(
                _("{name} {alpha:g}").format(alpha=used, name=name),
                key=f"preset {name}",
                help=why,
                on_click=knobs.set_knob,
                args=(knobs.ALPHA, used),
            )


def _map(loss: FocalLoss) -> Exhibit:
    share = budget(SIMPLE.population(), loss).negative_share
    return figures.share_map(
        GAMMAS,
        ALPHAS,
        negative_share_map(SIMPLE, GAMMAS, ALPHAS),
        negative_share_by_gamma(SIMPLE, GAMMAS),  # the balancing alpha is that share
        (loss.gamma, loss.alpha or 0.0, share),
    )


def _two_classes(loss: FocalLoss) -> Exhibit:
    logits = logit(P)
    weighted = FocalLoss(0.0, loss.alpha)
    before, after = ((each.value(logits, 0), each.value(logits, 1)) for each in (weighted, loss))
    return figures.two_classes(P, before, after, loss.alpha or 0.0, loss.gamma)


def _four_kinds(loss: FocalLoss) -> Exhibit:
    p_t = np.array([[EASY, EASY], [HARD, HARD]])
    targets = np.array([[0, 1], [0, 1]])
    logits = np.where(targets, logit(p_t), -logit(p_t))
    plain = CROSS_ENTROPY.value(logits, targets)
    weights: dict[str, Floats] = {
        _("α alone"): FocalLoss(0.0, loss.alpha).value(logits, targets) / plain,
        _("α and γ"): loss.value(logits, targets) / plain,
    }
    return figures.four_kinds(weights, EASY, HARD)


def _explained(loss: FocalLoss) -> str:
    population = SIMPLE.population()
    return _(
        "α alone cannot tell an easy example from a hard one: it moves whole classes. The share of "
        "background is half at α = **{by_loss}**, and the more γ fades the easy background, the "
        "less it has to be weighed down: at γ = 0 it takes α = {at_zero}. Balanced by slope, which "
        "is what training feels, α is {by_slope}. The price: weights move the decision point. With "
        "α = {alpha:g} a model’s answer of 0.5 means a true probability of **{posterior}** "
        "(1 − α), whatever γ is."
    ).format(
        by_loss=number(balancing_alpha(population, loss)),
        at_zero=number(balancing_alpha(population, CROSS_ENTROPY)),
        by_slope=number(balancing_alpha(population, loss, by_slope)),
        alpha=loss.alpha,
        posterior=number(float(posterior(0.5, loss))),
    )
