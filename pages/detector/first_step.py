"""The first step: before anything is learned, the prior decides who pays, not gamma."""

from functools import lru_cache

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, budget
from focal_core.case_files import plateau
from focal_core.first_step import FirstStep, Normaliser
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.figures import first_step as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent

TITLE = "The first step"
PRIORS = sorted({*np.geomspace(1e-4, 0.5, 33).tolist(), *knobs.PRIOR.options.values()})
UNTRAINED = 0.5
CLAMP = 1e-4
NORMALISERS = {
    knobs.BY_OBJECTS: Normaliser.POSITIVES,
    knobs.BY_LOCATIONS: Normaliser.LOCATIONS,
    knobs.BY_NOTHING: Normaliser.NOTHING,
}


def page() -> None:
    """One knob that a paper's reader skips: the bias of the last layer."""
    headline = st.container()
    guess = prediction.ask(
        _(
            "No prior: every location answers {half}. What does background carry at γ = {gamma:g}?"
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
    start = FirstStep(knobs.PRIOR.ask())
    picture = st.container()
    loss = knobs.maybe_weighted_focal_loss()
    chosen = knobs.NORMALISER.ask() or knobs.BY_OBJECTS
    normaliser = NORMALISERS[chosen]
    share = start.paid(loss).negative_share

    headline.title(
        _("Before step 1, at π = {prior:g}, background carries {share} of the loss").format(
            prior=start.prior, share=percent(share)
        )
    )
    now = PRIORS.index(start.prior)

    def shares_at(gamma: float) -> Exhibit:
        paid = _paid(CROSS_ENTROPY), _paid(FocalLoss(gamma, loss.alpha))
        shares = figures.share_by_prior(PRIORS, paid, now)
        asked = gamma == paper.GAMMA.value and loss.alpha is None
        return prediction.draw_on(shares, guess, axis="y", there=asked)

    def logged_at(gamma: float) -> Exhibit:
        divisor = start.divisor(normaliser)
        before, after, least = (
            [paid.total / divisor for paid in _paid(each)]
            for each in (
                CROSS_ENTROPY,
                FocalLoss(gamma, loss.alpha),
                FocalLoss(knobs.GAMMA.high, loss.alpha),
            )
        )
        divided_by = _divided_by(start, normaliser)
        return figures.loss_by_prior(PRIORS, (before, after), now, divided_by, min(least))

    with picture:
        card.follow(
            loss.gamma,
            shares_at,
            key="share_by_prior",
            depends_on=(start.prior, loss.alpha, guess and guess.said),
        )
    card.follow(
        loss.gamma,
        logged_at,
        key="loss_by_prior",
        depends_on=(start.prior, loss.alpha, chosen),
    )
    page_parts.what_happened(_explained(start, loss))
    _plateau()
    page_parts.check_yourself(question_bank.of("first_step"))
    page_parts.code_for(
        snippets.first_step(
            start, loss, start.divisor(normaliser), start.reported(loss, normaliser)
        )
    )
    page_parts.sources(
        {
            _("Prior π = 0.01, b = −ln((1 − π)/π); without it cross entropy diverges"): (
                paper.PRIOR.where
            ),
            _("The sum is divided by the anchors assigned to an object"): paper.NORMALISER_SOURCE,
            _("Every number on this page"): _(
                "computed here, for {n:,} background locations and {p} objects"
            ).format(n=start.negatives, p=start.positives),
        }
    )


@lru_cache(maxsize=256)
def _paid(loss: FocalLoss) -> list[Budget]:
    return [FirstStep(prior).paid(loss) for prior in PRIORS]


def _divided_by(start: FirstStep, normaliser: Normaliser) -> str:
    names = {
        Normaliser.POSITIVES: _("{n} objects"),
        Normaliser.LOCATIONS: _("{n} locations"),
        Normaliser.NOTHING: _("nothing ({n})"),
    }
    return names[normaliser].format(n=number(start.divisor(normaliser)))


def _explained(start: FirstStep, loss: FocalLoss) -> str:
    untrained = FirstStep(UNTRAINED)
    trained = budget(SIMPLE.population(), FocalLoss(loss.gamma))
    locations = SIMPLE.negatives + SIMPLE.positives
    return _(
        "Where all locations answer {half}, every $p_t$ is {half}, so γ fades all alike: "
        "background carries {ce} under cross entropy and {fl} under focal loss. **γ cannot help "
        "before the model has learned something; the prior can.** The bias b = {bias} lets every "
        "location answer π = {prior:g}, as if the model had already learned that objects are rare. "
        "And what does a small loss in a log mean? In the Simple population at γ = {gamma:g} the "
        "mean over all {locations} locations is {mean}, the same sum per object {per_object}: the "
        "first looks finished and is not."
    ).format(
        half=UNTRAINED,
        ce=percent(untrained.paid(CROSS_ENTROPY).negative_share),
        fl=percent(untrained.paid(FocalLoss(loss.gamma)).negative_share),
        bias=number(start.bias),
        prior=start.prior,
        gamma=loss.gamma,
        locations=number(locations),
        mean=number(trained.total / locations),
        per_object=number(trained.total / SIMPLE.positives),
    )


def _plateau() -> None:
    drawer = st.expander(_("Case file: stuck at one number"), key="case_plateau", on_change="rerun")
    if not drawer.open:
        return
    stuck = plateau(CLAMP, FocalLoss(paper.GAMMA.value, paper.ALPHA.value))
    with drawer:
        st.markdown(
            _(
                "A training log stands still at **{stuck:.5f}**. “It is ln 10, so there are ten "
                "classes”, somebody says. It is α(1 − c)^γ(−ln c) at the clamp c = {clamp}: "
                "**every object is called background**, and the clamp’s slope is 0, so nothing "
                "moves."
            ).format(stuck=stuck, clamp=CLAMP)
        )
