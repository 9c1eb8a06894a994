"""Calibration: which probability focal loss makes a model answer, and the way back."""

from functools import lru_cache

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.checks import Floats
from focal_core.optimum import (
    posterior,
    posterior_of_classes,
    risk_minimiser,
    risk_minimiser_of_classes,
)
from focal_core.related import nearly_undone, repairing_temperature
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import recording
from focal_ui.controls import knobs
from focal_ui.figures import calibration as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent

TITLE = "Calibration"
TRUE = np.linspace(0.01, 0.99, 99)
ASKED, ASKED_GAMMA = 0.9, 5.0
COMMON, RARE, CLASSES = 0.11, 0.01, 10
LEAST_SCORE = 0.05


def page() -> None:
    """The best model under focal loss does not answer the truth."""
    headline = st.container()
    guess = prediction.ask(
        _(
            "An object is there with {true:.0%}. What does the best model answer at γ = {gamma:g}?"
        ).format(true=ASKED, gamma=ASKED_GAMMA),
        knobs.GUESS_CALIBRATION,
        answer=lambda: float(risk_minimiser(ASKED, FocalLoss(ASKED_GAMMA))),
        about={
            knobs.GAMMA.key: ASKED_GAMMA,
            knobs.WEIGHTED.key: "off",
            knobs.TRUE_PROBABILITY.key: ASKED,
        },
    )
    loss = knobs.maybe_weighted_focal_loss()
    picture = st.container()
    truth = knobs.TRUE_PROBABILITY.ask()
    answer = float(np.interp(truth, TRUE, _answered(loss)))  # the slider stands on TRUE

    headline.title(
        _("A true {truth} is answered {answer} at γ = {gamma:g}").format(
            truth=percent(truth), answer=percent(answer), gamma=loss.gamma
        )
    )

    def answers_at(gamma: float) -> Exhibit:
        exhibit = _answers(FocalLoss(gamma, loss.alpha), truth)
        asked = gamma == ASKED_GAMMA and loss.alpha is None
        return prediction.draw_on(exhibit, guess, axis="y", there=asked)

    with picture:
        card.follow(
            loss.gamma,
            answers_at,
            key="answers",
            depends_on=(truth, loss.alpha, guess and guess.said),
        )
    card.show(_trained(), key="reliability", light=True)
    card.follow(loss.gamma, _ten_classes, key="ten_classes")
    page_parts.what_happened(_explained(loss))
    page_parts.check_yourself(question_bank.of("calibration"))
    page_parts.code_for(snippets.way_back(answer, loss, float(posterior(answer, loss))))
    page_parts.sources(
        {
            _(
                "Focal loss keeps decisions but is not proper; the closed way back"
            ): paper.PROPERNESS,
            _("Focal loss as a confidence-raising map and a proper loss; nearly a temperature"): (
                "Komisarenko & Kull, ECAI 2024, arXiv:2408.11598"
            ),
            _("Deep nets that overfit are the other case: there focal loss often calibrates"): (
                "Mukhoti et al., NeurIPS 2020, arXiv:2002.09437"
            ),
            _("The temperature’s closed form, and every number on this page"): _("computed here"),
        }
    )


def _answers(loss: FocalLoss, truth: float) -> Exhibit:
    answered = _answered(loss)
    now = truth, float(np.interp(truth, TRUE, answered))
    return figures.answers(
        TRUE, answered, nearly_undone(answered, loss), now, float(posterior(0.5, loss))
    )


@lru_cache(maxsize=256)
def _answered(loss: FocalLoss) -> Floats:
    return risk_minimiser(TRUE, loss)


@lru_cache(maxsize=1)
def _trained() -> Exhibit:
    """The recorded detector that was trained with the paper’s loss, on test images."""
    focal, plain = (recording().showcase(name) for name in (PAPERS, REFERENCE))
    return figures.reliability(focal.before, focal.after, plain.before, low=LEAST_SCORE)


@lru_cache(maxsize=64)
def _ten_classes(gamma: float) -> Exhibit:
    true = np.array([COMMON] * (CLASSES - 1) + [RARE])
    answered = risk_minimiser_of_classes(true, gamma)
    names = [str(i) for i in range(1, CLASSES + 1)]
    return figures.ten_classes(names, true, answered, posterior_of_classes(answered, gamma))


def _explained(loss: FocalLoss) -> str:
    weighted = FocalLoss(loss.gamma, paper.ALPHA.value)
    if loss.gamma == 0:
        answers = _(
            "Cross entropy is proper: its best model answers the truth, so nothing has to be "
            "undone. Move γ up: the answers draw back towards 0.5, and their order stays. "
        )
    else:
        answers = _(
            "An example at $p_t$ = 0.9 hardly pulls any more, so the model stops before it is as "
            "sure as it should be. The order of the scores is kept, and without α the decision at "
            "0.5 too; the scores are just no probabilities. The map can be undone exactly, or "
            "nearly by one number: multiply the logit by **{temperature}** at γ = {gamma:g}. "
        )
    if loss.alpha is not None:
        answers += _("Where α is on, take its log odds off that logit, too. ")
    rest = _(
        "α is another matter: with α = {alpha:g} an answer of 0.5 means {decision}, whatever γ is. "
        "All this holds at the optimum; a deep net that overfits is far from it, and there focal "
        "loss’s timidity often helps."
    )
    return (answers + rest).format(
        temperature=number(repairing_temperature(loss.gamma)),
        gamma=loss.gamma,
        alpha=paper.ALPHA.value,
        decision=percent(float(posterior(0.5, weighted))),
    )
