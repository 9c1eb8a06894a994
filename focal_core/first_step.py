"""The loss before the first step of training: every location answers the prior probability pi."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from focal_core.binary import FocalLoss
from focal_core.budget import Budget, budget
from focal_core.checks import Floats, check_between, check_numbers, check_unit
from focal_core.population import EqualScores
from focal_core.probability import logit

UNTRAINED = 0.5
"""What every anchor predicts where no bias is set: sigmoid(0)."""


class Normaliser(Enum):
    """What the summed loss is divided by."""

    POSITIVES = "positives"  # as the paper does, at least 1
    LOCATIONS = "locations"  # the plain mean
    NOTHING = "nothing"  # the sum


@dataclass(frozen=True)
class FirstStep:
    """A detector whose last layer starts at the bias b, so that it answers pi everywhere.

    prior: pi, between 0 and 1, ends excluded. negatives, positives: locations of each class.
    Raises ValueError outside these ranges. Lin et al. 2017, sections 3.3 and 4.1.
    """

    prior: float = 0.01
    negatives: int = 100_000
    positives: int = 100

    def __post_init__(self) -> None:
        check_between("prior", self.prior, 0, 1, ends=False)
        EqualScores(self.negatives, self.positives)  # its checks of the counts

    @property
    def bias(self) -> float:
        """The bias b = -ln((1 - pi) / pi) of the last layer."""
        return float(logit(self.prior))

    @property
    def scores(self) -> EqualScores:
        """The population at that moment."""
        return EqualScores(self.negatives, self.positives, 1 - self.prior, self.prior)

    def paid(self, loss: FocalLoss) -> Budget:
        """What each class pays, summed."""
        return budget(self.scores.population(), loss)

    def divisor(self, normaliser: Normaliser) -> float:
        """The number of positives (1 if there is none), of locations, or 1."""
        counts = {
            Normaliser.POSITIVES: self.positives,
            Normaliser.LOCATIONS: self.negatives + self.positives,
            Normaliser.NOTHING: 1,
        }
        return float(max(counts[normaliser], 1))

    def paid_at(self, priors: ArrayLike, loss: FocalLoss) -> tuple[Floats, Floats]:
        """What negatives and positives would pay if the detector started at each of the priors."""
        logits = logit(check_unit("priors", priors))
        return self.negatives * loss.value(logits, 0), self.positives * loss.value(logits, 1)

    def reported(self, loss: FocalLoss, normaliser: Normaliser) -> float:
        """The loss as a training log would print it."""
        return self.paid(loss).total / self.divisor(normaliser)

    def share_of_no(self, classes: ArrayLike, loss: FocalLoss) -> Floats:
        """What part of the first loss the outputs make up that should say no, a sigmoid a class.

            no / (no + P loss(b, 1)),    no = (N K + P (K - 1)) loss(b, 0)

        with K classes, N negatives, P positives and the bias b: a negative says no K times, a
        positive once less. classes: K, 1 or more, else ValueError. From 0 to 1, of the shape of
        classes; NaN where no output has a loss. Lin et al. 2017, section 4.
        """
        counts = check_numbers("classes", classes)
        if not np.all(counts >= 1):
            raise ValueError(f"classes must be at least 1, got {counts.min():g}")
        yes, no = (float(loss.value(self.bias, target)) for target in (1, 0))
        said_no = no * (self.negatives * counts + self.positives * (counts - 1))
        with np.errstate(invalid="ignore"):  # 0 / 0
            return np.asarray(said_no / (said_no + self.positives * yes))
