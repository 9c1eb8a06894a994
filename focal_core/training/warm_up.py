"""The recorded warm-up: rare points in a plane, told apart with two losses at three rates.

One positive to a thousand negatives on two half-circles (see `points`), five seeds a loss and
rate; a seed changes the points too. All three rates are kept: with another rate another loss
leads. Torch is not needed to look at it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import Floats
from focal_core.optimum import posterior
from focal_core.special import expit
from focal_core.training.config import PAPERS_LOSS
from focal_core.training.recorded import Difference

FILE = Path(__file__).parents[1] / "data" / "warm_up.npz"
LOSSES: dict[str, FocalLoss] = {"CE": CROSS_ENTROPY, "FL": PAPERS_LOSS}
RATES = (0.003, 0.01, 0.03)
SEEDS = range(5)
SIDE = np.linspace(-3, 3, 49)
EDGES = np.array([0, 0.001, 0.01, 0.05, *np.arange(1, 11) / 10])
FEWEST = 30  # measured points in a bin, else nothing is said of it
LOGIT_STEP, LOGIT_LIMIT = 0.15, 127


@dataclass(frozen=True, eq=False)
class Bins:
    """Mean score and frequency of positives in bins of the score, (13,); NaN where few fell."""

    scores: Floats
    frequencies: Floats


@dataclass(frozen=True, eq=False)
class WarmUp:
    """What was recorded; the first two axes are losses and rates as in LOSSES and RATES.

    ap: average precision after training, by seed, (2, 3, 5). ceiling: that of the distance to the
    arcs. logits: the first seed's over the square, row by row from below, (2, 3, 49, 49).
    scores, frequencies, back_scores, back_frequencies: all seeds' bins, and those of the scores
    after the way back to probabilities, (2, 3, 13). facts: configuration, seeds and versions.
    """

    ap: Floats
    ceiling: float
    logits: Floats
    scores: Floats
    frequencies: Floats
    back_scores: Floats
    back_frequencies: Floats
    facts: Mapping[str, Any]

    def of(self, loss: str, rate: float) -> Floats:
        """AP of each seed."""
        return np.asarray(self.ap[_place(loss, rate)])

    def map_of(self, loss: str, rate: float) -> Floats:
        """The first seed's scores over the square, (49, 49)."""
        return np.asarray(expit(self.logits[_place(loss, rate)]))

    def bins(self, loss: str, rate: float, *, back: bool = False) -> Bins:
        """How often a score was right."""
        at = _place(loss, rate)
        if back:
            return Bins(self.back_scores[at], self.back_frequencies[at])
        return Bins(self.scores[at], self.frequencies[at])

    def lead(self, rate: float) -> Difference:
        """AP of FL minus AP of CE, paired by seed."""
        apart = [float(each) for each in self.of("FL", rate) - self.of("CE", rate)]
        wins = sum(each > 0 for each in apart)
        return Difference("FL", "CE", fmean(apart), stdev(apart), wins, len(apart))


@lru_cache(maxsize=1)
def warm_up(file: Path = FILE) -> WarmUp:
    """The recording that ships."""
    with np.load(file, allow_pickle=False) as kept:
        facts = json.loads(str(kept["facts"]))
        arrays = {key: kept[key].astype(float) for key in kept.files if key != "facts"}
    arrays["logits"] = arrays["logits"] * LOGIT_STEP
    return WarmUp(**arrays | {"ceiling": float(arrays["ceiling"])}, facts=facts)


def binned(scores: Floats, targets: Floats, weights: Floats) -> Bins:
    """Weighted means of scores and targets in the bins."""
    place = np.clip(np.digitize(scores, EDGES) - 1, 0, len(EDGES) - 2)

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(place, values, minlength=len(EDGES) - 1), dtype=float)

    many = total(np.ones_like(weights)) >= FEWEST
    counts = np.where(many, total(weights), np.nan)
    return Bins(total(scores * weights) / counts, total(targets * weights) / counts)


def binned_back(scores: Floats, targets: Floats, weights: Floats, loss: FocalLoss) -> Bins:
    """The same after the way back to probabilities."""
    return binned(np.asarray(posterior(scores, loss)), targets, weights)


def as_steps(logits: Floats) -> NDArray[np.int8]:
    """Logits as they are kept."""
    steps = np.round(logits / LOGIT_STEP)
    return np.clip(steps, -LOGIT_LIMIT, LOGIT_LIMIT).astype(np.int8)


def _place(loss: str, rate: float) -> tuple[int, int]:
    return list(LOSSES).index(loss), RATES.index(rate)
