"""Many classes, few of them frequent: what weight a class gets, and what share it then has."""

from dataclasses import dataclass

import numpy as np

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_between, check_whole
from focal_core.probability import logit
from focal_core.related import class_balanced_weight
from focal_core.special import expit


@dataclass(frozen=True)
class LongTail:
    """Classes whose counts fall by one factor from each to the next, and get harder with it.

    classes: 2 or more. most: examples of the most frequent class. imbalance: how many times as
    many as of the rarest, 1 or more. Counts are rounded down. easy, hard: p_t in the most frequent
    and in the rarest class, evenly spaced logits between, ends of 0 to 1 excluded. ValueError
    outside these ranges. The defaults are the counts of long-tailed CIFAR-10: Cui et al. 2019.
    """

    classes: int = 10
    most: int = 5_000
    imbalance: float = 100.0
    easy: float = 0.9
    hard: float = 0.5

    def __post_init__(self) -> None:
        check_whole("classes", self.classes, 2)
        check_whole("most", self.most, 1)
        check_between("imbalance", self.imbalance, 1, self.most)
        check_between("easy", self.easy, 0, 1, ends=False)
        check_between("hard", self.hard, 0, 1, ends=False)

    @property
    def counts(self) -> Floats:
        """Examples of each class, shape (classes,)."""
        falling = self.imbalance ** (-np.arange(self.classes) / (self.classes - 1))
        return np.floor(self.most * falling + 1e-9)

    @property
    def p_t(self) -> Floats:
        """What an example's true class gets, shape (classes,)."""
        return np.asarray(expit(self._logits))

    @property
    def _logits(self) -> Floats:
        return np.linspace(logit(self.easy), logit(self.hard), self.classes)

    def shares(self, loss: FocalLoss, weights: Floats | None = None) -> Floats:
        """Each class's part of the total loss, shape (classes,), adding up to 1.

        weights: one for each class; None for none. The softmax form sees p_t alone, so the binary
        loss of a positive is its loss.
        """
        total = self.counts * loss.value(self._logits, 1)
        weighted = total if weights is None else weights * total
        return np.asarray(weighted / weighted.sum())

    def by_frequency(self) -> Floats:
        """One over each count, in units of the most frequent class's weight."""
        return np.asarray(self.counts[0] / self.counts)

    def by_effective_number(self, beta: float = 0.999) -> Floats:
        """One over each effective number, in the same units. Cui et al., CVPR 2019."""
        each = np.array([class_balanced_weight(float(n), beta) for n in self.counts])
        return np.asarray(each / each[0])

    def balancing(self, loss: FocalLoss) -> Floats:
        """The weights that give every class one share at this loss, in the same units."""
        shares = self.shares(loss)
        return np.asarray(shares[0] / shares)
