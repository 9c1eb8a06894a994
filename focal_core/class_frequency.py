"""Rules that know how many examples a class has: class-balanced weights and logit adjustment.

Written as weights on cross entropy, like the rules of `sampling`, so that they compare.
"""

import math
from dataclasses import dataclass

import numpy as np

from focal_core.binary import CROSS_ENTROPY
from focal_core.checks import Floats, check_between
from focal_core.population import Examples, Population
from focal_core.related import class_balanced_weight
from focal_core.sampling import Weights, over_cross_entropy


@dataclass(frozen=True)
class ClassBalanced:
    """One weight a class, by its effective number of examples. Cui et al., CVPR 2019.

    beta: 0 (every class alike) to below 1 (towards one over its frequency), else ValueError.
    """

    beta: float = 0.999

    def __post_init__(self) -> None:
        check_between("beta", self.beta, 0, 1 - 1e-15)

    def weights(self, population: Population) -> Weights:
        """(1 - beta) / (1 - beta**n), scaled so that both classes' weights add up to 2."""
        examples = (population.negatives, population.positives)
        each = [class_balanced_weight(max(e.count, 1.0), self.beta) for e in examples]
        negatives, positives = (
            np.full(e.logits.shape, 2 * weight / sum(each))
            for e, weight in zip(examples, each, strict=True)
        )
        return Weights(negatives, positives)


@dataclass(frozen=True)
class LogitAdjustment:
    """Cross entropy of the logit plus tau times the log odds of an object. Menon et al., ICLR 2021.

    With two classes their softmax is one sigmoid, and the adjustment one number: the best model's
    own logit is then 0 where an object is as likely as its frequency, which is the best decision
    for the balanced error. tau: 0 (cross entropy) or more, else ValueError.
    """

    tau: float = 1.0

    def __post_init__(self) -> None:
        check_between("tau", self.tau, 0)

    def weights(self, population: Population) -> Weights:
        """Adjusted loss divided by cross entropy; 1 where a class is absent and has no odds."""
        negatives, positives = population.negatives, population.positives
        if not (negatives.count > 0 and positives.count > 0):
            return Weights(np.ones_like(negatives.logits), np.ones_like(positives.logits))
        shift = self.tau * math.log(positives.count / negatives.count)
        return Weights(_shifted(negatives, 0, shift), _shifted(positives, 1, shift))


def _shifted(examples: Examples, target: int, shift: float) -> Floats:
    shifted = CROSS_ENTROPY.value(examples.logits + shift, target)
    return over_cross_entropy(shifted, examples, target)
