"""What a detector answers to a scene: which locations make the loss, at any gamma and alpha.

A scene has 311,040 outputs: too many to ship for every model and step. What ships is how many
outputs of each kind lie at each logit, from which shares of the loss follow, and for every
location (a cell of 4 pixels) how its loss compares with the mean location's at a few gammas.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focal_core.binary import FocalLoss
from focal_core.budget import CumulativeShare
from focal_core.checks import Floats
from focal_core.population import Examples, Population
from focal_core.training.assignment import PER_CELL
from focal_core.training.kept import load, save
from focal_core.training.scene import (
    CELLS,
    KINDS,
    LEFT_OUT,
    LOOK_ALIKE,
    NEAR,
    OBJECT,
    PLAIN,
    SEEDS,
    Roles,
)
from focal_core.training.slug import slug

FOLDER = Path(__file__).parent.parent / "data" / "scenes"
STEPS = (0, 20, 50, 100, 200, 500)
"""After how many steps of training a model was looked at."""

LARGEST, WIDTH = 60.0, 0.0125
EDGES = np.linspace(-LARGEST, LARGEST, round(2 * LARGEST / WIDTH) + 1)
HARDNESS = (EDGES[1:] + EDGES[:-1]) / 2
"""The middle of each bin: the logit of the wrong answer, −60 (easy) to 60 (hard)."""

NODES = np.array([0.0, 0.5, 1.0, 2.0, 3.5, 5.0])
FINENESS, FAINTEST = 0.08, -80  # of a location's logarithm of loss over mean, and its lowest step
LOGIT_STEP = 0.1  # of a location's hardest output

OTHER_OUTPUTS, OWN_OUTPUT = OBJECT, OBJECT + 1  # rows of the counts: outputs of positive anchors


@dataclass(frozen=True)
class Paid:
    """What each kind pays, in nats: plain and hard background, and objects with all outputs."""

    plain: float
    look_alikes: float
    near: float
    objects: float

    @property
    def hard(self) -> float:
        """Background that is not plain: distractors, and what lies near an object."""
        return self.look_alikes + self.near

    @property
    def total(self) -> float:
        """Everything that counts."""
        return self.plain + self.hard + self.objects

    @property
    def shares(self) -> tuple[float, float, float]:
        """Of plain background, hard background and objects; they add up to 1."""
        return self.plain / self.total, self.hard / self.total, self.objects / self.total


@dataclass(frozen=True, eq=False)
class ScoredScene:
    """One scene as one model answers it.

    counts: how many outputs have each hardness, (5, 9600): a row for each of KINDS with what should
    answer 0, and one for what should answer 1. cells: steps of FINENESS of the logarithm of a
    location's loss over the mean location's, at each of NODES, (6, 96, 96). hardest: the logit of
    each location's hardest output, in steps of LOGIT_STEP, (96, 96).
    """

    counts: NDArray[np.int32]
    cells: NDArray[np.int8]
    hardest: NDArray[np.int8]

    def paid(self, loss: FocalLoss) -> Paid:
        """What each kind pays under a loss, alpha included."""
        each = loss.value(HARDNESS, 0), loss.value(-HARDNESS, 1)
        sums = [float(self.counts[row] @ each[row == OWN_OUTPUT]) for row in range(OWN_OUTPUT + 1)]
        objects = sums[OTHER_OUTPUTS] + sums[OWN_OUTPUT]
        return Paid(sums[PLAIN], sums[LOOK_ALIKE], sums[NEAR], objects)

    def population(self) -> Population:
        """All outputs as negatives and positives."""
        negatives = self.counts[:OWN_OUTPUT].sum(axis=0)
        positives = self.counts[OWN_OUTPUT]
        return Population(
            _examples(HARDNESS, negatives),
            _examples(-HARDNESS[::-1], positives[::-1]),
        )

    def times_the_mean(self, gamma: float) -> Floats:
        """Each location's loss over the mean location's, (96, 96); gamma 0 to 5.

        Between the recorded gammas the logarithm is interpolated.
        """
        at = float(np.interp(gamma, NODES, np.arange(len(NODES))))
        low = min(int(at), len(NODES) - 2)
        steps = self.cells[low] + (at - low) * (self.cells[low + 1].astype(float) - self.cells[low])
        times = np.where(steps <= FAINTEST, 0.0, np.exp(FINENESS * steps))
        return np.asarray(times / times.mean())

    def hardest_p_t(self) -> Floats:
        """The smallest probability that a location gives to a truth, (96, 96), 0 to 1."""
        # Not SciPy's expit: the app's first picture would wait for it to load.
        return np.asarray(1 / (1 + np.exp(LOGIT_STEP * self.hardest.astype(float))))

    def hardest_first(self, loss: FocalLoss) -> CumulativeShare:
        """All outputs from the hardest on: what part of the loss each part of them carries."""
        each = loss.value(HARDNESS, 0), loss.value(-HARDNESS, 1)
        wrong, own = self.counts[:OWN_OUTPUT].sum(axis=0), self.counts[OWN_OUTPUT]
        count = wrong + own
        mean = np.divide(wrong * each[0] + own * each[1], count, where=count > 0, out=0 * each[0])
        share = CumulativeShare.of(mean[::-1], count[::-1].astype(float))
        assert share is not None  # noqa: S101 - every output has a loss above 0
        return share

    def kinds_by_rank(self, edges: Floats) -> Floats:
        """Of the outputs between two ranks, what part is of each of KINDS, (4, n).

        edges: parts of all outputs from the hardest on, rising from 0 to 1, (n + 1,).
        """
        by_kind = self.counts[: len(KINDS)].copy()
        by_kind[OBJECT] += self.counts[OWN_OUTPUT]
        ranked = by_kind[:, ::-1].cumsum(axis=1)
        so_far = np.concatenate(([0.0], ranked.sum(axis=0) / ranked[:, -1].sum()))
        sums = [np.interp(edges, so_far, np.concatenate(([0], row))) for row in ranked]
        between = np.diff(sums, axis=1)
        return np.asarray(between / between.sum(axis=0))


def summarise(logits: Floats, targets: NDArray[np.bool_], roles: Roles) -> ScoredScene:
    """What ships of a scene's outputs. logits, targets: (103680, 3)."""
    wrong = np.where(targets, -logits, logits).astype(float)
    kinds = np.broadcast_to(roles.kinds[:, np.newaxis], wrong.shape)
    groups = [~targets & (kinds == kind) for kind in KINDS] + [targets]
    inside = np.clip(wrong, EDGES[0], EDGES[-1])
    counts = [np.histogram(inside[group], EDGES)[0] for group in groups]
    kept = (roles.kinds != LEFT_OUT)[:, np.newaxis]
    hardest = np.where(kept, wrong, -np.inf).max(axis=1)
    return ScoredScene(
        np.array(counts, np.int32),
        np.array([_steps(wrong, kept, gamma) for gamma in NODES]),
        _whole(np.maximum(*_levels(hardest, np.max)) / LOGIT_STEP, -127),
    )


