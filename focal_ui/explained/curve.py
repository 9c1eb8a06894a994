"""The curve: how many times smaller gamma makes the loss of one example, and why."""

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.curve import Anatomy, anatomy
from focal_ui.words import _, kept, number, percent, times

HARD = 0.1  # p_t of the hard example that this page speaks of


def headline(cursor: Anatomy, gamma: float) -> str:
    """What gamma makes of the loss of one example. cursor: at its p_t."""
    if gamma == 0:
        words = _("An example with $p_t$ = {p_t:g}: γ = 0 leaves its loss at **{loss}**")
    else:
        words = _(
            "An example with $p_t$ = {p_t:g}: γ = {gamma:g} makes its loss **{less}** smaller"
        )
    return words.format(
        p_t=float(cursor.p_t),
        gamma=gamma,
        less=times(float(cursor.loss_reduction)),
        loss=number(float(cursor.cross_entropy)),
    )


@kept(maxsize=64)
def explanation(gamma: float) -> str:
    """Which losses shrink, and by how much: easy ones most, hard ones, too."""
    if gamma == 0:
        return _(
            "$p_t$ is the probability that the model gives to the true class. Cross entropy, the "
            "usual loss, is $-\\ln p_t$: near 0 for a right and confident answer, large for a "
            "wrong one; its unit is the nat. Focal loss multiplies it by $(1-p_t)^\\gamma$. "
            "Anything to the power of 0 is 1, so at γ = 0 **focal loss is cross entropy**, at "
            "every $p_t$. Move γ up and watch the right side sink first."
        )
    loss = FocalLoss(gamma)
    hard, easy = anatomy(HARD, loss), anatomy(paper.WELL_CLASSIFIED.value, loss)
    return _(
        "$p_t$ is the probability that the model gives to the true class. Cross entropy, the usual "
        "loss, is $-\\ln p_t$, in nats. Focal loss multiplies it by $(1-p_t)^\\gamma$. This factor "
        "is small where $p_t$ is large, so well-classified examples count less. But it is below 1 "
        "everywhere: **the loss of a hard example shrinks too**, to {hard} of cross entropy at "
        "$p_t$ = {hard_p_t}; up to $p_t$ = {easy_p_t} it is divided by at most {most}. Focal loss "
        "does not turn the loss of hard examples up; it turns that of easy ones down. The "
        "gradient, which moves the weights, behaves differently: choose *Gradient* and look at "
        "$p_t$ = {hard_p_t}, where it is {slope} of cross entropy’s."
    ).format(
        hard=percent(float(hard.factor)),
        hard_p_t=HARD,
        most=number(float(easy.loss_reduction)),
        easy_p_t=number(paper.WELL_CLASSIFIED.value),
        slope=percent(1 / float(hard.slope_reduction)),
    )
