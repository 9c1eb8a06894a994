"""Who pays: totals of loss or of slope by class, and where both classes pay alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_between, check_numbers
from focal_core.population import Examples, Population, Recipe
from focal_core.probability import logit
from focal_core.special import root

LARGEST_BREAK_EVEN_GAMMA = 10.0

Payment: TypeAlias = Callable[[FocalLoss, ArrayLike, ArrayLike], Floats]
"""What one example pays: `by_loss` or `by_slope`."""


def by_loss(loss: FocalLoss, logits: ArrayLike, targets: ArrayLike) -> Floats:
    """An example pays its loss, in nats."""
    return loss.value(logits, targets)


def by_slope(loss: FocalLoss, logits: ArrayLike, targets: ArrayLike) -> Floats:
    """An example pays the absolute slope by its logit: what the optimiser feels."""
    return np.abs(loss.gradient(logits, targets))


@dataclass(frozen=True)
class Budget:
    """What all negatives and all positives pay."""

    negatives: float
    positives: float

    @property
    def total(self) -> float:
        """Both classes together."""
        return self.negatives + self.positives

    @property
    def negative_share(self) -> float | None:
        """The negatives' part of the total, 0 to 1; None where nobody pays."""
        return self.negatives / self.total if self.total > 0 else None

    def weighted(self, alpha: float) -> "Budget":
        """What they pay once positives weigh alpha and negatives 1 - alpha, 0 to 1."""
        check_between("alpha", alpha, 0, 1)
        return Budget((1 - alpha) * self.negatives, alpha * self.positives)


def budget(population: Population, loss: FocalLoss, pays: Payment = by_loss) -> Budget:
    """Sum over every example of each class."""
    return Budget(
        negatives=_sum(population.negatives, 0, loss, pays),
        positives=_sum(population.positives, 1, loss, pays),
    )


@lru_cache(maxsize=32)
def negative_share_by_gamma(
    recipe: Recipe, gammas: tuple[float, ...], alpha: float | None = None, pays: Payment = by_loss
) -> tuple[float | None, ...]:
    """The negatives' share at each gamma; the most recent curves are kept, as all visitors ask."""
    population = recipe.population()
    return tuple(
        budget(population, FocalLoss(gamma, alpha), pays).negative_share for gamma in gammas
    )


def negative_share_map(
    recipe: Recipe, gammas: tuple[float, ...], alphas: ArrayLike, pays: Payment = by_loss
) -> Floats:
    """The negatives' share at each (alpha, gamma), shape (alphas, gammas).

    Both weights only scale their class, so one sum per gamma serves every alpha. NaN where
    nobody pays.
    """
    unweighted = negative_share_by_gamma(recipe, gammas, None, pays)
    share = np.array([np.nan if s is None else s for s in unweighted])
    alpha = check_numbers("alphas", alphas)[:, np.newaxis]
    negatives, positives = (1 - alpha) * share, alpha * (1 - share)
    with np.errstate(invalid="ignore"):
        return np.asarray(negatives / (negatives + positives))


def break_even_gamma(population: Population, pays: Payment = by_loss) -> float | None:
    """The smallest gamma, 0 to 10, at which both classes pay alike; None if there is none."""
    return gamma_for_share(population, 0.5, pays)


@lru_cache(maxsize=16)
def gamma_for_share(population: Population, share: float, pays: Payment = by_loss) -> float | None:
    """The smallest gamma, 0 to 10, at which negatives carry `share`; None if there is none.

    share: between 0 and 1, ends excluded, else ValueError.
    """
    check_between("share", share, 0, 1, ends=False)

    def lead(gamma: float) -> float:
        carried = budget(population, FocalLoss(gamma), pays).negative_share
        return np.nan if carried is None else carried - share

    if _somebody_is_missing(population):
        return None
    return _first_root(lead, np.linspace(0, LARGEST_BREAK_EVEN_GAMMA, 21))


