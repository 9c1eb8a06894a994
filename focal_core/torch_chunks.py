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

from focal_core.torch_batch import Batch, Law, check_targets, is_batched, outside
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
        if is_batched(grad):
            return (grad * slope).to(ctx.dtype), None, None, None
        if grad.dim() > 0 or grad.item() != 1:
            slope.mul_(grad)
        return slope.to(ctx.dtype), None, None, None


def in_chunks(batch: Batch, law: Law, *, slope: bool) -> tuple[Tensor, Any]:
    """The values, or their sum, and the slopes, if wanted, else None."""
    shape, size, dtype = batch.inputs.shape, batch.inputs.numel(), batch.dtype
    values = None if law.total else torch.empty(shape, dtype=dtype, device="cpu")
    slopes = torch.empty(shape, dtype=dtype, device="cpu") if slope else None
    workshop = _Workshop(batch, law, min(size, CHUNK))
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
    if values is None:
        values = torch.scalar_tensor(total, dtype=dtype, device="cpu")
    return values, slopes


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
                    self.buffers[dtype] = torch.empty((6, CHUNK), dtype=dtype, device="cpu")
            self.rooms = self.buffers[dtype][:, :size].unbind()
            self.last_cut = (size, dtype)
        return self.rooms


_SHELF = _Shelf()


class _Workshop:
    """The buffers and constants of one call, and what is done with them."""

    def __init__(self, whole: Batch, law: Law, size: int) -> None:
        dtype = whole.dtype
        self.whole = whole
        self.law = law
        self.size = size
        self.rooms = _SHELF.cut(size, dtype)
        self.one, self.by_miss, self.start, self.step = _constants(law, dtype)

    def chunk(self, batch: Batch, values: Tensor | None, slopes: Tensor | None) -> float:
        """Fill values and slopes (flat, where given) and return the sum of the values."""
        size, rooms = batch.inputs.numel(), self.rooms
        if size < self.size:
            rooms = tuple(room[:size] for room in rooms)
        targets = batch.targets
        if targets.dtype != self.one.dtype:
            targets = rooms[5].copy_(targets)
        values = rooms[1] if values is None else values
        if torch.equal(torch.mul(targets, targets, out=rooms[0]), targets):
            total = self._certain(batch._replace(targets=targets), rooms, values, slopes)
            if math.isfinite(total):
                return total
        return self._any(batch, values, slopes)

    def _certain(self, batch: Batch, rooms: Any, values: Tensor, slopes: Tensor | None) -> float:
        """Targets 0 or 1: slope s w q**gamma (q + gamma p c), value w q**gamma c.

        Here s = 1 - 2 t, z = s x, q = 1 - p_t = sigmoid(z) and p = p_t = sigmoid(-z). Targets may
        lie in the last room, which is used again. An infinite loss leaves NaN behind and shows in
        the sum.
        """
        other, miss, hit, c, sign, spare = rooms
        torch.sub(self.one, batch.targets, alpha=2, out=sign)
        start_from = batch.targets
        if self.by_miss:
            start_from = torch.sub(self.one, batch.targets, out=other)
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
        if outside(batch).any():
            check_targets(self.whole)
        found, of_each = closed_form(batch, self.law, slope=slopes is not None)
        values.copy_(found)
        if slopes is not None and of_each is not None:
            slopes.copy_(of_each)
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
        one = torch.ones((), dtype=dtype, device="cpu")
        return one, by_miss, torch.tensor(start, dtype=dtype, device="cpu"), step
