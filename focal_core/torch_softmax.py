"""How the softmax focal loss of `torch_losses` is computed, one value per example.

The loss of the true class y is the sigmoid loss f of a positive whose logit is the margin
m = z_y - logsumexp(z_j, j != y). With r the softmax over the others, its gradient is f'(m) by z_y
and -f'(m) r_j by z_j. One exponential of each logit serves both and becomes the gradient.

Smoothed labels ask for every class at once and go through log_softmax: sum_k a_k f_k, where
f_k = u_k**gamma (-ln p_k), u_k = 1 - p_k, has the gradient p_j (sum_k a_k W_k) - a_j W_j with
W_k = u_k**gamma (1 + gamma p_k (-ln p_k) / u_k).

Second derivatives, function transforms and gradients by alpha take the margins in ordinary
operations. The half types are computed in float32.
"""

import math
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import softplus

from focal_core.torch_batch import (
    LINE_FROM,
    is_batched,
    is_free_to_look,
    may_look,
    must_be_plain,
    on_gpu,
    times,
)
from focal_core.torch_class_batch import (
    Batch,
    Law,
    is_class,
    of_truth,
    smoothed,
    weights_of_smoothed,
    without_ignored,
)
from focal_core.torch_softmax_plain import gradient_to_differentiate, plain

IGNORED = -1  # what a kernel is told to leave out
NEAR_0 = 8.0
"""Logits of at most this size, on a CPU, need no shift: the logarithm of their exponentials' sum is
then no larger than the margins that occur, and rounded no worse."""

MANY_CLASSES = 32
"""From here on torch's own softmax is faster than amax, exp and sum; below, much slower."""


def evaluate(batch: Batch, law: Law) -> Tensor:
    """The loss of each example, shape (N, ...), 0 where ignored, in the computing type."""
    smooth = batch.has_probabilities or law.label_smoothing != 0
    if batch.alpha is not None and not smooth:
        batch = _without_weight_0(batch)
    if must_be_plain(batch.inputs, batch.targets, batch.alpha):
        return plain(batch, law)
    if not smooth and on_gpu(*batch):
        values = _by_a_kernel(batch, law)
        if values is not None:
            return values
    function = _Smoothed if smooth else _OneHot
    result: Tensor = function.apply(*batch, law)  # type: ignore[no-untyped-call]
    return result


def _by_a_kernel(batch: Batch, law: Law) -> Tensor | None:
    """The losses by Triton's kernel; None where it cannot be built or does not take these."""
    from focal_core import torch_triton, triton_kernels  # noqa: PLC0415 - for a GPU alone

    inputs, labels, ignored, alpha = batch
    if not triton_kernels.supports_classes(inputs, labels, alpha):
        return None
    if ignored is not None:
        labels = labels.masked_fill(ignored, IGNORED)
    again = partial(_again, law, ignored)
    kernel_law = torch_triton.SoftmaxLaw(law.gamma, IGNORED, again)
    values: Tensor = torch_triton.Softmax.apply(inputs, labels, alpha, kernel_law)  # type: ignore[no-untyped-call]
    return values


def _again(
    law: Law,
    ignored: Tensor | None,
    inputs: Tensor,
    labels: Tensor,
    alpha: Tensor | None,
    grad: Tensor,
) -> Tensor:
    batch = Batch(inputs, labels.clamp_min(0), ignored, alpha)
    return gradient_to_differentiate(batch, law, grad)


def _without_weight_0(batch: Batch) -> Batch:
    """Ignores what its class weighs 0, if its logits could leave NaN behind."""
    alpha, weight = batch.alpha, batch.weight
    if alpha is None or weight is None or (is_free_to_look(alpha) and not (alpha == 0).any()):
        return batch
    lost = (weight == 0) & ~batch.inputs.isfinite().all(1)
    return batch._replace(ignored=lost if batch.ignored is None else lost | batch.ignored)


def _may_look(batch: Batch) -> bool:
    return may_look(batch.inputs, batch.targets)


# --- one-hot targets -----------------------------------------------------------------------------


class _OneHot(torch.autograd.Function):
    """Keeps the exponentials for the first backward pass, which makes them the gradient."""

    @staticmethod
    def forward(ctx: Any, *given: Any) -> Tensor:
        batch, ctx.law = Batch(*given[:-1]), given[-1]
        ctx.save_for_backward(*batch)
        values, kept = _one_hot(batch, ctx.law)
        ctx.kept = None if torch.compiler.is_compiling() else kept
        return values

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        batch = Batch(*ctx.saved_tensors)
        if torch.is_grad_enabled():
            return gradient_to_differentiate(batch, ctx.law, grad), None, None, None, None
        kept, ctx.kept = ctx.kept, None
        if kept is None:
            kept = _one_hot(batch, ctx.law)[1]
        pull = without_ignored(batch, kept.pulls * grad)
        if is_batched(grad):  # many gradients cannot be made in the room of one
            gradient = _gradient_of_margins(batch, pull, kept)
        else:
            gradient = kept.others.mul_((pull / kept.total).unsqueeze(1))
            gradient.scatter_(1, kept.labels, pull.neg_().unsqueeze(1))
            if batch.ignored is not None:
                gradient.masked_fill_(batch.ignored.unsqueeze(1), 0)
        return gradient.to(batch.inputs.dtype), None, None, None, None


def _gradient_of_margins(batch: Batch, pull: Tensor, kept: "_Kept") -> Tensor:
    of_others = (pull / kept.total).unsqueeze(1) * kept.others
    is_true = is_class(batch.inputs, batch.targets)
    gradient = torch.where(is_true, -pull.unsqueeze(1), of_others)
    if batch.ignored is None:
        return gradient
    return torch.where(batch.ignored.unsqueeze(1), 0, gradient)


