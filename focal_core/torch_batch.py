"""What the sigmoid focal loss of PyTorch is computed from, and which way of computing is open."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.autograd import forward_ad

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

    def reduced(self, values: Tensor) -> Tensor:
        """The values, or their sum if that is what is asked for."""
        return values.sum() if self.total else values


def must_be_plain(inputs: Tensor, *others: Tensor | None) -> bool:
    """Whether only ordinary operations give what is asked for."""
    if torch._C._are_functorch_transforms_active() or _is_dual(inputs):
        return True
    for tensor in others:
        if tensor is not None and (tensor.requires_grad or _is_dual(tensor)):
            return True
    return False


def may_look(*tensors: Tensor | None) -> bool:
    """Whether these are ordinary tensors on a CPU, whose values may be looked at without delay."""
    if torch.compiler.is_compiling() or torch._C._len_torch_dispatch_stack() > 0:
        return False
    for tensor in tensors:
        if tensor is not None and (type(tensor) not in ORDINARY or tensor.device.type != "cpu"):
            return False
    return True


def is_batched(grad: Tensor) -> bool:
    """Whether an incoming gradient stands for many, as with is_grads_batched."""
    if torch.compiler.is_compiling():
        return False
    functorch = torch._C._functorch
    return functorch.is_batchedtensor(grad) or functorch.is_legacy_batchedtensor(grad)


def outside(batch: Batch) -> Tensor:
    """Which targets count and lie outside 0 to 1."""
    found = (batch.targets < 0) | (batch.targets > 1)
    return found if batch.weight is None else found & (batch.weight != 0)


def check_targets(batch: Batch) -> None:
    """ValueError for a target outside 0 to 1 that counts. Looks at every value: for a CPU."""
    bad = outside(batch)
    if bad.any():
        first = tuple(bad.nonzero()[0].tolist())
        raise ValueError(
            f"targets must lie from 0 to 1, got {batch.targets[first].item():g} at index {first} "
            f"({int(bad.sum())} of {bad.numel()} lie outside); what is to be ignored takes "
            "ignore_index or weight 0"
        )


def _is_dual(tensor: Tensor) -> bool:
    if torch.compiler.is_compiling() or forward_ad._current_level < 0:
        return False
    return forward_ad.unpack_dual(tensor).tangent is not None  # type: ignore[no-untyped-call]
