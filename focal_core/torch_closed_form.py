"""The sigmoid focal loss in few operations and without a look at the data.

With x the logit, t the target, p = sigmoid(x), q = sigmoid(-x), a = p (1 - t), b = q t and
u = a + b = 1 - p_t, value and slope by the logit are

    w u**gamma c        and        w u**gamma (gamma r c + a - b),    r = u'/u = (1 - 2t) p q / u

For compilers, exporters and devices other than the CPU, where each operation is a launch and a pass
over memory: both come in one go, and the slope waits for the backward pass.
"""

from typing import Any

import torch
from torch import Tensor

from focal_core.torch_batch import Batch, Law, weighs_nothing
from focal_core.torch_plain import gradient_to_differentiate


def closed_form(batch: Batch, law: Law, *, slope: bool) -> tuple[Tensor, Tensor | None]:
    """Loss of each element and, if asked for, its slope: any target from 0 to 1, any logit."""
    x, t = batch.inputs.to(batch.dtype), batch.targets.to(batch.dtype)
    limits = torch.finfo(x.dtype)
    p, q, s = torch.sigmoid(x), torch.sigmoid(-x), 1 - t
    c = _cross_entropy(x, t, s, p, q)
    bend = (s - t).mul_(p).mul_(q) if slope else None
    a, b = p.mul_(s), q.mul_(t)
    u = (a + b).clamp_min_(limits.tiny)  # what is smaller costs less than the smallest number
    if bend is not None:
        bend.div_(u)
        a.sub_(b)
    factor = _weighed(batch, law, t, s, _power(u, law.gamma))
    values = c if factor is None else factor * c
    ignored = weighs_nothing(batch, law)
    if ignored is not None:
        values.masked_fill_(ignored, 0)
    if bend is None:
        return values, None
    slopes = a
    if law.gamma != 0:  # r c is 0 where r is 0 and c infinite
        slopes.add_(bend.mul_(c.clamp_max_(limits.max)), alpha=law.gamma)
    if factor is not None:
        slopes.mul_(factor)
    return values, slopes if ignored is None else slopes.masked_fill_(ignored, 0)


def _cross_entropy(x: Tensor, t: Tensor, s: Tensor, p: Tensor, q: Tensor) -> Tensor:
    """max(x, 0) - t x, and ln(1 - min(p, q)) that keeps the digits of easy examples.

    A certain target has one term only: 0 times an infinite logit is NaN, and counts 0.
    """
    line = x.clamp_min(0).mul_(s).addcmul_(x.clamp_max(0), t, value=-1)
    line.nan_to_num_(0.0, torch.inf, -torch.inf)
    return line.sub_(torch.minimum(p, q).neg_().log1p_())


def _power(u: Tensor, gamma: float) -> Tensor | None:
    """u**gamma, or None for 1; it is not let round to 0, for the limit of an infinite loss."""
    if gamma == 0:
        return None
    power = u.square_() if gamma == 2 else u.pow_(gamma)
    return power.clamp_min_(torch.finfo(u.dtype).smallest_normal * torch.finfo(u.dtype).eps)


def _weighed(batch: Batch, law: Law, t: Tensor, s: Tensor, power: Tensor | None) -> Tensor | None:
    """The power times alpha_t, the batch's weight and the scale; None for 1."""
    factors = [] if power is None else [power]
    if law.alpha is not None:
        of_class = s.mul_((1 - law.alpha) * law.scale).add_(t, alpha=law.alpha * law.scale)
        factors.append(of_class)
    elif law.scale != 1:
        factors.append(torch.full_like(t, law.scale))
    if batch.weight is not None:
        factors.append(batch.weight.to(t.dtype))
    if not factors:
        return None
    first, *others = factors
    for other in others:
        first.mul_(other)
    return first


class ClosedForm(torch.autograd.Function):
    """Value and slope together; the slope is kept for the backward pass."""

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, targets: Tensor, weight: Tensor | None, law: Law
    ) -> Tensor:
        """The values, or their sum."""
        batch = Batch(inputs, targets, weight)
        values, slopes = closed_form(batch, law, slope=ctx.needs_input_grad[0])
        ctx.save_for_backward(inputs, targets, weight, slopes)
        ctx.law = law
        return law.reduced(values)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """The slopes times what comes in."""
        *given, slopes = ctx.saved_tensors
        batch = Batch(*given)
        if torch.is_grad_enabled():
            return gradient_to_differentiate(batch, ctx.law, grad), None, None, None
        return (grad * slopes).to(batch.inputs.dtype), None, None, None
