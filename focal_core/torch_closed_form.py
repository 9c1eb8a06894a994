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

from focal_core.torch_batch import Batch, Law
from focal_core.torch_plain import gradient_to_differentiate


def closed_form(batch: Batch, law: Law, *, slope: bool) -> tuple[Tensor, Tensor | None]:
    """Loss of each element and, if asked for, its slope: any target from 0 to 1, any logit."""
    x, t = batch.inputs.to(batch.dtype), batch.targets.to(batch.dtype)
    p, q, s = torch.sigmoid(x), torch.sigmoid(-x), 1 - t
    a, b = p * s, q * t
    u, c = a + b, _cross_entropy(x, t, s, p, q)
    power = _power(u, law.gamma)
    factor = _weighed(batch, law, t, s, power)
    values = c if factor is None else factor * c
    if power is not None:  # it may round to 0; the limit of an infinite loss is still infinite
        values = torch.where(torch.isinf(c), c, values)
    ignored = _weighs_nothing(batch, law, t)
    if ignored is not None:
        values = values.masked_fill(ignored, 0)
    if not slope:
        return values, None
    slopes = _slope(a, b, u, c, (s - t) * p * q, law.gamma)
    slopes = slopes if factor is None else slopes * factor
    return values, slopes if ignored is None else slopes.masked_fill(ignored, 0)


def _cross_entropy(x: Tensor, t: Tensor, s: Tensor, p: Tensor, q: Tensor) -> Tensor:
    """max(x, 0) - t x, and ln(1 - min(p, q)) that keeps the digits of easy examples.

    A certain target has one term only: 0 times an infinite logit is NaN, and counts 0.
    """
    line = (x.relu() * s).addcmul((-x).relu(), t).nan_to_num(0.0, torch.inf, -torch.inf)
    return line - torch.log1p(-torch.minimum(p, q))


def _slope(a: Tensor, b: Tensor, u: Tensor, c: Tensor, bend: Tensor, gamma: float) -> Tensor:
    """(gamma r c + a - b), with r c = 0 where r is 0 and c infinite."""
    if gamma == 0:
        return a - b
    limits = torch.finfo(c.dtype)
    return torch.add(a - b, bend / u.clamp_min(limits.tiny) * c.clamp_max(limits.max), alpha=gamma)


def _power(u: Tensor, gamma: float) -> Tensor | None:
    """u**gamma, or None for 1. A power of 0 is not taken: 0**0 of what has no digits left."""
    if gamma == 0:
        return None
    return u if gamma == 1 else u**gamma


def _weighed(batch: Batch, law: Law, t: Tensor, s: Tensor, power: Tensor | None) -> Tensor | None:
    """The power times alpha_t, the batch's weight and the scale."""
    factor = power
    if law.alpha is not None:
        of_class = torch.add(s * ((1 - law.alpha) * law.scale), t, alpha=law.alpha * law.scale)
        factor = of_class if factor is None else factor * of_class
    elif law.scale != 1:
        factor = torch.full_like(t, law.scale) if factor is None else factor * law.scale
    if batch.weight is not None:
        weight = batch.weight.to(t.dtype)
        factor = weight if factor is None else factor * weight
    return factor


def _weighs_nothing(batch: Batch, law: Law, t: Tensor) -> Tensor | None:
    """Where the weight is 0, so that nothing counts whatever stands there; None for nowhere."""
    found = None if batch.weight is None else batch.weight == 0
    if law.alpha in (0, 1):
        without = t == 1 - law.alpha
        found = without if found is None else found | without
    return found


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
