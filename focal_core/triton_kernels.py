"""Focal losses of CUDA tensors in Triton kernels: value and slope in one pass over memory.

One launch reads logits and targets once, writes the slope (and the values unless their sum is asked
for) and leaves one partial sum a block, which a second small kernel adds in float64: no atomics, so
the same digits at every run. float32 inside; float32, bfloat16 and float16 logits, targets of any
real type as they lie in memory. `torch_triton` makes differentiable functions of these.

Triton is imported with the first kernel, not with this module. With TRITON_INTERPRET=1 in the
environment the kernels run on a CPU, slowly, to be tested.
"""

import importlib
import importlib.util
import math
import os
import warnings
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

import torch
from torch import Tensor

AVAILABLE = importlib.util.find_spec("triton") is not None
"""Whether Triton is installed."""

INTERPRETED = AVAILABLE and os.environ.get("TRITON_INTERPRET") == "1"
"""Whether Triton's interpreter takes the place of a GPU, for tensors on a CPU."""

FLOATS = frozenset({torch.float32, torch.bfloat16, torch.float16})
FLOAT32 = torch.float32  # said wherever a tensor is made: the default type may be another
INTEGERS = frozenset({torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64})
MOST_CLASSES = 8192
"""So many exponentials still find room in one program's registers."""

BLOCK = 1024
TILES = 4
MANY = 1 << 22
"""From so many elements on a program takes several tiles, for fewer partial sums."""
SCALE_PROGRAMS = 2048
"""Enough to fill a GPU, few enough to cost nothing where there is nothing to do."""


def supports(inputs: Tensor, targets: Tensor, weight: Tensor | None = None) -> bool:
    """Whether the sigmoid kernels take these: float64 and other devices are left to the caller."""
    readable = FLOATS | INTEGERS | {torch.bool, torch.float64}
    given = (targets,) if weight is None else (targets, weight)
    return _takes(inputs) and all(
        tensor.device == inputs.device and tensor.dtype in readable for tensor in given
    )


def supports_classes(inputs: Tensor, labels: Tensor, alpha: Tensor | None = None) -> bool:
    """Whether the softmax kernel takes these: class numbers, and no more than MOST_CLASSES."""
    return (
        _takes(inputs)
        and inputs.dim() >= 2
        and 2 <= inputs.shape[1] <= MOST_CLASSES
        and labels.dtype in INTEGERS
        and labels.device == inputs.device
        and (alpha is None or alpha.device == inputs.device)
    )


def _takes(inputs: Tensor) -> bool:
    if not AVAILABLE or inputs.dtype not in FLOATS:
        return False
    if inputs.device.type == "cuda":
        return torch.compiler.is_compiling() or _launches(inputs.device)
    return INTERPRETED and inputs.device.type == "cpu"


@cache
def _launches(device: torch.device) -> bool:
    """Whether a kernel can be built and started: not without a C compiler, nor on an old GPU."""
    one = torch.ones((), device=device, dtype=FLOAT32)
    try:
        scale_in_place(one, one)
    except Exception as error:  # whatever it is, ordinary operations do the work
        warnings.warn(f"Triton cannot be used on {device}: {error}", RuntimeWarning, stacklevel=2)
        return False
    return True


def sigmoid_value_and_slope(
    inputs: Tensor,
    targets: Tensor,
    gamma: float,
    alpha: float | None,
    weight: Tensor | None = None,
    *,
    total: bool,
    scale: float | Tensor = 1.0,
    slope: bool,
) -> tuple[Tensor, Tensor | None]:
    """Loss of each element in the inputs' type, or their sum in float32; and the slope by inputs.

    inputs: logits, any shape and strides. targets: from 0 to 1, same shape; NaN and others are
        not looked for. gamma: 0 to 1e15. alpha: weight of the positive class or None.
    weight: factor on each element, broadcasts to the inputs' shape; where it is 0 value and slope
        are 0, whatever stands there.
    scale: a factor on everything, a number or a tensor of one number on the inputs' device.
    slope: whether to compute it; it has the inputs' type, and their strides if they leave no gaps.

    Infinite logits give the limit. Lin et al. 2017, equations 5 and 10.
    """
    values, partials, slopes = _sigmoid(
        inputs, targets, gamma, alpha, weight, scale, each=not total, total=total, slope=slope
    )
    if values is None:
        values = _total(partials, inputs.device)
    return values, slopes


def sigmoid_gradient(
    inputs: Tensor,
    targets: Tensor,
    gamma: float,
    alpha: float | None,
    weight: Tensor | None = None,
    *,
    scale: float | Tensor = 1.0,
    grad: Tensor,
) -> Tensor:
    """The slope times what comes in, multiplied in float32 and rounded once to the inputs' type.

    grad: of the inputs' shape, or one number. For a second backward pass, and for float16, where
    a slope of 1e-8 that the loss scale will multiply would be stored as 0.
    """
    slopes = _sigmoid(
        inputs, targets, gamma, alpha, weight, scale, each=False, total=False, slope=True, grad=grad
    )[2]
    assert slopes is not None  # noqa: S101 - it was asked for
    return slopes


