"""Scenarios: a named set of negatives and positives, each a group of logits with counts.

A million equal examples are one logit with the count 1,000,000, so they cost one evaluation.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from focal_core.checks import Floats, check_between, check_whole
from focal_core.probability import logit

LARGEST_COUNT = 10_000_000
LARGEST_DRAW = 100_000


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
        """One logit a class; the most recent ones are kept."""
        return _gather(self)


@dataclass(frozen=True)
class SpreadScores:
    """Logits of each class follow a normal distribution, drawn once from a fixed seed.

    negatives, positives: how many there are, 0 to 10,000,000. At most 100,000 of each are drawn
        (negatives first); beyond that each drawn logit stands for several examples.
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
        check_whole("seed", self.seed, 0)

    def population(self) -> Population:
        """The draw; the few most recent ones are kept."""
        return _draw(self)


def _check_counts(negatives: int, positives: int) -> None:
    """ValueError unless both counts lie between 0 and 10,000,000."""
    check_whole("negatives", negatives, 0, LARGEST_COUNT)
    check_whole("positives", positives, 0, LARGEST_COUNT)


def _alike(logit_of_each: Floats, count: int) -> Examples:
    return Examples(logits=np.array([logit_of_each]), counts=np.array([float(count)]))


@lru_cache(maxsize=64)
def _gather(recipe: EqualScores) -> Population:
    return Population(
        negatives=_alike(-logit(recipe.negative_p_t), recipe.negatives),
        positives=_alike(logit(recipe.positive_p_t), recipe.positives),
    )


@lru_cache(maxsize=4)
def _draw(recipe: SpreadScores) -> Population:
    rng = np.random.default_rng(int(recipe.seed))
    return Population(
        negatives=_drawn(rng, recipe.negative_mean, recipe.negative_spread, int(recipe.negatives)),
        positives=_drawn(rng, recipe.positive_mean, recipe.positive_spread, int(recipe.positives)),
    )


def _drawn(rng: np.random.Generator, mean: float, spread: float, count: int) -> Examples:
    logits = rng.normal(mean, spread, min(count, LARGEST_DRAW))
    logits.flags.writeable = False  # shared by every visitor
    return Examples(logits, counts=np.broadcast_to(count / max(logits.size, 1), logits.shape))


SIMPLE = EqualScores()
VERY_EASY = EqualScores(negative_p_t=0.99)
SPREAD = SpreadScores()
BALANCED = EqualScores(negatives=100, positives=100)
STUBBORN = EqualScores(negatives=10_000, negative_p_t=0.8, positives=10, positive_p_t=0.2)
