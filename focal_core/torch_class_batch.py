"""What the softmax focal loss of PyTorch is computed from, for class numbers and probabilities."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from focal_core.torch_batch import times


class Batch(NamedTuple):
    """Logits (N, K, ...) and, of shape (N, ...), a class in 0 to K - 1 and whether to ignore it.

    targets: or probabilities of the classes, floating point of the logits' shape.
    alpha: weights of the classes, shape (K,), or None.
    """

    inputs: Tensor
    targets: Tensor
    ignored: Tensor | None
    alpha: Tensor | None

    @property
    def dtype(self) -> torch.dtype:
        """The type to compute in."""
        return torch.promote_types(self.inputs.dtype, torch.float32)

    @property
    def has_probabilities(self) -> bool:
        """Whether the targets are probabilities of the classes."""
        return self.targets.is_floating_point()

    @property
    def weight(self) -> Tensor | None:
        """Weight of each example's true class."""
        return None if self.alpha is None else self.alpha.to(self.dtype)[self.targets]

    def weigh_classes(self, per_class: Tensor) -> Tensor:
        """What has shape (N, K, ...) times alpha; weight 0 makes nothing even of infinity."""
        if self.alpha is None:
            return per_class
        weights = self.alpha.to(self.dtype).view(-1, *(1,) * (self.inputs.dim() - 2))
        return times(weights, per_class)

    def logits(self, *, finite: bool) -> Tensor:
        """In the computing type, with the largest number for infinity unless all are finite."""
        if finite:
            return self.inputs.to(self.dtype)
        largest = torch.finfo(self.inputs.dtype).max
        return self.inputs.clamp(-largest, largest).to(self.dtype)


@dataclass(frozen=True)
class Law:
    """What is computed, checked before: gamma 0 or more, label_smoothing from 0 to below 1."""

    gamma: float
    label_smoothing: float


def of_truth(per_class: Tensor, targets: Tensor) -> Tensor:
    """What belongs to the true class, shape (N, ...)."""
    return per_class.gather(1, targets.unsqueeze(1)).squeeze(1)


def without_ignored(batch: Batch, values: Tensor) -> Tensor:
    """The values, 0 where ignored."""
    return values if batch.ignored is None else values.masked_fill(batch.ignored, 0)


def smoothed(batch: Batch, law: Law, of_class: Tensor) -> Tensor:
    """Sum over the classes of each one's loss, (N, K, ...), times its smoothed target."""
    weighed = times(weights_of_smoothed(batch, law), batch.weigh_classes(of_class))
    return without_ignored(batch, weighed.sum(1))


def weights_of_smoothed(batch: Batch, law: Law) -> Tensor:
    """The smoothed targets, shape (N, K, ...)."""
    shared = law.label_smoothing / batch.inputs.shape[1]
    given = batch.targets
    is_true = given if batch.has_probabilities else is_class(batch.inputs, given)
    return shared + (1 - law.label_smoothing) * is_true.to(batch.dtype)


def is_class(logits: Tensor, labels: Tensor) -> Tensor:
    """Whether each class is the true one, shape (N, K, ...)."""
    classes = torch.arange(logits.shape[1], device=logits.device)
    return classes.view(-1, *(1,) * (logits.dim() - 2)) == labels.unsqueeze(1)
