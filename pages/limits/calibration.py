"""Calibration: which probability focal loss makes a model predict, and how to recalibrate it."""

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.checks import Floats
from focal_core.optimum import (
    posterior,
    posterior_of_classes,
    risk_minimiser,
    risk_minimiser_by_table,
    risk_minimiser_of_classes,
)
from focal_core.related import nearly_undone, repairing_temperature
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import recording
from focal_core.training.showcase import calibration_errors
from focal_ui.controls import knobs
from focal_ui.figures import calibration as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import Exhibit, View
from focal_ui.words import _, kept, number, percent, sentences

TITLE = "Calibration"
FOLLOWS = knobs.GAMMA
BRIDGE = "Focal loss is one way to weigh examples. Which others are there?"
TRUE = np.linspace(0.01, 0.99, 99)
ASKED, ASKED_GAMMA = 0.9, 5.0
COMMON, RARE, CLASSES = 0.11, 0.01, 10
LEAST_SCORE = 0.05


def view(
    gamma: float,
    true_probability: float = ASKED,
    alpha: float | None = None,
    look: str = knobs.A_DETECTOR,
    guess: Guess | None = None,
) -> View:
    """What the page says at one gamma."""
    loss = FocalLoss(gamma, alpha)
    asked, ten = gamma == ASKED_GAMMA and alpha is None, look == knobs.TEN_CLASSES
    answered = float(np.interp(true_probability, TRUE, _answered(loss)))  # it stands on TRUE
    return View(
        headline=_(
            "At γ = {gamma:g} the ideal model predicts **{answer}** where the true probability is "
            "{truth}"
        ).format(truth=percent(true_probability), answer=percent(answered), gamma=gamma),
        exhibits={
            "answers": prediction.draw_on(
                _answers(loss, true_probability), guess, axis="y", there=asked
            ),
            **({"ten_classes": _ten_classes(gamma)} if ten else {"reliability": _trained()}),
        },
        explanation=_explained(loss),
    )


def variants() -> dict[str, Callable[..., View]]:
    """With and without a class weight."""
    return {
        _("without class weight"): view,
        _("α = {alpha:g}").format(alpha=paper.ALPHA.value): partial(view, alpha=paper.ALPHA.value),
    }


