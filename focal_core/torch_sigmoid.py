"""How the sigmoid focal loss of `torch_losses` is computed: three ways to the same numbers.

With x the logit, t the target, p = sigmoid(x), q = sigmoid(-x) and u = p (1 - t) + q t,

    FL = w u**gamma c,    c = max(x, 0) - t x - ln(1 - min(p, q)),    w = alpha_t times weight

- in chunks: value and slope in one pass through a few buffers that stay in the cache. For ordinary
  tensors on a CPU.
- closed form: the same out of place and without a look at the data. For compilers, exporters and
  other devices.
- plain: ordinary differentiable operations, with the power as exp(gamma ln u) so that derivatives
  of every order stay finite. For second derivatives, function transforms, and gradients by the
  targets or the weight.

The half types are computed in float32.
"""

import math
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.forward_ad import unpack_dual

CHUNK = 2**17
"""Elements a pass: small enough for the cache, large enough to hide what a call costs."""

ORDINARY = frozenset({Tensor, torch.nn.Parameter})


class Batch(NamedTuple):
    """Logits and targets of one shape, and the weight of each element, if any (broadcasts)."""

    inputs: Tensor
    targets: Tensor
    weight: Tensor | None

    @property
    def dtype(self) -> torch.dtype:
        """The type to compute in."""
        return torch.promote_types(self.inputs.dtype, torch.float32)


@dataclass(frozen=True)
class Law:
    """What is computed, checked before.

    gamma: 0 or more. alpha: 0 to 1 or None. total: the sum of all elements instead of each.
    scale: a factor on everything.
    """

    gamma: float
    alpha: float | None
    total: bool
    scale: float = 1.0

    def weighed(self, batch: Batch, unweighted: Tensor) -> Tensor:
        """The unweighted values times alpha_t, the batch's weight and the scale."""
        if self.alpha is not None:
            t = batch.targets.to(unweighted.dtype)
            unweighted = _times(self.alpha * t + (1 - self.alpha) * (1 - t), unweighted)
        if batch.weight is not None:
            unweighted = _times(batch.weight.to(unweighted.dtype), unweighted)
        return unweighted if self.scale == 1 else unweighted * self.scale

    def reduced(self, values: Tensor) -> Tensor:
        """The values, or their sum if that is what is asked for."""
        return values.sum() if self.total else values


def evaluate(batch: Batch, law: Law) -> Tensor:
    """The loss of each element or their sum, in the computing type."""
    if must_be_plain(*batch):
        return law.reduced(plain(batch, law))
    if not runs_in_chunks(*batch):
        return law.reduced(_apply(_ClosedForm, batch, law))
    if torch.is_grad_enabled() and batch.inputs.requires_grad:
        return _apply(_InChunks, batch, law)
    return _in_chunks(batch, law, slope=False)[0]


def values_and_slopes(batch: Batch, law: Law) -> tuple[Tensor, Tensor]:
    """The loss of each element and its derivative by the logit; neither can be differentiated."""
    if runs_in_chunks(*batch):
        return _in_chunks(batch, law, slope=True)
    return closed_form(batch, law, slope=False), closed_form(batch, law, slope=True)


def must_be_plain(inputs: Tensor, *others: Tensor | None) -> bool:
    """Whether only ordinary operations give what is asked for."""
    if torch._C._are_functorch_transforms_active() or _is_dual(inputs):
        return True
    for tensor in others:
        if tensor is not None and (tensor.requires_grad or _is_dual(tensor)):
            return True
    return False


def runs_in_chunks(*tensors: Tensor | None) -> bool:
    """Whether these are ordinary tensors whose values may be looked at without delay."""
    if torch.compiler.is_compiling():
        return False
    for tensor in tensors:
        if tensor is not None and (type(tensor) not in ORDINARY or tensor.device.type != "cpu"):
            return False
    return True


def _is_dual(tensor: Tensor) -> bool:
    if torch.compiler.is_compiling():
        return False
    return unpack_dual(tensor).tangent is not None  # type: ignore[no-untyped-call]


def _apply(function: type[torch.autograd.Function], batch: Batch, law: Law) -> Tensor:
    result: Tensor = function.apply(*batch, law)  # type: ignore[no-untyped-call]
    return result


def _times(weight: Tensor, values: Tensor) -> Tensor:
    # What has weight 0 costs nothing: 0 times infinity would be NaN.
    return torch.where((weight == 0) & torch.isinf(values), 0, weight * values)


# --- plain ---------------------------------------------------------------------------------------


