"""Many classes: a softmax picks one class, a detector asks one sigmoid per class."""

from collections.abc import Callable
from functools import partial

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.softmax import SoftmaxFocalLoss
from focal_ui.controls import knobs, one_example
from focal_ui.controls.one_example import PLAIN, Example
from focal_ui.exhibits import many_classes as exhibits
from focal_ui.explained import many_classes as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, listed, number, short

TITLE = "Many classes"
FOLLOWS = knobs.GAMMA
BRIDGE = "That is the loss. What does it do to a detector that is really trained?"
BETWEEN = 1.0


def view(
    gamma: float,
    truth: int | None = 0,
    anchor_classes: int = 80,
    guess: Guess | None = None,
    **given: float,
) -> View:
    """What the page says at one gamma.

    truth: which class is true, from 0; None for background. given: logits z1, z2 … and weights
    weight1, weight2 … of as many classes as there are; those of the example where none are.
    """
    example = one_example.read(given, truth)
    asked = (gamma, example) == (BETWEEN, PLAIN)
    forms = exhibits.two_forms(example, gamma)
    return View(
        headline=explained.headline(example, gamma),
        exhibits={
            "two_forms": prediction.draw_on(forms, guess, axis="y", there=asked),
            "negative_outputs": exhibits.negative_outputs(anchor_classes, gamma),
        },
        explanation=explained.explanation(anchor_classes, gamma),
    )


def variants() -> dict[str, Callable[..., View]]:
    """An object of the first class, and background."""
    return {_("class 1 is true"): view, _("background is true"): partial(view, truth=None)}


def page() -> None:
    """One example, two forms of the loss."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        truth = one_example.ask(stage.ask)
        stage.ask(knobs.ANCHOR_CLASSES)
    with stage.beside:
        guess = _guess()
    now = stage.show(view, truth=truth, guess=guess)
    explained.case_files()
    page_parts.check_yourself(question_bank.of("many_classes"))
    page_parts.code_for(partial(_code, now["gamma"], one_example.read(now, truth)))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("One sigmoid per class, and an anchor without any is background"): paper.PAPER,
        _("The softmax form"): _("ours; the paper calls the extension straightforward"),
        _("A softmax with a class of its own for background"): (
            "Ren et al. (Faster R-CNN), NeurIPS 2015; Liu et al. (SSD), ECCV 2016"
        ),
        _("Every number on this page"): _("computed here"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "Logits {logits} and the first is true: the loss is {ce} at γ = 0 and {fl} at γ = "
            "{gamma:g}. And at γ = {between:g}?"
        ).format(
            logits=listed(list(map(short, PLAIN.logits))),
            ce=number(_of_the_plain_one(0.0)),
            fl=number(_of_the_plain_one(paper.GAMMA.value)),
            gamma=paper.GAMMA.value,
            between=BETWEEN,
        ),
        knobs.GUESS_CLASSES,
        answer=lambda: _of_the_plain_one(BETWEEN),
        shown=number,
        gap_shown=number,
        about={knobs.GAMMA.key: BETWEEN, **one_example.showing(PLAIN)},
    )


def _of_the_plain_one(gamma: float) -> float:
    return float(exhibits.softmax_terms(PLAIN, gamma).sum())


def _code(gamma: float, example: Example) -> snippets.Snippets:
    if example.truth is None:
        total = float(exhibits.sigmoid_terms(example, gamma).sum())
        return snippets.background_of_sigmoids(example.logits, FocalLoss(gamma), total)
    total = float(exhibits.softmax_terms(example, gamma).sum())
    loss = SoftmaxFocalLoss(gamma, example.weights)
    return snippets.many_classes(example.logits, example.truth, loss, total)
