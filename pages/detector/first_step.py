"""The first step: before anything is learned, the prior decides how large the loss is."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.case_files import plateau
from focal_core.first_step import UNTRAINED, FirstStep, Normaliser
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.exhibits import first_step as exhibits
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets, terms
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number

TITLE = "The first step"
FOLLOWS = knobs.PRIOR
BRIDGE = "So far there was one class of object. What if there are many?"
CLAMP = 1e-4
NORMALISERS = {
    knobs.BY_OBJECTS: Normaliser.POSITIVES,
    knobs.BY_LOCATIONS: Normaliser.LOCATIONS,
    knobs.BY_NOTHING: Normaliser.NOTHING,
}


def view(
    prior: float,
    gamma: float = knobs.GAMMA.default,
    alpha: float | None = None,
    normaliser: str = knobs.BY_OBJECTS,
    guess: Guess | None = None,
) -> View:
    """What the page says at one prior."""
    start, loss = FirstStep(prior), FocalLoss(gamma, alpha)
    asked = gamma == paper.GAMMA.value and alpha is None
    shares = exhibits.share_by_prior(start, loss)
    return View(
        headline=_headline(start, loss),
        exhibits={
            "loss_by_prior": exhibits.loss_by_prior(start, loss, NORMALISERS[normaliser]),
            "share_by_prior": prediction.draw_on(shares, guess, axis="y", there=asked),
        },
        explanation=_explained(start, loss),
    )


def variants() -> dict[str, Callable[..., View]]:
    """Cross entropy, focal loss, and the paper's setting with its class weight."""
    return {
        _("cross entropy"): partial(view, gamma=0.0),
        _("focal loss"): view,
        _("focal loss with α = {alpha:g}").format(alpha=paper.ALPHA.value): partial(
            view, alpha=paper.ALPHA.value
        ),
    }


def page() -> None:
    """One knob that a paper's reader skips: the bias of the last layer."""
    stage = Stage(FOLLOWS, shown_elsewhere=True)
    with stage.controls:
        stage.ask(knobs.GAMMA)
        others = {} if knobs.WEIGHTED.ask() == "on" else {"alpha": None}
        if not others:
            stage.ask(knobs.ALPHA)
        normaliser = knobs.NORMALISER.ask() or knobs.BY_OBJECTS
    with stage.beside:
        guess = _guess()
    now = stage.show(view, normaliser=normaliser, guess=guess, **others)
    page_parts.link(
        "train",
        _("See both starts in recorded training"),
        **{knobs.PART.key: knobs.RESULT, knobs.COMPARE.key: knobs.THE_PRIOR},
    )
    _why_divide()
    _plateau()
    page_parts.check_yourself(question_bank.of("first_step"))
    page_parts.code_for(partial(_code, now["prior"], now["gamma"], now["alpha"], normaliser))
    page_parts.sources(_sources(now))


def _sources(now: Mapping[str, Any]) -> dict[str, str]:
    return {
        _("Prior π = 0.01, b = −ln((1 − π)/π)"): paper.PRIOR.where,
        _("Without it training with cross entropy diverges"): paper.WITHOUT_PRIOR_SOURCE,
        _("Its exact value matters little"): paper.ANY_PRIOR_SOURCE,
        _("The sum is divided by the anchors assigned to an object"): paper.NORMALISER_SOURCE,
        _("The loss of the boxes’ positions is added to this one; it is left out here"): (
            paper.BOX_LOSS_SOURCE
        ),
        _("Every number on this page"): _(
            "computed here, for {n:,} background anchors and {p} foreground anchors"
        ).format(n=FirstStep(now["prior"]).negatives, p=FirstStep(now["prior"]).positives),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "Without a prior every anchor starts at {half}. What share of the first loss does "
            "background make up at γ = {gamma:g}?"
        ).format(half=UNTRAINED, gamma=paper.GAMMA.value),
        knobs.GUESS_PRIOR,
        answer=lambda: (
            FirstStep(UNTRAINED).paid(FocalLoss(paper.GAMMA.value)).negative_share or 0.0
        ),
        about={
            knobs.PRIOR.key: f"{UNTRAINED:g}",
            knobs.GAMMA.key: paper.GAMMA.value,
            knobs.WEIGHTED.key: "off",
        },
    )


