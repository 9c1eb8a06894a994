"""Class weights: background's share under alpha and gamma, and what alpha is for."""

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import balancing_alpha, by_slope
from focal_core.population import SIMPLE
from focal_ui.exhibits import class_weights as exhibits
from focal_ui.words import _, ap_points, kept, number, percent, short


def headline(loss: FocalLoss) -> str:
    """Background's share of the loss."""
    return headline_words().format(
        gamma=short(loss.gamma),
        alpha=short(loss.alpha or 0.0),
        value=percent(exhibits.background_share(loss)),
    )


def headline_words() -> str:
    """The same with its values in braces: the map fills them in while its point is held."""
    return _("With α = {alpha} and γ = {gamma}, background makes up **{value}** of the loss")


def explanation(loss: FocalLoss) -> str:
    """What alpha does beside gamma, which alphas balance what, and the price of it."""
    by_loss, at_zero, slope, unweighted = _balancing(loss.gamma)
    robust = [row for row in paper.TABLE_1B.rows if row.gamma >= paper.ROBUST_GAMMAS.low]
    return _(
        "α multiplies the loss of every object, 1 − α that of all background, easy or hard alike. "
        "The numbers are those of a thought experiment, *Easy background*. Without α background "
        "makes up {unweighted} at this γ; α below 0.5 raises its share, α above 0.5 lowers it. "
        "Both classes make up half at α = **{by_loss}**. At γ = 0 that takes {at_zero}: the more γ "
        "reduces the loss of easy background, the less is left for α to do. Equal *gradients*, "
        "which move the weights of the model, take {by_slope}. The paper’s α = {papers:g} balances "
        "neither: it was found by trying values of α and γ together. With the best α for each γ, γ "
        "from {first:g} to {last:g} gave {low} to {high} AP (average precision, the quality of "
        "detections). α has a price: it moves the decision threshold. For the best possible model "
        "trained with α = {alpha:g}, a predicted 0.5 means a true probability of **{posterior}** "
        "(1 − α), whatever γ is."
    ).format(
        unweighted=unweighted,
        by_loss=by_loss,
        at_zero=at_zero,
        by_slope=slope,
        papers=paper.ALPHA.value,
        first=paper.ROBUST_GAMMAS.low,
        last=paper.ROBUST_GAMMAS.high,
        low=ap_points(min(row.ap for row in robust) / 100),
        high=ap_points(max(row.ap for row in robust) / 100),
        alpha=loss.alpha,
        posterior=number(1 - (loss.alpha or 0.0)),
    )


@kept(maxsize=256)
def _balancing(gamma: float) -> tuple[str, str, str, str]:
    """Balancing alphas in words, with and without focusing, and the share without weights."""
    population, loss = SIMPLE.population(), FocalLoss(gamma)
    return (
        number(balancing_alpha(population, loss)),
        number(balancing_alpha(population, CROSS_ENTROPY)),
        number(balancing_alpha(population, loss, by_slope)),
        percent(exhibits.unweighted(gamma).negative_share),
    )