def plain(batch: Batch, law: Law) -> Tensor:
    """Loss of each element in ordinary operations, differentiable by every tensor, to any order.

    A target is taken as its distance tau from the nearer class, whose own loss has logit z:
    ln u = ln sigmoid(z) + ln(1 + tau (exp(-z) - 1)) and c = softplus(z) - tau z.
    """
    inputs, targets = batch.inputs.to(batch.dtype), batch.targets.to(batch.dtype)
    nearest = targets.detach().round()
    away = 1 - 2 * nearest
    return law.weighed(batch, plain_loss(inputs * away, (targets - nearest) * away, law.gamma))


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


def _gradient_to_differentiate(batch: Batch, law: Law, grad: Tensor) -> Tensor:
    """The gradient by the inputs as a function that can be differentiated again."""
    values = plain(batch, law)
    if grad.dim() < values.dim():
        values = values.sum()
    (slope,) = torch.autograd.grad(values, batch.inputs, grad, create_graph=True)
    return slope


# --- closed form ---------------------------------------------------------------------------------


def closed_form(batch: Batch, law: Law, *, slope: bool) -> Tensor:
    """Loss of each element, or its slope, for any target from 0 to 1 and any logit.

    The slope is w u**gamma (gamma r c + k) with r = u'/u and k = p (1 - t) - q t.
    """
    x, t = batch.inputs.to(batch.dtype), batch.targets.to(batch.dtype)
    p, q = torch.sigmoid(x), torch.sigmoid(-x)
    miss = p * (1 - t) + q * t
    factor = c = _cross_entropy(x, t, p, q)
    if slope:
        # c goes to infinity slower than r to 0: the largest number times 0 is their limit.
        c = c.clamp_max(torch.finfo(c.dtype).max)
        factor = law.gamma * _relative_slope(p, q, t, miss) * c + (p * (1 - t) - q * t)
    found = miss**law.gamma * factor
    # The power may round to 0; the limit is still infinite.
    return law.weighed(batch, torch.where(torch.isinf(factor), factor, found))


def _cross_entropy(x: Tensor, t: Tensor, p: Tensor, q: Tensor) -> Tensor:
    # A certain target has one term only: 0 times an infinite logit would be NaN.
    if_positive = torch.where(t == 0, 0, -t * x)
    if_negative = torch.where(t == 1, 0, (1 - t) * x)
    return torch.maximum(if_positive, if_negative) - torch.log1p(-torch.minimum(p, q))


def _relative_slope(p: Tensor, q: Tensor, t: Tensor, miss: Tensor) -> Tensor:
    soft = (1 - 2 * t) * p * q / torch.where((t == 0) | (t == 1), 1, miss)
    return torch.where(t == 0, q, torch.where(t == 1, -p, soft))


class _ClosedForm(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, targets: Tensor, weight: Tensor | None, law: Law
    ) -> Tensor:
        ctx.save_for_backward(inputs, targets, weight)
        ctx.law = law
        return closed_form(Batch(inputs, targets, weight), law, slope=False)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        batch = Batch(*ctx.saved_tensors)
        if torch.is_grad_enabled():
            return _gradient_to_differentiate(batch, ctx.law, grad), None, None, None
        slope = closed_form(batch, ctx.law, slope=True)
        return (grad * slope).to(batch.inputs.dtype), None, None, None


# --- in chunks -----------------------------------------------------------------------------------


class _InChunks(torch.autograd.Function):
    """Keeps the slope for the first backward pass, which scales it in place and gives it away."""

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, targets: Tensor, weight: Tensor | None, law: Law
    ) -> Tensor:
        ctx.save_for_backward(inputs, targets, weight)
        ctx.law = law
        values, ctx.slope = _in_chunks(Batch(inputs, targets, weight), law, slope=True)
        return values

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        batch = Batch(*ctx.saved_tensors)
        if torch.is_grad_enabled():
            return _gradient_to_differentiate(batch, ctx.law, grad), None, None, None
        slope, ctx.slope = ctx.slope, None
        if slope is None:  # a second pass over the same graph
            slope = _in_chunks(batch, ctx.law, slope=True)[1]
        if grad.dim() > 0 or grad.item() != 1:
            slope.mul_(grad)
        return slope.to(batch.inputs.dtype), None, None, None


def _in_chunks(batch: Batch, law: Law, *, slope: bool) -> tuple[Tensor, Any]:
    """The values, or their sum, and the slopes, if wanted, else None."""
    shape, size, dtype = batch.inputs.shape, batch.inputs.numel(), batch.dtype
    values = None if law.total else torch.empty(shape, dtype=dtype)
    slopes = torch.empty(shape, dtype=dtype) if slope else None
    workshop = _Workshop(law, min(size, CHUNK), dtype)
    flat: list[Any] = [_flat(tensor) for tensor in (*batch, values, slopes)]
    if size <= CHUNK:
        total = workshop.chunk(Batch(*flat[:3]), *flat[3:])
    else:
        total = 0.0
        for start in range(0, size, CHUNK):
            cut: list[Any] = [
                None if part is None else part[start : start + CHUNK] for part in flat
            ]
            total += workshop.chunk(Batch(*cut[:3]), *cut[3:])
    return torch.scalar_tensor(total, dtype=dtype) if values is None else values, slopes


