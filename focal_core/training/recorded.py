"""The runs that ship, with their spread over seeds. Torch is not needed to look at them.

What they can and cannot say: small images (48 pixels, one object each), 500 steps of 16 images,
Adam, box loss added with weight 1, one positive output to about two thousand negatives. After 500
steps no configuration has learned all that it can, so a lead may be speed alone; the longer runs
in LONG_FOLDER tell. Each learning rate was chosen with three seeds of its own on 300 validation
images; OHEM's number of anchors was not tuned. Seeds change the initial
weights and the order of the images; the 2,000 training and 500 test images stay the same, so the
spread over seeds leaves out the spread over data.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache, reduce
from pathlib import Path
from statistics import fmean, stdev

import numpy as np

from focal_core.checks import Floats
from focal_core.population import Population
from focal_core.training.config import CONFIGURATIONS, RunConfig
from focal_core.training.kept import load
from focal_core.training.records import Ending, Probe
from focal_core.training.showcase import Showcase, load_showcase
from focal_core.training.slug import slug

FOLDER = Path(__file__).parent.parent / "data" / "runs"
LONG_FOLDER = FOLDER.with_name("runs_long")
STEP_FIELDS = (
    "step",
    "class_loss",
    "box_loss",
    "background_share",
    "easy_share",
    "gradient_norm",
    "learning_rate",
)
PROBED = (*(field.name for field in fields(Probe)), "easy_to_positives")
SHOWCASE = "showcase-"


@dataclass(frozen=True)
class Trial:
    """One learning rate, tried with a few seeds of its own.

    aps: on the validation images, one a seed; 0 where the run broke off. steps: of each run.
    versions: of what computed it.
    """

    name: str
    learning_rate: float
    seeds: tuple[int, ...]
    aps: tuple[float, ...]
    steps: int
    versions: Mapping[str, str]

    @property
    def mean(self) -> float:
        """AP over the seeds, 0 to 1."""
        return fmean(self.aps)

    @property
    def sd(self) -> float:
        """Its sample standard deviation."""
        return spread(self.aps)


def load_trials(folder: Path, name: str) -> tuple[Trial, ...]:
    """All trials of a configuration, by rising rate."""
    paths = folder.glob(f"tuning-{slug(name)}-*.json")
    kept = (json.loads(path.read_text()) for path in paths)
    trials = (
        Trial(**each | {"seeds": tuple(each["seeds"]), "aps": tuple(each["aps"])}) for each in kept
    )
    return tuple(sorted((t for t in trials if t.name == name), key=lambda t: t.learning_rate))


def best_trial(trials: tuple[Trial, ...]) -> Trial:
    """The one with the largest mean, the lower rate of equals; ValueError without a trial."""
    return max(trials, key=lambda trial: (trial.mean, -trial.learning_rate))


def best_rate(trials: tuple[Trial, ...]) -> float:
    """Its rate."""
    return best_trial(trials).learning_rate


@dataclass(frozen=True, eq=False)
class RecordedRun:
    """One run of the detector as it was.

    steps: how many were made; test_ap: None if the run broke off. versions: of what computed it.
    curves: each field of `Step` but the seconds, every fifth step, (k,). validation: rows of step
    and AP, (k, 2).
    """

    name: str
    config: RunConfig
    ending: Ending
    steps: int
    test_ap: float | None
    versions: Mapping[str, str]
    curves: Mapping[str, Floats]
    probes: tuple[Probe, ...]
    validation: Floats

    @property
    def score(self) -> float:
        """AP on the test images, 0 to 1; a run that broke off found nothing."""
        return 0.0 if self.test_ap is None else self.test_ap

    def curve(self, field: str) -> tuple[Floats, Floats]:
        """Steps and values of a field of `Step`, of `Probe`, or of "validation_ap".

        KeyError for another name.
        """
        if field in self.curves:
            return self.curves["step"], self.curves[field]
        if field == "validation_ap":
            return self.validation[:, 0], self.validation[:, 1]
        if field not in PROBED:
            raise KeyError(field)
        return (
            np.array([probe.step for probe in self.probes], dtype=float),
            np.array([getattr(probe, field) for probe in self.probes]),
        )


@dataclass(frozen=True, eq=False)
class Band:
    """A field over the steps that all seeds recorded; each array (k,). sd: sample, over seeds."""

    steps: Floats
    mean: Floats
    low: Floats
    high: Floats
    sd: Floats
    seeds: int


@dataclass(frozen=True)
class Result:
    """A configuration's AP on the test images over its seeds; sd: sample standard deviation.

    broke_off: how many runs ended before their last step; they count as 0.
    """

    name: str
    mean: float
    sd: float
    low: float
    high: float
    seeds: int
    broke_off: int
    learning_rate: float


@dataclass(frozen=True)
class Difference:
    """AP of the first minus AP of the second, paired by seed; sd: sample standard deviation."""

    first: str
    second: str
    mean: float
    sd: float
    wins: int
    seeds: int

    @property
    def is_clear(self) -> bool:
        """Whether it is more than one standard deviation away from nothing."""
        return abs(self.mean) > self.sd


@dataclass(frozen=True, eq=False)
class Recording:
    """All that was recorded. names: the configurations, in the order in which they are compared."""

    names: tuple[str, ...]
    runs: tuple[RecordedRun, ...]
    trials: tuple[Trial, ...]
    showcases: tuple[Showcase, ...]

    def of(self, name: str) -> tuple[RecordedRun, ...]:
        """The runs of a configuration by seed; KeyError if there is none."""
        runs = tuple(run for run in self.runs if run.name == name)
        if not runs:
            raise KeyError(name)
        return runs

    def best_cross_entropy(self) -> str:
        """The configuration of highest mean that trains on everybody with gamma 0."""
        plain = [
            row
            for row in self.table()
            if CONFIGURATIONS[row.name].loss.gamma == 0 and CONFIGURATIONS[row.name].hardest is None
        ]
        return max(plain, key=lambda row: row.mean).name

    def trials_of(self, name: str) -> tuple[Trial, ...]:
        """How a configuration's learning rate was chosen."""
        return tuple(trial for trial in self.trials if trial.name == name)

    def showcase(self, name: str) -> Showcase:
        """A trained model seen from all sides; KeyError if it was not kept."""
        return {each.name: each for each in self.showcases}[name]

    def band(self, name: str, field: str) -> Band:
        """Mean and spread over seeds of what `RecordedRun.curve` gives."""
        curves = [run.curve(field) for run in self.of(name)]
        steps = reduce(np.intersect1d, [steps for steps, _values in curves])
        each = np.array([values[np.isin(of, steps)] for of, values in curves], dtype=float)
        return Band(
            steps,
            each.mean(axis=0),
            each.min(axis=0),
            each.max(axis=0),
            each.std(axis=0, ddof=1) if len(each) > 1 else np.zeros(len(steps)),
            len(each),
        )

    def table(self) -> tuple[Result, ...]:
        """The result of every configuration."""
        return tuple(self._result(name) for name in self.names)

    def difference(self, first: str, second: str) -> Difference:
        """How much better the first is, seed by seed."""
        scores = {run.config.seed: run.score for run in self.of(second)}
        apart = [
            run.score - scores[run.config.seed]
            for run in self.of(first)
            if run.config.seed in scores
        ]
        wins = sum(each > 0 for each in apart)
        return Difference(first, second, fmean(apart), spread(apart), wins, len(apart))

    def _result(self, name: str) -> Result:
        runs = self.of(name)
        scores = [run.score for run in runs]
        return Result(
            name,
            fmean(scores),
            spread(scores),
            min(scores),
            max(scores),
            len(runs),
            sum(run.ending is not Ending.FINISHED for run in runs),
            runs[0].config.learning_rate,
        )


