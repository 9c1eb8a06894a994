"""The gradient: what moves the weights is the derivative of the loss by the logit."""

from collections.abc import Callable
from functools import partial

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.curve import Anatomy, anatomy
from focal_ui.controls import knobs
from focal_ui.exhibits import gradient as exhibits
from focal_ui.explained import gradient as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number

TITLE = "The gradient"
FOLLOWS = knobs.GAMMA
BRIDGE = "Where do 100,000 locations in one image come from?"
UNDECIDED, HARD = 0.5, 0.1


def view(gamma: float, p_t: float = knobs.P_T.default, guess: Guess | None = None) -> View:
    """What the page says at one gamma and one p_t."""
    loss, asked = FocalLoss(gamma), gamma == paper.GAMMA.value
    cursor = anatomy(p_t, loss)
    ratios = exhibits.reductions(cursor, loss)
    return View(
        headline=explained.headline(cursor, loss),
        exhibits={
            "floors": exhibits.floors(cursor, loss),
            "reductions": prediction.draw_on(ratios, guess, axis="y", log=True, there=asked),
            "who_pulls": exhibits.who_pulls(loss),
        },
        explanation=explained.explanation(loss),
    )


def variants() -> dict[str, Callable[..., View]]:
    """An easy, an undecided and a hard example."""
    return {
        _("an easy example"): view,
        _("an undecided example"): partial(view, p_t=UNDECIDED),
        _("a hard example"): partial(view, p_t=HARD),
    }


def page() -> None:
    """Three floors over one axis."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        p_t = stage.ask(knobs.P_T)
    with stage.beside:
        guess = _guess()
    now = stage.show(view, guess=guess)
    explained.case_files()
    page_parts.check_yourself(question_bank.of("gradient"))
    page_parts.code_for(partial(_code, now["gamma"], p_t))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("Gradient of cross entropy, focal loss and FL*, equations 9 to 11"): paper.PAPER,
        _("FL* with γ = {gamma:g}, β = {beta:g}").format(
            gamma=exhibits.STAR.gamma, beta=exhibits.STAR.beta
        ): paper.STAR_SOURCE,
        _("Computing from logits is numerically more stable"): paper.STABLE_SOURCE,
        _("Curvature, and every number on this page"): _("computed here"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "The model gives the true class a probability of {p_t}, and γ = {gamma:g} divides the "
            "loss by {loss:g}. By what number does it divide the gradient?"
        ).format(gamma=paper.GAMMA.value, p_t=UNDECIDED, loss=float(_undecided().loss_reduction)),
        knobs.GUESS_SLOPE,
        answer=lambda: float(_undecided().slope_reduction),
        shown=number,
        gap_shown=number,
        about={knobs.GAMMA.key: paper.GAMMA.value, knobs.P_T.key: UNDECIDED},
    )


def _code(gamma: float, p_t: float) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    return snippets.one_gradient(p_t, loss, float(anatomy(p_t, loss).focal_slope))


def _undecided() -> Anatomy:
    return anatomy(UNDECIDED, FocalLoss(paper.GAMMA.value))
