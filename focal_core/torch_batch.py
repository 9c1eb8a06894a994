"""What the sigmoid focal loss of PyTorch is computed from, and which way of computing is open."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.autograd import forward_ad

ORDINARY = frozenset({Tensor, torch.nn.Parameter})

LINE_FROM = 40
"""softplus(z) is z from here on, to the last digit of float64."""


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
    if torch._C._are_functorch_transforms_active():
        return True
    for tensor in others:
        if tensor is not None and tensor.requires_grad:
            return True
    if torch.compiler.is_compiling() or forward_ad._current_level < 0:
        return False
    return any(tensor is not None and _is_dual(tensor) for tensor in (inputs, *others))


def may_look(*tensors: Tensor | None) -> bool:
    """Whether these are ordinary tensors on a CPU, whose values may be looked at without delay."""
    if torch.compiler.is_compiling() or torch._C._len_torch_dispatch_stack() > 0:
        return False
    for tensor in tensors:
        if tensor is not None and not (tensor.is_cpu and type(tensor) in ORDINARY):
            return False
    return True


def is_free_to_look(*tensors: Tensor | None) -> bool:
    """Likewise, while no function transform hides the values."""
    return may_look(*tensors) and not torch._C._are_functorch_transforms_active()


def on_gpu(inputs: Tensor, *others: Tensor | None) -> bool:
    """Whether these are ordinary tensors, the first on a GPU, that no compiler looks at."""
    if not inputs.is_cuda or torch.compiler.is_compiling():
        return False
    if torch._C._len_torch_dispatch_stack() > 0:
        return False
    return all(each is None or type(each) in ORDINARY for each in (inputs, *others))


def is_batched(grad: Tensor) -> bool:
    """Whether an incoming gradient stands for many, as with is_grads_batched."""
    if torch.compiler.is_compiling():
        return False
    functorch = torch._C._functorch
    return functorch.is_batchedtensor(grad) or functorch.is_legacy_batchedtensor(grad)


def weighs_nothing(batch: Batch, law: Law) -> Tensor | None:
    """Where weight or alpha is 0, so that nothing counts whatever stands there; None: nowhere."""
    found = None if batch.weight is None else batch.weight == 0
    if law.alpha in (0, 1):
        without = batch.targets == 1 - law.alpha
        found = without if found is None else found | without
    return found


def times(weight: Tensor, values: Tensor) -> Tensor:
    """The product, in which weight 0 makes nothing even of infinity."""
    return weight * values.masked_fill((weight == 0) & torch.isinf(values), 0)


def outside(batch: Batch) -> Tensor:
    """Which targets count and lie outside 0 to 1."""
    targets = batch.targets
    if not targets.is_floating_point():  # torch cannot compare every type of integers
        targets = targets.to(batch.dtype)
    found = (targets < 0) | (targets > 1)
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
    return forward_ad.unpack_dual(tensor).tangent is not None  # type: ignore[no-untyped-call]
