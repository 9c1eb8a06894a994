"""The focal loss of one logit in Triton's language, exact to a few float32 eps.

The language has no log1p, and a GPU's own exponential is exact only near 0: at exp(-80) its error
is some 40 eps, which (1 - p_t)**gamma would multiply. So both are made here of what is exact
everywhere: exponentials of small numbers, and polynomials. The power of a certain target takes
ln(1 - p_t) from the logit itself. No step relies on a fused multiply-add, which the interpreter
does not have. A GPU has the memory for some 60 instructions an element, so there are few: half
types, which round far more coarsely, take the GPU's exponential as it is.

Imports Triton: `triton_kernels` loads this when a kernel is asked for.
"""

# ruff: noqa: N803 - constants of a kernel are written in capitals, as in Triton's own code
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators, allow-untyped-calls

import triton
import triton.language as tl

LOG2_E = tl.constexpr(1.4426950408889634)
LN2_HIGH = tl.constexpr(0.693359375)  # 9 bits: times a whole number up to 2**15 it is exact
LN2_LOW = tl.constexpr(-2.12194440054690583e-4)
VANISHES = tl.constexpr(128.0)  # exp(-128) is 0 in float32
LARGEST = tl.constexpr(3.4028234663852886e38)
SMALLEST = tl.constexpr(1.1754943508222875e-38)
FAR = tl.constexpr(1e20)  # times the largest gamma, 1e15, it is still finite
HIGH_BITS = tl.constexpr(-4096)  # 0xfffff000: a product of two numbers cut so is exact
SQRT_HALF_BITS = tl.constexpr(0x3F3504F3)

NO_POWER, POWER_1, POWER_2 = (tl.constexpr(number) for number in range(3))


@triton.jit
def at_most(number, bound):
    """The smaller one; NaN stays."""
    return tl.minimum(number, bound, propagate_nan=tl.PropagateNan.ALL)


@triton.jit
def exp_of_minus(size, rest, PRECISE: tl.constexpr):
    """exp(-(size + rest)), size 0 or more; rest is None or small beside it."""
    size = at_most(size, VANISHES)
    if PRECISE:
        whole = tl.floor(size * LOG2_E + 0.5)
        part = (size - whole * LN2_HIGH) - whole * LN2_LOW
        if rest is not None:
            part += rest
        result = tl.exp2(part * -LOG2_E) * tl.exp2(-whole)
    else:
        if rest is not None:
            size += rest
        result = tl.exp2(size * -LOG2_E)
    return result


@triton.jit
def log1p_of(e):
    """ln(1 + e) for e from 0 to 1, to 1.3 eps."""
    series = -0.0300657684 + e * 0.00536481836
    series = -0.137537991 + e * (0.0792044968 + e * series)
    series = -0.248571633 + e * (0.191536534 + e * series)
    series = -0.49999648 + e * (0.333213226 + e * series)
    return e + e * e * series


@triton.jit
def larger_share(e, PRECISE: tl.constexpr):
    """1 / (1 + e) for e from 0 to 1: cheaper than a quotient, which must think of any number."""
    y = 1 + e
    root = tl.rsqrt(y)
    share = root * root
    return share * (2 - y * share) if PRECISE else share


@triton.jit
def log_in_parts(number):
    """A positive number's ln as two summands; the first is a multiple of LN2_HIGH."""
    number = tl.where(number < SMALLEST, SMALLEST, number)
    bits = number.to(tl.int32, bitcast=True) - SQRT_HALF_BITS
    doublings = (bits >> 23).to(tl.float32)
    scaled = ((bits & 0x7FFFFF) + SQRT_HALF_BITS).to(tl.float32, bitcast=True)
    s = (scaled - 1) / (scaled + 1)  # twice its artanh is ln(scaled)
    w = s * s
    series = 0.33333334 + w * (0.19999853 + w * (0.14296179 + w * 0.10853288))
    return doublings * LN2_HIGH, 2 * s + 2 * s * (w * series) + doublings * LN2_LOW


