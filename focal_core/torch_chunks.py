"""The sigmoid focal loss of ordinary tensors on a CPU: value and slope in one pass.

Fresh memory is slow there, so the work is done in chunks that fit the cache, in rooms that are kept
for the next call. Nothing that is kept depends on who called first: default device, inference
mode, type and thread may change from call to call.
"""

import math
import threading
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from focal_core.torch_batch import (
    LINE_FROM,
    Batch,
    Law,
    check_targets,
    is_batched,
    outside,
)
from focal_core.torch_closed_form import closed_form
from focal_core.torch_plain import gradient_to_differentiate

CHUNK = 2**17
"""Elements a pass: small enough for the cache, large enough to hide what a call costs."""


class InChunks(torch.autograd.Function):
    """Keeps the slope for the first backward pass, which scales it in place and gives it away."""

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, targets: Tensor, weight: Tensor | None, law: Law
    ) -> Tensor:
        """The values, or their sum."""
        ctx.save_for_backward(inputs, targets, weight)
        ctx.law = law
        ctx.dtype = inputs.dtype
        values, ctx.slope = in_chunks(Batch(inputs, targets, weight), law, slope=True)
        return values

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """The slope times what comes in; in place, where nobody else needs it."""
        if torch.is_grad_enabled():
            batch = Batch(*ctx.saved_tensors)
            return gradient_to_differentiate(batch, ctx.law, grad), None, None, None
        slope, ctx.slope = ctx.slope, None
        if slope is None:  # a second pass over the same graph
            slope = in_chunks(Batch(*ctx.saved_tensors), ctx.law, slope=True)[1]
        if torch.compiler.is_compiling() or is_batched(grad):
            return (grad * slope).to(ctx.dtype), None, None, None
        if grad.dim() > 0 or grad.item() != 1:
            slope.mul_(grad)
        return slope.to(ctx.dtype), None, None, None


def in_chunks(batch: Batch, law: Law, *, slope: bool) -> tuple[Tensor, Any]:
    """The values, or their sum, and the slopes, if wanted, else None."""
    inputs, dtype = batch.inputs, batch.dtype
    shape, size = inputs.shape, inputs.numel()
    values = None if law.total else torch.empty(shape, dtype=dtype, device="cpu")
    slopes = torch.empty(shape, dtype=dtype, device="cpu") if slope else None
    parts = [_flat(tensor) for tensor in (*batch, values, slopes)]
    if size <= CHUNK:
        total = _chunk(batch, law, *parts)
        return total.to(dtype) if values is None else values, slopes
    sums = [
        _chunk(batch, law, *(None if part is None else part[at : at + CHUNK] for part in parts))
        for at in range(0, size, CHUNK)
    ]
    if values is None:
        values = torch.scalar_tensor(sum(map(Tensor.item, sums)), dtype=dtype, device="cpu")
    return values, slopes


def _flat(tensor: Tensor | None) -> Any:
    return tensor if tensor is None or tensor.dim() == 1 else tensor.reshape(-1)


def _chunk(
    whole: Batch,
    law: Law,
    inputs: Any,
    targets: Any,
    weight: Tensor | None,
    values: Tensor | None,
    slopes: Tensor | None,
) -> Tensor:
    """Fill values and slopes (where given) and return the sum of the values; all are flat."""
    dtype = whole.dtype
    rooms = _SHELF.cut(inputs.numel(), dtype)
    other, room = rooms[0], rooms[1]
    values = room if values is None else values
    one, by_miss, start, step = _constants(law, dtype)
    t = targets if targets.dtype == dtype else rooms[5].copy_(targets)
    torch.sub(one, t, out=other)
    if torch.mul(t, other, out=room).abs_().sum().item() == 0:
        torch.sub(other, t, out=rooms[4])
        torch.add(start, other if by_miss else t, alpha=step, out=other)
        total = _certain(inputs, weight, law.gamma, rooms, values, slopes)
        if math.isfinite(total.item()):
            return total
    return _any(whole, law, Batch(inputs, targets, weight), values, slopes)


def _certain(
    inputs: Tensor,
    weight: Tensor | None,
    gamma: float,
    rooms: tuple[Tensor, ...],
    values: Tensor,
    slopes: Tensor | None,
) -> Tensor:
    """Targets 0 or 1: slope s w q**gamma (q + gamma p c), value w q**gamma c; the values' sum.

    Here s = 1 - 2 t, z = s x, q = 1 - p_t = sigmoid(z), p = p_t = sigmoid(-z) and c = softplus(z).
    The rooms hold s w without the weight, and s. An infinite loss leaves NaN behind and shows in
    the sum.
    """
    factor, miss, hit, c, sign, _ = rooms
    torch.mul(inputs, sign, out=c)
    torch.sigmoid(c, out=miss)
    if slopes is not None:
        torch.neg(c, out=hit).sigmoid_()
    softplus(c, 1, LINE_FROM, out=c)  # type: ignore[call-arg]
    if slopes is not None:
        torch.addcmul(miss, hit, c, value=gamma, out=slopes)
    factor.mul_(torch.pow(miss, gamma, out=miss))
    if weight is not None:
        factor.mul_(weight)
    if slopes is not None:
        slopes.mul_(factor)
    return torch.mul(factor, c, out=values).mul_(sign).sum()


def _any(whole: Batch, law: Law, batch: Batch, values: Tensor, slopes: Tensor | None) -> Tensor:
    if outside(batch).any():
        check_targets(whole)
    found, of_each = closed_form(batch, law, slope=slopes is not None)
    values.copy_(found)
    if slopes is not None and of_each is not None:
        slopes.copy_(of_each)
    return values.sum(dtype=torch.float64)


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
                    self.buffers[dtype] = torch.empty((6, CHUNK), dtype=dtype, device="cpu")
            self.rooms = self.buffers[dtype][:, :size].unbind()
            self.last_cut = (size, dtype)
        return self.rooms


_SHELF = _Shelf()


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
        one = torch.ones((), dtype=dtype, device="cpu")
        return one, by_miss, torch.tensor(start, dtype=dtype, device="cpu"), step
