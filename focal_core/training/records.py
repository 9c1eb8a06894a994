"""What a training run tells while it runs: one frozen record after another."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Singles: TypeAlias = NDArray[np.float32]

EASIEST = 0.9
"""The part of the background that is called easy."""


class Ending(Enum):
    """Why a run is over."""

    FINISHED = "finished"
    CANCELLED = "cancelled"
    NOT_FINITE = "loss not finite"  # a result, not an accident


@dataclass(frozen=True)
class Step:
    """One batch. Losses are summed over it and divided by its expected number of positives.

    step: counted from 1. background_share: part of the class loss that target-0 outputs carry.
    easy_share: part of the background's loss that its easiest 90 % carry. Both NaN without a loss.
    gradient_norm: of all parameters together. seconds: what the step took.
    """

    step: int
    class_loss: float
    box_loss: float
    background_share: float
    easy_share: float
    gradient_norm: float
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class Probe:
    """The class loss on fixed training images after `step` steps, and where its gradient is from.

    The norms are those of the gradient of all parameters, of the loss of: all positives, the
    easiest 90 % of the background, the hardest 10 % of it. They do not add up: the gradients
    partly cancel.
    """

    step: int
    background_share: float
    easy_share: float
    positives_gradient: float
    easy_gradient: float
    hard_gradient: float

    @property
    def easy_to_positives(self) -> float:
        """The easy background's gradient by that of the positives; NaN if these have none."""
        if not self.positives_gradient > 0:
            return float("nan")
        return self.easy_gradient / self.positives_gradient


@dataclass(frozen=True, eq=False)
class Detections:
    """Boxes in one image, best first.

    boxes: x0, y0, x1, y1 in pixels, (n, 4). scores, classes: (n,).
    """

    boxes: Singles
    scores: Singles
    classes: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How good the model is after `step` steps.

    split: "validation" or "test" (once, at the end). ap: mean over the classes of the average
    precision at IoU 0.5. watched: the best boxes in the images that are looked at.
    """

    step: int
    split: str
    ap: float
    watched: tuple[Detections, ...] = ()


@dataclass(frozen=True)
class Ended:
    """The last record of every run. step: how many steps were made."""

    step: int
    ending: Ending


Record: TypeAlias = Step | Probe | Evaluation | Ended


_KINDS = {kind.__name__: kind for kind in (Step, Probe, Evaluation, Ended)}


def as_line(record: Record) -> str:
    """A record as one line of JSON; boxes that are looked at stay behind."""
    kept = {name: value for name, value in vars(record).items() if name != "watched"}
    if isinstance(record, Ended):
        kept["ending"] = record.ending.value
    return json.dumps({"kind": type(record).__name__} | kept)


def from_line(line: str) -> Record:
    """The inverse of `as_line`."""
    kept = json.loads(line)
    kind = kept.pop("kind")
    if "ending" in kept:
        kept["ending"] = Ending(kept["ending"])
    record: Record = _KINDS[kind](**kept)
    return record
