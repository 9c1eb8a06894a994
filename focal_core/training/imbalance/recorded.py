"""What the runs on images of four sizes showed. Torch is not needed to look at it.

What it can and cannot say: docs/imbalance.md.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import fmean
from typing import Any

from focal_core.training.images import CLASSES
from focal_core.training.imbalance.jobs import best_setting, runs_of
from focal_core.training.imbalance.plan import LOSSES, SIDES, Setting
from focal_core.training.recorded import Difference, spread

FOLDER = Path(__file__).parents[2] / "data" / "imbalance"


@dataclass(frozen=True)
class Point:
    """A loss on images of one size.

    aps: on the test images by seed, 0 to 1; a run that broke off found nothing. broke_off: how many
    did. setting: what tuning chose. seconds_a_step: of the run's machine, median over the runs.
    gradient_ratios: by the step that was looked at, the gradient of the easiest 90 % of the
    background by that of the objects, norms by the parameters, mean over the seeds; no step at
    which objects have no gradient.
    """

    loss: str
    setting: Setting
    aps: Mapping[int, float]
    broke_off: int
    seconds_a_step: float
    gradient_ratios: Mapping[int, float]

    @property
    def mean(self) -> float:
        """AP over the seeds."""
        return fmean(self.aps.values())

    @property
    def sd(self) -> float:
        """Its sample standard deviation; 0 with one seed."""
        return spread(list(self.aps.values()))


@dataclass(frozen=True)
class Size:
    """All losses on images of one size.

    side: pixels. anchors: of an image. per_positive: outputs to each positive one. points: by loss.
    """

    side: int
    anchors: int
    per_positive: float
    points: Mapping[str, Point]

    @property
    def seeds(self) -> int:
        """How many seeds every loss has."""
        return min(len(point.aps) for point in self.points.values())

    def by_seed(self, first: str, second: str) -> dict[int, float]:
        """AP of the first minus AP of the second for each seed that both have."""
        one, other = self.points[first].aps, self.points[second].aps
        return {seed: one[seed] - other[seed] for seed in sorted(one.keys() & other.keys())}

    def difference(self, first: str, second: str) -> Difference:
        """How much better the first is, seed by seed."""
        apart = list(self.by_seed(first, second).values())
        wins = sum(each > 0 for each in apart)
        return Difference(first, second, fmean(apart), spread(apart), wins, len(apart))


@dataclass(frozen=True, eq=False)
class Study:
    """What there is. sizes: those that every loss was run on, by size. records: by file."""

    sizes: tuple[Size, ...]
    records: Mapping[str, Mapping[str, Any]]

    def of(self, side: int, loss: str) -> list[Mapping[str, Any]]:
        """The records of a loss on images of one size, by seed."""
        jobs = runs_of(loss, side, done_of(self.records))
        return [self.records[job.file] for job in jobs if job.file in self.records]


@lru_cache(maxsize=2)
def study(folder: Path = FOLDER) -> Study:
    """Everything that was recorded; no size where nothing was."""
    records = records_in(folder)
    sizes = (_size(side, records) for side in SIDES)
    return Study(tuple(size for size in sizes if size), records)


def is_clear(difference: Difference) -> bool:
    """As written down before: all seeds on one side, the mean beyond two standard errors."""
    one_sided = difference.wins in (0, difference.seeds)
    error = difference.sd / difference.seeds**0.5
    return difference.seeds > 1 and one_sided and abs(difference.mean) > 2 * error


def records_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Every run by its file."""
    return {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }


def done_of(records: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """What `jobs` asks for: AP of each run, of a tuning run on the validation images."""
    return {file: _ap(record) for file, record in records.items()}


def _ap(record: Mapping[str, Any]) -> float:
    if record["ending"] != "finished":
        return 0.0
    return float(record["validation"][-1][1] if record["tuning"] else record["test_ap"])


def _size(side: int, records: Mapping[str, Mapping[str, Any]]) -> Size | None:
    done = done_of(records)
    points = {loss: _point(loss, side, records, done) for loss in LOSSES}
    found = {loss: point for loss, point in points.items() if point}
    if len(found) < len(LOSSES):
        return None
    any_run = next(each for each in records.values() if each["setting"]["side"] == side)
    anchors = any_run["outputs"] // len(CLASSES)
    return Size(side, anchors, any_run["outputs"] / any_run["positives"], found)


def _point(
    loss: str, side: int, records: Mapping[str, Mapping[str, Any]], done: Mapping[str, float]
) -> Point | None:
    setting = best_setting(loss, side, done)
    runs = [job for job in runs_of(loss, side, done) if job.file in records]
    if setting is None or not runs:
        return None
    kept = [records[job.file] for job in runs]
    return Point(
        loss,
        setting,
        {job.seed: done[job.file] for job in runs},
        sum(each["ending"] != "finished" for each in kept),
        sorted(each["seconds_a_step"] or 0.0 for each in kept)[len(kept) // 2],
        _gradient_ratios(kept),
    )


def _gradient_ratios(runs: Sequence[Mapping[str, Any]]) -> dict[int, float]:
    ratios: dict[int, list[float]] = {}
    for probes in (run["probes"] for run in runs):
        gradients = probes["easy_gradient"], probes["positives_gradient"]
        for step, easy, objects in zip(probes["step"], *gradients, strict=True):
            if objects:
                ratios.setdefault(step, []).append(easy / objects)
    return {step: fmean(each) for step, each in ratios.items()}
