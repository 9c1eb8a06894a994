"""Cross entropy beside focal loss: two curves over one axis, a dot on each, and their names."""

from typing import Any

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