def page() -> None:
    """The best model under focal loss does not predict the true probability."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        stage.ask(knobs.TRUE_PROBABILITY)
        others = {} if knobs.WEIGHTED.ask() == "on" else {"alpha": None}
        if not others:
            stage.ask(knobs.ALPHA)
        look = knobs.CALIBRATED.ask()
    with stage.beside:
        guess = _guess()
    now = stage.show(view, look=look, guess=guess, **others)
    page_parts.check_yourself(question_bank.of("calibration"))
    page_parts.code_for(partial(_code, now["gamma"], now["alpha"], now["true_probability"]))
    page_parts.sources(_sources())


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "An object is there with a true probability of {true:.0%}. What does the ideal model "
            "predict at γ = {gamma:g}?"
        ).format(true=ASKED, gamma=ASKED_GAMMA),
        knobs.GUESS_CALIBRATION,
        answer=lambda: float(risk_minimiser(ASKED, FocalLoss(ASKED_GAMMA))),
        about={
            knobs.GAMMA.key: ASKED_GAMMA,
            knobs.WEIGHTED.key: "off",
            knobs.TRUE_PROBABILITY.key: ASKED,
        },
    )


def _code(gamma: float, alpha: float | None, truth: float) -> snippets.Snippets:
    loss = FocalLoss(gamma, alpha)
    answered = float(np.interp(truth, TRUE, _answered(loss)))
    return snippets.recalibration(answered, loss, float(posterior(answered, loss)))


def _sources() -> dict[str, str]:
    return {
        _("Focal loss keeps decisions but is not proper; the closed inverse map"): paper.PROPERNESS,
        _("Focal loss as a confidence-raising map and a proper loss; nearly a temperature"): (
            "Komisarenko & Kull, ECAI 2024, arXiv:2408.11598"
        ),
        _("Deep nets that overfit are the other case: there focal loss often calibrates"): (
            "Mukhoti et al., NeurIPS 2020, arXiv:2002.09437"
        ),
        _("The temperature’s closed form, and every number on this page"): _("computed here"),
    }


def _answers(loss: FocalLoss, truth: float) -> Exhibit:
    answered = _answered(loss)
    now = truth, float(np.interp(truth, TRUE, answered))
    return figures.answers(
        TRUE, answered, nearly_undone(answered, loss), now, float(posterior(0.5, loss))
    )


@lru_cache(maxsize=256)
def _answered(loss: FocalLoss) -> Floats:
    return risk_minimiser_by_table(TRUE, loss)


@kept(maxsize=1)
def _trained() -> Exhibit:
    """The recorded detector that was trained with the paper’s loss, on test images."""
    focal, plain = (recording().showcase(name) for name in (PAPERS, REFERENCE))
    errors = (
        calibration_errors(focal.histogram, focal.loss, LEAST_SCORE),
        calibration_errors(plain.histogram, plain.loss, LEAST_SCORE),
    )
    over_all = [each.calibration_error for each in (focal.before, focal.after, plain.before)]
    return figures.reliability(focal.before, focal.after, errors, over_all, low=LEAST_SCORE)


@kept(maxsize=64)
def _ten_classes(gamma: float) -> Exhibit:
    true = np.array([COMMON] * (CLASSES - 1) + [RARE])
    answered = risk_minimiser_of_classes(true, gamma)
    names = [str(i) for i in range(1, CLASSES + 1)]
    return figures.ten_classes(names, true, answered, posterior_of_classes(answered, gamma))


@kept(maxsize=256)
def _explained(loss: FocalLoss) -> str:
    weighted = FocalLoss(loss.gamma, paper.ALPHA.value)
    rest = _(
        "α shifts the threshold: with α = {alpha:g} a predicted 0.5 means {decision}, whatever γ "
        "is. All this holds for the ideal model. A deep net that overfits is far from it: it is "
        "too sure of itself, and focal loss with a suitable γ often leaves it better calibrated."
    )
    return sentences(_why(loss), rest).format(
        temperature=number(repairing_temperature(loss.gamma)),
        gamma=loss.gamma,
        asked=ASKED,
        times=number(ASKED / (1 - ASKED)),
        alpha=paper.ALPHA.value,
        decision=percent(float(posterior(0.5, weighted))),
    )


def _why(loss: FocalLoss) -> str:
    """Why the ideal model predicts what it does, and what recalibrates it."""
    if loss.gamma == 0 and loss.alpha is None:
        return _(
            "Cross entropy is *proper*: its expected loss is least where the model predicts the "
            "true probability, so nothing has to be recalibrated. Move γ up: predictions draw back "
            "towards 0.5, and their order stays."
        )
    if loss.gamma == 0:
        return _(
            "Without α cross entropy is *proper*: its expected loss is least where the model "
            "predicts the true probability. α moves that place: the ideal model’s odds are the "
            "true odds times α/(1 − α). Subtract the log odds of α from the logit to recalibrate."
        )
    words = _(
        "Focal loss is not *proper*: its expected loss is least somewhere else than at the true "
        "probability. Suppose that is {asked:.0%} and the model predicts as much. The many objects "
        "are then easy and count little; the few examples of background are hard and count much. "
        "So the prediction is drawn back, until each of the few has {times} times the gradient of "
        "each of the many and the two sums balance. The order of the scores is kept, and without "
        "α the decision at 0.5, too; the scores just are not probabilities. The exact inverse map "
        "recalibrates them, and so does, nearly, one number: multiply the logit by "
        "**{temperature}** at γ = {gamma:g}."
    )
    if loss.alpha is not None:
        return sentences(words, _("With α, subtract its log odds from that logit, too."))
    return words
