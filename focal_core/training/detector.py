"""Train the small detector: an iterator of records, the same numbers for the same seed.

The numbers repeat on one machine with one torch thread (`torch.set_num_threads(1)`, which the
caller decides for the process). No global random state is read or changed, so runs may be
interleaved or stand in several threads.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from focal_core.torch_losses import sigmoid_focal_loss
from focal_core.training import average_precision
from focal_core.training.assignment import (
    IGNORED,
    POSITIVE,
    anchor_boxes,
    assign,
    decode,
    encode,
)
from focal_core.training.config import RunConfig
from focal_core.training.images import CLASSES, SIZE, Data, Split
from focal_core.training.model import Detector
from focal_core.training.records import (
    EASIEST,
    Detections,
    Ended,
    Ending,
    Evaluation,
    Probe,
    Record,
    Singles,
    Step,
)
from focal_core.training.sampling import easiest, hardest

CANDIDATES = 50
WATCHED_IMAGES, WATCHED_BOXES = 6, 6
SMOOTH_BELOW = 1 / 9  # where smooth L1 turns linear, in offsets
SCORING_BATCH = 50
BROKEN = -100.0  # logit in place of NaN: a broken model finds nothing


def never() -> bool:
    """A `should_stop` that lets a run finish."""
    return False


def train(
    config: RunConfig, data: Data, should_stop: Callable[[], bool] = never
) -> Iterator[Record]:
    """Records of one run as they come; the last one is `Ended`, whatever happens.

    should_stop: asked before every step and every batch of an evaluation; true ends the run.
    A loss or gradient that is not finite ends it too. Both are said by the last record.
    """
    return Training(config, data).records(should_stop)


@dataclass(frozen=True, eq=False)
class Targets:
    """What a split's anchors should answer.

    classes: 0 or 1, (n, 1620, 3). background: 1 where the target is 0 and counts, else 0, alike.
    counts: 1, or 0 where ignored, (n, 1620, 1).
    positive: image and anchor of each of the p positive anchors; offsets: to its object, (p, 4).
    """

    classes: Tensor
    background: Tensor
    counts: Tensor
    positive: tuple[Tensor, Tensor]
    offsets: Tensor

    def to(self, device: str) -> "Targets":
        """The same where the model is."""
        image, anchor = self.positive
        return Targets(
            self.classes.to(device),
            self.background.to(device),
            self.counts.to(device),
            (image.to(device), anchor.to(device)),
            self.offsets.to(device),
        )


def targets_of(
    boxes: Singles, classes: NDArray[np.int64], roles: NDArray[np.int8], side: int = SIZE
) -> Targets:
    """Targets of a batch from its objects and the roles of its anchors, in images of `side`."""
    image, anchor = np.nonzero(roles == POSITIVE)
    hot = np.zeros((*roles.shape, len(CLASSES)), dtype=np.float32)
    hot[image, anchor, classes[image]] = 1
    counts = (roles != IGNORED).astype(np.float32)[..., np.newaxis]
    return Targets(
        classes=torch.from_numpy(hot),
        background=torch.from_numpy((1 - hot) * counts),
        counts=torch.from_numpy(counts),
        positive=(torch.from_numpy(image), torch.from_numpy(anchor)),
        offsets=torch.from_numpy(encode(boxes[image], anchor_boxes(side)[anchor])),
    )


class Training:
    """One run. `model` can be looked at between two records."""

    def __init__(self, config: RunConfig, data: Data, device: str = "cpu") -> None:
        """Make model, optimiser and assignment; nothing is trained yet."""
        self.config = config
        self.data = data
        self.device = device
        model = Detector(config.prior, torch.Generator().manual_seed(config.seed))
        self.model = model.to(device)
        self._optimiser = torch.optim.Adam(self.model.parameters(), betas=(0.9, 0.999))
        self._roles = assign(data.train.boxes, data.train.side)
        self._order = np.random.default_rng(config.seed)
        self._divisor = config.batch * float(np.mean((self._roles == POSITIVE).sum(axis=1)))

    def records(self, should_stop: Callable[[], bool] = never) -> Iterator[Record]:
        """Train and tell; see `train`."""
        step = 0
        batches = self._batches()
        yield from self._looks(step, should_stop)
        while step < self.config.steps and not should_stop():
            made = self._step(step + 1, next(batches))
            if made is None:
                yield Ended(step, Ending.NOT_FINITE)
                return
            step += 1
            yield made
            yield from self._looks(step, should_stop)
        finished = step == self.config.steps and not should_stop()
        if finished and self.data.test is not None:
            tested = list(self._test(should_stop))
            yield from tested
            finished = bool(tested)
        yield Ended(step, Ending.FINISHED if finished else Ending.CANCELLED)

    def class_losses(self, logits: Tensor, targets: Targets) -> Tensor:
        """The loss of each output that counts, 0 for all others; (n, 1620, 3)."""
        loss = self.config.loss
        each = sigmoid_focal_loss(
            logits, targets.classes, loss.alpha, loss.gamma, weight=targets.counts
        )
        if self.config.hardest is not None:
            each = each * hardest(each, self.config.hardest)
        return each

    def _batches(self) -> Iterator[NDArray[np.int64]]:
        """Places of training images: every image once, then in a new order again."""
        waiting = np.array([], dtype=np.int64)
        while True:
            while len(waiting) < self.config.batch:
                waiting = np.append(waiting, self._order.permutation(len(self.data.train.classes)))
            yield waiting[: self.config.batch]
            waiting = waiting[self.config.batch :]

    def _batch(self, places: NDArray[np.int64]) -> tuple[Tensor, Targets]:
        train = self.data.train
        chosen = train.boxes[places], train.classes[places], self._roles[places]
        targets = targets_of(*chosen, train.side).to(self.device)
        return as_input(train.images[places]).to(self.device), targets

    def _step(self, step: int, places: NDArray[np.int64]) -> Step | None:
        """One step of the optimiser; None, and no weight changes, if it is not finite."""
        start = time.perf_counter()
        images, targets = self._batch(places)
        logits, offsets = self.model(images)
        each = self.class_losses(logits, targets)
        class_loss = each.sum() / self._divisor
        box_loss = self._box_loss(offsets, targets)
        total = class_loss + self.config.box_weight * box_loss
        if not math.isfinite(total.item()):
            return None
        self._optimiser.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        norm = gradient_norm([parameter.grad for parameter in self.model.parameters()])
        if not math.isfinite(norm):
            return None
        rate = self._move(step)
        background, easy = shares(each.detach(), targets)
        seconds = time.perf_counter() - start
        losses = class_loss.item(), box_loss.item()
        return Step(step, *losses, background, easy, norm, rate, seconds)

    def _move(self, step: int) -> float:
        """Change the weights; the rate at which."""
        rate = self.config.rate_at(step)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.step()
        return rate

    def _box_loss(self, offsets: Tensor, targets: Targets) -> Tensor:
        apart = nn.functional.smooth_l1_loss(
            offsets[targets.positive],
            targets.offsets,
            beta=SMOOTH_BELOW,
            reduction="sum",
        )
        return apart / self._divisor

    def _looks(self, step: int, should_stop: Callable[[], bool]) -> Iterator[Record]:
        if step in self.config.probe_at and not should_stop():
            yield self._probe(step)
        if self.config.is_evaluated(step):
            yield from self._evaluate(step, should_stop)

    def _evaluate(self, step: int, should_stop: Callable[[], bool]) -> Iterator[Record]:
        found = candidates(self.model, self.data.validation, should_stop)
        if found is not None:
            ap = average_precision.ap50(*found, self.data.validation)
            yield Evaluation(step, "validation", ap, self._watched())

    def _test(self, should_stop: Callable[[], bool]) -> Iterator[Record]:
        if self.data.test is None:
            return
        found = candidates(self.model, self.data.test, should_stop)
        if found is not None:
            ap = average_precision.ap50(*found, self.data.test)
            yield Evaluation(self.config.steps, "test", ap, self._watched())

    def _watched(self) -> tuple[Detections, ...]:
        split = self.data.validation if self.data.test is None else self.data.test
        found = candidates(self.model, split.first(WATCHED_IMAGES), never)
        if found is None:
            return ()
        return tuple(
            average_precision.best_boxes(boxes, scores, WATCHED_BOXES)
            for boxes, scores in zip(*found, strict=True)
        )

    def _probe(self, step: int) -> Probe:
        images, targets = self._batch(np.arange(min(self.config.batch, len(self._roles))))
        each = self.class_losses(self.model(images)[0], targets)
        positives = each[targets.classes == 1]
        background = each[targets.background == 1]
        easy = easiest(background, EASIEST)
        parts = (positives, background[easy], background[~easy])
        return Probe(
            step,
            *shares(each.detach(), targets),
            *(self._gradient_norm(part.sum() / self._divisor) for part in parts),
        )

    def _gradient_norm(self, loss: Tensor) -> float:
        gradients = torch.autograd.grad(
            loss, list(self.model.parameters()), retain_graph=True, allow_unused=True
        )
        return gradient_norm(gradients)


def as_input(images: NDArray[np.uint8]) -> Tensor:
    """Images as the model takes them: centred, spread about 1."""
    centred = torch.from_numpy(images.astype(np.float32)).sub_(127.5).div_(64)
    return centred.contiguous(memory_format=torch.channels_last)


def shares(each: Tensor, targets: Targets) -> tuple[float, float]:
    """The background's share of the class losses, and its easiest 90 %'s share of that."""
    background = (each * targets.background).flatten()
    count = int(targets.background.sum().item())
    paid = part_of(background.sum().item(), each.sum().item())
    return paid, part_of_easiest(background, count)


def part_of_easiest(losses: Tensor, count: int | None = None) -> float:
    """What part of the losses (n,) the easiest 90 % carry.

    count: how many there are, if the array also holds zeros that stand for nothing.
    """
    count = losses.numel() if count is None else count
    paid = losses.sum().item()
    hard = losses.topk(count - int(EASIEST * count), sorted=False).values.sum().item()
    return part_of(paid - hard, paid)


def part_of(part: float, whole: float) -> float:
    """The quotient; NaN if the whole is 0."""
    return max(0.0, part / whole) if whole > 0 else math.nan


def gradient_norm(gradients: Iterable[Tensor | None]) -> float:
    """Of all gradients together; a parameter without one counts 0."""
    return float(nn.utils.get_total_norm([g for g in gradients if g is not None]))


@torch.no_grad()
def outputs(
    model: Detector, split: Split, should_stop: Callable[[], bool] = never
) -> tuple[Singles, Singles] | None:
    """Logits (n, 1620, 3) and offsets (n, 1620, 4) of all images; None if told to stop."""
    logits, offsets = [], []
    device = next(model.parameters()).device
    for start in range(0, len(split.images), SCORING_BATCH):
        if should_stop():
            return None
        scored = model(as_input(split.images[start : start + SCORING_BATCH]).to(device))
        logits.append(scored[0].nan_to_num(BROKEN).cpu().numpy())
        offsets.append(scored[1].nan_to_num(0.0, 0.0, 0.0).cpu().numpy())
    return np.concatenate(logits), np.concatenate(offsets)


def candidates(
    model: Detector, split: Split, should_stop: Callable[[], bool] = never
) -> tuple[Singles, Singles] | None:
    """The 50 best boxes (n, 3, 50, 4) of each class and image, best first, and their scores.

    None if told to stop.
    """
    scored = outputs(model, split, should_stop)
    if scored is None:
        return None
    by_class, offsets = torch.from_numpy(scored[0]).transpose(1, 2), scored[1]
    best = by_class.sigmoid().topk(CANDIDATES, dim=2)
    places = best.indices.numpy()
    chosen = np.take_along_axis(offsets[:, np.newaxis], places[..., np.newaxis], axis=2)
    return decode(chosen, anchor_boxes(split.side)[places], split.side), best.values.numpy()
