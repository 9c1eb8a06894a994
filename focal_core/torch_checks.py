"""What the PyTorch losses accept, and a clear word about what they do not.

Values that lie on a device are not looked at, which would wait for it; nor is anything whose value
a compiler does not know.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from focal_core import torch_class_batch
from focal_core.checks import (
    LARGEST_EXPONENT,
    check_between,
    check_class_weights,
    check_ignore_index,
    check_label_smoothing,
)
from focal_core.torch_batch import Law, is_free_to_look, may_look, must_be_plain

Normalizer: TypeAlias = float | Tensor | None
Weights: TypeAlias = Sequence[float] | Tensor

REDUCTIONS = ("none", "mean", "sum")
NUMBERS = frozenset({float, int, type(None)})


def check_real(name: str, tensor: Tensor) -> None:
    """TypeError for what is not a tensor of real numbers."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{name} must be a tensor, got {type(tensor).__name__}")
    if tensor.is_complex():
        raise TypeError(f"{name} must be real numbers, got dtype {tensor.dtype}")


def check_logits(inputs: Tensor) -> None:
    """TypeError for what is not a tensor of floating point."""
    check_real("inputs", inputs)
    if not inputs.is_floating_point():
        raise TypeError(f"inputs must be a floating point tensor, got dtype {inputs.dtype}")


def check_pair(inputs: Tensor, targets: Tensor) -> None:
    """TypeError unless these are logits and real numbers, ValueError for unequal shapes.

    Nobody means what broadcasting would make of them.
    """
    check_logits(inputs)
    check_real("targets", targets)
    if inputs.shape != targets.shape:
        raise ValueError(
            f"inputs of shape {tuple(inputs.shape)} and targets of shape {tuple(targets.shape)} "
            "must have the same shape"
        )


def checked_weight(weight: Tensor, inputs: Tensor) -> Tensor:
    """The weight in the inputs' shape."""
    check_real("weight", weight)
    try:
        return weight.expand(inputs.shape)
    except RuntimeError:
        raise ValueError(
            f"weight of shape {tuple(weight.shape)} does not broadcast to inputs of shape "
            f"{tuple(inputs.shape)}"
        ) from None


def checked_reduction(reduction: str, normalizer: Normalizer) -> Normalizer:
    """The normalizer, as a number or a 0-dimensional tensor, once both are checked."""
    if reduction not in REDUCTIONS:
        raise ValueError(f'Invalid reduction {reduction!r}: must be "none", "mean" or "sum"')
    if normalizer is None:
        return None
    if reduction != "sum":
        raise ValueError(f'Invalid reduction {reduction!r}: a normalizer needs "sum"')
    if not isinstance(normalizer, Tensor):
        if not torch.compiler.is_compiling():
            check_between("normalizer", normalizer, 0)
        return normalizer
    check_real("normalizer", normalizer)
    if normalizer.numel() != 1:
        raise ValueError(
            f"normalizer must be one number, got a tensor of shape {tuple(normalizer.shape)}"
        )
    return normalizer.reshape(())


def normalized(total: Tensor, normalizer: Normalizer) -> Tensor:
    """The sum over max(1, normalizer)."""
    if normalizer is None:
        return total
    if isinstance(normalizer, Tensor):
        return total / normalizer.clamp(min=1).to(total.dtype)
    return total / max(1, normalizer)


def sigmoid_law(gamma: float | Tensor, alpha: float | None, *, total: bool, size: int) -> Law:
    """What is computed; the sum is divided by the size."""
    if not torch.compiler.is_compiling() and type(gamma) in NUMBERS and type(alpha) in NUMBERS:
        return _remembered_law(gamma, alpha, total, size)
    return _law(gamma, alpha, total, size)


def _law(gamma: float | Tensor, alpha: float | None, total: bool, size: int) -> Law:
    return Law(checked_gamma(gamma), checked_alpha(alpha), total, 1 / max(1, size))


_remembered_law = lru_cache(_law)
"""Training asks for the same law at every step, and checking it takes longer than this."""


def softmax_law(gamma: float | Tensor, label_smoothing: float) -> torch_class_batch.Law:
    """What is computed."""
    if not torch.compiler.is_compiling() and {type(gamma), type(label_smoothing)} <= NUMBERS:
        return _remembered_softmax_law(gamma, label_smoothing)
    return _softmax_law(gamma, label_smoothing)


