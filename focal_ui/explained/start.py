"""Start: what easy background makes up of the loss, and what gamma changes about it."""

from focal_core.binary import CROSS_ENTROPY
from focal_core.training.config import REFERENCE
from focal_core.training.scene import ANCHORS, OBJECT_COUNT
from focal_core.training.scored_scene import Paid, scored_scene
from focal_ui.words import _, number, percent


def headline(gamma: float, before: Paid, after: Paid) -> str:
    """Easy background's share of the loss. before: under cross entropy; after: at this gamma."""
    if gamma == 0:
        words = _("Under cross entropy, easy background makes up **{after}** of the loss")
    else:
        words = _(
            "At γ = {gamma:g}, easy background makes up **{after}** of the loss instead of {before}"
        )
    return words.format(
        gamma=gamma,
        after=percent(after.shares[0]),
        before=percent(before.shares[0]),
    )


def explanation(gamma: float, before: Paid, after: Paid) -> str:
    """What has been scored, what gamma does to its loss, and of what that is true."""
    return _setting() + _outcome(gamma, before, after) + _validity()


def _setting() -> str:
    return _(
        "A small detector, trained here, has scored {anchors} *anchors* of this image: boxes of "
        "several sizes and shapes at each location. The image has {objects} objects, and "
        "*look-alikes* with other shapes in the same colours. What overlaps neither is *easy "
        "background*. "
    ).format(anchors=number(ANCHORS), objects=OBJECT_COUNT)


def _outcome(gamma: float, before: Paid, after: Paid) -> str:
    if gamma == 0:
        words = _(
            "Each of its anchors adds little to the sum, but together they add **{n0}** of "
            "**{t0}** nats (the unit of a loss with natural logarithms), and the objects {p0}. "
        )
    else:
        words = _(
            "Focal loss multiplies the loss of each anchor by $(1-p_t)^\\gamma$, where $p_t$ is "
            "the probability that the model gives to the true class. So the loss of easy "
            "background falls from {n0} to **{n1}** nats (the unit of a loss with natural "
            "logarithms) and that of the objects from {p0} to **{p1}**: all of it shrinks, and "
            "what is easy shrinks most. What still glows is what the model finds hard. "
        )
    return words.format(
        n0=number(before.plain),
        t0=number(before.total),
        p0=number(before.objects),
        n1=number(after.plain),
        p1=number(after.objects),
    )


def _validity() -> str:
    trained = scored_scene(REFERENCE).paid(CROSS_ENTROPY)
    return _(
        "These shares belong to this image and this model, not to every detector in training. A "
        "model that has learned with cross entropy has pushed easy background down by itself, to "
        "{trained} of the first image’s loss: choose CE and look."
    ).format(trained=percent(trained.shares[0]))
