"""Anchors: where 100,000 boxes come from, and how few of them are an object."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.anchors import NEGATIVE_BELOW, POSITIVE_FROM, RETINANET
from focal_ui.controls import knobs
from focal_ui.exhibits import anchors as exhibits
from focal_ui.explained import anchors as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number

TITLE = "Anchors"
FOLLOWS = knobs.IMAGE
BRIDGE = (
    "All these anchors are scored before anything is learned. With which loss does training begin?"
)
ASKED = 800
OBJECT = knobs.OBJECT_X, knobs.OBJECT_Y, knobs.OBJECT_SIDE


def view(
    image: int = 600,
    finest: int = 0,
    scales: int = 3,
    square: bool = False,
    object_x: float = 50.0,
    object_y: float = 50.0,
    object_side: float = 20.0,
    guess: Guess | None = None,
) -> View:
    """What the page says of an image of so many pixels a side."""
    pyramid = exhibits.pyramid_of(finest, scales, square=square)
    anchors = exhibits.sort_anchors(image, pyramid, object_x, object_y, object_side)
    asked = (image, pyramid) == (ASKED, RETINANET)
    bars = exhibits.by_level(anchors)
    return View(
        headline=explained.headline(anchors),
        exhibits={
            "on_the_image": exhibits.on_the_image(anchors),
            "by_level": prediction.draw_on(bars, guess, axis="y", at=exhibits.height, there=asked),
        },
        explanation=explained.explanation(anchors),
    )


def variants() -> dict[str, Callable[..., View]]:
    """A small, a middling and a large object."""
    sides = {_("a small object"): 6.0, _("an object"): 20.0, _("a large object"): 60.0}
    return {name: partial(view, object_side=side) for name, side in sides.items()}


def page() -> None:
    """An image, an object, and every box that a one-stage detector scores."""
    stage = Stage(FOLLOWS, shown_elsewhere=True)
    with stage.controls:
        square, finest = _controls(stage)
    with stage.beside:
        guess = _guess()
    now = stage.show(view, finest=finest, square=square, guess=guess)
    pyramid = exhibits.pyramid_of(finest, now["scales"], square=square)
    box = (now[slider.key] for slider in OBJECT)
    anchors = exhibits.sort_anchors(now["image"], pyramid, *box)
    explained.take_along(anchors)
    page_parts.check_yourself(question_bank.of("anchors"))
    page_parts.code_for(
        partial(snippets.anchor_count, anchors.size, anchors.pyramid, anchors.total)
    )
    page_parts.sources(_sources())


def _controls(stage: Stage) -> tuple[bool, int]:
    """Object and anchors; whether the anchors are square alone, and the finest level from 0."""
    for column, slider in zip(st.columns(3), OBJECT, strict=True):
        with column:
            stage.ask(slider)
    left, middle, right = st.columns(3)
    with left:
        stage.ask(knobs.SCALES)
    with middle:
        square = knobs.RATIOS.ask() == knobs.SQUARE
    with right:
        chosen = knobs.FINEST.ask() or knobs.FINEST.options[0]
    return square, knobs.FINEST.options.index(chosen)


def _sources() -> dict[str, str]:
    return {
        _("Anchors of 32 to 512 pixels on P3 to P7, three scales in three ratios"): paper.PAPER,
        _("Object from an overlap (IoU) of {o:g}, background below {b:g}, else ignored").format(
            o=POSITIVE_FROM, b=NEGATIVE_BELOW
        ): paper.ASSIGNMENT_SOURCE,
        _("The counts and overlaps on this page"): _("computed here"),
        _("The picture"): _("a part of the scene on Start, enlarged, with your object in it"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "How many anchors does an image of {n} × {n} pixels have, with nine at each location?"
        ).format(n=ASKED),
        knobs.GUESS_ANCHORS,
        answer=lambda: float(RETINANET.count(ASKED, ASKED)),
        shown=number,
        gap_shown=number,
        about={
            knobs.IMAGE.key: str(ASKED),
            knobs.FINEST.key: "P3",
            knobs.SCALES.key: "3",
            knobs.RATIOS.key: knobs.THREE_RATIOS,
        },
    )
