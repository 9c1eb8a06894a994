"""Focal loss for PyTorch: `sigmoid_focal_loss`, `softmax_focal_loss` and a module of each.

`sigmoid_focal_loss` takes the place of `torchvision.ops.sigmoid_focal_loss`, also by position. It
is faster, needs the memory of one gradient, keeps the digits of easy examples and stays finite
for every gamma and every logit. How it is computed is told in `torch_sigmoid` and `torch_softmax`.

Both differentiate any number of times and run under torch.func, torch.compile and torch.export.
Values are not checked for NaN or targets out of range, which would stall a GPU; NaN propagates.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import torch
from torch import Tensor, nn

from focal_core import torch_sigmoid, torch_softmax
from focal_core.checks import (
    LARGEST_EXPONENT,
    check_between,
    check_class_weights,
    check_label_smoothing,
)

Normalizer: TypeAlias = float | Tensor | None

REDUCTIONS = ("none", "mean", "sum")
NUMBERS = frozenset({float, int, type(None)})


def sigmoid_focal_loss(
    inputs: Tensor,
    targets: Tensor,
    alpha: float | None = 0.25,
    gamma: float = 2,
    reduction: str = "none",
    *,
    weight: Tensor | None = None,
    normalizer: Normalizer = None,
) -> Tensor:
    """Focal loss of independent sigmoids, -alpha_t (1 - p_t)**gamma ln p_t, in nats.

    inputs: logits of any shape and floating type. float16 and bfloat16 are computed in float32;
        "none" gives them back, "mean" and "sum" stay float32.
    targets: 0 or 1 of the same shape, any real type or bool; a soft target between mixes
        p_t = p t + (1 - p)(1 - t) and multiplies binary cross entropy, as in torchvision.
    alpha: weight of the positive class, 0 to 1, the negative class gets 1 - alpha; None or -1
        weighs both 1.
    gamma: focusing parameter, 0 or more; 0 is cross entropy.
    reduction: "none", "mean" or "sum". The mean or sum of no elements is 0.
    weight: factor on each element's loss, broadcasts to the inputs' shape; 0 ignores an element
        even where its loss is infinite. The mean still divides by all elements.
    normalizer: a number or 0-dimensional tensor, for instance the number of positives; with "sum"
        the sum is divided by it, or by 1 if it is smaller.

    Infinite logits give the limit. Raises ValueError for settings outside these ranges, unequal
    shapes and an unknown reduction, TypeError for what is not a tensor of real numbers.
    Lin et al. 2017, equations 5 and 10.
    """
    _check_logits(inputs)
    _check_real("targets", targets)
    if inputs.shape != targets.shape:
        raise ValueError(
            f"inputs of shape {tuple(inputs.shape)} and targets of shape {tuple(targets.shape)} "
            "must have the same shape"
        )
    if weight is not None:
        weight = _check_weight(weight, inputs)
    _check_reduction(reduction, normalizer)
    law = _sigmoid_law(gamma, alpha, reduction, inputs.numel())
    loss = torch_sigmoid.evaluate(torch_sigmoid.Batch(inputs, targets, weight), law)
    return loss.to(inputs.dtype) if reduction == "none" else _normalized(loss, normalizer)


def softmax_focal_loss(
    inputs: Tensor,
    targets: Tensor,
    alpha: Sequence[float] | Tensor | None = None,
    gamma: float = 2,
    reduction: str = "mean",
    *,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    normalizer: Normalizer = None,
) -> Tensor:
    """Focal loss of one softmax, -alpha_y (1 - p_y)**gamma ln p_y, in nats, y the true class.

    inputs: logits of shape (N, K, ...), K at least 2, any floating type. float16 and bfloat16 are
        computed in float32; "none" gives them back, "mean" and "sum" stay float32.
    targets: true classes, integers of shape (N, ...), from 0 to K - 1 or ignore_index.
    alpha: one weight, 0 or more, per class; None weighs every class 1. A tensor's values are not
        looked at, which would wait for its device.
    gamma: focusing parameter, 0 or more; 0 is cross entropy.
    reduction: "none", "mean" or "sum". The mean divides by the number of examples that are not
        ignored (not by their weights); it is 0 where none is left.
    ignore_index: examples with this target have loss and gradient 0, whatever their logits.
    label_smoothing: e, from 0 to below 1: the loss is summed over the classes with e / K each and
        1 - e more for the true one, as in Keras.
    normalizer: as in `sigmoid_focal_loss`.

    Infinite logits give the limit. Raises ValueError for settings outside these ranges and for
    shapes that do not fit, TypeError for targets that are not integers, and on a CPU IndexError
    for a target that is neither a class nor ignore_index.
    Lin et al. 2017, equation 5, footnote 1.
    """
    _check_logits(inputs)
    _check_class_shapes(inputs, targets)
    _check_reduction(reduction, normalizer)
    law = torch_softmax.Law(_check_gamma(gamma), check_label_smoothing(label_smoothing))
    labels, ignored = _labels(targets, inputs.shape[1], ignore_index)
    batch = torch_softmax.Batch(inputs, labels, ignored, _class_weights(alpha, inputs))
    loss = torch_softmax.evaluate(batch, law)
    if reduction == "none":
        return loss.to(inputs.dtype)
    if reduction == "sum":
        return _normalized(loss.sum(), normalizer)
    if ignored is None:
        return loss.sum() / max(1, loss.numel())
    return loss.sum() / (~ignored).sum().clamp(min=1)


class SigmoidFocalLoss(nn.Module):
    """`sigmoid_focal_loss` with its settings kept; errors in them are raised here."""

    def __init__(
        self,
        alpha: float | None = 0.25,
        gamma: float = 2,
        reduction: str = "none",
    ) -> None:
        """Check and keep alpha, gamma and reduction; see `sigmoid_focal_loss`."""
        super().__init__()
        _check_alpha(alpha)
        _check_gamma(gamma)
        _check_reduction(reduction, None)
        self.alpha = alpha
        self.gamma = gamma
        self.reduction = reduction

    def forward(
        self,
        inputs: Tensor,
        targets: Tensor,
        *,
        weight: Tensor | None = None,
        normalizer: Normalizer = None,
    ) -> Tensor:
        """The loss; weight and normalizer change from batch to batch, so they are given here."""
        return sigmoid_focal_loss(
            inputs,
            targets,
            self.alpha,
            self.gamma,
            self.reduction,
            weight=weight,
            normalizer=normalizer,
        )

    def extra_repr(self) -> str:
        """The settings, as print shows them."""
        return f"alpha={self.alpha}, gamma={self.gamma}, reduction={self.reduction!r}"


class SoftmaxFocalLoss(nn.Module):
    """`softmax_focal_loss` with its settings kept; errors in them are raised here.

    The class weights are a buffer: they move with the module and are saved with it.
    """

    alpha: Tensor | None

    def __init__(
        self,
        alpha: Sequence[float] | Tensor | None = None,
        gamma: float = 2,
        reduction: str = "mean",
        *,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
    ) -> None:
        """Check and keep the settings; see `softmax_focal_loss`."""
        super().__init__()
        if alpha is not None:
            alpha = torch.tensor(_checked_class_weights(alpha), dtype=torch.float64)
        self.register_buffer("alpha", alpha)
        _check_gamma(gamma)
        _check_reduction(reduction, None)
        check_label_smoothing(label_smoothing)
        self.gamma = gamma
        self.reduction = reduction
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, inputs: Tensor, targets: Tensor, *, normalizer: Normalizer = None) -> Tensor:
        """The loss; the normalizer changes from batch to batch, so it is given here."""
        return softmax_focal_loss(
            inputs,
            targets,
            self.alpha,
            self.gamma,
            self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            normalizer=normalizer,
        )

    def extra_repr(self) -> str:
        """The settings, as print shows them."""
        alpha = None if self.alpha is None else self.alpha.tolist()
        return (
            f"alpha={alpha}, gamma={self.gamma}, reduction={self.reduction!r}, "
            f"ignore_index={self.ignore_index}, label_smoothing={self.label_smoothing}"
        )


# --- checks --------------------------------------------------------------------------------------


def _check_real(name: str, tensor: Tensor) -> None:
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{name} must be a tensor, got {type(tensor).__name__}")
    if tensor.is_complex():
        raise TypeError(f"{name} must be real numbers, got dtype {tensor.dtype}")


def _check_logits(inputs: Tensor) -> None:
    _check_real("inputs", inputs)
    if not inputs.is_floating_point():
        raise TypeError(f"inputs must be a floating point tensor, got dtype {inputs.dtype}")


def _check_weight(weight: Tensor, inputs: Tensor) -> Tensor:
    _check_real("weight", weight)
    try:
        return weight.expand(inputs.shape)
    except RuntimeError:
        raise ValueError(
            f"weight of shape {tuple(weight.shape)} does not broadcast to inputs of shape "
            f"{tuple(inputs.shape)}"
        ) from None


def _check_reduction(reduction: str, normalizer: Normalizer) -> None:
    if reduction not in REDUCTIONS:
        raise ValueError(f'Invalid reduction {reduction!r}: must be "none", "mean" or "sum"')
    if normalizer is None:
        return
    if reduction != "sum":
        raise ValueError(f'Invalid reduction {reduction!r}: a normalizer needs "sum"')
    if not isinstance(normalizer, Tensor):
        check_between("normalizer", normalizer, 0)
    elif normalizer.dim() > 0:
        raise ValueError(
            f"normalizer must be a number or a 0-dimensional tensor, got shape "
            f"{tuple(normalizer.shape)}"
        )


def _normalized(total: Tensor, normalizer: Normalizer) -> Tensor:
    if normalizer is None:
        return total
    if isinstance(normalizer, Tensor):
        return total / normalizer.clamp(min=1).to(total.dtype)
    return total / max(1, normalizer)


def _sigmoid_law(gamma: float, alpha: float | None, reduction: str, size: int) -> torch_sigmoid.Law:
    size = size if reduction == "mean" else 1
    if not torch.compiler.is_compiling() and type(gamma) in NUMBERS and type(alpha) in NUMBERS:
        return _remembered_law(gamma, alpha, reduction, size)
    return _checked_law(gamma, alpha, reduction, size)


def _checked_law(gamma: float, alpha: float | None, reduction: str, size: int) -> torch_sigmoid.Law:
    return torch_sigmoid.Law(
        _check_gamma(gamma),
        _check_alpha(alpha),
        total=reduction != "none",
        scale=1 / max(1, size),
    )


_remembered_law = lru_cache(_checked_law)
"""Training asks for the same law at every step, and checking it takes longer than this."""


def _check_gamma(gamma: float) -> float:
    return min(check_between("gamma", gamma, 0), LARGEST_EXPONENT)


def _check_alpha(alpha: float | None) -> float | None:
    if alpha is None or alpha == -1:
        return None
    return check_between("alpha", alpha, 0, 1)


def _checked_class_weights(alpha: Sequence[float] | Tensor) -> tuple[float, ...]:
    return check_class_weights(alpha.tolist() if isinstance(alpha, Tensor) else alpha)


def _class_weights(alpha: Sequence[float] | Tensor | None, inputs: Tensor) -> Tensor | None:
    if alpha is None:
        return None
    if not isinstance(alpha, Tensor):
        weights = _checked_class_weights(alpha)
        alpha = torch.tensor(weights, dtype=torch.promote_types(inputs.dtype, torch.float32))
    if alpha.shape != inputs.shape[1:2]:
        raise ValueError(
            f"alpha must hold one weight per class: {inputs.shape[1]} classes, "
            f"got shape {tuple(alpha.shape)}"
        )
    return alpha.to(inputs.device)


def _check_class_shapes(inputs: Tensor, targets: Tensor) -> None:
    _check_real("targets", targets)
    if targets.is_floating_point() or targets.dtype == torch.bool:
        raise TypeError(f"targets must be integer class numbers, got dtype {targets.dtype}")
    if inputs.dim() < 2 or inputs.shape[1] < 2:
        raise ValueError(
            f"inputs must have shape (N, K, ...) with K at least 2 classes, "
            f"got {tuple(inputs.shape)}"
        )
    if targets.shape != inputs.shape[:1] + inputs.shape[2:]:
        raise ValueError(
            f"inputs of shape {tuple(inputs.shape)} (N, K, ...) need targets of shape (N, ...), "
            f"got {tuple(targets.shape)}"
        )


def _labels(targets: Tensor, classes: int, ignore_index: int) -> tuple[Tensor, Tensor | None]:
    """The targets as classes, and which to ignore; IndexError for others, where looking is free."""
    ignored = targets == ignore_index
    if torch_sigmoid.runs_in_chunks(targets) and not torch_sigmoid.must_be_plain(targets):
        bad = ((targets < 0) | (targets >= classes)) & ~ignored
        if bad.any():
            first = targets[bad][0].item()
            raise IndexError(
                f"targets must be classes from 0 to {classes - 1} or ignore_index "
                f"{ignore_index}, got {first}"
            )
        if not ignored.any():
            return targets.long(), None
    return targets.long().masked_fill(ignored, 0), ignored
