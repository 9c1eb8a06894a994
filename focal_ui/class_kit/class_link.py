"""A link for a class: a page, its values, what is hidden, and the same as a QR code."""

import io
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import segno

from focal_ui.frame.language import KEY
from focal_ui.frame.settings import ANSWERS, HIDE, PROJECTOR
from focal_ui.locale.languages import offered
from focal_ui.words import language

FIRST = "start"  # the page that the bare address opens


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

    base: where the app lives; page: its name, "" or "start" for the first; values: knob -> text;
    answers: "" to show them, settings.HIDDEN, or settings.AFTER a guess. Where there are several
    languages the link says today's, so that all of a class read the same.
    """
    query = dict(values)
    if hidden:
        query[HIDE] = ",".join(hidden)
    if answers:
        query[ANSWERS] = answers
    if projector:
        query[PROJECTOR] = "true"
    if len(offered()) > 1:
        query.setdefault(KEY, language())
    ending = f"?{urlencode(query, safe=',')}" if query else ""
    return f"{base.rstrip('/')}/{'' if page == FIRST else page}{ending}"


def qr_code(link: str) -> str:
    """The link as an SVG picture, dark on white whatever the theme; any size is sharp."""
    return segno.make(link, micro=False).svg_inline(
        scale=5, dark="#111", light="#fff", border=3, omitsize=True
    )


def qr_png(link: str) -> bytes:
    """The same as a PNG for slides, 16 pixels a module."""
    picture = io.BytesIO()
    segno.make(link, micro=False).save(picture, kind="png", scale=16, border=3)
    return picture.getvalue()
