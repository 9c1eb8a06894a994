"""What is said of the loss of a visitor's own scores, and whether focal loss would change much."""

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.budget import Budget
from focal_core.scores import HARDEST_PART, Verdict, verdict
from focal_ui.own_scores.brought import Brought
from focal_ui.words import _, number, percent


def headline(brought: Brought, loss: FocalLoss) -> str:
    """Background's share of the loss."""
    share = brought.background_share(loss)
    if share is None:
        words = _("At γ = {gamma:g}, background’s share of the loss is **{share}**")
    elif brought.scores is None:
        words = _("At γ = {gamma:g}, background makes up **{share}** of the example’s loss")
    else:
        words = _("At γ = {gamma:g}, background makes up **{share}** of your scores’ loss")
    return words.format(gamma=loss.gamma, share=percent(share))


def explanation(brought: Brought, loss: FocalLoss) -> str:
    """Would focal loss help, and what gamma and alpha would balance the classes."""
    if not brought.shown.both:
        return _(
            "Only one class is present, so shares, break-even γ and balancing α are not defined. "
            "Totals, the histogram and the hardest rows are."
        )
    sums, tie = brought.sums_at(loss.gamma), brought.break_even_gamma(loss.alpha)
    advice = _advice(brought)
    even = (
        _("There is no break-even γ from 0 to 10, at which both classes make up half of the loss.")
        if tie is None
        else _("At the break-even γ = **{gamma}** both classes make up half of the loss.").format(
            gamma=number(tie)
        )
    )
    return advice + _(
        "{even} At γ = {gamma:g} the balancing α, which gives both classes half, is **{alpha}**. "
        "Background makes up **{slope}** of the gradient by the logit, which moves the weights. "
        "The hardest {part:.0%} of the background makes up {hard} of background’s focal loss. **"
        "The rows with the largest loss are either hard or wrongly labelled: inspect them before "
        "you raise γ.**"
    ).format(
        even=even,
        gamma=loss.gamma,
        alpha=number(_balancing(sums.loss)),
        slope=percent(sums.weighted_slope(loss.alpha).negative_share),
        part=HARDEST_PART,
        hard=percent(sums.hardest_part),
    )


def _advice(brought: Brought) -> str:
    """Would focal loss change anything for these scores, and what to look at first."""
    plain, focal = (brought.sums_at(g).loss.negative_share for g in (0.0, paper.GAMMA.value))
    if plain is None or focal is None:
        return ""
    words = {
        Verdict.LITTLE_TO_FADE: _(
            "**Focal loss would change little here**: objects make up most of cross entropy "
            "already (background {plain}). Look at the hardest objects first. "
        ),
        Verdict.FADES: _(
            "**Focal loss would change much here**: background makes up {plain} of cross entropy, "
            "but {focal} of focal loss at γ = {gamma:g}, since most of it is easy. Train with each "
            "of the two, both with a prior, and compare. "
        ),
        Verdict.STAYS: _(
            "**γ alone would not help here**: background makes up {plain} of cross entropy and "
            "still {focal} of focal loss at γ = {gamma:g}, so much of it is hard. Look at its "
            "hardest rows first: some may be labelled wrongly. "
        ),
    }
    return words[verdict(plain, focal)].format(
        plain=percent(plain), focal=percent(focal), gamma=paper.GAMMA.value
    )


def _balancing(unweighted: Budget) -> float | None:
    """The class weight that gives both classes half: background's share without weights."""
    return unweighted.negative_share
