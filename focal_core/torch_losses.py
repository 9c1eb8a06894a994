"""Focal loss for PyTorch: `sigmoid_focal_loss`, `softmax_focal_loss` and a module of each.

`sigmoid_focal_loss` takes the place of `torchvision.ops.sigmoid_focal_loss`, also by position. It
needs the memory of one gradient, keeps the digits of easy examples and stays finite for every gamma
and every logit; on a CPU it is faster (`benchmarks/README.md` says where that was measured). How
it is computed is told in `torch_sigmoid` and `torch_softmax`.

Both differentiate any number of times and run under torch.func, torch.compile and torch.export.
Values on a CPU are checked; on another device that would wait for it, so NaN and targets out of
range propagate.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from focal_core import torch_checks as checks
from focal_core import torch_class_batch, torch_sigmoid, torch_softmax
from focal_core.torch_batch import Batch, may_look, must_be_plain
from focal_core.torch_checks import Normalizer, Weights


def sigmoid_focal_loss(
    inputs: Tensor,
    targets: Tensor,
    alpha: float | Weights | None = 0.25,
    gamma: float | Tensor = 2,
    reduction: str = "none",
    *,
    weight: Tensor | None = None,
    ignore_index: int | None = None,
    normalizer: Normalizer = None,
) -> Tensor:
    """Focal loss of independent sigmoids, -alpha_t (1 - p_t)**gamma ln p_t, in nats.

    inputs: logits of any shape and floating type. float16 and bfloat16 are computed in float32;
        "none" gives them back, "mean" and "sum" stay float32.
    targets: 0 or 1 of the same shape, any real type or bool; a soft target between mixes
        p_t = p t + (1 - p)(1 - t) and multiplies binary cross entropy, as in torchvision.
    alpha: weight of the positive class, 0 to 1, the negative class gets 1 - alpha; None or -1
        weighs both 1. A sequence or tensor holds one such weight for each class, an entry of the
        inputs' last dimension.
    gamma: focusing parameter, 0 or more; 0 is cross entropy. A 0-dimensional tensor is read, which
        waits for its device and does not compile; nothing is differentiated by it.
    reduction: "none", "mean" or "sum". The mean or sum of no elements is 0.
    weight: factor on each element's loss, broadcasts to the inputs' shape; 0 ignores an element
        whatever stands there. The mean still divides by all elements. (torch's pos_weight is
        `weight=1 + (pos_weight - 1) * targets` with alpha None.)
    ignore_index: elements with this target, for instance -1, have loss and gradient 0 and are left
        out of the mean. None ignores nothing.
    normalizer: one number, for instance that of positives; with "sum" the sum is divided by it, or
        by 1 if it is smaller.

    Infinite logits give the limit. Raises ValueError for settings outside these ranges, unequal
    shapes, an unknown reduction and on a CPU for targets outside 0 to 1, TypeError for what is not
    a tensor of real numbers.
    Lin et al. 2017, equations 5 and 10.
    """
    checks.check_pair(inputs, targets)
    if weight is not None:
        weight = checks.checked_weight(weight, inputs)
    normalizer = checks.checked_reduction(reduction, normalizer)
    kept = _kept(targets, checks.checked_ignore_index(ignore_index))
    if kept is not None:
        targets = targets.masked_fill(~kept, 0)
        weight = kept.to(inputs.dtype) if weight is None else weight.masked_fill(~kept, 0)
    number, weight = _alpha_and_weight(alpha, inputs, targets, weight)
    is_mean = reduction == "mean"
    divides_here = is_mean and kept is None and not torch.compiler.is_compiling()
    size = inputs.numel() if divides_here else 1
    law = checks.sigmoid_law(gamma, number, total=reduction != "none", size=size)
    loss = torch_sigmoid.evaluate(Batch(inputs, targets, weight), law)
    if is_mean and not divides_here:
        return loss / (max(1, inputs.numel()) if kept is None else kept.sum().clamp(min=1))
    return loss.to(inputs.dtype) if reduction == "none" else checks.normalized(loss, normalizer)


def _alpha_and_weight(
    alpha: Any, inputs: Tensor, targets: Tensor, weight: Tensor | None
) -> tuple[float | None, Tensor | None]:
    """A number alpha stays; one weight for each class goes into the weight of the elements."""
    if type(alpha) in checks.NUMBERS:
        return alpha, weight
    alpha = checks.number_if_known(alpha)
    if not checks.is_several(alpha):
        return alpha, weight
    of_class = checks.alpha_of_classes(alpha, inputs)
    of_element = torch.lerp(1 - of_class, of_class, targets.to(of_class.dtype))
    if of_class.dim() == 0:
        of_element = torch.where(of_class == -1, 1, of_element)
    return None, of_element if weight is None else of_element * weight


def _kept(targets: Tensor, ignore_index: int | None) -> Tensor | None:
    """Which elements are not ignored; None for all, where looking is free."""
    if ignore_index is None or not checks.can_hold(targets.dtype, ignore_index):
        return None
    ignored = targets == ignore_index
    if may_look(targets) and not must_be_plain(targets) and not ignored.any():
        return None
    return ~ignored


def softmax_focal_loss(
    inputs: Tensor,
    targets: Tensor,
    alpha: Weights | None = None,
    gamma: float | Tensor = 2,
    reduction: str = "mean",
    *,
    ignore_index: int | None = -100,
    label_smoothing: float = 0.0,
    weighted_mean: bool = False,
    normalizer: Normalizer = None,
) -> Tensor:
    """Focal loss of one softmax, -alpha_y (1 - p_y)**gamma ln p_y, in nats, y the true class.

    inputs: logits of shape (N, K, ...), K at least 2, any floating type. float16 and bfloat16 are
        computed in float32; "none" gives them back, "mean" and "sum" stay float32.
    targets: true classes, integers of shape (N, ...) or (N, 1, ...), from 0 to K - 1 or
        ignore_index. Or probabilities of the classes, floating point of the inputs' shape (mixup,
        distillation): the loss is summed over the classes, each times its probability.
    alpha: one weight, 0 or more, per class; None weighs every class 1. A tensor's values are not
        looked at on another device, which would wait for it. Where the weight of the true class is
        0, loss and gradient are 0 whatever the logits are, unless labels are smoothed.
    gamma: as in `sigmoid_focal_loss`.
    reduction: "none", "mean" or "sum". The mean divides by the number of examples that are not
        ignored; it is 0 where none is left.
    ignore_index: examples with this target have loss and gradient 0, whatever their logits; None
        ignores nothing.
    label_smoothing: e, from 0 to below 1: the loss is summed over the classes with e / K each and
        1 - e more for the true one, as in Keras.
    weighted_mean: the mean divides by the sum of the true classes' weights instead, as that of
        torch's cross entropy does.
    normalizer: as in `sigmoid_focal_loss`.

    Infinite logits give the limit. Raises ValueError for settings outside these ranges and for
    shapes that do not fit, TypeError for targets of type bool, and on a CPU IndexError for a target
    that is neither a class nor ignore_index and ValueError for a probability outside 0 to 1.
    Lin et al. 2017, equation 5, footnote 1.
    """
    checks.check_logits(inputs)
    if isinstance(targets, Tensor) and not targets.is_floating_point():
        targets = _without_class_axis(inputs, targets)
    checks.check_class_shapes(inputs, targets)
    normalizer = checks.checked_reduction(reduction, normalizer)
    ignore_index = checks.checked_ignore_index(ignore_index)
    if weighted_mean:
        checks.check_weighted_mean(reduction, targets)
    law = checks.softmax_law(gamma, label_smoothing)
    batch = _class_batch(inputs, targets, checks.class_weights(alpha, inputs), ignore_index)
    loss = torch_softmax.evaluate(batch, law)
    if reduction == "none":
        return loss.to(inputs.dtype)
    if reduction == "sum":
        return checks.normalized(loss.sum(), normalizer)
    return _mean(loss, batch, weighted=weighted_mean)


def _without_class_axis(inputs: Tensor, targets: Tensor) -> Tensor:
    """Labels (N, 1, ...) as (N, ...)."""
    if targets.dim() == inputs.dim() and targets.shape[1:2] == (1,):
        return targets.squeeze(1)
    return targets


def _class_batch(
    inputs: Tensor, targets: Tensor, alpha: Tensor | None, ignore_index: int | None
) -> torch_class_batch.Batch:
    if targets.is_floating_point():
        checks.check_probabilities(targets)
        return torch_class_batch.Batch(inputs, targets, None, alpha)
    labels, ignored = checks.labels_of(targets, inputs.shape[1], ignore_index)
    return torch_class_batch.Batch(inputs, labels, ignored, alpha)


def _mean(loss: Tensor, batch: torch_class_batch.Batch, *, weighted: bool) -> Tensor:
    if weighted and batch.weight is not None:
        weight = batch.weight
        weight = weight if batch.ignored is None else weight.masked_fill(batch.ignored, 0)
        return loss.sum() / weight.sum().clamp(min=torch.finfo(loss.dtype).tiny)
    if batch.ignored is None:
        return loss.mean() if loss.numel() > 0 else loss.sum()
    return loss.sum() / (~batch.ignored).sum().clamp(min=1)


class SigmoidFocalLoss(nn.Module):
    """`sigmoid_focal_loss` with its settings kept; errors in them are raised here.

    Weights of classes are a buffer: they move with the module and are saved with it.
    """

    def __init__(
        self,
        alpha: float | Weights | None = 0.25,
        gamma: float = 2,
        reduction: str = "none",
        *,
        ignore_index: int | None = None,
    ) -> None:
        """Check and keep the settings; see `sigmoid_focal_loss`."""
        super().__init__()
        checks.checked_reduction(reduction, None)
        self.alpha: float | Tensor | None
        number = checks.number_of(alpha)
        if checks.is_several(number):
            self.register_buffer("alpha", _buffer(number, checks.checked_alphas(number)))
        else:
            checks.checked_alpha(number)
            self.alpha = number
        checks.checked_gamma(gamma)
        self.gamma = checks.number_of(gamma)
        self.reduction = reduction
        self.ignore_index = checks.checked_ignore_index(ignore_index)

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
            ignore_index=self.ignore_index,
            normalizer=normalizer,
        )

    def extra_repr(self) -> str:
        """The settings, as print shows them."""
        alpha = self.alpha.tolist() if isinstance(self.alpha, Tensor) else self.alpha
        return (
            f"alpha={alpha}, gamma={self.gamma}, reduction={self.reduction!r}, "
            f"ignore_index={self.ignore_index}"
        )


def _buffer(alpha: Weights, checked: Sequence[float]) -> Tensor:
    """Weights as a module keeps them: in their own type, or in the default one of a layer."""
    own = alpha.dtype if isinstance(alpha, Tensor) and alpha.is_floating_point() else None
    device = alpha.device if isinstance(alpha, Tensor) else None
    return torch.tensor(checked, dtype=own or torch.get_default_dtype(), device=device)


class SoftmaxFocalLoss(nn.Module):
    """`softmax_focal_loss` with its settings kept; errors in them are raised here.

    The class weights are a buffer: they move with the module and are saved with it.
    """

    alpha: Tensor | None

    def __init__(
        self,
        alpha: Weights | None = None,
        gamma: float = 2,
        reduction: str = "mean",
        *,
        ignore_index: int | None = -100,
        label_smoothing: float = 0.0,
        weighted_mean: bool = False,
    ) -> None:
        """Check and keep the settings; see `softmax_focal_loss`."""
        super().__init__()
        weights = None if alpha is None else _buffer(alpha, checks.checked_class_weights(alpha))
        self.register_buffer("alpha", weights)
        checks.checked_reduction(reduction, None)
        if weighted_mean:
            checks.check_weighted_mean(reduction)
        checks.checked_gamma(gamma)
        checks.checked_smoothing(label_smoothing)
        self.gamma = checks.number_of(gamma)
        self.reduction = reduction
        self.ignore_index = checks.checked_ignore_index(ignore_index)
        self.label_smoothing = label_smoothing
        self.weighted_mean = weighted_mean

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
            weighted_mean=self.weighted_mean,
            normalizer=normalizer,
        )

    def extra_repr(self) -> str:
        """The settings, as print shows them."""
        alpha = None if self.alpha is None else self.alpha.tolist()
        return (
            f"alpha={alpha}, gamma={self.gamma}, reduction={self.reduction!r}, "
            f"ignore_index={self.ignore_index}, label_smoothing={self.label_smoothing}, "
            f"weighted_mean={self.weighted_mean}"
        )