def _softmax_law(gamma: float | Tensor, label_smoothing: float) -> torch_class_batch.Law:
    return torch_class_batch.Law(checked_gamma(gamma), checked_smoothing(label_smoothing))


_remembered_softmax_law = lru_cache(_softmax_law)


def number_of(value: Any) -> Any:
    """A 0-dimensional tensor or array as a number; anything else as it is, to be checked."""
    if isinstance(value, Tensor | np.ndarray) and value.ndim == 0:
        return value.item()
    return value


def number_if_known(alpha: Any) -> Any:
    """Likewise, but a tensor stays one where looking would wait, or hide it from autograd."""
    if isinstance(alpha, Tensor) and (not may_look(alpha) or must_be_plain(alpha, alpha)):
        return alpha
    return number_of(alpha)


def is_several(alpha: object) -> bool:
    """Whether this is a tensor, an array or a sequence instead of one number."""
    return type(alpha) not in NUMBERS and isinstance(alpha, Tensor | np.ndarray | Sequence)


def checked_ignore_index(ignore_index: int | None) -> int | None:
    """A whole number, also below 0, or None."""
    if ignore_index is None or type(ignore_index) is int or torch.compiler.is_compiling():
        return ignore_index
    return check_ignore_index(ignore_index)


def can_hold(dtype: torch.dtype, number: int) -> bool:
    """Whether a tensor of this type can hold the number: -1 as uint8 would be 255."""
    if dtype.is_floating_point or dtype == torch.bool:
        return True
    return torch.iinfo(dtype).min <= number <= torch.iinfo(dtype).max


def checked_gamma(gamma: float | Tensor) -> float:
    """0 or more; no larger than a power can be told from 0."""
    if isinstance(gamma, Tensor) and gamma.requires_grad:
        raise ValueError("gamma must be a number: the loss cannot be differentiated by it")
    number: float = number_of(gamma)
    if torch.compiler.is_compiling():
        return number
    return min(check_between("gamma", number, 0), LARGEST_EXPONENT)


def checked_alpha(alpha: float | None) -> float | None:
    """0 to 1, or None for no weight, which torchvision writes -1."""
    if alpha is None or alpha == -1:
        return None
    return alpha if torch.compiler.is_compiling() else check_between("alpha", alpha, 0, 1)


def checked_smoothing(label_smoothing: float) -> float:
    """From 0 to below 1."""
    if torch.compiler.is_compiling():
        return label_smoothing
    return check_label_smoothing(label_smoothing)


def alpha_of_classes(alpha: Weights, inputs: Tensor) -> Tensor:
    """One weight from 0 to 1 for each entry of the last dimension, on the inputs' device."""
    dtype = torch.promote_types(inputs.dtype, torch.float32)
    if not isinstance(alpha, Tensor):
        alpha = torch.tensor(checked_alphas(alpha), dtype=dtype, device=inputs.device)
    check_real("alpha", alpha)
    if alpha.dim() > 0 and alpha.shape != inputs.shape[-1:]:
        raise ValueError(
            f"alpha must be a number or hold one weight for each entry of the inputs' last "
            f"dimension, {tuple(inputs.shape[-1:])}, got shape {tuple(alpha.shape)}"
        )
    if _may_look_at(alpha) and bool((~((alpha >= 0) & (alpha <= 1))).any()):
        raise ValueError(f"alpha must lie from 0 to 1, got {alpha.tolist()}")
    return alpha.to(inputs.device, dtype)


def _may_look_at(alpha: Tensor) -> bool:
    """Whether weights are ordinary numbers on a CPU and not being learned."""
    return alpha.dim() > 0 and may_look(alpha) and not must_be_plain(alpha, alpha)


def checked_alphas(alpha: Weights) -> Sequence[float]:
    """One weight for each class, each 0 to 1."""
    if torch.compiler.is_compiling() and not isinstance(alpha, Tensor):
        return alpha
    values = alpha.tolist() if isinstance(alpha, Tensor | np.ndarray) else alpha
    return [check_between("alpha", each, 0, 1) for each in values]


