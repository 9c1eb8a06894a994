"""Pictures of anchors: those that match the visitor's object, and how many each level holds."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from focal_core.checks import Floats
from focal_ui.figures import marks
from focal_ui.figures.trained.images import png
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, count, entry, number, percent

HELD = {"hold": {"x": "object_x", "y": "object_y"}}  # the box can be taken and moved
CELL, IGNORED, ASSIGNED = 9, 10, 18  # so many of each are drawn: more would hide the picture
FLOOR = -0.3  # the foot of a bar, so that one of 1 has a height


def on_the_image(
    size: int,
    target: Floats,
    assigned: Floats,
    ignored: Floats,
    cell: Floats,
    total: int,
    ground: str,
) -> Exhibit:
    """The image with an object, the anchors assigned to it, those ignored, and one cell's nine.

    ground: address of the image under them, which is stretched to size.
    target: shape (4,); assigned, ignored, cell: shape (n, 4); all x0, y0, x1, y1 in pixels.
    """
    percents = 100 / size  # so that the picture keeps its axes when the image grows
    kinds = (
        (cell, CELL, {"color": "rgba(255,255,255,0.75)", "width": 1}),
        (ignored, IGNORED, theme.THIRD.line(1.2)),
        (assigned, ASSIGNED, theme.FOCAL.line(1.5)),
    )
    figure = theme.figure(
        [],
        height=430,
        images=[
            _image(ground, np.array([0, 0, 100, 100])),
            _image(_ellipse(), target * percents) | HELD,
        ],
        shapes=[
            *(box for boxes, most, line in kinds for box in _boxes(boxes * percents, most, line)),
            _box(target * percents, {"color": theme.CROSS_ENTROPY.color, "width": 4}) | HELD,
        ],
        xaxis=theme.axis(range=[0, 100], constrain="domain", **_BARE),
        yaxis=theme.axis(range=[100, 0], constrain="domain", scaleanchor="x", **_BARE),
        annotations=_words_around(size),
    )  # fmt: skip
    sentence = _(
        "Of {total} anchors **{assigned}** are assigned to the object, {ignored} are ignored, and "
        "the other {others} are background. White: all {cell} anchors at one location."
    ).format(
        cell=len(cell),
        total=number(total),
        assigned=len(assigned),
        ignored=len(ignored),
        others=number(total - len(assigned) - len(ignored)),
    )
    return Exhibit(figure, sentence, _corners(target, assigned, ignored))


def by_level(strides: Sequence[int], counts: Sequence[int], assigned: Sequence[int]) -> Exhibit:
    """Anchors of each pyramid level and of all, on a log axis, and how many are the object's."""
    levels = [f"P{math.log2(stride):g}" for stride in strides]
    named = [*levels, _("all")]
    groups = [
        ([*counts, sum(counts)], theme.CROSS_ENTROPY, True, -0.2),
        ([*assigned, sum(assigned)], theme.FOCAL, False, 0.2),
    ]
    figure = theme.figure(
        [
            marks.bars(
                [place + side for place in range(len(named))],
                [height_of(count) if count else 0.0 for count in values],
                theme.class_fill([ink] * len(named), background=background),
                width=0.36,
                tip=[entry(name, number(n)) for name, n in zip(named, values, strict=True)],
            )
            for values, ink, background, side in groups
        ],
        height=300,
        xaxis=theme.axis(
            _("level of the pyramid, fine to coarse"),
            range=[-0.6, len(named) - 0.4],
            showgrid=False,
            **marks.named(named, range(len(named))),
        ),
        yaxis=theme.axis(
            _("anchors"),
            range=[0, height_of(10**5.9)],
            **marks.named([count(10**power) for power in range(6)], _heights(6)),
        ),
        annotations=[
            *(
                _count(count, place + side)
                for values, _ink, _background, side in groups
                for place, count in enumerate(values)
            ),
            *marks.key(
                (
                    (_("anchors"), theme.CROSS_ENTROPY.color, 0.0),
                    (_("assigned to the object"), theme.FOCAL.color, 0.4),
                )
            ),
        ],
    )
    sentence = _(
        "The finest level holds {share} of all anchors; every level up has about a quarter of the "
        "locations."
    ).format(share=percent(counts[0] / sum(counts)))
    table: dict[str, Sequence[Any]] = {
        _("level"): levels,
        _("stride, pixels"): list(strides),
        _("anchors"): list(counts),
        _("assigned to the object"): list(assigned),
    }
    return Exhibit(figure, sentence, table)


