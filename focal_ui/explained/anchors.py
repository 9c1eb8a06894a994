"""Anchors: how many there are, how few are an object, and where these counts can be taken."""

from focal_core import paper
from focal_core.anchors import NEGATIVE_BELOW, POSITIVE_FROM, RETINANET
from focal_ui.controls import knobs
from focal_ui.exhibits.anchors import Sorted
from focal_ui.frame import page_parts
from focal_ui.words import _, number, numeral

SHORTER, LONGER = 600, (800, 1000)  # pixels of usual images of the paper


def headline(anchors: Sorted) -> str:
    """All anchors, and those assigned to the object."""
    return _("{total} anchors, and only **{found}** are assigned to the object").format(
        total=number(anchors.total), found=anchors.found
    )


def explanation(anchors: Sorted) -> str:
    """What an anchor is trained as, what that makes here, and where the paper's count is from."""
    return _how_sorted() + _trained_as(anchors) + _in_the_paper()


def take_along(anchors: Sorted) -> None:
    """The way to Easy negatives, with counts like these."""
    negatives, positives = knobs.like(anchors.background, anchors.found)
    page_parts.link(
        "easy_negatives",
        _("See {n} : {p} added up on Easy negatives").format(n=negatives, p=positives),
        population=knobs.OWN_EQUAL,
        negatives=negatives,
        positives=positives,
    )


def _how_sorted() -> str:
    return _(
        "A one-stage detector looks for no candidates first: it scores **every** anchor of every "
        "level, once. An anchor is a box of a given size and shape; several stand at each "
        "location. Where it overlaps the object by an IoU of {above:g} or more, it is assigned to "
        "it: a *foreground* anchor. (IoU: the area that both share, divided by all that they "
        "cover.) Below {below:g} it is background. In between it is *ignored* and has no loss. "
    ).format(above=POSITIVE_FROM, below=NEGATIVE_BELOW)


def _trained_as(anchors: Sorted) -> str:
    if not anchors.found:
        return _(
            "**No anchor is assigned here: this object is trained as background.** Many programs "
            "assign its best anchor all the same; the paper does not mention that. "
        )
    return _(
        "Here that makes {ratio} background anchors for each foreground anchor, and under "
        "cross entropy each of them adds a little to the loss. "
    ).format(ratio=number(anchors.background / anchors.found))


def _in_the_paper() -> str:
    return _(
        "The paper speaks of about {paper} anchors per image. There {short} pixels are an image’s "
        "shorter side: {short} × {long} give {some}, and {short} × {longest} give {most}."
    ).format(
        paper=number(paper.LOCATIONS.value),
        short=SHORTER,
        long=LONGER[0],
        longest=numeral(f"{LONGER[1]:,}"),
        some=number(RETINANET.count(SHORTER, LONGER[0])),
        most=number(RETINANET.count(SHORTER, LONGER[1])),
    )
