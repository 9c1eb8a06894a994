"""What one trained model looks like: boxes while it learns, scores, who pays, calibration."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focal_core.binary import FocalLoss
from focal_core.budget import Budget, budget, cumulative_share
from focal_core.checks import Floats
from focal_core.optimum import posterior
from focal_core.population import Examples, Population
from focal_core.special import expit
from focal_core.training.assignment import IGNORED, POSITIVE, assign
from focal_core.training.images import CLASSES, Split
from focal_core.training.records import Detections, Evaluation

GAMMAS = (0.0, 0.5, 1.0, 2.0)
FRACTIONS = np.concatenate([[0.0], np.geomspace(1e-5, 0.05, 80), np.linspace(0.06, 1, 119)])
LOGIT_EDGES = np.linspace(-20, 15, 141)
SCORE_EDGES = np.array([0, 0.001, 0.01, 0.05, *np.arange(1, 11) / 10])


def scored(logits: Floats, split: Split) -> Population:
    """Outputs (n, 1620, 3) on a split as negatives and positives; ignored anchors are left out."""
    roles = assign(split.boxes)[..., np.newaxis]
    hot = (roles == POSITIVE) & (np.arange(len(CLASSES)) == split.classes[:, None, None])
    return Population(_examples(logits[(roles != IGNORED) & ~hot]), _examples(logits[hot]))


def _examples(logits: Floats) -> Examples:
    return Examples(logits.astype(float), np.ones(len(logits)))


@dataclass(frozen=True, eq=False)
class WhoPays:
    """Lin et al. 2017, figure 4, from one model's test scores: the same scores for each gamma.

    fractions: (200,) of the examples, hardest first. negatives, positives: (4, 200), the share of
    their class's loss that these carry. totals: (4, 2), loss of negatives and of positives.
    """

    gammas: tuple[float, ...]
    fractions: Floats
    negatives: Floats
    positives: Floats
    totals: Floats

    def budget(self, gamma: float) -> Budget:
        """What each class pays at this gamma, without alpha; ValueError if not recorded."""
        negatives, positives = self.totals[self.gammas.index(gamma)]
        return Budget(float(negatives), float(positives))


def who_pays(population: Population) -> WhoPays:
    """Recompute figure 4 from scored outputs."""
    losses = [FocalLoss(gamma) for gamma in GAMMAS]
    paid = [budget(population, loss) for loss in losses]
    return WhoPays(
        GAMMAS,
        FRACTIONS,
        np.array([_curve(population.negatives, 0, loss) for loss in losses]),
        np.array([_curve(population.positives, 1, loss) for loss in losses]),
        np.array([(each.negatives, each.positives) for each in paid]),
    )


def _curve(examples: Examples, target: int, loss: FocalLoss) -> Floats:
    share = cumulative_share(examples, target, loss)
    if share is None:
        return np.full(len(FRACTIONS), np.nan)
    return np.asarray(np.interp(FRACTIONS, share.examples, share.payment))


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many outputs have a logit between two edges, (n + 1,); the outer bins hold the rest."""

    edges: Floats
    negatives: NDArray[np.int64]
    positives: NDArray[np.int64]

    def population(self) -> Population:
        """The outputs again, each with the logit at the middle of its bin."""
        middles = (self.edges[1:] + self.edges[:-1]) / 2
        return Population(
            Examples(middles, self.negatives.astype(float)),
            Examples(middles, self.positives.astype(float)),
        )


def histogram(population: Population) -> Histogram:
    """Outputs of each class by logit."""
    return Histogram(LOGIT_EDGES, _count(population.negatives), _count(population.positives))


def _count(examples: Examples) -> NDArray[np.int64]:
    inside = np.clip(examples.logits, LOGIT_EDGES[0], LOGIT_EDGES[-1])
    return np.histogram(inside, LOGIT_EDGES)[0].astype(np.int64)


@dataclass(frozen=True, eq=False)
class Reliability:
    """Scores in bins: how many outputs, their mean score, and how many of them are objects.

    edges: (n + 1,); the others (n,), NaN where a bin is empty.
    """

    edges: Floats
    counts: NDArray[np.int64]
    mean_scores: Floats
    frequencies: Floats

    @property
    def calibration_error(self) -> float:
        """Mean gap of score and frequency over all outputs (ECE); mostly background's."""
        return self.calibration_error_from(0.0)

    def calibration_error_from(self, low: float) -> float:
        """The same over bins that start at `low` or above; NaN if all are empty."""
        kept = (self.counts > 0) & (self.edges[:-1] >= low)
        if not kept.any():
            return float("nan")
        gaps = np.abs(self.mean_scores - self.frequencies)[kept]
        return float(np.average(gaps, weights=self.counts[kept]))


def reliability(population: Population, way_back: FocalLoss | None = None) -> Reliability:
    """Bins of the scores, or of `posterior(score, way_back)`; an example counts as its count."""
    examples = (population.negatives, population.positives)
    weights = np.concatenate([each.counts for each in examples])
    logits = np.concatenate([population.negatives.logits, population.positives.logits])
    scores = expit(logits)
    if way_back is not None:
        scores = posterior(scores, way_back)
    hits = np.arange(len(scores)) >= len(population.negatives.logits)
    place = np.clip(np.digitize(scores, SCORE_EDGES) - 1, 0, len(SCORE_EDGES) - 2)

    def total(values: Floats) -> Floats:
        bins = np.bincount(place, weights * values, minlength=len(SCORE_EDGES) - 1)
        return np.asarray(bins, dtype=float)

    counts = total(np.ones_like(scores))
    with np.errstate(invalid="ignore"):
        return Reliability(
            SCORE_EDGES,
            counts.astype(np.int64),
            total(scores) / counts,
            total(hits.astype(float)) / counts,
        )