def _code(prior: float, gamma: float, alpha: float | None, normaliser: str) -> snippets.Snippets:
    start, loss, divided = FirstStep(prior), FocalLoss(gamma, alpha), NORMALISERS[normaliser]
    return snippets.first_step(start, loss, start.divisor(divided), start.reported(loss, divided))


def _headline(start: FirstStep, loss: FocalLoss) -> str:
    first, untrained = (
        number(exhibits.paid_at(prior, loss).total / start.positives)
        for prior in (start.prior, UNTRAINED)
    )
    words = _("Starting at π = {prior:g}, the first loss is **{first}** per foreground anchor")
    if start.prior != UNTRAINED:
        words = _(
            "Starting at π = {prior:g}, the first loss is **{first}** per foreground anchor, not "
            "{untrained}"
        )
    return words.format(prior=start.prior, first=first, untrained=untrained)


def _explained(start: FirstStep, loss: FocalLoss) -> str:
    untrained, calmed = (
        exhibits.paid_at(prior, CROSS_ENTROPY).total for prior in (UNTRAINED, start.prior)
    )
    words = _(
        "Without a prior every anchor predicts {half}, and {negatives} such guesses about "
        "background add up to a first loss of {first} per foreground anchor under cross entropy; "
        "the paper sets the prior because a first loss of that size makes training unstable. "
    )
    if start.prior != UNTRAINED:
        words += _(
            "The bias b = {bias} lets every anchor predict π = {prior:g}, as if the model had "
            "learned already that objects are rare: a loss of {calmed} is left. "
        )
    words += _(
        "At π = {half} every $p_t$ is equal, so γ makes the loss smaller and leaves the shares as "
        "they are; **where π is small, background starts easy, and γ fades it, too**. The exact "
        "value of π hardly matters in the paper."
    )
    return words.format(
        negatives=number(start.negatives),
        half=UNTRAINED,
        bias=number(start.bias),
        prior=start.prior,
        first=number(untrained / start.positives),
        calmed=number(calmed / start.positives),
    )


def _why_divide() -> None:
    drawer = st.expander(
        _("Why divide by the foreground anchors?"), key="why_divide", on_change="rerun"
    )
    if not drawer.open:
        return
    total = budget(SIMPLE.population(), FocalLoss(paper.GAMMA.value)).total
    anchors = SIMPLE.negatives + SIMPLE.positives
    with drawer:
        st.markdown(
            _(
                "Easy background adds next to nothing under focal loss, so counting it would only "
                "shrink the loss. In *Easy background* at γ = {gamma:g} the mean over all "
                "{anchors} anchors is {mean}, which looks finished and is not; per foreground "
                "anchor it is {per_object}. An image without an object has no foreground anchor: "
                "programs then divide by 1."
            ).format(
                gamma=paper.GAMMA.value,
                anchors=number(anchors),
                mean=number(total / anchors),
                per_object=number(total / SIMPLE.positives),
            ),
            help=terms.help_of("normaliser"),
        )


def _plateau() -> None:
    drawer = st.expander(
        _("Bug: the loss is stuck at one number"), key="case_plateau", on_change="rerun"
    )
    if not drawer.open:
        return
    stuck = plateau(CLAMP, FocalLoss(paper.GAMMA.value, paper.ALPHA.value))
    with drawer:
        st.markdown(
            _(
                "A training log stands still at **{stuck:.5f}**. “It is ln 10, so there are ten "
                "classes”, somebody says. It is α(1 − c)^γ(−ln c) at the clamp c = {clamp}: "
                "**every object is called background**, and the clamp’s gradient is 0, so "
                "nothing moves."
            ).format(stuck=stuck, clamp=CLAMP)
        )
