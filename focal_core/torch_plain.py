"""The sigmoid focal loss in ordinary operations, which can be differentiated any number of times.

The power is exp(gamma ln u), so that derivatives of every order stay finite. For second
derivatives, function transforms, and gradients by the targets or the weight.
"""

import math

import torch
from torch import Tensor

from focal_core.torch_batch import Batch, Law, times, weighs_nothing


def plain(batch: Batch, law: Law) -> Tensor:
    """Loss of each element in ordinary operations, differentiable by every tensor, to any order.

    A target is taken as its distance tau from the nearer class, whose own loss has logit z:
    ln u = ln sigmoid(z) + ln(1 + tau (exp(-z) - 1)) and c = softplus(z) - tau z.
    """
    inputs, targets = batch.inputs.to(batch.dtype), batch.targets.to(batch.dtype)
    lost = _lost(batch, law)
    if lost is not None:
        inputs, targets = inputs.masked_fill(lost, 0), targets.masked_fill(lost, 0)
    nearest = targets.detach().round()
    away = 1 - 2 * nearest
    values = plain_loss(inputs * away, (targets - nearest) * away, law.gamma)
    values = _weighed(batch, law, targets, values)
    return values if lost is None else values.masked_fill(lost, 0)


def _lost(batch: Batch, law: Law) -> Tensor | None:
    """What has weight 0 and no loss of its own; None for nothing.

    NaN or a target of -1 would leave NaN in every derivative, also behind a weight of 0.
    """
    ignored = weighs_nothing(batch, law)
    if ignored is None:
        return None
    targets = batch.targets.to(batch.dtype)
    return ignored & ~((targets >= 0) & (targets <= 1) & batch.inputs.isfinite())


def _weighed(batch: Batch, law: Law, targets: Tensor, values: Tensor) -> Tensor:
    if law.alpha is not None:
        values = times(law.alpha * targets + (1 - law.alpha) * (1 - targets), values)
    if batch.weight is not None:
        values = times(batch.weight.to(values.dtype), values)
    return values if law.scale == 1 else values * law.scale


def plain_loss(logits: Tensor, tau: Tensor, gamma: float) -> Tensor:
    """FL of a negative (turn the logit for a positive) whose target is off by tau, 0 to 0.5."""
    smallest = math.log(torch.finfo(logits.dtype).tiny * torch.finfo(logits.dtype).eps)
    power = torch.exp(gamma * _log_of_miss(logits, tau))
    # The power may round to 0; an infinite loss of a target that is not certain stays infinite.
    power = torch.where(
        torch.isinf(logits) & (tau > 0), power.clamp_min(torch.finfo(power.dtype).tiny), power
    )
    c = _softplus_minus(logits, tau)
    # From here on the power is constant; gamma times c times its slope 0 could be NaN.
    flat = logits > -smallest
    return torch.where(flat, power.detach() * c, power * torch.where(flat, 0, c))


def _log_of_miss(logits: Tensor, tau: Tensor) -> Tensor:
    # Below this bound a certain target has a loss under the smallest float and an uncertain one
    # its limit, while exp(-z) would overflow.
    held = logits.clamp_min(math.log(torch.finfo(logits.dtype).tiny))
    log_sigmoid = torch.where(held > 0, 0, held) - _bend(held)
    return log_sigmoid + torch.log1p(tau * torch.expm1(-held))


def _softplus_minus(logits: Tensor, tau: Tensor) -> Tensor:
    """softplus(z) - tau z without a difference of large numbers."""
    certain = torch.isinf(logits) & (tau == 0)
    right = -tau * torch.where(certain, 0, logits)
    return torch.where(logits > 0, (1 - tau) * logits, right) + _bend(logits)


def _bend(logits: Tensor) -> Tensor:
    """ln(1 + exp(-abs(z))): unlike torch's logsigmoid exact in all derivatives at large logits."""
    return torch.log1p(torch.exp(torch.where(logits > 0, -logits, logits)))


def gradient_to_differentiate(batch: Batch, law: Law, grad: Tensor) -> Tensor:
    """The gradient by the inputs as a function that can be differentiated again."""
    values = plain(batch, law)
    if grad.dim() < values.dim():
        values = values.sum()
    (slope,) = torch.autograd.grad(values, batch.inputs, grad, create_graph=True)
    return slope
