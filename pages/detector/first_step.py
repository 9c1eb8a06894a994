"""The first step: before anything is learned, the prior decides how large the loss is."""

from collections.abc import Callable
from functools import partial

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.first_step import UNTRAINED, FirstStep, Normaliser
from focal_ui.controls import knobs
from focal_ui.exhibits import first_step as exhibits
from focal_ui.explained import first_step as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _

TITLE = "The first step"
FOLLOWS = knobs.PRIOR
BRIDGE = "So far there was one class of object. What if there are many?"
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
        headline=explained.headline(start, loss),
        exhibits={
            "loss_by_prior": exhibits.loss_by_prior(start, loss, NORMALISERS[normaliser]),
            "share_by_prior": prediction.draw_on(shares, guess, axis="y", there=asked),
        },
        explanation=explained.explanation(start),
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
    stage = Stage(FOLLOWS)
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
    explained.why_divide()
    explained.plateau()
    page_parts.check_yourself(question_bank.of("first_step"))
    page_parts.code_for(partial(_code, now["prior"], now["gamma"], now["alpha"], normaliser))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
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
        ).format(n=FirstStep.negatives, p=FirstStep.positives),
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