@dataclass(frozen=True)
class TrainedScores:
    """What a recorded detector answers to the test images, as a population.

    name: a configuration whose model was kept. Each logit stands for those within an eighth of it,
    which moves a class's loss by less than 2 % up to gamma 2.
    """

    name: str

    def population(self) -> Population:
        """Outputs that count in the loss (one for each anchor and class); KeyError if not kept."""
        return recording().showcase(self.name).histogram.population()


@lru_cache(maxsize=2)
def recording(folder: Path = FOLDER) -> Recording:
    """Everything in FOLDER or LONG_FOLDER; configurations without a run are left out."""
    files = sorted(folder.glob("*.npz"))
    runs = [_load_run(path) for path in files if not path.name.startswith(SHOWCASE)]
    names = tuple(name for name in CONFIGURATIONS if any(run.name == name for run in runs))
    return Recording(
        names,
        tuple(sorted(runs, key=lambda run: (run.name, run.config.seed))),
        tuple(trial for name in names for trial in load_trials(folder, name)),
        tuple(_load_showcase(path) for path in files if path.name.startswith(SHOWCASE)),
    )


def _load_run(path: Path) -> RecordedRun:
    facts, arrays = load(path)
    rows = arrays["step"]
    return RecordedRun(
        name=facts["name"],
        config=RunConfig.from_dict(facts["config"]),
        ending=Ending(facts["ending"]),
        steps=facts["steps"],
        test_ap=facts["test_ap"],
        versions=facts["versions"],
        curves={field: rows[:, place] for place, field in enumerate(STEP_FIELDS)},
        probes=tuple(Probe(int(row[0]), *map(float, row[1:])) for row in arrays["probe"]),
        validation=arrays["validation"],
    )


def _load_showcase(path: Path) -> Showcase:
    facts, arrays = load(path)
    return load_showcase(facts["name"], CONFIGURATIONS[facts["name"]].loss, arrays)


def spread(values: Sequence[float]) -> float:
    """Sample standard deviation; 0 of a single value."""
    return stdev(values) if len(values) > 1 else 0.0
