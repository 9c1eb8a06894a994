"""The losses of CUDA tensors as functions that PyTorch differentiates, on the Triton kernels.

`Sigmoid` and `Softmax` are autograd functions. A sum keeps the slope that the forward pass has
written, and the backward pass gives it away: untouched where the incoming gradient is 1, which the
device itself decides. Where each loss is asked for, the backward pass computes the slope again with
what comes in: it moves no more memory, needs no room in between, and rounds once. So does float16,
whose smallest number, 6e-8, is above many a slope that a loss scale is about to multiply.

Under a compiler the kernels are the operators `torch.ops.focal_core`, which know the shapes they
return. Second derivatives go through ordinary operations.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from focal_core import triton_kernels as kernels
from focal_core.torch_batch import Batch, Law, is_batched
from focal_core.torch_plain import gradient_to_differentiate

# --- operators -----------------------------------------------------------------------------------


@torch.library.custom_op("focal_core::sigmoid_value_and_slope", mutates_args=())
def sigmoid_value_and_slope(
    inputs: Tensor,
    targets: Tensor,
    weight: Tensor | None,
    gamma: float,
    alpha: float | None,
    total: bool,
    scale: float,
    slope: bool,
) -> tuple[Tensor, Tensor]:
    """`triton_kernels.sigmoid_value_and_slope`; an empty tensor for a slope not asked for."""
    values, slopes = kernels.sigmoid_value_and_slope(
        inputs, targets, gamma, alpha, weight, total=total, scale=scale, slope=slope
    )
    return values, inputs.new_empty(0) if slopes is None else slopes


@sigmoid_value_and_slope.register_fake
def _(
    inputs: Tensor,
    targets: Tensor,
    weight: Tensor | None,
    gamma: float,
    alpha: float | None,
    total: bool,
    scale: float,
    slope: bool,
) -> tuple[Tensor, Tensor]:
    slopes = torch.empty_like(inputs) if slope else inputs.new_empty(0)
    if total:
        return inputs.new_empty((), dtype=torch.float32), slopes
    return torch.empty_like(inputs), slopes


def _like_inputs(inputs: Tensor, *_others: object) -> Tensor:
    """What a gradient looks like."""
    return torch.empty_like(inputs)


@torch.library.custom_op("focal_core::sigmoid_gradient", mutates_args=())
def sigmoid_gradient(
    inputs: Tensor,
    targets: Tensor,
    weight: Tensor | None,
    gamma: float,
    alpha: float | None,
    scale: float,
    grad: Tensor,
) -> Tensor:
    """`triton_kernels.sigmoid_gradient`."""
    return kernels.sigmoid_gradient(inputs, targets, gamma, alpha, weight, scale=scale, grad=grad)


sigmoid_gradient.register_fake(_like_inputs)


@torch.library.custom_op("focal_core::softmax_value", mutates_args=())
def softmax_value(
    inputs: Tensor, labels: Tensor, alpha: Tensor | None, gamma: float, ignore_index: int | None
) -> Tensor:
    """The value of `triton_kernels.softmax_value_and_slope` for each example, float32."""
    return kernels.softmax_value_and_slope(
        inputs, labels, gamma, alpha, ignore_index=ignore_index, total=False, slope=False
    )[0]


@softmax_value.register_fake
def _(
    inputs: Tensor, labels: Tensor, alpha: Tensor | None, gamma: float, ignore_index: int | None
) -> Tensor:
    return inputs.new_empty(labels.shape, dtype=torch.float32)


@torch.library.custom_op("focal_core::softmax_gradient", mutates_args=())
def softmax_gradient(
    inputs: Tensor,
    labels: Tensor,
    alpha: Tensor | None,
    gamma: float,
    ignore_index: int | None,
    grad: Tensor,
) -> Tensor:
    """`triton_kernels.softmax_gradient`, without gaps in memory."""
    return kernels.softmax_gradient(
        inputs, labels, gamma, alpha, ignore_index=ignore_index, grad=grad
    )


softmax_gradient.register_fake(_like_inputs)


# --- sigmoid -------------------------------------------------------------------------------------


class Sigmoid(torch.autograd.Function):
    """apply(inputs, targets, weight, law): each loss in the inputs' type, or the sum in float32."""

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, targets: Tensor, weight: Tensor | None, law: Law
    ) -> Tensor:
        """The values, or their sum."""
        ctx.law = law
        batch = Batch(inputs, targets, weight)
        wants_slope = law.total and ctx.needs_input_grad[0] and inputs.dtype != torch.float16
        values, slopes = _value_and_slope(batch, law, slope=wants_slope)
        compiling = torch.compiler.is_compiling()
        ctx.kept = None if compiling else slopes
        ctx.save_for_backward(inputs, targets, weight, slopes if compiling else None)
        return values

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """The slopes times what comes in; they are given away once and computed again later."""
        *given, slopes = ctx.saved_tensors
        batch, law = Batch(*given), ctx.law
        if torch.is_grad_enabled():
            return gradient_to_differentiate(batch, law, grad), None, None, None
        if slopes is not None:  # a compiler's: it fuses this with what follows
            return (slopes * grad).to(batch.inputs.dtype), None, None, None
        if is_batched(grad):  # many gradients cannot be made in the room of one
            slopes = _gradient(batch, law, _one(batch.inputs))
            return (slopes * grad).to(batch.inputs.dtype), None, None, None
        kept, ctx.kept = ctx.kept, None
        if kept is not None:
            return kernels.scale_in_place(kept, grad), None, None, None
        return _gradient(batch, law, grad), None, None, None


