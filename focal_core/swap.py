"""What happens when focal loss takes the place of cross entropy, and what common slips do to it.

Everything is a factor: 1 is as it should be, 10 is ten times too large, 0.1 ten times too small.
"""

from dataclasses import dataclass, replace

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, Payment, budget, by_slope
from focal_core.checks import check_between
from focal_core.first_step import UNTRAINED, FirstStep, Normaliser
from focal_core.noise import NoisyLabels
from focal_core.optimum import posterior
from focal_core.population import Population
from focal_core.probability import logit


def papers_alpha(gamma: float) -> float:
    """The class weight that the paper found best at the nearest gamma it trained.

    gamma: 0 or more, else ValueError. The smaller of two that lie equally near. Table 1b.
    """
    check_between("gamma", gamma, 0)
    return min(paper.TABLE_1B.rows, key=lambda row: abs(row.gamma - gamma)).alpha


def with_papers_alpha(gamma: float) -> FocalLoss:
    """Focal loss at this gamma as somebody would set it who has read table 1b."""
    return FocalLoss(gamma, papers_alpha(gamma))


@dataclass(frozen=True)
class Kept:
    """What is left of cross entropy's total: of both classes, and of the positives alone."""

    everything: float
    positives: float


def kept(population: Population, loss: FocalLoss, pays: Payment = by_slope) -> Kept:
    """Total under the loss divided by the total under cross entropy, which must not be 0."""
    before, after = (budget(population, each, pays) for each in (CROSS_ENTROPY, loss))
    return Kept(after.total / before.total, after.positives / before.positives)


def of_a_mean(start: FirstStep) -> float:
    """A mean over all locations in place of the sum divided by the positives."""
    return start.divisor(Normaliser.POSITIVES) / start.divisor(Normaliser.LOCATIONS)


def without_prior(start: FirstStep, loss: FocalLoss) -> float:
    """The first loss if every location answers 0.5, against the first loss at the prior."""
    return replace(start, prior=UNTRAINED).paid(loss).total / start.paid(loss).total


def of_a_second_sigmoid(p: float, loss: FocalLoss) -> float:
    """The slope, by the logit, of a positive that gets probability p, if p is passed as a logit.

    The loss then takes sigmoid(p) for the probability, and its slope passes p (1 - p) on its way.
    p: between 0 and 1, ends excluded, else ValueError.
    """
    check_between("p", p, 0, 1, ends=False)
    twice = float(loss.gradient(p, 1)) * p * (1 - p)
    return twice / float(loss.gradient(logit(p), 1))


def of_swapped_alpha(loss: FocalLoss) -> float:
    """Weight of positives against negatives if each class gets the other's; without alpha 1.

    alpha: between 0 and 1, ends excluded, else ValueError.
    """
    if loss.alpha is None:
        return 1.0
    check_between("alpha", loss.alpha, 0, 1, ends=False)
    return ((1 - loss.alpha) / loss.alpha) ** 2


def of_a_kept_threshold(score: float, loss: FocalLoss) -> float:
    """True odds of a positive at this score, against the odds that the score says.

    score: between 0 and 1, ends excluded, else ValueError.
    """
    check_between("score", score, 0, 1, ends=False)
    true = float(posterior(score, loss))
    return true / (1 - true) * (1 - score) / score


def of_sampling(population: Population, ratio: float, loss: FocalLoss) -> float:
    """Pull of the negatives against the positives', if a sampler draws `ratio` negatives to each.

    Against cross entropy on all of them. The draw is by chance, as in detectors of two stages.
    ratio: above 0, else ValueError.
    """
    check_between("ratio", ratio, 0, ends=False)
    drawn = ratio * population.positives.count / population.negatives.count
    before, after = (budget(population, each, by_slope) for each in (CROSS_ENTROPY, loss))
    return drawn * _odds(after) / _odds(before)


def of_wrong_labels(labels: NoisyLabels, loss: FocalLoss) -> float:
    """The share of the slope that wrong labels take, against their share under cross entropy."""
    return labels.pull(loss).wrong_labels / labels.pull(CROSS_ENTROPY).wrong_labels


def _odds(paid: Budget) -> float:
    return paid.negatives / paid.positives