def checked_class_weights(alpha: Weights) -> Sequence[float]:
    """Weights of classes, each 0 or more."""
    if torch.compiler.is_compiling() and not isinstance(alpha, Tensor):
        return alpha
    return check_class_weights(alpha.tolist() if isinstance(alpha, Tensor) else alpha)


def class_weights(alpha: Weights | None, inputs: Tensor) -> Tensor | None:
    """One weight for each class of inputs (N, K, ...), on their device; None for none."""
    if alpha is None:
        return None
    if not isinstance(alpha, Tensor):
        dtype = torch.promote_types(inputs.dtype, torch.float32)
        alpha = torch.tensor(checked_class_weights(alpha), dtype=dtype, device=inputs.device)
    check_real("alpha", alpha)
    if alpha.shape != inputs.shape[1:2]:
        raise ValueError(
            f"alpha must hold one weight per class: {inputs.shape[1]} classes, "
            f"got shape {tuple(alpha.shape)}"
        )
    if _may_look_at(alpha) and not bool(((alpha >= 0) & alpha.isfinite()).all()):
        raise ValueError(
            f"alpha must hold one finite weight per class, each at least 0, got {alpha.tolist()}"
        )
    return alpha.to(inputs.device)


def check_weighted_mean(reduction: str, targets: Tensor | None = None) -> None:
    """ValueError unless there is a mean, and one true class for each example."""
    if reduction != "mean":
        raise ValueError(f'Invalid reduction {reduction!r}: weighted_mean needs "mean"')
    if targets is not None and targets.is_floating_point():
        raise ValueError("weighted_mean needs class numbers as targets, got probabilities")


def check_class_shapes(inputs: Tensor, targets: Tensor) -> None:
    """ValueError unless inputs are (N, K, ...) and targets (N, ...), or of the inputs' shape."""
    check_real("targets", targets)
    if targets.dtype == torch.bool:
        raise TypeError("targets must be integer class numbers, got dtype torch.bool")
    if inputs.dim() < 2 or inputs.shape[1] < 2:
        raise ValueError(
            f"inputs must have shape (N, K, ...) with K at least 2 classes, "
            f"got {tuple(inputs.shape)}"
        )
    if targets.is_floating_point() and targets.shape != inputs.shape:
        raise TypeError(
            f"targets must be integer class numbers, or probabilities of the inputs' shape "
            f"{tuple(inputs.shape)}, got dtype {targets.dtype} and shape {tuple(targets.shape)}"
        )
    if not targets.is_floating_point() and targets.shape != inputs.shape[:1] + inputs.shape[2:]:
        raise ValueError(
            f"inputs of shape {tuple(inputs.shape)} (N, K, ...) need targets of shape (N, ...), "
            f"got {tuple(targets.shape)}"
        )


def labels_of(
    targets: Tensor, classes: int, ignore_index: int | None
) -> tuple[Tensor, Tensor | None]:
    """The targets as classes, and which to ignore; IndexError for others, where looking is free."""
    targets = targets.long()  # a small type may not hold ignore_index: 156 is no -100
    looks = may_look(targets) and not must_be_plain(targets)
    if looks and targets.numel() and ignore_index not in range(classes):
        low, high = targets.aminmax()
        if low.item() >= 0 and high.item() < classes:
            return targets, None
    ignored = None if ignore_index is None else targets == ignore_index
    if looks:
        _check_labels(targets, classes, ignored, ignore_index)
        ignored = None if ignored is None or not ignored.any() else ignored
    return (targets if ignored is None else targets.masked_fill(ignored, 0)), ignored


def _check_labels(
    targets: Tensor, classes: int, ignored: Tensor | None, ignore_index: int | None
) -> None:
    bad = (targets < 0) | (targets >= classes)
    bad = bad if ignored is None else bad & ~ignored
    if bad.any():
        raise IndexError(
            f"targets must be classes from 0 to {classes - 1} or ignore_index "
            f"{ignore_index}, got {targets[bad][0].item()}"
        )


def check_probabilities(targets: Tensor) -> None:
    """ValueError for a probability outside 0 to 1, where looking is free."""
    if not is_free_to_look(targets):
        return
    bad = (targets < 0) | (targets > 1)
    if bad.any():
        first = tuple(bad.nonzero()[0].tolist())
        raise ValueError(
            f"targets as probabilities must lie from 0 to 1, got {targets[first].item():g} at "
            f"index {first}"
        )
