"""Segmentation: every pixel is an example, and gamma leaves the boundary of the object."""

from dataclasses import replace

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.segmentation import Disc
from focal_ui.figures import trouble as figures
from focal_ui.learning import prediction, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.situations.advice import Advice
from focal_ui.situations.situation import Situation
from focal_ui.stage.view import View
from focal_ui.words import _, count, later, number, percent

DISC = Disc()
LARGER = replace(DISC, foreground=0.1)
ASKED_GAMMA = 1.0  # of the guess


def view(gamma: float, guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    shares = {
        _("cross entropy"): DISC.shares(CROSS_ENTROPY),
        _("focal loss"): DISC.shares(FocalLoss(gamma)),
        _("Dice loss"): DISC.dice_shares(),
    }
    picture = figures.parts_of_the_image(shares, DISC.boundary_part)
    return View(
        headline=_(
            "At γ = {gamma:g} the boundary of the object, {part} of the pixels, makes up "
            "**{share}** of the gradient"
        ).format(
            gamma=gamma,
            part=percent(DISC.boundary_part),
            share=percent(DISC.shares(FocalLoss(gamma)).boundary),
        ),
        exhibits={
            "segmentation": prediction.draw_on(picture, guess, axis="x", there=gamma == ASKED_GAMMA)
        },
        explanation=_which_pixels(FocalLoss(gamma)),
    )


def advice() -> Advice:
    """What to do, in this order."""
    return {
        _("**Cross entropy or Dice loss first:** a baseline that needs no γ"): (
            "rivals", {},
        ),
        _("**Focal loss with a small γ,** prior set, divided by the object’s pixels"): (
            "first_step", {},
        ),
        _("**Careful labels at the boundary,** or leave uncertain pixels out"): (
            "when_not", {},
        ),
    }  # fmt: skip


def code(gamma: float) -> snippets.Snippets:
    """The boundary's share of the gradient."""
    loss = FocalLoss(gamma)
    return snippets.boundary_share(DISC, loss, DISC.shares(loss).boundary)


def _which_pixels(loss: FocalLoss) -> str:
    return _(
        "Every pixel is an example, as every anchor is one in a detector. Here a disc covers "
        "{part} of {side} × {side} pixels. Background is learned ($p_t$ = {background:g}), the "
        "inside of the disc, too ({interior:g}), but {band:g} pixels on each side of the boundary "
        "are not ({boundary:g}). γ fades what is learned, and the boundary is what is left: where "
        "people who label agree least, so part of it may be wrong labels. With an object of "
        "{larger} of the image the boundary makes up {share_larger}. So begin with a small γ, set "
        "the prior to the share of the object, and divide by its {pixels} pixels: a mean over all "
        "makes the loss {mean} times smaller. **Dice loss** measures the overlap of prediction "
        "and object; it does not fade easy pixels: other background makes up {dice} of its "
        "gradient here. **Tversky loss** weighs missed and false pixels apart. Such a loss is "
        "often added to focal loss, as in the sources below."
    ).format(
        part=percent(DISC.foreground),
        side=DISC.side,
        background=DISC.background_p_t,
        interior=DISC.interior_p_t,
        band=DISC.band,
        boundary=DISC.boundary_p_t,
        larger=percent(LARGER.foreground),
        share_larger=percent(LARGER.shares(loss).boundary),
        pixels=count(DISC.foreground * DISC.side**2),
        mean=number(1 / DISC.foreground),
        dice=percent(DISC.dice_shares().background),
    )


SITUATION = Situation(view, later("Try in this order"), advice, code)
