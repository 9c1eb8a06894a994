"""Start: an image that glows where a detector's loss comes from, and what gamma does to it."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.training.config import NO_PRIOR_MODEL, PAPERS, REFERENCE
from focal_core.training.scene import ANCHORS, OBJECT_COUNT, SEEDS
from focal_core.training.scored_scene import STEPS, scored_scene
from focal_ui.controls import knobs
from focal_ui.exhibits import start as exhibits
from focal_ui.figures.image.scene import Lit
from focal_ui.frame import page_parts, settings
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage import moves
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number, percent

TITLE = "Start"
FOLLOWS = knobs.GAMMA_FROM_ZERO
BRIDGE = "What does γ do to the loss of a single location?"
GUESSED_GAMMA = paper.GAMMA.value
MODELS = {
    knobs.FL_TRAINED: PAPERS,
    knobs.CE_TRAINED: REFERENCE,
    knobs.CE_WITHOUT_PRIOR: NO_PRIOR_MODEL,
}


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
    image = exhibits.image(*scene, gamma, look_alikes=look_alikes)
    there = (gamma, after, model, seed) == (GUESSED_GAMMA, STEPS[-1], PAPERS, SEEDS[0])
    return View(
        headline=_headline(gamma, *both),
        exhibits={
            "image": prediction.draw_on(image, guess, axis="x", panel="3", there=there),
            "sorted": exhibits.sorted_outputs(*scene, gamma),
        },
        explanation=_explained(gamma, *both),
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
    if not settings.projector():  # a room has a teacher to say it, and needs the space
        with stage.above:
            _opening()
    with stage.controls:
        model, seed, look_alikes = _choices(stage)
    now = stage.show(view, model=model, seed=seed, look_alikes=look_alikes, guess=guess)
    page_parts.check_yourself(question_bank.of("start"))
    page_parts.code_for(partial(_code, now["gamma"], model, now["after"], seed))
    page_parts.sources(_sources())
    page_parts.link("class_kit", _("For teachers: lesson plan, worksheets, class links"))


def _opening() -> None:
    """What this is about, and a button that lets the image focus."""
    words, button = st.columns([5, 1], vertical_alignment="center")
    words.markdown(_introduction())
    with button:
        _raise_gamma()


def _raise_gamma() -> None:
    moves.play(FOLLOWS, paper.GAMMA.value, _("Raise γ"))


def _choices(stage: Stage) -> tuple[str, int, bool]:
    """Which model, image and outlines; and buttons that play."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if settings.projector():
            _raise_gamma()
        moves.fly("image", "sorted", _("Sort all locations"))
        moves.play(knobs.AFTER, STEPS[-1], _("Play the training"))
    left, middle, right = st.columns([5, 4, 8])
    with left:
        trained = knobs.TRAINED.ask() or knobs.FL_TRAINED
    with middle:
        stage.ask(knobs.AFTER)
    with right, st.container(horizontal=True):
        scene = knobs.SCENE.ask() or knobs.SCENE.options[0]
        outlined = knobs.OUTLINED.ask()
    return MODELS[trained], int(scene) - 1, outlined == knobs.LOOK_ALIKES_TOO


def _guess() -> Guess | None:
    before = scored_scene(PAPERS).paid(CROSS_ENTROPY)
    return prediction.ask(
        _(
            "Under cross entropy (γ = 0) easy background makes up {share} of the loss of this "
            "image. What share does it make up at γ = {gamma:g}?"
        ).format(share=percent(before.shares[0]), gamma=GUESSED_GAMMA),
        knobs.GUESS_START,
        answer=_answer,
        about={
            knobs.GAMMA.key: GUESSED_GAMMA,
            knobs.TRAINED.key: knobs.FL_TRAINED,
            knobs.AFTER.key: knobs.AFTER.default,
            knobs.SCENE.key: str(knobs.SCENE.default),
        },
    )


def _answer() -> float:
    return scored_scene(PAPERS).paid(FocalLoss(GUESSED_GAMMA)).shares[0]


def _code(gamma: float, model: str, after: int, seed: int) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    share = scored_scene(model, after, seed).paid(loss).shares[0]
    return snippets.scene_share(model, after, seed, loss, share)


def _headline(gamma: float, before: Lit, after: Lit) -> str:
    if gamma == 0:
        words = _("Under cross entropy, easy background makes up **{after}** of the loss")
    else:
        words = _(
            "At γ = {gamma:g}, easy background makes up **{after}** of the loss instead of {before}"
        )
    return words.format(
        gamma=gamma,
        after=percent(after.paid.shares[0]),
        before=percent(before.paid.shares[0]),
    )


def _introduction() -> str:
    return _(
        "A detector classifies about {locations} locations: object or background? Its loss, "
        "usually *cross entropy*, adds up its errors: small ones on easy background, but very "
        "many. **Focal loss** (Lin et al., 2017) lets small ones count less."
    ).format(locations=number(paper.LOCATIONS.value))


def _explained(gamma: float, before: Lit, after: Lit) -> str:
    setting = _(
        "A small detector, trained here, has scored {anchors} *anchors* of this image: boxes of "
        "several sizes and shapes at each location. The image has {objects} objects, and "
        "*look-alikes* with other shapes in the same colours. What overlaps neither is *easy "
        "background*. "
    )
    if gamma == 0:
        outcome = _(
            "Each of its anchors adds little to the sum, but together they add **{n0}** of "
            "**{t0}** nats (the unit of a loss with natural logarithms), and the objects {p0}. "
        )
    else:
        outcome = _(
            "Focal loss multiplies the loss of each anchor by $(1-p_t)^\\gamma$, where $p_t$ is "
            "the probability that the model gives to the true class. So the loss of easy "
            "background falls from {n0} to **{n1}** nats (the unit of a loss with natural "
            "logarithms) and that of the objects from {p0} to **{p1}**: all of it shrinks, and "
            "what is easy shrinks most. What still glows is what the model finds hard. "
        )
    model = _(
        "These shares belong to this image and this model, not to every detector in training. A "
        "model that has learned with cross entropy has pushed easy background down by itself, to "
        "{trained} of the first image’s loss: choose CE and look."
    )
    return (setting + outcome + model).format(
        anchors=number(ANCHORS),
        objects=OBJECT_COUNT,
        n0=number(before.paid.plain),
        t0=number(before.paid.total),
        p0=number(before.paid.objects),
        n1=number(after.paid.plain),
        p1=number(after.paid.objects),
        trained=percent(scored_scene(REFERENCE).paid(CROSS_ENTROPY).shares[0]),
    )


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