@triton.jit
def power_of(size, rest, gamma, gamma_high, gamma_low, PRECISE: tl.constexpr):
    """exp(-gamma (size + rest)): gamma in two parts, so that no digit of the product is lost."""
    size = at_most(size, FAR)
    high = (size.to(tl.int32, bitcast=True) & HIGH_BITS).to(tl.float32, bitcast=True)
    product = gamma_high * high
    below = gamma_high * (size - high) + gamma_low * size + gamma * rest
    exponent = product + below
    left = tl.where(exponent > VANISHES, 0.0, below - (exponent - product))
    return exp_of_minus(exponent, left, PRECISE)


@triton.jit
def of_negative_class(
    z, rest, gamma, gamma_high, gamma_low, MODE: tl.constexpr, PRECISE: tl.constexpr
):
    """Loss and slope of a certain negative whose logit is z + rest (of a positive: turn it).

    u**gamma c and u**gamma (u + gamma h c), u = sigmoid(z), h = sigmoid(-z), c = -ln h. MODE tells
    gammas 0, 1 and 2 from others; rest is None or small.
    """
    up = z > 0
    far = tl.abs(z)
    signed = rest
    if rest is not None:
        signed = tl.where(up, rest, -rest)
    e = exp_of_minus(far, signed, PRECISE)
    larger = larger_share(e, PRECISE)
    smaller = e * larger
    bend = log1p_of(e)
    u, h = tl.where(up, larger, smaller), tl.where(up, smaller, larger)
    c = tl.where(up, z, 0.0) + bend
    k = h * at_most(c, LARGEST)  # at an infinite loss h is 0
    if MODE == NO_POWER:
        value, slope = c, u
    elif MODE == POWER_1:
        value, slope = u * c, u * (u + k)
    elif MODE == POWER_2:
        value, slope = u * u * c, u * u * (u + 2 * k)
    else:
        if rest is not None:
            bend += tl.where(up, 0.0, signed)
        power = power_of(tl.where(up, 0.0, far), bend, gamma, gamma_high, gamma_low, PRECISE)
        value, slope = power * c, power * (u + gamma * k)
    return value, slope


@triton.jit
def of_any_target(x, t, gamma, gamma_high, gamma_low, MODE: tl.constexpr, PRECISE: tl.constexpr):
    """Loss and slope of logit x for a target t from 0 to 1.

    u**gamma c and u**gamma (gamma r c + a - b), p = sigmoid(x), q = sigmoid(-x), a = p (1 - t),
    b = q t, u = a + b, r = u'/u, c the cross entropy.
    """
    up = x > 0
    far = tl.abs(x)
    e = exp_of_minus(far, None, PRECISE)
    larger = larger_share(e, PRECISE)
    smaller = e * larger
    p, q = tl.where(up, larger, smaller), tl.where(up, smaller, larger)
    s = 1 - t
    missed = tl.where(up, s, t)  # how much of the target lies on the other side
    bend = log1p_of(e)
    c = tl.where(missed == 0, 0.0, far * missed) + bend
    bounded = at_most(c, LARGEST)  # at an infinite loss it meets a factor of 0
    a, b = p * s, q * t
    u, k = a + b, a - b
    turn = (s - t) * (larger * smaller)
    if MODE == NO_POWER:
        value, slope = c, k
    elif MODE == POWER_1:
        value, slope = u * c, u * k + turn * bounded
    elif MODE == POWER_2:
        value, slope = u * (u * c), u * (u * k + 2 * (turn * bounded))
    else:
        # u (1 + e) is e for a certain target on its own side; its logarithm is the logit.
        easy = missed == 0
        whole, part = log_in_parts(missed + e * (1 - missed))
        size = tl.where(easy, far, -whole)
        rest = tl.where(easy, bend, bend - part)
        power = power_of(size, rest, gamma, gamma_high, gamma_low, PRECISE)
        power = tl.where((c > LARGEST) & (power < SMALLEST), SMALLEST, power)  # stays infinite
        r = tl.where((t == 0) | (t == 1), s * q - t * p, turn / tl.where(u < SMALLEST, SMALLEST, u))
        value, slope = power * c, power * (gamma * (r * bounded) + k)
    return value, slope
