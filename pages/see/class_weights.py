"""Class weights: alpha weighs the classes, gamma weighs how hard an example is."""

from collections.abc import Callable
from functools import partial

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.budget import balancing_alpha, budget
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.exhibits import class_weights as exhibits
from focal_ui.explained import alpha_presets
from focal_ui.explained import class_weights as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number

TITLE = "Class weights"
FOLLOWS = knobs.ALPHA
BRIDGE = "What moves the weights is not the loss but its gradient: does γ do the same there?"


def view(alpha: float, gamma: float = knobs.GAMMA.default, guess: Guess | None = None) -> View:
    """What the page says at one alpha and one gamma."""
    loss = FocalLoss(gamma, alpha)
    share_map = exhibits.share_map(loss, explained.headline_words())
    return View(
        headline=explained.headline(loss),
        exhibits={
            "share_map": prediction.draw_on(share_map, guess, axis="y"),
            "two_classes": exhibits.two_classes(loss),
            "four_kinds": exhibits.four_kinds(loss),
        },
        explanation=explained.explanation(loss),
    )


def variants() -> dict[str, Callable[..., View]]:
    """Without focusing, and at the paper's gamma."""
    return {
        _("γ = 0, cross entropy"): partial(view, gamma=0.0),
        _("γ = {gamma:g}, the paper’s").format(gamma=paper.GAMMA.value): view,
    }


def page() -> None:
    """One population, two knobs."""
    stage = Stage(FOLLOWS)
    with stage.beside:
        guess = _guess()
    with stage.controls:
        gamma = stage.ask(knobs.GAMMA)
        alpha_presets.show(gamma)
    now = stage.show(view, guess=guess)
    page_parts.check_yourself(question_bank.of("class_weights"))
    page_parts.code_for(partial(_code, FocalLoss(now["gamma"], now["alpha"])))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("α-balanced cross entropy and focal loss, equations 3 and 5"): paper.PAPER,
        _("α = {alpha:g} works best with γ = {gamma:g} on COCO").format(
            alpha=paper.ALPHA.value, gamma=paper.GAMMA.value
        ): paper.ALPHA.where,
        _("α and γ are chosen together"): paper.TOGETHER_SOURCE,
        _("The best α is between {low:g} and {high:g}; γ matters much more").format(
            low=paper.BEST_ALPHAS.low, high=paper.BEST_ALPHAS.high
        ): paper.BEST_ALPHAS.where,
        _("α moves the decision threshold, γ does not"): paper.PROPERNESS,
        _("Every other number on this page"): _("computed here, in the scenario Easy background"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "At γ = {gamma:g}, which class weight α makes background and objects contribute "
            "equally to the loss?"
        ).format(gamma=paper.GAMMA.value),
        knobs.GUESS_ALPHA,
        answer=lambda: balancing_alpha(SIMPLE.population(), FocalLoss(paper.GAMMA.value)) or 0.0,
        shown=number,
        gap_shown=number,
    )


def _code(loss: FocalLoss) -> snippets.Snippets:
    share = budget(SIMPLE.population(), loss).negative_share
    return snippets.background_share(SIMPLE, loss, share)
