"""Triton kernel of the softmax focal loss, one-hot targets, by the margin over the other classes.

Imports Triton: `triton_kernels` loads this when a kernel is asked for, and launches it.
"""

# ruff: noqa: N803 - constants of a kernel are written in capitals, as in Triton's own code
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators, allow-untyped-calls

import triton
import triton.language as tl

from focal_core.triton_math import exp_of_minus, log_in_parts, of_negative_class


@triton.jit
def margin_of(truth, top, log_total, LIMIT: tl.constexpr):
    """(truth - top) - log_total as a number and what its rounding left."""
    gap = truth - top
    back = gap - truth
    lost = (truth - (gap - back)) - (top + back) - log_total
    gap = tl.where(gap > LIMIT, float("inf"), tl.where(gap < -LIMIT, float("-inf"), gap))
    margin = gap + lost
    part = margin - gap
    rest = (gap - (margin - part)) + (lost - part)
    infinite = tl.abs(gap) == float("inf")
    return tl.where(infinite, gap, margin), tl.where(infinite, 0.0, rest)


@triton.jit
def over_others(z, label, k, inside, LIMIT: tl.constexpr, PRECISE: tl.constexpr):
    """Margin of each row's true class in two parts, exponentials of the others, and their sum.

    The exponentials are those of the distance from the largest of the others, 0 for the true class,
    so that the sum lies between 1 and the number of classes.
    """
    is_true = inside & (k == label[:, None])
    other = inside & (k != label[:, None])
    top = tl.max(tl.where(other, z, -LIMIT), axis=1)
    truth = tl.sum(tl.where(is_true, z, 0.0), axis=1)
    gap = tl.where(other, top[:, None] - z, 0.0)
    e = tl.where(other, exp_of_minus(gap, None, PRECISE), 0.0)
    total = tl.sum(e, axis=1)
    whole, part = log_in_parts(total)
    margin, rest = margin_of(truth, top, whole + part, LIMIT / 2)
    return margin + 0 * total, rest, e, total  # NaN stays


@triton.jit
def softmax_kernel(
    inputs,
    labels,
    alpha,
    grad,
    factor,
    values,
    slopes,
    partials,
    classes,
    trailing,
    in_outer,
    in_class,
    in_inner,
    out_outer,
    out_class,
    out_inner,
    gamma,
    gamma_high,
    gamma_low,
    scale,
    ignore_index,
    MODE: tl.constexpr,
    PRECISE: tl.constexpr,
    GRAD_EACH: tl.constexpr,
    LIMIT: tl.constexpr,
    ROWS: tl.constexpr,
    CLASSES: tl.constexpr,
):
    """Values of up to ROWS examples and their gradients; what is None is not read, not written.

    Example i is the inner one i % trailing of the outer one i // trailing. The logit of its class k
    lies at inputs + outer in_outer + k in_class + inner in_inner, its gradient likewise at slopes.
    factor and grad (unless GRAD_EACH) are one number. Infinite logits count as LIMIT, the largest
    number of their type. A label that is neither a class nor ignore_index makes NaN.
    """
    program = tl.program_id(0)
    tiles = tl.cdiv(trailing, ROWS)
    outer = (program // tiles).to(tl.int64)
    inner = (program % tiles).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    live = inner < trailing
    row = outer * trailing + inner
    k = tl.arange(0, CLASSES)[None, :]
    inside = live[:, None] & (k < classes)
    k64 = k.to(tl.int64)
    at = outer * in_outer + (inner * in_inner)[:, None] + k64 * in_class
    z = tl.load(inputs + at, mask=inside, other=0).to(tl.float32)
    z = tl.where(z > LIMIT, LIMIT, tl.where(z < -LIMIT, -LIMIT, z))
    label = tl.load(labels + row, mask=live, other=0).to(tl.int64)
    margin, rest, e, total = over_others(z, label, k, inside, LIMIT, PRECISE)
    value, slope = of_negative_class(-margin, -rest, gamma, gamma_high, gamma_low, MODE, PRECISE)

    ignored = tl.zeros((ROWS,), tl.int1)
    if ignore_index is not None:
        ignored = label == ignore_index
    unknown = ((label < 0) | (label >= classes)) & (ignored == 0)
    times = tl.where(unknown, float("nan"), scale)
    if factor is not None:
        times *= tl.load(factor).to(tl.float32)
    if alpha is not None:
        known = live & (label >= 0) & (label < classes)
        given = tl.load(alpha + label, mask=known, other=1).to(tl.float32)
        ignored = ignored | (given == 0)
        times *= given
    value = tl.where(ignored, 0.0, times * value)
    if values is not None:
        tl.store(values + row, value, mask=live)
    if partials is not None:
        tl.store(partials + program, tl.sum(tl.where(live, value, 0.0)).to(tl.float64))
    if slopes is not None:
        if grad is not None:
            if GRAD_EACH:
                times *= tl.load(grad + row, mask=live, other=0).to(tl.float32)
            else:
                times *= tl.load(grad).to(tl.float32)
        slope = times * slope
        of_others = slope / total
        gradient = tl.where(k == label[:, None], -slope[:, None], of_others[:, None] * e)
        gradient = tl.where(ignored[:, None], 0.0, gradient)
        to = outer * out_outer + (inner * out_inner)[:, None] + k64 * out_class
        tl.store(slopes + to, gradient, mask=inside)