def scale_in_place(slope: Tensor, grad: Tensor) -> Tensor:
    """The slope, times grad in its own memory; not touched there where grad is 1.

    slope: dense. grad: one number, or expanded from one; it is read on the device, without waiting
    for it.
    """
    number = _one_number(grad)
    if number is None:
        raise ValueError(f"grad must be one number, got a tensor of shape {tuple(grad.shape)}")
    size = slope.numel()
    if size > 0:
        programs = min(SCALE_PROGRAMS, -(-size // BLOCK))
        with _on(slope.device):
            _sigmoids().scale_kernel[(programs,)](
                slope, number, size, BLOCK=BLOCK, PROGRAMS=programs
            )
    return slope


def softmax_value_and_slope(
    inputs: Tensor,
    labels: Tensor,
    gamma: float,
    alpha: Tensor | None = None,
    *,
    ignore_index: int | None = -100,
    total: bool,
    scale: float | Tensor = 1.0,
    slope: bool,
) -> tuple[Tensor, Tensor | None]:
    """Loss of each example or their sum, in float32; and the slope by inputs.

    inputs: logits (N, K, ...), any strides. labels: class numbers (N, ...); one that is neither a
        class nor ignore_index makes NaN. alpha: weights of the K classes.
    ignore_index: examples with this label have value and slope 0, whatever their logits.
    gamma, scale, slope: as in `sigmoid_value_and_slope`.

    The loss of class y is the sigmoid loss of the margin z_y - logsumexp of the others. Infinite
    logits give the limit, equal infinities count as equal. Lin et al. 2017, equation 5, footnote 1.
    """
    values, partials, slopes = _softmax(
        inputs, labels, gamma, alpha, ignore_index, scale, each=not total, total=total, slope=slope
    )
    if values is None:
        values = _total(partials, inputs.device)
    return values, slopes


def softmax_gradient(
    inputs: Tensor,
    labels: Tensor,
    gamma: float,
    alpha: Tensor | None = None,
    *,
    ignore_index: int | None = -100,
    scale: float | Tensor = 1.0,
    grad: Tensor,
) -> Tensor:
    """The slope times what comes in, of the labels' shape or one number."""
    slopes = _softmax(
        inputs,
        labels,
        gamma,
        alpha,
        ignore_index,
        scale,
        each=False,
        total=False,
        slope=True,
        grad=grad,
    )[2]
    assert slopes is not None  # noqa: S101 - it was asked for
    return slopes


# --- launches ------------------------------------------------------------------------------------


def _sigmoid(
    inputs: Tensor,
    targets: Tensor,
    gamma: float,
    alpha: float | None,
    weight: Tensor | None,
    scale: float | Tensor,
    *,
    each: bool,
    total: bool,
    slope: bool,
    grad: Tensor | None = None,
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """Values, partial sums and slopes, as far as they are asked for."""
    like = torch.empty_like(inputs)  # without gaps: one walk along memory serves any shape
    values, slopes = like if each else None, None
    if slope:
        slopes = torch.empty_like(like) if each else like
    size = inputs.numel()
    tiles = TILES if size >= MANY else 1
    programs = -(-size // (BLOCK * tiles))
    partials = _partials(programs, inputs.device) if total else None
    if size == 0:
        return values, partials, slopes
    factor, number = (scale, 1.0) if isinstance(scale, Tensor) else (None, scale)
    positive, negative = (1.0, 1.0) if alpha is None else (alpha, 1 - alpha)
    grad, grad_each = _grad(grad)
    with _on(inputs.device):
        _sigmoids().sigmoid_kernel[(programs,)](
            _along(inputs, like),
            _readable(_along(targets, like)),
            None if weight is None else _readable(_along(weight, like)),
            _along(grad, like) if grad is not None and grad_each else grad,
            factor,
            values,
            slopes,
            partials,
            size,
            *_gamma(gamma),
            float(positive * number),
            float(negative * number),
            MODE=_mode(gamma),
            SOFT=targets.is_floating_point(),
            PRECISE=inputs.dtype == torch.float32,
            MAY_IGNORE=weight is not None or alpha in {0, 1},
            GRAD_EACH=grad_each,
            BLOCK=BLOCK,
            TILES=tiles,
        )
    return values, partials, slopes


def _softmax(
    inputs: Tensor,
    labels: Tensor,
    gamma: float,
    alpha: Tensor | None,
    ignore_index: int | None,
    scale: float | Tensor,
    *,
    each: bool,
    total: bool,
    slope: bool,
    grad: Tensor | None = None,
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """Values, partial sums and slopes, as far as they are asked for."""
    # (outer, K, inner): without trailing dimensions all examples are inner ones of a single outer
    logits = inputs.flatten(2) if inputs.dim() > 2 else inputs.T[None]
    outer, classes, trailing = logits.shape
    slopes = torch.empty_like(logits) if slope else None
    to = (logits if slopes is None else slopes).stride()
    values = torch.empty(labels.shape, device=inputs.device, dtype=FLOAT32) if each else None
    tile = _tile(classes, trailing, rows_are_dense=logits.stride(2) == 1)
    programs = outer * -(-trailing // tile["ROWS"])
    partials = _partials(programs, inputs.device) if total else None
    factor, number = (scale, 1.0) if isinstance(scale, Tensor) else (None, scale)
    grad, grad_each = _grad(grad)
    if programs > 0:
        with _on(inputs.device):
            _softmaxes().softmax_kernel[(programs,)](
                logits,
                labels.contiguous(),
                None if alpha is None else alpha.contiguous(),
                grad.contiguous() if grad is not None and grad_each else grad,
                factor,
                values,
                slopes,
                partials,
                classes,
                trailing,
                *logits.stride(),
                *to,
                *_gamma(gamma),
                float(number),
                ignore_index,
                MODE=_mode(gamma),
                PRECISE=inputs.dtype == torch.float32,
                GRAD_EACH=grad_each,
                LIMIT=torch.finfo(inputs.dtype).max,
                **tile,
            )
    if slopes is not None:
        slopes = slopes.reshape(inputs.shape) if inputs.dim() > 2 else slopes[0].T
    return values, partials, slopes


def _tile(classes: int, trailing: int, *, rows_are_dense: bool) -> dict[str, int]:
    """Rows and classes of one program. Where rows lie side by side it takes some for each read."""
    width = _power_of_2(classes)
    rows = max(1, 2048 // width)
    if rows_are_dense:
        rows = max(rows, min(16, 8192 // width))
    rows = min(rows, _power_of_2(trailing))
    return {"ROWS": rows, "CLASSES": width, "num_warps": min(16, max(4, rows * width // 512))}


def _power_of_2(number: int) -> int:
    """The smallest that is no less."""
    return 1 << max(0, number - 1).bit_length()


def _partials(programs: int, device: torch.device) -> Tensor:
    return torch.empty(programs, dtype=torch.float64, device=device)


def _total(partials: Tensor | None, device: torch.device) -> Tensor:
    if partials is None or partials.numel() == 0:
        return torch.zeros((), device=device, dtype=FLOAT32)
    total = torch.empty((), device=device, dtype=FLOAT32)
    with _on(device):
        _sigmoids().total_kernel[(1,)](partials, total, partials.numel(), BLOCK=4096, num_warps=8)
    return total


def _along(tensor: Tensor, like: Tensor) -> Tensor:
    """The tensor, broadcast, with its elements in memory where those of `like` are."""
    if tensor.shape == like.shape and tensor.stride() == like.stride():
        return tensor
    return torch.empty_like(like, dtype=tensor.dtype).copy_(tensor)


def _readable(tensor: Tensor) -> Tensor:
    return tensor.view(torch.uint8) if tensor.dtype == torch.bool else tensor


def _grad(grad: Tensor | None) -> tuple[Tensor | None, bool]:
    """One number, or what comes in for each element, and which of them."""
    if grad is None:
        return None, False
    number = _one_number(grad)
    return (grad, True) if number is None else (number, False)


def _one_number(grad: Tensor) -> Tensor | None:
    """A tensor of one number, also where it was expanded; else None. Reads nothing."""
    if grad.numel() == 0 or any(
        step != 0 and size != 1 for step, size in zip(grad.stride(), grad.shape, strict=True)
    ):
        return None
    return grad.as_strided((), ())


def _mode(gamma: float) -> int:
    return int(gamma) if gamma in {0, 1, 2} else 3


def _gamma(gamma: float) -> tuple[float, float, float]:
    """Gamma, its first 12 bits, and the rest."""
    fraction, exponent = math.frexp(gamma)
    high = math.ldexp(math.floor(fraction * 4096), exponent - 12)
    return float(gamma), high, gamma - high


def _on(device: torch.device) -> AbstractContextManager[Any]:
    """Triton launches on the current device."""
    return torch.cuda.device(device) if device.type == "cuda" else nullcontext()


@cache
def _sigmoids() -> Any:
    return importlib.import_module("focal_core.triton_sigmoid")


@cache
def _softmaxes() -> Any:
    return importlib.import_module("focal_core.triton_softmax")