@dataclass(frozen=True)
class CalibrationErrors:
    """ECE over one set of outputs: of the scores as trained, and recalibrated. outputs: how many.

    NaN both where there are no outputs.
    """

    outputs: int
    before: float
    after: float


def calibration_errors(scores: Histogram, way_back: FocalLoss, low: float) -> CalibrationErrors:
    """Over the outputs whose recalibrated score is `low` or more, before and after alike.

    Scores are those of the bins' middles, 0.125 in logit from the true ones at most.
    """
    kept = _likely(scores.population(), way_back, low)
    before, after = reliability(kept), reliability(kept, way_back)
    outputs = int(before.counts.sum())
    return CalibrationErrors(outputs, before.calibration_error, after.calibration_error)


def _likely(population: Population, way_back: FocalLoss, low: float) -> Population:
    def part(examples: Examples) -> Examples:
        kept = posterior(expit(examples.logits), way_back) >= low
        return Examples(examples.logits[kept], examples.counts[kept])

    return Population(part(population.negatives), part(population.positives))


@dataclass(frozen=True, eq=False)
class Showcase:
    """One model, seen from all sides. All scores are of test images.

    images, boxes, classes: the images that are looked at and their objects, as in `Split`.
    frames: an evaluation with its watched boxes after so many steps, in order.
    """

    name: str
    loss: FocalLoss
    watched: Split
    frames: tuple[Evaluation, ...]
    who_pays: WhoPays
    histogram: Histogram
    before: Reliability
    after: Reliability


def save_showcase(showcase: Showcase) -> dict[str, NDArray[Any]]:
    """Arrays from which `load_showcase` makes it again."""
    pays, scores = showcase.who_pays, showcase.histogram
    kept: dict[str, NDArray[Any]] = {
        "images": showcase.watched.images,
        "boxes": showcase.watched.boxes,
        "classes": showcase.watched.classes.astype(np.int8),
        "frame_steps": np.array([frame.step for frame in showcase.frames], dtype=np.int32),
        "frame_aps": np.array([frame.ap for frame in showcase.frames], dtype=np.float32),
        "gammas": np.array(pays.gammas, dtype=np.float32),
        "fractions": pays.fractions.astype(np.float32),
        "negatives": pays.negatives.astype(np.float32),
        "positives": pays.positives.astype(np.float32),
        "totals": pays.totals.astype(np.float32),
        "logit_edges": scores.edges.astype(np.float32),
        "logit_negatives": scores.negatives.astype(np.int32),
        "logit_positives": scores.positives.astype(np.int32),
    }
    for field in ("boxes", "scores", "classes"):
        kept[f"frame_{field}"] = _stacked(showcase.frames, field)
    for name, bins in (("before", showcase.before), ("after", showcase.after)):
        kept[f"{name}_edges"] = bins.edges.astype(np.float32)
        kept[f"{name}_counts"] = bins.counts.astype(np.int32)
        kept[f"{name}_mean_scores"] = bins.mean_scores.astype(np.float32)
        kept[f"{name}_frequencies"] = bins.frequencies.astype(np.float32)
    return kept


def _stacked(frames: tuple[Evaluation, ...], field: str) -> NDArray[Any]:
    """Arrays (frames, images, boxes, ...), filled up with zeros where an image has fewer boxes."""
    each = [[getattr(image, field) for image in frame.watched] for frame in frames]
    most = max(len(array) for frame in each for array in frame)

    def filled(array: NDArray[Any]) -> NDArray[Any]:
        return np.pad(array, [(0, most - len(array))] + [(0, 0)] * (array.ndim - 1))

    return np.array([[filled(array) for array in frame] for frame in each])


def load_showcase(name: str, loss: FocalLoss, kept: dict[str, NDArray[Any]]) -> Showcase:
    """The inverse of `save_showcase`."""
    return Showcase(
        name,
        loss,
        Split(kept["images"], kept["boxes"], kept["classes"].astype(np.int64)),
        tuple(_frame(kept, place) for place in range(len(kept["frame_steps"]))),
        WhoPays(
            tuple(float(gamma) for gamma in kept["gammas"]),
            kept["fractions"],
            kept["negatives"],
            kept["positives"],
            kept["totals"],
        ),
        Histogram(
            kept["logit_edges"],
            kept["logit_negatives"].astype(np.int64),
            kept["logit_positives"].astype(np.int64),
        ),
        _bins(kept, "before"),
        _bins(kept, "after"),
    )


def _frame(kept: dict[str, NDArray[Any]], place: int) -> Evaluation:
    watched = tuple(
        Detections(boxes[scores > 0], scores[scores > 0], classes[scores > 0])
        for boxes, scores, classes in zip(
            kept["frame_boxes"][place],
            kept["frame_scores"][place],
            kept["frame_classes"][place],
            strict=True,
        )
    )
    step, ap = int(kept["frame_steps"][place]), float(kept["frame_aps"][place])
    return Evaluation(step, "validation", ap, watched)


def _bins(kept: dict[str, NDArray[Any]], name: str) -> Reliability:
    return Reliability(
        kept[f"{name}_edges"],
        kept[f"{name}_counts"].astype(np.int64),
        kept[f"{name}_mean_scores"],
        kept[f"{name}_frequencies"],
    )
