"""Calibration: which probability focal loss makes a model predict, and how to recalibrate it."""

from collections.abc import Callable
from functools import partial

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.optimum import posterior, risk_minimiser
from focal_core.related import repairing_temperature
from focal_ui.controls import knobs
from focal_ui.exhibits import calibration as exhibits
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, kept, number, percent, sentences

TITLE = "Calibration"
FOLLOWS = knobs.GAMMA
BRIDGE = "Focal loss is one way to weigh examples. Which others are there?"
ASKED, ASKED_GAMMA = 0.9, 5.0


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
    answers = exhibits.answers(true_probability, loss)
    closer = (
        {"ten_classes": exhibits.ten_classes(gamma)}
        if ten
        else {"reliability": exhibits.reliability()}
    )
    return View(
        headline=_headline(loss, true_probability),
        exhibits={
            "answers": prediction.draw_on(answers, guess, axis="y", there=asked),
            **closer,
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
    answered = exhibits.predicted(truth, loss)
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


def _headline(loss: FocalLoss, truth: float) -> str:
    answer = exhibits.predicted(truth, loss)
    return _(
        "At γ = {gamma:g} the ideal model predicts **{answer}** where the true probability is "
        "{truth}"
    ).format(truth=percent(truth), answer=percent(answer), gamma=loss.gamma)


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
