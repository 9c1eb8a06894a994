"""Anchors: where 100,000 boxes come from, and how few of them are an object."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.anchors import NEGATIVE_BELOW, POSITIVE_FROM, RETINANET
from focal_ui.controls import knobs
from focal_ui.exhibits import anchors as exhibits
from focal_ui.figures.anchors import height_of
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, number, numeral

TITLE = "Anchors"
FOLLOWS = knobs.IMAGE
BRIDGE = (
    "All these anchors are scored before anything is learned. With which loss does training begin?"
)
ASKED = 800
SHORTER, LONGER = 600, (800, 1000)  # pixels of usual images of the paper


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
        headline=_("{total} anchors, and only **{found}** are assigned to the object").format(
            total=number(anchors.total), found=anchors.found
        ),
        exhibits={
            "on_the_image": exhibits.on_the_image(anchors),
            "by_level": prediction.draw_on(bars, _by_height(guess), axis="y", there=asked),
        },
        explanation=_explained(anchors),
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
    anchors = exhibits.sort_anchors(
        now["image"],
        exhibits.pyramid_of(finest, now["scales"], square=square),
        now["object_x"],
        now["object_y"],
        now["object_side"],
    )
    _take_along(anchors)
    page_parts.check_yourself(question_bank.of("anchors"))
    page_parts.code_for(
        partial(snippets.anchor_count, anchors.size, anchors.pyramid, anchors.total)
    )
    page_parts.sources(_sources())


def _controls(stage: Stage) -> tuple[bool, int]:
    """Object and anchors; whether the anchors are square alone, and the finest level from 0."""
    box = knobs.OBJECT_X, knobs.OBJECT_Y, knobs.OBJECT_SIDE
    for column, slider in zip(st.columns(3), box, strict=True):
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


def _by_height(guess: Guess | None) -> Guess | None:
    """The guess where its numbers lie on the picture."""
    return guess and replace(guess, said=height_of(guess.said), answer=height_of(guess.answer))


def _explained(anchors: exhibits.Sorted) -> str:
    words = _(
        "A one-stage detector looks for no candidates first: it scores **every** anchor of every "
        "level, once. An anchor is a box of a given size and shape; several stand at each "
        "location. Where it overlaps the object by an IoU of {above:g} or more, it is assigned to "
        "it: a *foreground* anchor. (IoU: the area that both share, divided by all that they "
        "cover.) Below {below:g} it is background. In between it is *ignored* and has no loss. "
    )
    if anchors.found:
        words += _(
            "Here that makes {ratio} background anchors for each foreground anchor, and under "
            "cross entropy each of them adds a little to the loss. "
        )
    else:
        words += _(
            "**No anchor is assigned here: this object is trained as background.** Many programs "
            "assign its best anchor all the same; the paper does not mention that. "
        )
    words += _(
        "The paper speaks of about {paper} anchors per image. There {short} pixels are an image’s "
        "shorter side: {short} × {long} give {some}, and {short} × {longest} give {most}."
    )
    return words.format(
        ratio=number(anchors.background / anchors.found) if anchors.found else "",
        paper=number(paper.LOCATIONS.value),
        above=POSITIVE_FROM,
        below=NEGATIVE_BELOW,
        short=SHORTER,
        long=LONGER[0],
        longest=numeral(f"{LONGER[1]:,}"),
        some=number(RETINANET.count(SHORTER, LONGER[0])),
        most=number(RETINANET.count(SHORTER, LONGER[1])),
    )


def _take_along(anchors: exhibits.Sorted) -> None:
    negatives, positives = knobs.like(anchors.background, anchors.found)
    page_parts.link(
        "easy_negatives",
        _("See {n} : {p} added up on Easy negatives").format(n=negatives, p=positives),
        population=knobs.OWN_EQUAL,
        negatives=negatives,
        positives=positives,
    )
