"""Other ways to choose what counts, each as weights on cross entropy, so that they compare.

A weight says how many times an example's cross entropy counts: 1 leaves it, 0 drops it.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import Floats, check_between, check_unit, check_whole
from focal_core.population import Examples, Population
from focal_core.probability import logit
from focal_core.special import expit


@dataclass(frozen=True, eq=False)
class Weights:
    """One weight for each logit of the population: shapes of negatives.logits, positives.logits."""

    negatives: Floats
    positives: Floats


def over_cross_entropy(loss: Floats, examples: Examples, target: int) -> Floats:
    """The weight that a loss of each example implies; 0 where cross entropy is 0."""
    plain = CROSS_ENTROPY.value(examples.logits, target)
    return np.divide(loss, plain, out=np.zeros_like(plain), where=plain > 0)


class Rule(Hashable, Protocol):
    """A way to weigh the examples of a population."""

    def weights(self, population: Population) -> Weights:
        """Weigh them."""


@dataclass(frozen=True)
class ByLoss:
    """Every weight that a loss of one example implies: loss divided by cross entropy."""

    loss: FocalLoss

    def weights(self, population: Population) -> Weights:
        """(1 - p_t)**gamma, times alpha_t."""
        return Weights(
            _relative(self.loss, population.negatives, 0),
            _relative(self.loss, population.positives, 1),
        )


@dataclass(frozen=True)
class Bootstrapping:
    """Train on background that is taken for an object (p_t below 0.5), and on all objects.

    Sung & Poggio 1994, as Lin et al. 2017, section 1, name it.
    """

    def weights(self, population: Population) -> Weights:
        """1 for false positives and for all positives, else 0."""
        return Weights((population.negatives.logits > 0).astype(float), _ones(population.positives))


@dataclass(frozen=True)
class KeepHardest:
    """Online hard example mining: the `keep` examples of largest loss count, the rest is dropped.

    keep: 1 or more, else ValueError. Shrivastava et al., CVPR 2016 (here without suppression of
    overlapping boxes, which a set of scores does not have).
    """

    keep: int

    def __post_init__(self) -> None:
        check_whole("keep", self.keep, 1)

    def weights(self, population: Population) -> Weights:
        """1 for those kept; a group of equal examples that is kept in part gets the part."""
        examples = (population.negatives, population.positives)
        losses = np.concatenate([CROSS_ENTROPY.value(e.logits, y) for y, e in enumerate(examples)])
        counts = np.concatenate([e.counts for e in examples])
        kept = _kept(losses, counts, self.keep)
        return Weights(*np.split(kept, [len(examples[0].logits)]))


@dataclass(frozen=True)
class KeepRatio:
    """All positives, and the hardest negatives in a fixed ratio to them (SSD's 1:3).

    ratio: negatives to each positive, above 0, else ValueError. Liu et al., ECCV 2016.
    """

    ratio: float = 3.0

    def __post_init__(self) -> None:
        check_between("ratio", self.ratio, 0, ends=False)

    def weights(self, population: Population) -> Weights:
        """1 for positives and for the negatives kept."""
        negatives = population.negatives
        losses = CROSS_ENTROPY.value(negatives.logits, 0)
        kept = _kept(losses, negatives.counts, self.ratio * population.positives.count)
        return Weights(kept, _ones(population.positives))


@dataclass(frozen=True)
class HarmonizedGradient:
    """GHM-C: weight N / density of examples with a similar g = |p - y|; crowds fade, hard ones too.

    bins: of g between 0 and 1, 1 or more, else ValueError. Li et al., AAAI 2019.
    """

    bins: int = 10

    def __post_init__(self) -> None:
        check_whole("bins", self.bins, 1)

    def weights(self, population: Population) -> Weights:
        """N / (density x filled bins), so that the mean weight is 1."""
        examples = (population.negatives, population.positives)
        norms = [np.abs(CROSS_ENTROPY.gradient(e.logits, y)) for y, e in enumerate(examples)]
        counts = np.concatenate([e.counts for e in examples])
        bins = np.minimum((np.concatenate(norms) * self.bins).astype(int), self.bins - 1)
        filled = np.bincount(bins, weights=counts, minlength=self.bins)
        crowd = filled[bins]
        weights = counts.sum() / (np.maximum(crowd, 1) * np.count_nonzero(filled))
        return Weights(*np.split(weights, [len(examples[0].logits)]))


@dataclass(frozen=True)
class Asymmetric:
    """ASL: stronger focusing for negatives, and none at all below a margin of their probability.

    gamma_negative, gamma_positive: 0 or more; margin: 0 to below 1, else ValueError. The defaults
    are those of the authors' code. Ridnik et al., ICCV 2021.
    """

    gamma_negative: float = 4.0
    gamma_positive: float = 1.0
    margin: float = 0.05

    def __post_init__(self) -> None:
        check_between("gamma_negative", self.gamma_negative, 0)
        check_between("gamma_positive", self.gamma_positive, 0)
        check_between("margin", self.margin, 0, 1 - 1e-9)

    def weights(self, population: Population) -> Weights:
        """For negatives p_m**gamma ln(1 - p_m) / ln(1 - p), with p_m = max(p - margin, 0)."""
        logits = population.negatives.logits
        shifted = np.maximum(expit(logits) - self.margin, 0)
        loss = -(shifted**self.gamma_negative) * np.log1p(-shifted)
        negatives = over_cross_entropy(loss, population.negatives, 0)
        positives = _relative(FocalLoss(self.gamma_positive), population.positives, 1)
        return Weights(negatives, positives)


@dataclass(frozen=True)
class Listening:
    """Shares of the weighted loss: what a rule listens to. They add up to 1.

    hard_negatives: the hardest part of the negatives (by cross entropy); easy_negatives: the rest.
    """

    easy_negatives: float
    hard_negatives: float
    positives: float

    @property
    def negatives(self) -> float:
        """All negatives together."""
        return self.easy_negatives + self.hard_negatives


def listening(population: Population, rule: Rule, hardest: float = 0.01) -> Listening | None:
    """Who pays under the rule; hardest: the part of the negatives called hard, 0 to 1.

    None where nobody pays.
    """
    check_between("hardest", hardest, 0, 1)
    weights = rule.weights(population)
    negatives = population.negatives
    loss = CROSS_ENTROPY.value(negatives.logits, 0)
    hard = _kept(loss, negatives.counts, hardest * negatives.count)
    paid = weights.negatives * loss * negatives.counts
    positives = population.positives
    paid_by_positives = float(
        np.sum(weights.positives * CROSS_ENTROPY.value(positives.logits, 1) * positives.counts)
    )
    by_hard = float(np.sum(paid * hard))
    total = float(np.sum(paid)) + paid_by_positives
    if not total > 0:
        return None
    return Listening(
        (float(np.sum(paid)) - by_hard) / total, by_hard / total, paid_by_positives / total
    )


def weights_by_p_t(population: Population, rule: Rule, p_t: ArrayLike) -> Floats:
    """The weight that one more negative would get at each p_t, shape (n,) as p_t.

    It stands among the population and counts for nothing itself, so that rules which look at all
    examples judge it by those that are there. p_t: between 0 and 1, ends excluded, else ValueError.
    """
    of_more = -logit(check_unit("p_t", p_t, ends=False))
    seen = Examples(
        np.concatenate((of_more, population.negatives.logits)),
        np.concatenate((np.zeros(of_more.shape), population.negatives.counts)),
    )
    return rule.weights(Population(seen, population.positives)).negatives[: len(of_more)]


def _relative(loss: FocalLoss, examples: Examples, target: int) -> Floats:
    return over_cross_entropy(loss.value(examples.logits, target), examples, target)


def _ones(examples: Examples) -> Floats:
    return np.ones_like(examples.logits)


def _kept(losses: Floats, counts: Floats, keep: float) -> Floats:
    """The part of each group that lies among the `keep` examples of largest loss.

    Equal losses share what is left for them, whatever their class.
    """
    _losses, place = np.unique(-losses, return_inverse=True)
    together = np.bincount(place, counts, minlength=len(_losses))
    before = np.cumsum(together) - together
    return np.asarray(np.clip((keep - before) / np.maximum(together, 1e-300), 0, 1)[place])
