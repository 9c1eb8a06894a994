"""The first step: how large the first loss is, why it is divided, and a loss that stands still."""

import streamlit as st

from focal_core import case_files, paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.first_step import UNTRAINED, FirstStep
from focal_core.population import SIMPLE
from focal_ui.exhibits.first_step import paid_at
from focal_ui.learning import terms
from focal_ui.words import _, number

CLAMP = 1e-4


def headline(start: FirstStep, loss: FocalLoss) -> str:
    """The first loss, and what it would be without a prior."""
    words = _("Starting at π = {prior:g}, the first loss is **{first}** per foreground anchor")
    if start.prior != UNTRAINED:
        words = _(
            "Starting at π = {prior:g}, the first loss is **{first}** per foreground anchor, not "
            "{untrained}"
        )
    return words.format(
        prior=start.prior,
        first=_per_foreground_anchor(start, start.prior, loss),
        untrained=_per_foreground_anchor(start, UNTRAINED, loss),
    )


def explanation(start: FirstStep) -> str:
    """What the prior changes under cross entropy, and what it leaves to gamma."""
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
        first=_per_foreground_anchor(start, UNTRAINED, CROSS_ENTROPY),
        calmed=_per_foreground_anchor(start, start.prior, CROSS_ENTROPY),
    )


def why_divide() -> None:
    """A drawer: the mean over all anchors looks finished and is not."""
    drawer = st.expander(
        _("Why divide by the foreground anchors?"), key="why_divide", on_change="rerun"
    )
    if drawer.open:
        drawer.markdown(_two_divisors(), help=terms.help_of("normaliser"))


def plateau() -> None:
    """A drawer: the number at which a clamped loss stands still."""
    drawer = st.expander(
        _("Bug: the loss is stuck at one number"), key="case_plateau", on_change="rerun"
    )
    if drawer.open:
        drawer.markdown(_stuck())


def _per_foreground_anchor(start: FirstStep, prior: float, loss: FocalLoss) -> str:
    return number(paid_at(prior, loss).total / start.positives)


def _two_divisors() -> str:
    total = budget(SIMPLE.population(), FocalLoss(paper.GAMMA.value)).total
    anchors = SIMPLE.negatives + SIMPLE.positives
    return _(
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
    )


def _stuck() -> str:
    stuck = case_files.plateau(CLAMP, FocalLoss(paper.GAMMA.value, paper.ALPHA.value))
    return _(
        "A training log stands still at **{stuck:.5f}**. “It is ln 10, so there are ten "
        "classes”, somebody says. It is α(1 − c)^γ(−ln c) at the clamp c = {clamp}: "
        "**every object is called background**, and the clamp’s gradient is 0, so "
        "nothing moves."
    ).format(stuck=stuck, clamp=CLAMP)
