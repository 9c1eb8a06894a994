"""The first step: the first loss and background's share of it, over all priors."""

from functools import lru_cache

import numpy as np

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, Payment, budget, by_loss, by_slope
from focal_core.checks import Floats
from focal_core.first_step import FirstStep, Normaliser
from focal_ui.controls import knobs
from focal_ui.figures import first_step as figures
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number

PRIORS = sorted({*np.geomspace(1e-4, 0.5, 53).tolist(), *knobs.PRIOR.options.values()})
LOWEST = 0.01  # loss per foreground anchor, at the bottom of the picture


def loss_by_prior(start: FirstStep, loss: FocalLoss, normaliser: Normaliser) -> Exhibit:
    """The first loss as a training log would print it."""
    divisor = start.divisor(normaliser)
    before, after = (np.add(*_paid(each)) / divisor for each in (CROSS_ENTROPY, loss))
    lowest = LOWEST * start.positives / divisor
    divided_by = _divided_by(start, normaliser)
    now = PRIORS.index(start.prior)
    return figures.loss_by_prior(PRIORS, (before, after), now, divided_by, lowest)


def share_by_prior(start: FirstStep, loss: FocalLoss) -> Exhibit:
    """Background's share of the first loss."""
    now = PRIORS.index(start.prior)
    return figures.share_by_prior(PRIORS, _shares(loss), _pulls(start, loss), now)


def paid_at(prior: float, loss: FocalLoss, pays: Payment = by_loss) -> Budget:
    """What both classes pay at one prior: the weights only multiply it."""
    paid = _unweighted_at(prior, loss.gamma, pays)
    if loss.alpha is None:
        return paid
    return Budget((1 - loss.alpha) * paid.negatives, loss.alpha * paid.positives)


def _divided_by(start: FirstStep, normaliser: Normaliser) -> str:
    names = {
        Normaliser.POSITIVES: _("Divided by the {n} foreground anchors"),
        Normaliser.LOCATIONS: _("Divided by all {n} anchors"),
        Normaliser.NOTHING: _("Divided by nothing"),
    }
    return names[normaliser].format(n=number(start.divisor(normaliser)))


def _shares(loss: FocalLoss) -> tuple[Floats, Floats]:
    """Background's share of the loss at each prior, under cross entropy and under focal loss."""
    (before, first), (after, second) = _paid(CROSS_ENTROPY), _paid(loss)
    return before / (before + first), after / (after + second)


def _pulls(start: FirstStep, loss: FocalLoss) -> list[float | None]:
    """Background's share of the summed absolute gradients, under cross entropy and focal loss."""
    both = (paid_at(start.prior, each, by_slope) for each in (CROSS_ENTROPY, loss))
    return [each.negative_share for each in both]


def _paid(loss: FocalLoss) -> tuple[Floats, Floats]:
    """What background and foreground pay at each prior."""
    background, foreground = _unweighted(loss.gamma)
    if loss.alpha is None:
        return background, foreground
    return (1 - loss.alpha) * background, loss.alpha * foreground


@lru_cache(maxsize=1_024)
def _unweighted_at(prior: float, gamma: float, pays: Payment) -> Budget:
    return budget(FirstStep(prior).scores.population(), FocalLoss(gamma), pays)


@lru_cache(maxsize=64)
def _unweighted(gamma: float) -> tuple[Floats, Floats]:
    return FirstStep().paid_at(PRIORS, FocalLoss(gamma))