def _value_and_slope(batch: Batch, law: Law, *, slope: bool) -> tuple[Tensor, Tensor | None]:
    inputs, targets, weight = batch
    if torch.compiler.is_compiling():
        values, slopes = sigmoid_value_and_slope(
            inputs, targets, weight, law.gamma, law.alpha, law.total, law.scale, slope
        )
        return values, slopes if slope else None
    return kernels.sigmoid_value_and_slope(
        inputs,
        targets,
        law.gamma,
        law.alpha,
        weight,
        total=law.total,
        scale=law.scale,
        slope=slope,
    )


def _gradient(batch: Batch, law: Law, grad: Tensor) -> Tensor:
    inputs, targets, weight = batch
    if torch.compiler.is_compiling():
        gradient: Tensor = sigmoid_gradient(
            inputs, targets, weight, law.gamma, law.alpha, law.scale, grad
        )
        return gradient
    return kernels.sigmoid_gradient(
        inputs, targets, law.gamma, law.alpha, weight, scale=law.scale, grad=grad
    )


def _one(inputs: Tensor) -> Tensor:
    return torch.ones((), dtype=torch.float32, device=inputs.device)


# --- softmax -------------------------------------------------------------------------------------


class SoftmaxLaw(NamedTuple):
    """What is computed, and how to differentiate it twice.

    again: from inputs, labels, alpha and the incoming gradient to the gradient by the inputs, in
    ordinary operations.
    """

    gamma: float
    ignore_index: int | None
    again: Callable[[Tensor, Tensor, Tensor | None, Tensor], Tensor]


class Softmax(torch.autograd.Function):
    """apply(inputs, labels, alpha, law): the loss of each example in float32.

    No slope is kept: a mean divides by a number that only the device knows, so the backward pass
    would have to read and write a kept slope where it now reads the logits and writes the slope.
    """

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, labels: Tensor, alpha: Tensor | None, law: SoftmaxLaw
    ) -> Tensor:
        """The loss of each example, of the labels' shape."""
        ctx.law = law
        ctx.save_for_backward(inputs, labels, alpha)
        value: Tensor = softmax_value(inputs, labels, alpha, law.gamma, law.ignore_index)
        return value

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """The gradient by the inputs."""
        inputs, labels, alpha = ctx.saved_tensors
        law = ctx.law
        if torch.is_grad_enabled():
            return law.again(inputs, labels, alpha, grad), None, None, None
        if is_batched(grad):
            slopes = _softmax_gradient(inputs, labels, alpha, law, _one(inputs))
            return (slopes * grad.unsqueeze(1)).to(inputs.dtype), None, None, None
        return _softmax_gradient(inputs, labels, alpha, law, grad), None, None, None


def _softmax_gradient(
    inputs: Tensor, labels: Tensor, alpha: Tensor | None, law: SoftmaxLaw, grad: Tensor
) -> Tensor:
    gradient: Tensor = softmax_gradient(inputs, labels, alpha, law.gamma, law.ignore_index, grad)
    return gradient
