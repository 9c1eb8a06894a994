"""Start: an image that glows where a detector's loss comes from, and what gamma does to it."""

from collections.abc import Callable
from functools import partial

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.training.config import NO_PRIOR_MODEL, PAPERS, REFERENCE
from focal_core.training.scene import ANCHORS, SEEDS
from focal_core.training.scored_scene import STEPS, scored_scene
from focal_ui.controls import knobs
from focal_ui.exhibits import start as exhibits
from focal_ui.explained import around_the_scene
from focal_ui.explained import start as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number, percent

TITLE = "Start"
FOLLOWS = knobs.GAMMA_FROM_ZERO
BRIDGE = "What does γ do to the loss of a single location?"
GUESSED_GAMMA = paper.GAMMA.value


def view(
    gamma: float,
    after: int = STEPS[-1],
    model: str = PAPERS,
    seed: int = SEEDS[0],
    look_alikes: bool = False,
    guess: Guess | None = None,
) -> View:
    """What the page says at one gamma, of one model after so many steps and of one scene."""
    scene = model, after, seed
    both = exhibits.under_both(*scene, gamma)
    paid = [lit.paid for lit in both]
    image = exhibits.image(*scene, gamma, look_alikes=look_alikes)
    there = (gamma, after, model, seed) == (GUESSED_GAMMA, STEPS[-1], PAPERS, SEEDS[0])
    return View(
        headline=explained.headline(gamma, *paid),
        exhibits={
            "image": prediction.draw_on(image, guess, axis="x", panel="3", there=there),
            "sorted": exhibits.sorted_outputs(*scene, gamma),
        },
        explanation=explained.explanation(gamma, *paid),
    )


def variants() -> dict[str, Callable[..., View]]:
    """Each model after its training, and one before."""
    return {
        _("trained with focal loss"): partial(view, model=PAPERS),
        _("trained with cross entropy"): partial(view, model=REFERENCE),
        _("trained with cross entropy, without a prior"): partial(view, model=NO_PRIOR_MODEL),
        _("not trained yet"): partial(view, after=STEPS[0]),
    }


def page() -> None:
    """One image under two losses, and one slider."""
    stage = Stage(FOLLOWS)
    with stage.beside:
        guess = _guess()
    with stage.above:
        around_the_scene.introduce()
    with stage.controls:
        model, seed, look_alikes = around_the_scene.ask(stage)
    now = stage.show(view, model=model, seed=seed, look_alikes=look_alikes, guess=guess)
    page_parts.check_yourself(question_bank.of("start"))
    page_parts.code_for(partial(_code, now["gamma"], model, now["after"], seed))
    page_parts.sources(_sources())
    page_parts.link("class_kit", _("For teachers: lesson plan, worksheets, class links"))


def _guess() -> Guess | None:
    paid = scored_scene(PAPERS).paid
    return prediction.ask(
        _(
            "Under cross entropy (γ = 0) easy background makes up {share} of the loss of this "
            "image. What share does it make up at γ = {gamma:g}?"
        ).format(share=percent(paid(CROSS_ENTROPY).shares[0]), gamma=GUESSED_GAMMA),
        knobs.GUESS_START,
        answer=lambda: paid(FocalLoss(GUESSED_GAMMA)).shares[0],
        about={
            knobs.GAMMA.key: GUESSED_GAMMA,
            knobs.TRAINED.key: knobs.FL_TRAINED,
            knobs.AFTER.key: knobs.AFTER.default,
            knobs.SCENE.key: str(knobs.SCENE.default),
        },
    )


def _code(gamma: float, model: str, after: int, seed: int) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    share = scored_scene(model, after, seed).paid(loss).shares[0]
    return snippets.scene_share(model, after, seed, loss, share)


def _sources() -> dict[str, str]:
    return {
        _("About {n} locations per image").format(
            n=number(paper.LOCATIONS.value)
        ): paper.LOCATIONS.where,
        _("Focal loss"): paper.PAPER,
        _("The image, the scores, and every other number on this page"): _(
            "made and computed here: {n} anchors of a small detector, trained on images of 48 "
            "pixels with one object each, over one larger image; the first three images drawn, not "
            "chosen. A location glows with the loss of its nine anchors and a quarter of the "
            "coarser ones over it"
        ).format(n=number(ANCHORS)),
        _("What this cannot show"): _(
            "real photographs, a large network, COCO: there the shares differ"
        ),
    }
