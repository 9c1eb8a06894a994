"""Anchors: where 100,000 locations come from, and how few of them are an object."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from focal_core import paper
from focal_core.anchors import (
    NEGATIVE_BELOW,
    POSITIVE_FROM,
    RETINANET,
    Label,
    Pyramid,
    assign,
)
from focal_core.checks import Floats
from focal_core.training.images import SIZE, scene
from focal_ui.controls import knobs
from focal_ui.figures import anchors as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.words import _, number

TITLE = "Anchors"
ASKED = 800


def page() -> None:
    """An image, an object, and every box that a one-stage detector scores."""
    headline = st.container()
    guess = prediction.ask(
        _("How many anchors does an image of {n} × {n} pixels have, nine at a place?").format(
            n=ASKED
        ),
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
    size = knobs.IMAGE.ask()
    picture = st.container()
    pyramid = _pyramid()
    target = _object(size)
    levels = pyramid.boxes(size, size)
    labels = [assign(level, target)[0] for level in levels]
    matching = [level[label == Label.OBJECT] for level, label in zip(levels, labels, strict=True)]
    ignored = [level[label == Label.IGNORED] for level, label in zip(levels, labels, strict=True)]
    total = pyramid.count(size, size)
    found = sum(map(len, matching))

    headline.title(
        _("{total} anchors, and {found} of them are the object").format(
            total=number(total), found=found
        )
    )
    with picture:
        card.show(
            figures.on_the_image(
                size,
                target,
                np.concatenate(matching),
                np.concatenate(ignored),
                _one_cell(pyramid, target),
                total,
                _seen(target, size),
            ),
            key="on_the_image",
        )
    card.show(
        prediction.draw_on(
            figures.by_level(
                pyramid.strides, [len(level) for level in levels], [len(m) for m in matching]
            ),
            guess,
            axis="y",
            log=True,
            there=(size, pyramid) == (ASKED, RETINANET),
        ),
        key="by_level",
    )
    page_parts.what_happened(_explained(total, found))
    _take_along(total, found)
    page_parts.check_yourself(question_bank.of("anchors"))
    page_parts.code_for(snippets.anchor_count(size, pyramid, total))
    page_parts.sources(
        {
            _("Anchors of 32 to 512 pixels on P3 to P7, three scales in three ratios"): paper.PAPER,
            _("Object from an overlap of {o:g}, background below {b:g}, ignored between").format(
                o=POSITIVE_FROM, b=NEGATIVE_BELOW
            ): paper.ASSIGNMENT_SOURCE,
            _("The counts and overlaps on this page"): _("computed here"),
            _("The picture, of {n} pixels a side and enlarged").format(n=SIZE): _(
                "drawn here, as the images that Train learns from"
            ),
        }
    )


def _pyramid() -> Pyramid:
    """RetinaNet's, or a part of it."""
    left, middle, right = st.columns(3)
    with left:
        finest = knobs.FINEST.options.index(knobs.FINEST.ask() or knobs.FINEST.options[0])
    with middle:
        scales = knobs.SCALES.ask()
    with right:
        square = knobs.RATIOS.ask() == knobs.SQUARE
    return Pyramid(
        RETINANET.strides[finest:],
        RETINANET.sizes[finest:],
        RETINANET.scales[:scales],
        (1.0,) if square else RETINANET.ratios,
    )


def _object(size: int) -> Floats:
    """The visitor's box: centre and side in percent of the image."""
    left, middle, right = st.columns(3)
    with left:
        x = knobs.OBJECT_X.ask()
    with middle:
        y = knobs.OBJECT_Y.ask()
    with right:
        side = knobs.OBJECT_SIDE.ask()
    centre = np.array([x, y]) * size / 100
    half = side * size / 200
    return np.clip(np.concatenate((centre - half, centre + half)), 0, size)


def _seen(target: Floats, size: int) -> NDArray[np.uint8]:
    """The picture under the anchors: one of ours, with the object in the visitor's box."""
    x0, y0, x1, y1 = (target * SIZE / size).tolist()
    return scene((x0, y0, x1, y1))


def _one_cell(pyramid: Pyramid, target: Floats) -> Floats:
    """The anchors of the cell under the object, on the level whose size fits it best."""
    side = float(np.sqrt(np.prod(target[2:] - target[:2])))
    level = int(np.argmin(np.abs(np.log(np.array(pyramid.sizes) / max(side, 1)))))
    x, y = (target[:2] + target[2:]) / 2
    return pyramid.at_cell(level, float(x), float(y))


def _explained(total: int, found: int) -> str:
    return _(
        "A one-stage detector does not look for candidates first: it scores **every** anchor of "
        "every level, once. Here that makes {ratio} background anchors to each one that counts as "
        "the object. Under cross entropy each of them adds its little to the loss. The paper "
        "speaks of about {paper} locations an image."
    ).format(
        ratio=number((total - found) / found) if found else _("no end of"),
        paper=number(paper.LOCATIONS.value),
    )


def _take_along(total: int, found: int) -> None:
    negatives, positives = knobs.like(total - found, found)
    page_parts.link(
        "easy_negatives",
        _("See what {n} against {p} cost, nearest to this on Easy negatives").format(
            n=negatives, p=positives
        ),
        population=knobs.OWN_EQUAL,
        negatives=negatives,
        positives=positives,
    )