def _flat(tensor: Tensor | None) -> Any:
    return tensor if tensor is None or tensor.dim() == 1 else tensor.reshape(-1)


class _Shelf(threading.local):
    """Six buffers of one chunk's size, kept for the next call because fresh memory is slow.

    Each thread has its own, 3 MB for float32.
    """

    def __init__(self) -> None:
        self.buffers: dict[torch.dtype, Tensor] = {}
        self.last_cut: tuple[int, torch.dtype] | None = None
        self.rooms: tuple[Tensor, ...] = ()

    def cut(self, size: int, dtype: torch.dtype) -> tuple[Tensor, ...]:
        """The buffers, cut to size."""
        if self.last_cut != (size, dtype):
            if dtype not in self.buffers:
                with torch.inference_mode(False):
                    self.buffers[dtype] = torch.empty((6, CHUNK), dtype=dtype)
            self.rooms = self.buffers[dtype][:, :size].unbind()
            self.last_cut = (size, dtype)
        return self.rooms


_SHELF = _Shelf()


class _Workshop:
    """The buffers and constants of one call, and what is done with them."""

    def __init__(self, law: Law, size: int, dtype: torch.dtype) -> None:
        self.law = law
        self.size = size
        self.rooms = _SHELF.cut(size, dtype)
        self.one, self.by_miss, self.start, self.step = _constants(law, dtype)

    def chunk(self, batch: Batch, values: Tensor | None, slopes: Tensor | None) -> float:
        """Fill values and slopes (flat, where given) and return the sum of the values."""
        size, rooms = batch.inputs.numel(), self.rooms
        if size < self.size:
            rooms = tuple(room[:size] for room in rooms)
        if batch.targets.dtype != self.one.dtype:
            batch = batch._replace(targets=rooms[5].copy_(batch.targets))
        values = rooms[1] if values is None else values
        other = torch.sub(self.one, batch.targets, out=rooms[0])
        if torch.dot(other, batch.targets).item() == 0:
            total = self._certain(batch, rooms, values, slopes)
            if math.isfinite(total):
                return total
        return self._any(batch, values, slopes)

    def _certain(self, batch: Batch, rooms: Any, values: Tensor, slopes: Tensor | None) -> float:
        """Targets 0 or 1: slope s w q**gamma (q + gamma p c), value w q**gamma c.

        Here s = 1 - 2 t, z = s x, q = 1 - p_t = sigmoid(z) and p = p_t = sigmoid(-z). The first
        room holds 1 - t. An infinite loss leaves NaN behind and shows in the sum.
        """
        other, miss, hit, c, sign, spare = rooms
        torch.sub(other, batch.targets, out=sign)
        start_from = other if self.by_miss else batch.targets
        signed_weight = torch.add(self.start, start_from, alpha=self.step, out=other)
        spare = spare if slopes is None else slopes
        torch.mul(batch.inputs, sign, out=c)
        torch.sigmoid(c, out=miss)
        torch.neg(c, out=hit).sigmoid_()
        c.clamp_min_(0).sub_(torch.minimum(miss, hit, out=spare).neg_().log1p_())
        if slopes is not None:
            torch.addcmul(miss, hit, c, value=self.law.gamma, out=slopes)
        factor = torch.pow(miss, self.law.gamma, out=miss).mul_(signed_weight)
        if batch.weight is not None:
            factor.mul_(batch.weight)
        if slopes is not None:
            slopes.mul_(factor)
        return torch.mul(factor, c, out=values).mul_(sign).sum().item()

    def _any(self, batch: Batch, values: Tensor, slopes: Tensor | None) -> float:
        values.copy_(closed_form(batch, self.law, slope=False))
        if slopes is not None:
            slopes.copy_(closed_form(batch, self.law, slope=True))
        return values.sum(dtype=torch.float64).item()


@lru_cache
def _constants(law: Law, dtype: torch.dtype) -> tuple[Tensor, bool, Tensor, float]:
    """1, and what gives s alpha_t: start + step (1 - t), or start + step t if it says False.

    Of these two forms the one in which the small weight is a constant and not a difference.
    """
    by_miss, start, step = True, -law.scale, 2 * law.scale
    if law.alpha is not None and law.alpha <= 0.5:
        by_miss, start, step = True, -law.alpha * law.scale, law.scale
    elif law.alpha is not None:
        by_miss, start, step = False, (1 - law.alpha) * law.scale, -law.scale
    with torch.inference_mode(False):
        return torch.ones((), dtype=dtype), by_miss, torch.tensor(start, dtype=dtype), step
