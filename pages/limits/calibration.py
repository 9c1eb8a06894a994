"""Calibration: which probability focal loss makes a model predict, and how to recalibrate it."""

from collections.abc import Callable
from functools import partial

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.optimum import posterior, risk_minimiser
from focal_ui.controls import knobs
from focal_ui.exhibits import calibration as exhibits
from focal_ui.explained import calibration as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _

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
        headline=explained.headline(loss, true_probability),
        exhibits={
            "answers": prediction.draw_on(answers, guess, axis="y", there=asked),
            **closer,
        },
        explanation=explained.explanation(loss, ASKED),
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