def break_even_negatives(population: Population, loss: FocalLoss) -> float | None:
    """How many negatives of this kind pay as much loss as all positives; None if they pay none."""
    paid = budget(population, loss)
    if not paid.negatives > 0:
        return None
    return population.negatives.count * paid.positives / paid.negatives


def negatives_per_positive(negative_p_t: float, positive_p_t: float, loss: FocalLoss) -> float:
    """How many negatives at one p_t cost as much as one positive at the other.

    negative_p_t, positive_p_t: between 0 and 1, ends excluded, else ValueError.
    """
    check_between("negative_p_t", negative_p_t, 0, 1, ends=False)
    check_between("positive_p_t", positive_p_t, 0, 1, ends=False)
    positive, negative = loss.value([logit(positive_p_t), -logit(negative_p_t)], [1, 0])
    return float(positive / negative) if negative > 0 else np.inf


def balancing_alpha(
    population: Population, loss: FocalLoss, pays: Payment = by_loss
) -> float | None:
    """The alpha that lets both classes pay alike at this loss's gamma; None if nobody pays."""
    return budget(population, replace(loss, alpha=None), pays).negative_share


def inverse_frequency_alpha(population: Population) -> float | None:
    """The negatives' part of all examples: the weight of positives by inverse class frequency."""
    return Budget(population.negatives.count, population.positives.count).negative_share


@dataclass(frozen=True, eq=False)
class CumulativeShare:
    """What part of the payment the hardest part of the examples carries; both rise from 0 to 1."""

    examples: Floats
    payment: Floats

    @classmethod
    def of(cls, hardest_first: Floats, counts: Floats) -> "CumulativeShare | None":
        """From what each example pays and how often it counts, (n,) both; None if nobody pays."""
        paid, seen = np.cumsum(hardest_first * counts), np.cumsum(counts)
        if paid.size == 0 or not paid[-1] > 0:
            return None
        return cls(_from_zero(seen / seen[-1]), _from_zero(paid / paid[-1]))

    def of_hardest(self, fraction: float) -> float:
        """Share of the payment that the hardest `fraction` (0 to 1) of the examples carries."""
        check_between("fraction", fraction, 0, 1)
        return float(np.interp(fraction, self.examples, self.payment))


def cumulative_share(
    examples: Examples, target: int, loss: FocalLoss, pays: Payment = by_loss
) -> CumulativeShare | None:
    """Examples of one class from the hardest (largest payment) on; None where nobody pays.

    target: 0 for negatives, 1 for positives. The shape of Lin et al. 2017, figure 4.
    """
    each = pays(loss, examples.logits, target)
    hardest_first = np.argsort(-each, kind="stable")
    return CumulativeShare.of(each[hardest_first], examples.counts[hardest_first])


@lru_cache(maxsize=256)
def hardest_share(recipe: Recipe, loss: FocalLoss, fraction: float) -> float | None:
    """What part of the negatives' loss the hardest `fraction` (0 to 1) of them carries.

    None where nobody pays. Sorting 100,000 losses is slow and a class asks the same, so answers
    are kept.
    """
    curve = cumulative_share(recipe.population().negatives, 0, loss)
    return None if curve is None else curve.of_hardest(fraction)


def _sum(examples: Examples, target: int, loss: FocalLoss, pays: Payment) -> float:
    return float(np.sum(pays(loss, examples.logits, target) * examples.counts))


def _somebody_is_missing(population: Population) -> bool:
    return population.negatives.count == 0 or population.positives.count == 0


def _first_root(function: Callable[[float], float], grid: Floats) -> float | None:
    """The root in the first cell of the grid that shows a change of sign."""
    at_low = function(grid[0])
    for low, high in pairwise(grid):
        at_high = function(high)
        if at_low * at_high <= 0:
            return root(function, low, high, within=1e-12)
        at_low = at_high
    return None


def _from_zero(shares: Floats) -> Floats:
    return np.concatenate(([0.0], shares))
