"""Pictures of anchors: those that match the visitor's object, and how many each level holds."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focal_core.checks import Floats
from focal_ui.figures.trained.images import png
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent

MOST_DRAWN = 40


def on_the_image(
    size: int,
    target: Floats,
    matching: Floats,
    ignored: Floats,
    cell: Floats,
    total: int,
    image: NDArray[np.uint8],
) -> Exhibit:
    """The image with an object, the anchors that count as it, those ignored, and one cell's nine.

    image: what is seen under them, (3, height, width), stretched to size.
    target: shape (4,); matching, ignored, cell: shape (n, 4); all x0, y0, x1, y1 in pixels.
    """
    shapes = [
        *(_box(box, {"color": "rgba(255,255,255,0.75)", "width": 1}) for box in cell),
        *(_box(box, theme.THIRD.line(1.2)) for box in _a_few(ignored)),
        *(_box(box, theme.FOCAL.line(1.5)) for box in _a_few(matching)),
        _box(target, {"color": theme.CROSS_ENTROPY.color, "width": 4}),
    ]
    corner = {"type": "scatter", "mode": "markers", "marker": {"opacity": 0}, "hoverinfo": "skip"}
    figure = theme.figure(
        [corner | {"x": [0, size], "y": [0, size]}],
        height=430,
        images=[
            {
                "source": png(image),
                "x": 0, "y": 0, "sizex": size, "sizey": size,
                "xref": "x", "yref": "y", "layer": "below", "sizing": "stretch",
            }
        ],
        shapes=shapes,
        xaxis=theme.axis(range=[0, size], showgrid=False, constrain="domain"),
        yaxis=theme.axis(range=[size, 0], showgrid=False, scaleanchor="x", constrain="domain"),
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
                (_("counts as it"), theme.FOCAL.color, 70),
                (_("ignored"), theme.THIRD.color, 180),
            )
        ],
    )  # fmt: skip
    sentence = _(
        "Of {total} anchors **{matching}** count as the object, {ignored} are ignored, and all "
        "the others, {share}, are background. White: the {cell} of one place."
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
    figure = theme.figure(
        [
            {
                "type": "bar",
                "x": levels,
                "y": list(counts),
                "marker": theme.class_fill([theme.CROSS_ENTROPY] * len(levels), background=True),
                "text": [number(count) for count in counts],
                "textposition": "outside",
                "textfont": {"color": theme.NEUTRAL},
                "cliponaxis": False,
                "hoverinfo": "skip",
            },
            {
                "type": "bar",
                "x": levels,
                "y": [count or None for count in matching],
                "marker": theme.class_fill([theme.FOCAL] * len(levels), background=False),
                "text": [str(count) if count else "" for count in matching],
                "textposition": "outside",
                "textfont": {"color": theme.NEUTRAL},
                "cliponaxis": False,
                "hoverinfo": "skip",
            },
        ],
        height=300,
        barmode="group",
        xaxis=theme.axis(_("level of the pyramid, fine to coarse")),
        yaxis=theme.axis(_("anchors"), type="log", range=[-0.3, 5.6], exponentformat="power"),
    )
    sentence = _(
        "The finest level holds {share} of all anchors (hatched); plain bars are those that count "
        "as the object."
    ).format(share=percent(counts[0] / sum(counts)))
    table: dict[str, Sequence[Any]] = {
        _("level"): levels,
        _("stride, pixels"): list(strides),
        _("anchors"): list(counts),
        _("count as the object"): list(matching),
    }
    return Exhibit(figure, sentence, table)


def _box(box: Floats, line: dict[str, Any]) -> dict[str, Any]:
    x0, y0, x1, y1 = (float(side) for side in box)
    return {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": line}
