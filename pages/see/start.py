"""Start: in one minute, why a detector's loss is nearly all background, and what gamma does."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, budget
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.figures.budget import who_pays
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number, percent, times

TITLE = "Start"
FOLLOWS = knobs.GAMMA
BRIDGE = "What does γ do to the loss of one single location?"
GUESSED_GAMMA = 1.0


def view(gamma: float, guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    before, after = _paid(CROSS_ENTROPY), _paid(FocalLoss(gamma))
    return View(
        headline=_headline(gamma, before, after),
        exhibits={
            "who_pays": prediction.draw_on(
                who_pays(before, after), guess, axis="x", there=gamma == GUESSED_GAMMA
            )
        },
        explanation=_explained(gamma, before, after),
    )


def variants() -> dict[str, Callable[..., View]]:
    """One population: everything else is on the pages that follow."""
    return {_("Simple"): view}


def page() -> None:
    """Two bars and one slider."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        st.markdown(_introduction())
    with stage.beside:
        guess = _guess()
    now = stage.show(view, guess=guess)
    page_parts.check_yourself(question_bank.of("start"))
    page_parts.code_for(partial(_code, now["gamma"]))
    page_parts.sources(
        {
            _("About {n} locations an image").format(
                n=number(paper.LOCATIONS.value)
            ): paper.LOCATIONS.where,
            _("Focal loss"): paper.PAPER,
            _("Every other number on this page"): _(
                "computed here, for a thought experiment: no detector’s scores are all alike"
            ),
        }
    )
    page_parts.link("class_kit", _("For teachers: a plan, worksheets and links for a class"))


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "Under cross entropy background makes up {share} of the loss here. And at γ = "
            "{gamma:g}?"
        ).format(share=percent(_paid(CROSS_ENTROPY).negative_share), gamma=GUESSED_GAMMA),
        knobs.GUESS_START,
        answer=lambda: _paid(FocalLoss(GUESSED_GAMMA)).negative_share or 0.0,
        about={knobs.GAMMA.key: GUESSED_GAMMA},
    )


def _code(gamma: float) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    return snippets.background_share(SIMPLE, loss, _paid(loss).negative_share)


def _paid(loss: FocalLoss) -> Budget:
    return budget(SIMPLE.population(), loss)


def _headline(gamma: float, before: Budget, after: Budget) -> str:
    if gamma == 0:
        words = _(
            "At γ = {gamma:g}, easy background makes up **{after}** of the loss: this is cross "
            "entropy"
        )
    else:
        words = _(
            "At γ = {gamma:g}, easy background makes up **{after}** of the loss instead of {before}"
        )
    return words.format(
        gamma=gamma,
        after=percent(after.negative_share),
        before=percent(before.negative_share),
    )


def _introduction() -> str:
    return _(
        "A detector that scans an image in one pass gives a score to about {locations} locations. "
        "Nearly all are background, and easy; a few hold the objects. Training lowers the sum of "
        "their losses, and usually that is cross entropy. **Focal loss** (Lin et al., 2017) "
        "multiplies each location’s cross entropy by $(1-p_t)^\\gamma$, where $p_t$ is the "
        "probability that the model gives to the true class: what is easy counts less."
    ).format(locations=number(paper.LOCATIONS.value))


def _explained(gamma: float, before: Budget, after: Budget) -> str:
    setting = _(
        "A thought experiment: {negatives} background locations are classified right and "
        "confidently ($p_t$ = {easy}), and {positives} locations of objects are missed ($p_t$ = "
        "{hard}). "
    )
    if gamma == 0:
        outcome = _(
            "At γ = 0 the factor is 1, and focal loss is cross entropy: background adds **{n0}**, "
            "a little at each location, and the objects **{p0}**. Move γ up to see which of them "
            "fades first."
        )
    else:
        outcome = _(
            "The loss of every easy location becomes {less} smaller, that of a missed object only "
            "{little}: background’s total falls from {n0} to **{n1}**, the objects’ from {p0} to "
            "**{p1}**. Both shrink; background shrinks more."
        )
    return (setting + outcome).format(
        negatives=number(SIMPLE.negatives),
        positives=number(SIMPLE.positives),
        easy=SIMPLE.negative_p_t,
        hard=SIMPLE.positive_p_t,
        less=times(before.negatives / after.negatives),
        little=times(before.positives / after.positives),
        n0=number(before.negatives),
        n1=number(after.negatives),
        p0=number(before.positives),
        p1=number(after.positives),
    )
