"""Triton kernels of the sigmoid focal loss, of sums and of a gradient's factor.

Imports Triton: `triton_kernels` loads this when a kernel is asked for, and launches it.
"""

# ruff: noqa: N803 - constants of a kernel are written in capitals, as in Triton's own code
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators, allow-untyped-calls

import triton
import triton.language as tl

from focal_core.triton_math import of_any_target, of_negative_class


@triton.jit
def sigmoid_kernel(
    inputs,
    targets,
    weight,
    grad,
    factor,
    values,
    slopes,
    partials,
    size,
    gamma,
    gamma_high,
    gamma_low,
    of_positive,
    of_negative,
    MODE: tl.constexpr,
    SOFT: tl.constexpr,
    PRECISE: tl.constexpr,
    MAY_IGNORE: tl.constexpr,
    GRAD_EACH: tl.constexpr,
    BLOCK: tl.constexpr,
    TILES: tl.constexpr,
):
    """Value and slope of TILES times BLOCK elements; what is None is not read, not written.

    weight and, if GRAD_EACH, grad hold a number for each element; factor and grad otherwise one.
    With grad only slopes are asked for. partials takes the sum of this program's values, added in
    float32. Without SOFT a target above 0 is 1, any other 0.
    """
    program = tl.program_id(0)
    common = 1.0
    if factor is not None:
        common *= tl.load(factor).to(tl.float32)
    if grad is not None and not GRAD_EACH:
        common *= tl.load(grad).to(tl.float32)
    found = tl.zeros((BLOCK,), tl.float32)
    for tile in tl.static_range(TILES):
        first = (program.to(tl.int64) * TILES + tile) * BLOCK
        at = first + tl.arange(0, BLOCK)
        inside = at < size
        x = tl.load(inputs + at, mask=inside, other=0).to(tl.float32)
        t = tl.load(targets + at, mask=inside, other=0)
        if SOFT:
            t = t.to(tl.float32)
            value, slope = of_any_target(x, t, gamma, gamma_high, gamma_low, MODE, PRECISE)
            times = of_negative * (1 - t) + of_positive * t
        else:
            positive = t > 0
            z = tl.where(positive, -x, x)
            value, slope = of_negative_class(z, None, gamma, gamma_high, gamma_low, MODE, PRECISE)
            slope = tl.where(positive, -slope, slope)
            times = tl.where(positive, of_positive, of_negative)
        if weight is not None:
            given = tl.load(weight + at, mask=inside, other=0).to(tl.float32)
            times = tl.where(given == 0, 0.0, times * given)
        if MAY_IGNORE:  # weight 0 makes nothing of whatever stands there
            value = tl.where(times == 0, 0.0, value)
            slope = tl.where(times == 0, 0.0, slope)
            times = tl.where(times == 0, 0.0, times)
        times *= common
        value *= times
        if values is not None:
            tl.store(values + at, value, mask=inside)
        if partials is not None:
            found += tl.where(inside, value, 0.0)
        if slopes is not None:
            if GRAD_EACH:
                times *= tl.load(grad + at, mask=inside, other=0).to(tl.float32)
            tl.store(slopes + at, times * slope, mask=inside)
    if partials is not None:
        tl.store(partials + program, tl.sum(found).to(tl.float64))


@triton.jit
def total_kernel(partials, total, count, BLOCK: tl.constexpr):
    """The sum of all partial sums in float64, always in the same order."""
    found = tl.zeros((BLOCK,), tl.float64)
    for first in range(0, count, BLOCK):
        at = first + tl.arange(0, BLOCK)
        found += tl.load(partials + at, mask=at < count, other=0)
    tl.store(total, tl.sum(found).to(tl.float32))


@triton.jit
def scale_kernel(numbers, factor, size, BLOCK: tl.constexpr, PROGRAMS: tl.constexpr):
    """Multiply numbers by one factor; where it is 1 they are not touched."""
    times = tl.load(factor).to(tl.float32)
    if times != 1.0:
        start = tl.program_id(0).to(tl.int64) * BLOCK
        for first in range(start, size, PROGRAMS * BLOCK):
            at = first + tl.arange(0, BLOCK)
            inside = at < size
            number = tl.load(numbers + at, mask=inside, other=0).to(tl.float32)
            tl.store(numbers + at, number * times, mask=inside)