class _Kept(NamedTuple):
    pulls: Tensor  # minus the slope by the margin, (N, ...)
    others: Tensor  # exp(z_j - shift), 0 for the true class, (N, K, ...)
    total: Tensor  # their sum, (N, ...)
    labels: Tensor  # true classes, (N, 1, ...)


def _one_hot(batch: Batch, law: Law) -> tuple[Tensor, _Kept]:
    if not _may_look(batch):
        return _from_margins(batch, law, *_shifted_by_largest(batch, finite=False))
    logits = batch.logits(finite=True)
    if _are_near_0(logits):
        return _from_margins(batch, law, of_truth(logits, batch.targets), logits.exp())
    if batch.inputs.shape[1] >= MANY_CLASSES:
        truth, others = _shifted_by_log_sum(batch)
        values, kept = _from_margins(batch, law, truth, others)
        if truth.numel() > 0 and truth.min().item() > math.log(torch.finfo(batch.dtype).tiny):
            return values, kept
    values, kept = _from_margins(batch, law, *_shifted_by_largest(batch, finite=True))
    if math.isfinite(values.sum().item()):
        return values, kept
    return _from_margins(batch, law, *_shifted_by_largest(batch, finite=False))


def _are_near_0(logits: Tensor) -> bool:
    if logits.numel() == 0:
        return False
    low, high = torch.aminmax(logits)
    return low.item() >= -NEAR_0 and high.item() <= NEAR_0


def _shifted_by_log_sum(batch: Batch) -> tuple[Tensor, Tensor]:
    """z_y - shift and the exponentials, from torch's softmax; needs p_y to be a normal number."""
    p = batch.logits(finite=True).softmax(1)
    return of_truth(p, batch.targets).log_(), p


def _shifted_by_largest(batch: Batch, *, finite: bool) -> tuple[Tensor, Tensor]:
    """z_y - shift and the exponentials, for any logits."""
    logits = batch.logits(finite=finite)
    others = logits - logits.amax(1, keepdim=True)
    truth = of_truth(others, batch.targets)
    if not finite:
        truth = torch.where(truth < -torch.finfo(batch.inputs.dtype).max / 2, -math.inf, truth)
    return truth, others.exp_()


def _from_margins(
    batch: Batch, law: Law, truth: Tensor, exponentials: Tensor
) -> tuple[Tensor, _Kept]:
    index = batch.targets.unsqueeze(1)
    others = exponentials.scatter_(1, index, 0)
    # Far below the truth the others vanish; then the loss is smaller than the smallest float.
    total = others.sum(1).clamp_min_(torch.finfo(others.dtype).tiny)
    values, pulls = _of_negatives(total.log().sub_(truth), law.gamma, batch.weight)
    return without_ignored(batch, values), _Kept(pulls, others, total, index)


def _of_negatives(away: Tensor, gamma: float, weight: Tensor | None) -> tuple[Tensor, Tensor]:
    """The sigmoid loss of negatives, q**gamma c, and its slope, q**gamma (q + gamma p c).

    Here q = sigmoid(away), p = sigmoid(-away) and c = softplus(away).
    """
    q, c = away.sigmoid(), softplus(away, 1, LINE_FROM)
    if gamma == 0:
        values, slopes = c, q
    else:
        # p c goes to 0 at an infinite loss; the product 0 times infinity would be NaN.
        p, bounded = away.neg_().sigmoid_(), c.clamp_max(torch.finfo(c.dtype).max)
        power = q if gamma == 1 else q**gamma
        values, slopes = c.mul_(power), torch.addcmul(q, p, bounded, value=gamma).mul_(power)
    if weight is None:
        return values, slopes
    return times(weight, values), slopes * weight


# --- smoothed targets ----------------------------------------------------------------------------


class _Smoothed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, *given: Any) -> Tensor:
        batch, ctx.law = Batch(*given[:-1]), given[-1]
        ctx.save_for_backward(*batch)
        log_p = _log_softmax(batch)
        miss, c = -torch.expm1(log_p), -log_p
        return smoothed(batch, ctx.law, miss**ctx.law.gamma * c)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        batch = Batch(*ctx.saved_tensors)
        if torch.is_grad_enabled():
            return gradient_to_differentiate(batch, ctx.law, grad), *(None,) * 4
        log_p = _log_softmax(batch)
        pulls = weights_of_smoothed(batch, ctx.law) * batch.weigh_classes(
            _pull(log_p, ctx.law.gamma)
        )
        pulls = pulls * without_ignored(batch, grad).unsqueeze(1)
        gradient = log_p.exp() * pulls.sum(1, keepdim=True) - pulls
        return gradient.to(batch.inputs.dtype), *(None,) * 4


def _log_softmax(batch: Batch) -> Tensor:
    """Right for infinite logits too; equal infinities count as equal logits."""
    logits = batch.logits(finite=False)
    if batch.ignored is not None:
        logits = logits.masked_fill(batch.ignored.unsqueeze(1), 0)
    log_p = logits.log_softmax(1)
    return torch.where(log_p < -torch.finfo(batch.inputs.dtype).max / 2, -math.inf, log_p)


def _pull(log_p: Tensor, gamma: float) -> Tensor:
    """W of every class. (-ln p) / (1 - p) goes to 1 at p = 1, and p ln p to 0 at p = 0."""
    miss = -torch.expm1(log_p)
    c = -log_p.clamp_min(-torch.finfo(log_p.dtype).max)
    ratio = torch.where(miss == 0, 1, c / miss)
    return miss**gamma * (1 + gamma * log_p.exp() * ratio)
