"""What makes up a recorded detector's class loss while it learns: background and objects.

Recorded at each of these steps: the shares of one training batch of 16 images, under the loss that
the detector is trained with. Step 1 is recorded before anything is learned.
"""

from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np

from focal_core.checks import Floats
from focal_core.training.recorded import recording, spread

STEPS = (1, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 400, 500)
"""Recorded steps, closer together where most happens."""


@dataclass(frozen=True)
class Split:
    """The parts of the class loss at one step: means over seeds, which add up to 1.

    easy: of the easiest 90 % of the background; hard: of the rest of it. The deviations are sample
    standard deviations over the seeds, of the easy part and of all background.
    """

    easy: float
    hard: float
    objects: float
    easy_sd: float
    background_sd: float

    @property
    def background(self) -> float:
        """Its share, easy and hard."""
        return self.easy + self.hard


@dataclass(frozen=True, eq=False)
class LossParts:
    """The parts of a configuration's class loss over the recorded steps.

    steps: counted from 1, (k,). shares: easy background, hard background, objects, for each seed
    and step, (3, seeds, k); 0 to 1.
    """

    name: str
    steps: Floats
    shares: Floats

    @property
    def seeds(self) -> int:
        """How many runs there are."""
        return len(self.shares[0])

    @property
    def easy(self) -> Floats:
        """Mean, lowest and highest of the easy part over the seeds, (3, k)."""
        each = self.shares[0]
        return np.array([each.mean(axis=0), each.min(axis=0), each.max(axis=0)])

    def at(self, step: int) -> Split:
        """The parts at a step; KeyError for one that was not recorded."""
        if step not in self.steps:
            raise KeyError(step)
        here = self.shares[:, :, int(np.searchsorted(self.steps, step))]
        easy, hard, objects = here.mean(axis=1).tolist()
        return Split(
            easy, hard, objects, spread(here[0].tolist()), spread((here[0] + here[1]).tolist())
        )

    def background_after(self, step: int) -> tuple[float, float]:
        """Lowest and highest mean share of background from this step on."""
        means = (self.shares[0] + self.shares[1]).mean(axis=0)[self.steps >= step]
        return float(means.min()), float(means.max())


@lru_cache(maxsize=16)
def loss_parts(name: str) -> LossParts:
    """Of a configuration that was recorded; KeyError for another one."""
    runs = recording().of(name)
    steps = reduce(np.intersect1d, [run.curves["step"] for run in runs])
    kept = [np.isin(run.curves["step"], steps) for run in runs]
    background, of_it = (
        np.array([run.curves[field][at] for run, at in zip(runs, kept, strict=True)], dtype=float)
        for field in ("background_share", "easy_share")
    )
    easy = np.where(background > 0, background * of_it, 0.0)  # a share of nothing is not a number
    return LossParts(name, steps, np.array([easy, background - easy, 1 - background]))
