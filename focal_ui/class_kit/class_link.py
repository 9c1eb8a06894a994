"""A link for a class: a page, its values, what is hidden, and the same as a QR code."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import segno

from focal_ui.frame.settings import ANSWERS, HIDE, PROJECTOR


def build(
    base: str,
    page: str,
    values: Mapping[str, str],
    *,
    hidden: Sequence[str] = (),
    answers: str = "",
    projector: bool = False,
) -> str:
    """The address.

    base: where the app lives; page: "" for Start; values: knob -> text; answers: "" to show them,
    settings.HIDDEN, or settings.AFTER a guess.
    """
    query = dict(values)
    if hidden:
        query[HIDE] = ",".join(hidden)
    if answers:
        query[ANSWERS] = answers
    if projector:
        query[PROJECTOR] = "true"
    ending = f"?{urlencode(query, safe=',')}" if query else ""
    return f"{base.rstrip('/')}/{page}{ending}"


def qr_code(link: str) -> str:
    """The link as an SVG picture, dark on white whatever the theme."""
    return segno.make(link, micro=False).svg_inline(
        scale=5, dark="#111", light="#fff", border=3, omitsize=True
    )