def _words_around(size: int) -> list[dict[str, Any]]:
    """What the colours of the boxes mean, above the image, and its size below."""
    names = (
        (_("object"), theme.CROSS_ENTROPY.color, 0),
        (_("assigned to it"), theme.FOCAL.color, 0.21),
        (_("ignored"), theme.THIRD.color, 0.56),
    )
    below = _("{size} pixels").format(size=size)
    return [
        *(
            theme.label(
                f"<b>{text}</b>", x, 1, xanchor="left", yanchor="bottom", font={"color": color},
                **_IMAGE,
            )
            for text, color, x in names
        ),
        theme.label(below, 0.5, 0, yanchor="top", yshift=-4, **_IMAGE),
    ]  # fmt: skip


def _corners(target: Floats, assigned: Floats, ignored: Floats) -> dict[str, Sequence[Any]]:
    """The boxes as a table, in pixels."""
    names = [
        _("object"),
        *[_("assigned")] * len(assigned),
        *[_("ignored")] * len(ignored),
    ]
    sides = np.vstack([target, assigned, ignored]).T
    return {
        _("box"): names,
        **{name: side.tolist() for name, side in zip(("x0", "y0", "x1", "y1"), sides, strict=True)},
    }


def height_of(count: float) -> float:
    """Where a number of anchors lies on the picture by level."""
    return math.log10(count) - FLOOR


def _count(count: int, x: float) -> dict[str, Any]:
    """A bar's number above it."""
    font = {"size": theme.FONT_SIZE - 1}
    text = number(count) if count else ""
    return theme.label(text, x, height_of(count or 1), yanchor="bottom", font=font)


def _heights(powers: int) -> list[float]:
    return [height_of(10**power) for power in range(powers)]


def _image(source: str, box: Floats) -> dict[str, Any]:
    x0, y0, x1, y1 = (float(side) for side in box)
    place = {"x": x0, "y": y0, "sizex": x1 - x0, "sizey": y1 - y0}
    return {
        "source": source, **place, "xref": "x", "yref": "y", "layer": "below", "sizing": "stretch",
    }  # fmt: skip


@lru_cache(maxsize=1)
def _ellipse() -> str:
    """The object: it moves over the image, so it is a picture of its own."""
    across = np.linspace(-1, 1, 24)
    away = across[:, np.newaxis] ** 2 + across**2
    light = np.round(255 - 60 * np.clip(away, 0, 1))
    seen = np.where(away <= 1, 235.0, 0.0)
    return png(np.stack([light, light, light - 25, seen]).astype(np.uint8))


def _boxes(boxes: Floats, most: int, line: dict[str, Any]) -> list[dict[str, Any]]:
    """Always so many, since a picture that moves keeps its marks; those left over are not seen."""
    few = boxes[:: math.ceil(len(boxes) / most) or 1]
    unseen = _box(np.zeros(4), line) | {"visible": False}
    return [*(_box(box, line) for box in few), *[unseen] * (most - len(few))]


def _box(box: Floats, line: dict[str, Any]) -> dict[str, Any]:
    x0, y0, x1, y1 = (round(float(side), 2) for side in box)
    return {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": line}


_BARE: dict[str, Any] = {"showgrid": False, "showticklabels": False}
_IMAGE = {"xref": "x domain", "yref": "y domain"}
