"""Who is scored: a named set of negatives and positives, each a group of logits with counts.

A million equal examples are one logit with the count 1,000,000, so they cost one evaluation.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from focal_core.checks import Floats, check_between
from focal_core.probability import logit

LARGEST_COUNT = 10_000_000


@dataclass(frozen=True, eq=False)
class Examples:
    """Examples of one class: logits of shape (n,) and how many examples have each, shape (n,)."""

    logits: Floats
    counts: Floats

    @property
    def count(self) -> float:
        """How many examples there are."""
        return float(self.counts.sum())


@dataclass(frozen=True, eq=False)
class Population:
    """The negatives (background) and positives (objects) that one loss is summed over."""

    negatives: Examples
    positives: Examples


class Recipe(Hashable, Protocol):
    """A hashable description from which the same population can be made again."""

    def population(self) -> Population:
        """Make it."""


@dataclass(frozen=True)
class EqualScores:
    """Every negative scores alike, and so does every positive.

    negatives, positives: how many of each, 0 to 10,000,000.
    negative_p_t, positive_p_t: probability given to the truth, between 0 and 1 (ends excluded).
    Raises ValueError outside these ranges.
    """

    negatives: int = 100_000
    positives: int = 100
    negative_p_t: float = 0.9
    positive_p_t: float = 0.1

    def __post_init__(self) -> None:
        _check_counts(self.negatives, self.positives)
        check_between("negative_p_t", self.negative_p_t, 0, 1, ends=False)
        check_between("positive_p_t", self.positive_p_t, 0, 1, ends=False)

    def population(self) -> Population:
        """One logit a class."""
        return Population(
            negatives=_alike(-logit(self.negative_p_t), self.negatives),
            positives=_alike(logit(self.positive_p_t), self.positives),
        )


@dataclass(frozen=True)
class SpreadScores:
    """Logits of each class follow a normal distribution, drawn once from a fixed seed.

    negatives, positives: how many are drawn, 0 to 10,000,000 (negatives first).
    *_mean, *_spread: mean and standard deviation of the logits; the spread is 0 or more.
    seed: of `numpy.random.default_rng`. Raises ValueError outside these ranges.
    """

    negatives: int = 100_000
    positives: int = 100
    negative_mean: float = -5.0
    negative_spread: float = 2.0
    positive_mean: float = 0.0
    positive_spread: float = 2.0
    seed: int = 0

    def __post_init__(self) -> None:
        _check_counts(self.negatives, self.positives)
        check_between("negative_mean", self.negative_mean, -1e3, 1e3)
        check_between("positive_mean", self.positive_mean, -1e3, 1e3)
        check_between("negative_spread", self.negative_spread, 0)
        check_between("positive_spread", self.positive_spread, 0)

    def population(self) -> Population:
        """The draw; the few most recent ones are kept."""
        return _draw(self)


def _check_counts(negatives: int, positives: int) -> None:
    """ValueError unless both counts lie between 0 and 10,000,000."""
    check_between("negatives", negatives, 0, LARGEST_COUNT)
    check_between("positives", positives, 0, LARGEST_COUNT)


def _alike(logit_of_each: Floats, count: int) -> Examples:
    return Examples(logits=np.array([logit_of_each]), counts=np.array([float(count)]))


@lru_cache(maxsize=4)
def _draw(recipe: SpreadScores) -> Population:
    rng = np.random.default_rng(recipe.seed)
    negatives = rng.normal(recipe.negative_mean, recipe.negative_spread, recipe.negatives)
    positives = rng.normal(recipe.positive_mean, recipe.positive_spread, recipe.positives)
    return Population(_each_once(negatives), _each_once(positives))


def _each_once(logits: Floats) -> Examples:
    logits.flags.writeable = False  # shared by every visitor
    return Examples(logits=logits, counts=np.broadcast_to(1.0, logits.shape))


SIMPLE = EqualScores()
VERY_EASY = EqualScores(negative_p_t=0.99)
SPREAD = SpreadScores()
BALANCED = EqualScores(negatives=100, positives=100)
STUBBORN = EqualScores(negatives=10_000, negative_p_t=0.8, positives=10, positive_p_t=0.2)
