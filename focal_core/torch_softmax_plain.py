"""The softmax focal loss in ordinary operations, which can be differentiated any number of times.

For second derivatives, function transforms, and gradients by alpha or the probabilities.
"""

import math
from typing import Any

import torch
from torch import Tensor

from focal_core.torch_batch import times
from focal_core.torch_class_batch import Batch, Law, is_class, of_truth, smoothed, without_ignored
from focal_core.torch_plain import plain_loss


def plain(batch: Batch, law: Law) -> Tensor:
    """Loss of each example in ordinary operations, differentiable to any order."""
    largest = torch.finfo(batch.inputs.dtype).max
    logits = _bounded(batch.inputs.to(batch.dtype), largest)
    if batch.ignored is not None:
        logits = torch.where(batch.ignored.unsqueeze(1), 0, logits)
    # The loss sees differences alone; beside infinity the logarithm of a sum would be lost.
    logits = _bounded(logits - logits.detach().amax(1, keepdim=True), largest)
    if batch.has_probabilities or law.label_smoothing != 0:
        labels = [
            torch.full_like(logits[:, 0], label, dtype=torch.long)
            for label in range(logits.shape[1])
        ]
        every = [_plain_loss_of(logits, label, law.gamma, largest) for label in labels]
        return smoothed(batch, law, torch.stack(every, 1))
    values = _plain_loss_of(logits, batch.targets, law.gamma, largest)
    if batch.weight is not None:
        values = times(batch.weight, values)
    return without_ignored(batch, values)


class _Bounded(torch.autograd.Function):
    """clamp(-largest, largest) with slope 1 everywhere: at infinity clamp itself has slope 0."""

    generate_vmap_rule = True

    @staticmethod
    def forward(inputs: Tensor, largest: float) -> Tensor:
        return inputs.clamp(-largest, largest)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        """Nothing is needed later."""

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        return grad, None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, _: None) -> Tensor:
        return tangent.clone()


def _bounded(inputs: Tensor, largest: float) -> Tensor:
    result: Tensor = _Bounded.apply(inputs, largest)  # type: ignore[no-untyped-call]
    return result


def _plain_loss_of(logits: Tensor, labels: Tensor, gamma: float, largest: float) -> Tensor:
    """The loss as if labels were the truth: the binary loss of their margin over the others."""
    others = logits.masked_fill(is_class(logits, labels), -math.inf).logsumexp(1)
    away = others - of_truth(logits, labels)
    away = away + torch.where(away.detach() > largest / 2, math.inf, 0.0)
    return plain_loss(away, torch.zeros_like(away), gamma)


def gradient_to_differentiate(batch: Batch, law: Law, grad: Tensor) -> Tensor:
    """The gradient by the inputs as a function that can be differentiated again."""
    values = plain(batch, law)
    (slope,) = torch.autograd.grad(values, batch.inputs, grad, create_graph=True)
    return slope
