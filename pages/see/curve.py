"""The curve: what gamma does to the loss and to the gradient of one example."""

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.curve import Anatomy, anatomy
from focal_ui.controls import knobs
from focal_ui.figures import curve as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, kept, number, percent, times

TITLE = "The curve"
FOLLOWS = knobs.GAMMA
BRIDGE = "And what do 100,000 such losses add up to?"
P_T = np.concatenate((np.geomspace(1e-3, 0.05, 40), np.linspace(0.055, 0.999, 160)))
HARD = 0.1


def view(
    gamma: float,
    p_t: float = knobs.P_T.default,
    slope: bool = False,
    log: bool = False,
    guess: Guess | None = None,
) -> View:
    """What the page says at one gamma and one p_t."""
    loss, cursor = FocalLoss(gamma), anatomy(p_t, FocalLoss(gamma))
    asked = gamma == paper.GAMMA.value
    product = figures.product(_few(gamma), cursor)
    return View(
        headline=_headline(cursor, gamma),
        exhibits={
            "curve": figures.curve(_family(), _whole(gamma), cursor, gamma, slope=slope, log=log),
            "product": prediction.draw_on(product, guess, axis="y", panel="2", there=asked),
        },
        explanation=_explained(loss),
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


@lru_cache(maxsize=1)
def _family() -> tuple[tuple[float, Anatomy], ...]:
    """The paper's five curves."""
    return tuple((gamma, _whole(gamma)) for gamma in paper.CURVES)


@lru_cache(maxsize=64)
def _whole(gamma: float) -> Anatomy:
    return anatomy(P_T, FocalLoss(gamma))


@lru_cache(maxsize=64)
def _few(gamma: float) -> Anatomy:
    """Enough points for a small panel."""
    return anatomy(P_T[::3], FocalLoss(gamma))


def _headline(cursor: Anatomy, gamma: float) -> str:
    words = _("An example with $p_t$ = {p_t:g}: γ = {gamma:g} makes its loss **{less}** smaller")
    if gamma == 0:
        words = _("An example with $p_t$ = {p_t:g}: γ = 0 leaves its loss at **{loss}**")
    return words.format(
        p_t=float(cursor.p_t),
        gamma=gamma,
        less=times(float(cursor.loss_reduction)),
        loss=number(float(cursor.cross_entropy)),
    )


@kept(maxsize=64)
def _explained(loss: FocalLoss) -> str:
    if loss.gamma == 0:
        return _(
            "$p_t$ is the probability that the model gives to the true class. Cross entropy, the "
            "usual loss, is $-\\ln p_t$: near 0 for a right and confident answer, large for a "
            "wrong one; its unit is the nat. Focal loss multiplies it by $(1-p_t)^\\gamma$. "
            "Anything to the power of 0 is 1, so at γ = 0 **focal loss is cross entropy**, at "
            "every $p_t$. Move γ up and watch the right side sink first."
        )
    hard, easy = anatomy(HARD, loss), anatomy(paper.WELL_CLASSIFIED.value, loss)
    return _(
        "$p_t$ is the probability that the model gives to the true class. Cross entropy, the usual "
        "loss, is $-\\ln p_t$, in nats. Focal loss multiplies it by $(1-p_t)^\\gamma$. This factor "
        "is small where $p_t$ is large, so well-classified examples count less. But it is below 1 "
        "everywhere: **the loss of a hard example shrinks too**, to {hard} of cross entropy at "
        "$p_t$ = {hard_p_t}; up to $p_t$ = {easy_p_t} it is divided by at most {most}. Focal loss "
        "does not turn the loss of hard examples up; it turns that of easy ones down. The "
        "gradient, which moves the weights, behaves differently: choose *Gradient* and look at "
        "$p_t$ = {hard_p_t}, where it is {slope} of cross entropy’s."
    ).format(
        hard=percent(float(hard.factor)),
        hard_p_t=HARD,
        most=number(float(easy.loss_reduction)),
        easy_p_t=number(paper.WELL_CLASSIFIED.value),
        slope=percent(1 / float(hard.slope_reduction)),
    )
