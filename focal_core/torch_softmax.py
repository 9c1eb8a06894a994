"""How the softmax focal loss of `torch_losses` is computed, one value per example.

With p the softmax, y the true class and u = 1 - p_y, FL = alpha_y u**gamma (-ln p_y) has the
gradient W (p_j - [j = y]), where W = alpha_y u**gamma (1 + gamma p_y (-ln p_y) / u). One saved
log-softmax serves both. Smoothed labels give every class k such a W_k.

Second derivatives, function transforms and gradients by alpha go through the margin of a class
over the others, whose derivatives of every order are finite. The half types are computed in
float32.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from focal_core.torch_sigmoid import must_be_plain, plain_loss, runs_in_chunks


class Batch(NamedTuple):
    """Logits (N, K, ...) and, of shape (N, ...), a class in 0 to K - 1 and whether to ignore it.

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

    def over_classes(self, per_class: Tensor) -> Tensor:
        """A tensor of shape (K,) that broadcasts against the logits."""
        return per_class.to(self.dtype).view(-1, *(1,) * (self.inputs.dim() - 2))


@dataclass(frozen=True)
class Law:
    """What is computed, checked before: gamma 0 or more, label_smoothing from 0 to below 1."""

    gamma: float
    label_smoothing: float


def evaluate(batch: Batch, law: Law) -> Tensor:
    """The loss of each example, shape (N, ...), 0 where ignored, in the computing type."""
    if must_be_plain(batch.inputs, batch.alpha):
        return plain(batch, law)
    result: Tensor = _Softmax.apply(*batch, law)  # type: ignore[no-untyped-call]
    return result


# --- closed form ---------------------------------------------------------------------------------


class _Softmax(torch.autograd.Function):
    """Keeps the log-softmax, which the first backward pass turns into the gradient."""

    @staticmethod
    def forward(ctx: Any, *given: Any) -> Tensor:
        batch, law = Batch(*given[:-1]), given[-1]
        ctx.save_for_backward(*batch)
        ctx.law = law
        log_p = _log_softmax(batch)
        values = _values(batch, law, log_p)
        if _may_look(batch) and not math.isfinite(values.sum().item()):
            log_p = _limit_of_log_softmax(batch)
            values = _values(batch, law, log_p)
        ctx.log_p = None if torch.compiler.is_compiling() else log_p
        return values

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        batch = Batch(*ctx.saved_tensors)
        if torch.is_grad_enabled():
            (slope,) = torch.autograd.grad(
                plain(batch, ctx.law), batch.inputs, grad, create_graph=True
            )
            return slope, None, None, None, None
        log_p, ctx.log_p = ctx.log_p, None
        if log_p is None:
            log_p = _limit_of_log_softmax(batch)
        return _gradient(batch, ctx.law, log_p, grad).to(batch.inputs.dtype), *(None,) * 4


def _may_look(batch: Batch) -> bool:
    return runs_in_chunks(batch.inputs, batch.targets)


def _log_softmax(batch: Batch) -> Tensor:
    if _may_look(batch):
        return batch.inputs.log_softmax(1, dtype=batch.dtype)
    return _limit_of_log_softmax(batch)


def _limit_of_log_softmax(batch: Batch) -> Tensor:
    """Right for infinite logits too; equal infinities count as equal logits."""
    largest = torch.finfo(batch.inputs.dtype).max
    log_p = batch.inputs.clamp(-largest, largest).log_softmax(1, dtype=batch.dtype)
    return torch.where(log_p <= -largest / 2, -math.inf, log_p)


def _values(batch: Batch, law: Law, log_p: Tensor) -> Tensor:
    true = _of_truth(log_p, batch.targets)
    values = _weighed_truth(batch, law, -_power_of_miss(true, law.gamma) * true)
    if law.label_smoothing > 0:
        every = -_power_of_miss(log_p, law.gamma) * log_p
        values = values + _weighed_all(batch, law, every).sum(1)
    return values if batch.ignored is None else values.masked_fill(batch.ignored, 0)


