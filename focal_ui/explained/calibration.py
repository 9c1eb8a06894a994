"""Calibration: what the ideal model predicts, why, and what recalibrates it."""

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.optimum import posterior
from focal_core.related import repairing_temperature
from focal_ui.exhibits import calibration as exhibits
from focal_ui.words import _, kept, number, percent, sentences


def headline(loss: FocalLoss, truth: float) -> str:
    """The prediction at one true probability."""
    answer = exhibits.predicted(truth, loss)
    return _(
        "At γ = {gamma:g} the ideal model predicts **{answer}** where the true probability is "
        "{truth}"
    ).format(truth=percent(truth), answer=percent(answer), gamma=loss.gamma)


@kept(maxsize=256)
def explanation(loss: FocalLoss, supposed: float) -> str:
    """Why the ideal model predicts so. supposed: the true probability for which it is told."""
    return sentences(_why(loss, supposed), _what_a_half_means(loss.gamma))


def _why(loss: FocalLoss, supposed: float) -> str:
    if loss.gamma > 0:
        return _drawn_back(loss, supposed)
    if loss.alpha is not None:
        return _(
            "Without α cross entropy is *proper*: its expected loss is least where the model "
            "predicts the true probability. α moves that place: the ideal model’s odds are the "
            "true odds times α/(1 − α). Subtract the log odds of α from the logit to recalibrate."
        )
    return _(
        "Cross entropy is *proper*: its expected loss is least where the model predicts the "
        "true probability, so nothing has to be recalibrated. Move γ up: predictions draw back "
        "towards 0.5, and their order stays."
    )


def _drawn_back(loss: FocalLoss, supposed: float) -> str:
    """Focal loss: where the gradients of the many and of the few balance."""
    balance = _(
        "Focal loss is not *proper*: its expected loss is least somewhere else than at the true "
        "probability. Suppose that is {asked:.0%} and the model predicts as much. The many objects "
        "are then easy and count little; the few examples of background are hard and count much. "
        "So the prediction is drawn back, until each of the few has {times} times the gradient of "
        "each of the many and the two sums balance. The order of the scores is kept, and without "
        "α the decision at 0.5, too; the scores just are not probabilities. The exact inverse map "
        "recalibrates them, and so does, nearly, one number: multiply the logit by "
        "**{temperature}** at γ = {gamma:g}."
    ).format(
        asked=supposed,
        times=number(supposed / (1 - supposed)),
        temperature=number(repairing_temperature(loss.gamma)),
        gamma=loss.gamma,
    )
    if loss.alpha is None:
        return balance
    return sentences(balance, _("With α, subtract its log odds from that logit, too."))


def _what_a_half_means(gamma: float) -> str:
    """Of a prediction under a class weight; and that a trained model need not be the ideal one."""
    weighted = FocalLoss(gamma, paper.ALPHA.value)
    return _(
        "α shifts the threshold: with α = {alpha:g} a predicted 0.5 means {decision}, whatever γ "
        "is. All this holds for the ideal model. A deep net that overfits is far from it: it is "
        "too sure of itself, and focal loss with a suitable γ often leaves it better calibrated."
    ).format(alpha=paper.ALPHA.value, decision=percent(float(posterior(0.5, weighted))))