def losses_of_locations(wrong: Floats, kept: NDArray[np.bool_], gamma: float) -> Floats:
    """Each location's loss, (96, 96): its nine anchors and a quarter of the coarse cell over it.

    wrong: the logit of each output's wrong answer, (103680, 3); kept: which anchors count.
    """
    each = FocalLoss(gamma).value(wrong, 0) * kept
    fine, coarse = _levels(each.sum(axis=1), np.sum)
    return np.asarray(fine + coarse / 4)


def _steps(wrong: Floats, kept: NDArray[np.bool_], gamma: float) -> NDArray[np.int8]:
    losses = losses_of_locations(wrong, kept, gamma)
    with np.errstate(divide="ignore"):
        return _whole(np.log(losses / losses.mean()) / FINENESS, FAINTEST)


def _whole(values: Floats, lowest: int) -> NDArray[np.int8]:
    return np.clip(np.round(values), lowest, 127).astype(np.int8)


def _levels(values: Floats, gather: Any) -> tuple[Floats, Floats]:
    """Gathered over the nine anchors of a cell: the fine level, and the coarse one laid over it."""
    split = PER_CELL * CELLS**2
    fine = gather(values[:split].reshape(CELLS, CELLS, PER_CELL), axis=2)
    coarse = gather(values[split:].reshape(CELLS // 2, CELLS // 2, PER_CELL), axis=2)
    return fine, np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)


def _examples(logits: Floats, counts: NDArray[np.int32]) -> Examples:
    there = counts > 0
    return Examples(logits[there], counts[there].astype(float))


@dataclass(frozen=True)
class SceneScores:
    """The outputs of a recorded scene, as a population.

    name: of a recorded model; step: one of STEPS; seed: one of SEEDS. Each logit stands for those
    within 0.007 of it.
    """

    name: str
    step: int = STEPS[-1]
    seed: int = SEEDS[0]

    def population(self) -> Population:
        """Outputs that count in the loss; KeyError if not recorded."""
        return scored_scene(self.name, self.step, self.seed).population()


def scored_scene(name: str, step: int = STEPS[-1], seed: int = SEEDS[0]) -> ScoredScene:
    """A recorded scene; KeyError for a model, step or seed that was not recorded."""
    scenes = _load(FOLDER / f"{slug(name)}.npz")[1]
    return scenes[step, seed]


def facts(name: str) -> dict[str, Any]:
    """How a model was trained, and its shares in float64, by step and seed, at a few gammas."""
    return _load(FOLDER / f"{slug(name)}.npz")[0]


def save_scenes(
    path: Path, said: Mapping[str, Any], scenes: Mapping[tuple[int, int], ScoredScene]
) -> None:
    """All scenes of one model in one file."""
    arrays = {
        field: np.array([getattr(each, field) for each in scenes.values()])
        for field in ("counts", "cells", "hardest")
    }
    cells = np.diff(arrays["cells"], axis=1, prepend=np.int8(0))  # packs better
    path.parent.mkdir(parents=True, exist_ok=True)
    save(path, said, {"places": np.array(list(scenes)), **arrays, "cells": cells})


@lru_cache(maxsize=4)
def _load(path: Path) -> tuple[dict[str, Any], dict[tuple[int, int], ScoredScene]]:
    if not path.exists():
        raise KeyError(path.stem)
    said, kept = load(path)
    cells = kept["cells"].cumsum(axis=1, dtype=np.int8)
    each = zip(kept["places"].tolist(), kept["counts"], cells, kept["hardest"], strict=True)
    return said, {(step, seed): ScoredScene(*arrays) for (step, seed), *arrays in each}