def _gradient(batch: Batch, law: Law, log_p: Tensor, grad: Tensor) -> Tensor:
    """The gradient by the logits, in the place of log_p."""
    if batch.ignored is not None:
        grad = grad.masked_fill(batch.ignored, 0)
        log_p.masked_fill_(batch.ignored.unsqueeze(1), 0)
    truth = _of_truth(log_p, batch.targets)
    pull = grad * _weighed_truth(batch, law, _pull(truth, law.gamma))
    if law.label_smoothing == 0:
        gradient = log_p.exp_().mul_(pull.unsqueeze(1))
    else:
        every = grad.unsqueeze(1) * _weighed_all(batch, law, _pull(log_p, law.gamma))
        gradient = log_p.exp_().mul_((pull + every.sum(1)).unsqueeze(1)).sub_(every)
    return gradient.scatter_add_(1, batch.targets.unsqueeze(1), -pull.unsqueeze(1))


def _of_truth(per_class: Tensor, targets: Tensor) -> Tensor:
    return per_class.gather(1, targets.unsqueeze(1)).squeeze(1)


def _power_of_miss(log_p: Tensor, gamma: float) -> Tensor:
    return (-torch.expm1(log_p)) ** gamma


def _pull(log_p: Tensor, gamma: float) -> Tensor:
    """W without alpha. (-ln p) / (1 - p) goes to 1 at p = 1, and p ln p to 0 at p = 0."""
    miss = -torch.expm1(log_p)
    c = -log_p.clamp_min(-torch.finfo(log_p.dtype).max)
    ratio = torch.where(miss == 0, 1, c / miss)
    return miss**gamma * (1 + gamma * log_p.exp() * ratio)


def _weighed_truth(batch: Batch, law: Law, of_truth: Tensor) -> Tensor:
    if law.label_smoothing > 0:
        of_truth = (1 - law.label_smoothing) * of_truth
    if batch.alpha is None:
        return of_truth
    return _times(batch.alpha.to(of_truth.dtype)[batch.targets], of_truth)


def _weighed_all(batch: Batch, law: Law, of_classes: Tensor) -> Tensor:
    of_classes = of_classes * (law.label_smoothing / batch.inputs.shape[1])
    if batch.alpha is None:
        return of_classes
    return _times(batch.over_classes(batch.alpha), of_classes)


def _times(weight: Tensor, values: Tensor) -> Tensor:
    # A class of weight 0 costs nothing: 0 times infinity would be NaN.
    return torch.where((weight == 0) & torch.isinf(values), 0, weight * values)


# --- plain ---------------------------------------------------------------------------------------


def plain(batch: Batch, law: Law) -> Tensor:
    """Loss of each example in ordinary operations, differentiable to any order."""
    largest = torch.finfo(batch.inputs.dtype).max
    logits = batch.inputs.to(batch.dtype).clamp(-largest, largest)
    if batch.ignored is not None:
        logits = torch.where(batch.ignored.unsqueeze(1), 0, logits)
    values = _weighed_truth(batch, law, _plain_loss_of(logits, batch.targets, law.gamma))
    if law.label_smoothing > 0:
        every = [
            _plain_loss_of(logits, torch.full_like(batch.targets, label), law.gamma)
            for label in range(logits.shape[1])
        ]
        values = values + _weighed_all(batch, law, torch.stack(every, 1)).sum(1)
    return values if batch.ignored is None else torch.where(batch.ignored, 0, values)


def _plain_loss_of(logits: Tensor, labels: Tensor, gamma: float) -> Tensor:
    """The loss as if labels were the truth: the binary loss of their margin over the others."""
    classes = torch.arange(logits.shape[1], device=logits.device)
    is_label = classes.view(-1, *(1,) * (logits.dim() - 2)) == labels.unsqueeze(1)
    others = logits.masked_fill(is_label, -math.inf).logsumexp(1)
    return plain_loss(others - _of_truth(logits, labels), logits.new_zeros(()), gamma)
