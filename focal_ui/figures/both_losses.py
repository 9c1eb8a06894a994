"""Cross entropy beside focal loss: two curves over one axis, a dot on each, and their names."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.words import _

INKS = (theme.CROSS_ENTROPY, theme.FOCAL)


def names() -> tuple[str, str]:
    """What both are called."""
    return _("cross entropy"), _("focal loss")


def curves(
    x: ArrayLike,
    pair: tuple[ArrayLike, ArrayLike],
    at: float,
    here: tuple[float | None, float | None],
    called: tuple[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Both over x, and a dot on each.

    at: where on x the dots lie; here: how high; called: other names than `names` gives.
    """
    called = called or names()
    lines = [
        marks.line(x, heights, ink.line(), name=name)
        for heights, ink, name in zip(pair, INKS, called, strict=True)
    ]
    dots = [
        marks.dot(at, height, ink.color, name=name)
        for height, ink, name in zip(here, INKS, called, strict=True)
    ]
    return lines + dots


def key() -> list[dict[str, Any]]:
    """Their names above the picture."""
    return marks.key(
        (name, ink.color, x) for name, ink, x in zip(names(), INKS, (0.0, 0.4), strict=True)
    )


def beside(
    x: ArrayLike,
    pair: tuple[ArrayLike, ArrayLike],
    at: tuple[float, float],
    *,
    above: tuple[bool, bool] | None = None,
    log: str = "",
) -> list[dict[str, Any]]:
    """Their names beside the curves.

    at: where on x each stands. above: whether each stands above its curve; None: that of the higher
    does, the other below. log: "x", "y", "xy": axes that are logarithmic.
    """
    across, lines = np.asarray(x, dtype=float), np.asarray(pair, dtype=float)
    heights, ahead = (
        [float(np.interp(place * on, across, line)) for place, line in zip(at, lines, strict=True)]
        for on in (1, 1.02)
    )
    if above is None:
        above = (heights[0] >= heights[1], heights[0] < heights[1])
    notes = []
    for name, ink, place, height, further, is_above in zip(
        names(), INKS, at, heights, ahead, above, strict=True
    ):
        has_room_before = (further >= height) == is_above  # a rising curve is lower before
        notes.append(
            theme.label(
                f"<b>{name}</b>",
                np.log10(place) if "x" in log else place,
                np.log10(height) if "y" in log else height,
                xanchor="right" if has_room_before else "left",
                yanchor="bottom" if is_above else "top",
                yshift=3 if is_above else -5,
                font={"color": ink.color},
            )
        )
    return notes
