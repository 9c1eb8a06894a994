"""The curve: what gamma does to the loss and to the gradient of one example."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.curve import anatomy
from focal_ui.controls import knobs
from focal_ui.exhibits import curve as exhibits
from focal_ui.explained import curve as explained
from focal_ui.explained.curve import HARD
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, times

TITLE = "The curve"
FOLLOWS = knobs.GAMMA
BRIDGE = "And what do 100,000 such losses add up to?"


def view(
    gamma: float,
    p_t: float = knobs.P_T.default,
    slope: bool = False,
    log: bool = False,
    guess: Guess | None = None,
) -> View:
    """What the page says at one gamma and one p_t."""
    cursor, asked = anatomy(p_t, FocalLoss(gamma)), gamma == paper.GAMMA.value
    product = exhibits.product(cursor, gamma)
    return View(
        headline=explained.headline(cursor, gamma),
        exhibits={
            "curve": exhibits.curve(cursor, gamma, slope=slope, log=log),
            "product": prediction.draw_on(product, guess, axis="y", panel="2", there=asked),
        },
        explanation=explained.explanation(gamma),
    )


def variants() -> dict[str, Callable[..., View]]:
    """Loss and gradient, of an easy and of a hard example."""
    return {
        _("an easy example"): view,
        _("a hard example"): partial(view, p_t=HARD),
        _("the gradient of a hard example"): partial(view, p_t=HARD, slope=True),
    }


def page() -> None:
    """One example, from certainly wrong to certainly right."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        p_t = stage.ask(knobs.P_T)
        with st.container(horizontal=True):
            slope = knobs.VIEW.ask() == knobs.GRADIENT
            log = knobs.AXIS.ask() == knobs.LOG
    with stage.beside:
        guess = _guess()
    now = stage.show(view, slope=slope, log=log, guess=guess)
    page_parts.check_yourself(question_bank.of("curve"))
    page_parts.code_for(partial(_code, now["gamma"], p_t))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("Focal loss, its five curves and the “well classified” region"): paper.PAPER
        + "; "
        + paper.WELL_CLASSIFIED.where,
        _("{less} smaller at pₜ = 0.9").format(less=times(paper.EASY_REDUCTION.value)): (
            paper.EASY_REDUCTION.where
        ),
        _("Examples up to pₜ = 0.5 shrink at most {most} at γ = {gamma:g}").format(
            most=times(paper.HARD_REDUCTION.value), gamma=paper.GAMMA.value
        ): paper.HARD_REDUCTION.where,
        _(
            "γ = {gamma:g} works best on COCO; RetinaNet is relatively robust to γ from "
            "{low:g} to {high:g}"
        ).format(
            gamma=paper.GAMMA.value, low=paper.ROBUST_GAMMAS.low, high=paper.ROBUST_GAMMAS.high
        ): paper.ROBUST_GAMMAS.where,
        _("Every other number on this page"): _("computed here"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "A hard example: the model gives the true class a probability of only {hard}. What "
            "part of its loss under cross entropy is left at γ = {gamma:g}?"
        ).format(hard=HARD, gamma=paper.GAMMA.value),
        knobs.GUESS_CURVE,
        answer=lambda: float(anatomy(HARD, FocalLoss(paper.GAMMA.value)).factor),
        about={knobs.GAMMA.key: paper.GAMMA.value, knobs.P_T.key: HARD},
    )


def _code(gamma: float, p_t: float) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    return snippets.one_loss(p_t, loss, float(anatomy(p_t, loss).focal))
