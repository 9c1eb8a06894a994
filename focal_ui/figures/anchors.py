"""Pictures of anchors: those that match the visitor's object, and how many each level holds."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focal_core.checks import Floats
from focal_ui.figures import marks
from focal_ui.figures.trained.images import png
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent

MOST_DRAWN = 40
HELD = {"hold": {"x": "object_x", "y": "object_y"}}  # the box can be taken and moved


def on_the_image(
    size: int,
    target: Floats,
    matching: Floats,
    ignored: Floats,
    cell: Floats,
    total: int,
    image: NDArray[np.uint8],
    ground: NDArray[np.uint8],
) -> Exhibit:
    """The image with an object, the anchors that count as it, those ignored, and one cell's nine.

    image: what is seen under them, (3, height, width), stretched to size; ground: the same without
    the object.
    target: shape (4,); matching, ignored, cell: shape (n, 4); all x0, y0, x1, y1 in pixels.
    """
    shown = 100 / size  # the picture counts in percent of the image
    shapes = [
        *(_box(box * shown, {"color": "rgba(255,255,255,0.75)", "width": 1}) for box in cell),
        *(_box(box * shown, theme.THIRD.line(1.2)) for box in _a_few(ignored)),
        *(_box(box * shown, theme.FOCAL.line(1.5)) for box in _a_few(matching)),
        _box(target * shown, {"color": theme.CROSS_ENTROPY.color, "width": 4}) | HELD,
    ]
    figure = theme.figure(
        [],
        height=430,
        images=[_image(ground, (0, 0, 100, 100)), _inset(image, target * shown)],
        shapes=shapes,
        xaxis=theme.axis(
            range=[0, 100], showgrid=False, constrain="domain", **_pixels(size)
        ),
        yaxis=theme.axis(
            range=[100, 0], showgrid=False, scaleanchor="x", constrain="domain", **_pixels(size)
        ),
        annotations=[
            theme.label(
                f"<b>{text}</b>",
                0,
                1,
                xref="paper",
                yref="paper",
                xanchor="left",
                yanchor="bottom",
                xshift=shift,
                yshift=8,  # clear of the axis’s 0
                font={"color": color},
            )
            for text, color, shift in (
                (_("object"), theme.CROSS_ENTROPY.color, 0),
                (_("assigned to it"), theme.FOCAL.color, 70),
                (_("ignored"), theme.THIRD.color, 185),
            )
        ],
    )  # fmt: skip
    sentence = _(
        "Of {total} anchors **{matching}** are assigned to the object, {ignored} are ignored, and "
        "all the others, {share}, are background. White: the {cell} anchors of one location."
    ).format(
        cell=len(cell),
        total=number(total),
        matching=len(matching),
        ignored=len(ignored),
        share=percent((total - len(matching) - len(ignored)) / total),
    )
    boxes = [
        ("object", target),
        *(("counts", b) for b in matching),
        *(("ignored", b) for b in ignored),
    ]
    table: dict[str, Sequence[Any]] = {
        _("box"): [name for name, _b in boxes],
        **{
            side: [float(b[i]) for _n, b in boxes]
            for i, side in enumerate(("x0", "y0", "x1", "y1"))
        },
    }
    return Exhibit(figure, sentence, table)


def _a_few(boxes: Floats) -> Floats:
    """Of every size some, where all would hide the picture."""
    return boxes[:: math.ceil(len(boxes) / MOST_DRAWN) or 1]


def by_level(strides: Sequence[int], counts: Sequence[int], matching: Sequence[int]) -> Exhibit:
    """Anchors of each pyramid level on a log axis, and how many of them count as the object."""
    levels = [f"P{math.log2(stride):g}" for stride in strides]
    places = range(len(levels))
    groups = (
        (_("anchors"), list(counts), theme.CROSS_ENTROPY, True, -0.2),
        (_("assigned to the object"), list(matching), theme.FOCAL, False, 0.2),
    )
    figure = theme.figure(
        [
            marks.bars(
                [place + side for place in places],
                [count or 0.1 for count in values],
                theme.class_fill([ink] * len(levels), background=background),
                width=0.36,
                name=name,
            )
            for name, values, ink, background, side in groups
        ],
        height=300,
        xaxis=theme.axis(
            _("level of the pyramid, fine to coarse"),
            range=[-0.6, len(levels) - 0.4],
            showgrid=False,
            **marks.named(levels, list(places)),
        ),
        yaxis=theme.axis(_("anchors"), type="log", range=[-0.3, 5.6], exponentformat="power"),
        annotations=[
            theme.label(
                number(count) if count else "", place + side, math.log10(count or 1),
                yanchor="bottom", font={"size": theme.FONT_SIZE - 1},
            )
            for _name, values, _ink, _background, side in groups
            for place, count in zip(places, values, strict=True)
        ],
    )  # fmt: skip
    sentence = _(
        "The finest level holds {share} of all anchors (hatched); plain bars are those assigned to "
        "the object."
    ).format(share=percent(counts[0] / sum(counts)))
    table: dict[str, Sequence[Any]] = {
        _("level"): levels,
        _("stride, pixels"): list(strides),
        _("anchors"): list(counts),
        _("assigned to the object"): list(matching),
    }
    return Exhibit(figure, sentence, table)


def _image(pixels: NDArray[np.uint8], box: tuple[float, float, float, float]) -> dict[str, Any]:
    x0, y0, x1, y1 = box
    place = {"x": x0, "y": y0, "sizex": x1 - x0, "sizey": y1 - y0}
    return {
        "source": png(pixels),
        **place,
        "xref": "x",
        "yref": "y",
        "layer": "below",
        "sizing": "stretch",
    }


def _inset(image: NDArray[np.uint8], box: Floats) -> dict[str, Any]:
    """The part of the image that holds the object: only this part moves with it. box: percent."""
    side = image.shape[-1]
    low, high = np.floor(box[:2] * side / 100), np.ceil(box[2:] * side / 100)
    (x0, y0), (x1, y1) = low.astype(int), np.maximum(high, low + 1).astype(int)
    step = 100 / side
    return _image(image[:, y0:y1, x0:x1], (x0 * step, y0 * step, x1 * step, y1 * step))


def _pixels(size: int) -> dict[str, Any]:
    """Ticks in pixels on an axis in percent."""
    return marks.named([f"{size * part:g}" for part in (0, 0.5, 1)], [0, 50, 100])


def _box(box: Floats, line: dict[str, Any]) -> dict[str, Any]:
    x0, y0, x1, y1 = (float(side) for side in box)
    return {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": line}
