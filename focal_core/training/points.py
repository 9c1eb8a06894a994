"""The warm-up: rare points on two half-circles among many others, told apart by a small network.

The same records as the detector, a few milliseconds a step. Positives lie about two half-circles
of radius 1.3 (normal, width 0.08); negatives fill the square from -3 to 3 but for a gap about the
arcs. The distance to the arcs is nearly as good a score as there can be: `ceiling` says how good.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from focal_core.binary import FocalLoss
from focal_core.checks import Floats, check_between, check_whole
from focal_core.first_step import FirstStep
from focal_core.torch_losses import sigmoid_focal_loss
from focal_core.training.average_precision import average_precision
from focal_core.training.config import PAPERS_LOSS
from focal_core.training.detector import gradient_norm, never, part_of, part_of_easiest
from focal_core.training.records import Ended, Ending, Evaluation, Record, Singles, Step

RADIUS, WIDTH, HALF_SIDE = 1.3, 0.08, 3.0
GAP, SOFTNESS = 0.24, 0.025
CENTRES = ((-0.65, -0.3, 1), (0.65, 0.3, -1))  # of the upper and the lower half-circle
HIDDEN = 32
TEST_SEED, TEST_POSITIVES, TEST_NEGATIVES = 2017, 3000, 60_000


@dataclass(frozen=True)
class PointsConfig:
    """One run on points.

    loss, prior, learning_rate, steps, seed: as in `RunConfig`; the seed also draws the points.
    positives: 1 or more; negatives: so many for each of them, 1 or more; batch: 1 or more.
    evaluate_every: steps between two looks, 1 or more. Raises ValueError outside these ranges.
    """

    loss: FocalLoss = PAPERS_LOSS
    prior: float = 0.01
    learning_rate: float = 0.01
    steps: int = 1500
    seed: int = 0
    positives: int = 200
    negatives: int = 1000
    batch: int = 4096
    evaluate_every: int = 150

    def __post_init__(self) -> None:
        check_between("prior", self.prior, 0, 1, ends=False)
        check_between("learning_rate", self.learning_rate, 0, ends=False)
        check_whole("seed", self.seed, 0)
        for name in ("steps", "positives", "negatives", "batch", "evaluate_every"):
            check_whole(name, getattr(self, name), 1)

    def rate_at(self, step: int) -> float:
        """Learning rate of the step: a tenth from 75 % of the steps on."""
        return self.learning_rate * (0.1 if step > 0.75 * self.steps else 1.0)


@dataclass(frozen=True, eq=False)
class Points:
    """places: (n, 2); targets: 1 on an arc, 0 elsewhere, (n,)."""

    places: Singles
    targets: Singles


def distance_to_arcs(places: Floats) -> Floats:
    """How far each place (n, 2) is from the nearer half-circle, (n,)."""
    return np.minimum(*(_distance(places, *arc) for arc in CENTRES))


def draw_points(positives: int, negatives: int, generator: np.random.Generator) -> Points:
    """So many of each, positives first."""
    places = np.concatenate([_on_arcs(positives, generator), _elsewhere(negatives, generator)])
    targets = np.repeat(np.array([1.0, 0.0], np.float32), [positives, negatives])
    return Points(places.astype(np.float32), targets)


@lru_cache(maxsize=1)
def measured_points() -> Points:
    """Those that every run is measured on."""
    return draw_points(TEST_POSITIVES, TEST_NEGATIVES, np.random.default_rng(TEST_SEED))


def ap_of(scores: Floats, negatives: int) -> float:
    """Average precision of scores of the measured points at one positive to so many negatives."""
    targets = measured_points().targets
    weight = negatives * TEST_POSITIVES / TEST_NEGATIVES
    return average_precision(scores, targets, TEST_POSITIVES, np.where(targets == 1, 1, weight))


@lru_cache(maxsize=16)
def ceiling(negatives: int) -> float:
    """Average precision of the distance to the arcs."""
    return ap_of(-distance_to_arcs(measured_points().places), negatives)


def train_points(config: PointsConfig, should_stop: Callable[[], bool] = never) -> Iterator[Record]:
    """Records of one run as they come; the last one is `Ended`. See `detector.train`."""
    return PointsTraining(config).records(should_stop)


class PointsTraining:
    """One run. `model` (places (n, 2) to logits (n, 1)) can be looked at between two records."""

    def __init__(self, config: PointsConfig) -> None:
        """Draw the points and make the model; nothing is trained yet."""
        self.config = config
        self._random = np.random.default_rng(config.seed)
        count = config.positives * config.negatives
        self.points = draw_points(config.positives, count, self._random)
        self.model = _network(config.prior, torch.Generator().manual_seed(config.seed))
        self._optimiser = torch.optim.Adam(self.model.parameters())
        self._divisor = max(1.0, config.batch / (1 + config.negatives))

    def records(self, should_stop: Callable[[], bool] = never) -> Iterator[Record]:
        """Train and tell; see `train_points`."""
        step = 0
        yield self._evaluate(step)
        while step < self.config.steps and not should_stop():
            made = self._step(step + 1)
            if made is None:
                yield Ended(step, Ending.NOT_FINITE)
                return
            step += 1
            yield made
            if step % self.config.evaluate_every == 0 or step == self.config.steps:
                yield self._evaluate(step)
        yield Ended(step, Ending.FINISHED if step == self.config.steps else Ending.CANCELLED)

    @torch.no_grad()
    def scores(self, places: Singles) -> Singles:
        """Sigmoid outputs of places (n, 2), (n,)."""
        logits: Tensor = self.model(torch.from_numpy(places))
        return np.asarray(logits.sigmoid()[:, 0].nan_to_num(0.0).numpy())

    def _step(self, step: int) -> Step | None:
        start = time.perf_counter()
        chosen = self._random.integers(len(self.points.targets), size=self.config.batch)
        targets = torch.from_numpy(self.points.targets[chosen])[:, None]
        logits = self.model(torch.from_numpy(self.points.places[chosen]))
        loss = self.config.loss
        each = sigmoid_focal_loss(logits, targets, loss.alpha, loss.gamma)
        total = each.sum() / self._divisor
        if not math.isfinite(total.item()):
            return None
        self._optimiser.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        rate = self.config.rate_at(step)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        norm = gradient_norm([parameter.grad for parameter in self.model.parameters()])
        if not math.isfinite(norm):
            return None
        self._optimiser.step()
        background = each.detach()[targets == 0]
        paid = part_of(background.sum().item(), each.sum().item())
        easy = part_of_easiest(background)
        seconds = time.perf_counter() - start
        return Step(step, total.item(), 0.0, paid, easy, norm, rate, seconds)

    def _evaluate(self, step: int) -> Evaluation:
        scores = self.scores(measured_points().places)
        return Evaluation(step, "test", ap_of(scores, self.config.negatives))


def _network(prior: float, generator: torch.Generator) -> nn.Sequential:
    layers = [
        nn.Linear(a, b, device="meta") for a, b in ((2, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, 1))
    ]
    first, second, last = (layer.to_empty(device="cpu") for layer in layers)
    for layer in (first, second):
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu", generator=generator)
        nn.init.uniform_(layer.bias, -1, 1, generator=generator)
    nn.init.normal_(last.weight, std=0.01, generator=generator)
    nn.init.constant_(last.bias, FirstStep(prior).bias)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), last)


def _distance(places: Floats, x: float, y: float, up: int) -> Floats:
    across, along = places[:, 0] - x, (places[:, 1] - y) * up
    to_arc = np.abs(np.hypot(across, along) - RADIUS)
    to_end = np.hypot(np.abs(across) - RADIUS, along)
    return np.asarray(np.where(along >= 0, to_arc, to_end))


def _on_arcs(count: int, generator: np.random.Generator) -> NDArray[np.float64]:
    angle, arc = generator.uniform(0, np.pi, count), generator.integers(2, size=count)
    x, y, up = np.array(CENTRES)[arc].T
    places = np.stack([x + RADIUS * np.cos(angle), y + up * RADIUS * np.sin(angle)], axis=1)
    return np.asarray(places + generator.normal(0, WIDTH, (count, 2)))


def _elsewhere(count: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Uniform in the square; at distance d kept with sigmoid((d - gap) / softness)."""
    kept = np.empty((0, 2))
    while len(kept) < count:
        places = generator.uniform(-HALF_SIDE, HALF_SIDE, (count, 2))
        nearness = (GAP - distance_to_arcs(places)) / SOFTNESS
        stays = generator.uniform(size=count) < 1 / (1 + np.exp(np.minimum(nearness, 50)))
        kept = np.concatenate([kept, places[stays]])
    return kept[:count]
