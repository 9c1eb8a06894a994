"""Wrong labels: what part of the pull on the model they take."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_between, check_whole
from focal_core.probability import logit


@dataclass(frozen=True)
class Pull:
    """Parts of the summed absolute slope; they add up to 1 (all 0 where nobody pulls)."""

    wrong_labels: float
    right_negatives: float
    positives: float


@dataclass(frozen=True)
class NoisyLabels:
    """Background that a model has learned well, a part of it with the wrong label, and objects.

    noise: part of the negatives' labels that is wrong, 0 to 1. negatives, positives: counts.
    learned_p_t: what a right label's example gets; a wrong label's gets 1 minus that.
    positive_p_t: what objects get. Both between 0 and 1, ends excluded. ValueError otherwise.
    """

    noise: float = 0.01
    negatives: int = 100_000
    positives: int = 100
    learned_p_t: float = 0.99
    positive_p_t: float = 0.5

    def __post_init__(self) -> None:
        check_between("noise", self.noise, 0, 1)
        check_whole("negatives", self.negatives, 0)
        check_whole("positives", self.positives, 0)
        check_between("learned_p_t", self.learned_p_t, 0, 1, ends=False)
        check_between("positive_p_t", self.positive_p_t, 0, 1, ends=False)

    @classmethod
    def unlabelled(cls, missed: float) -> "NoisyLabels":
        """Background among which so many objects without a label stand for every 100 labelled.

        noise = missed / 100 * positives / negatives. missed: 0 or more, and no more objects than
        there is background (100,000 for every 100), else ValueError.
        """
        plain = cls()
        most = 100 * plain.negatives / plain.positives
        check_between("missed", missed, 0, most)
        return replace(plain, noise=missed / 100 * plain.positives / plain.negatives)

    @property
    def counts(self) -> Floats:
        """Wrong labels, right negatives, positives."""
        wrong = self.noise * self.negatives
        return np.array([wrong, self.negatives - wrong, self.positives])

    def pull(self, loss: FocalLoss) -> Pull:
        """Who pulls, by absolute slope: wrong labels, rightly labelled negatives, positives."""
        return self.pull_at([self.noise], loss)[0]

    def pull_at(self, noises: Sequence[float], loss: FocalLoss) -> list[Pull]:
        """The same if these parts of the negatives' labels were wrong."""
        p_t = np.array([1 - self.learned_p_t, self.learned_p_t, self.positive_p_t])
        targets = np.array([0, 0, 1])
        logits = np.where(targets == 1, logit(p_t), -logit(p_t))
        counts = np.array([replace(self, noise=noise).counts for noise in noises])
        pulls = np.abs(loss.gradient(logits, targets)) * counts
        totals = pulls.sum(axis=1, keepdims=True)
        shares = np.divide(pulls, totals, out=np.zeros_like(pulls), where=totals > 0)
        return [Pull(*row) for row in shares.tolist()]
