"""Value and slope of focal loss for many logits at once, in one pass and in place.

The formulas are those of `binary`; what differs is where results are put. Large fresh arrays cost
more than what is computed for them, so the work is done in pieces that fit the processor's cache,
in rooms that are used again.
"""

import math
from typing import NamedTuple

import numpy as np

from focal_core.checks import Floats, all_certain, largest_size

PIECE = 16_384
"""Logits that are worked on at once: the rooms fit the second cache, calls cost little."""
ROOMS = 3


LARGEST_FREE = {np.dtype(np.float32): 80.0, np.dtype(np.float64): 700.0}
"""Logits up to this size need no guard: their exponential and its inverse are normal numbers."""


def value_and_slope(
    logits: Floats, targets: Floats, gamma: float, alpha: float | None
) -> tuple[Floats, Floats] | None:
    """Both for targets 0 and 1, in the shape of the larger; None if a target is another or NaN.

    Takes arrays of one float type, of one shape or one of them a single number. Also None if a
    logit is NaN: what a piece holds is looked at while it is in the cache, and named by the caller.
    """
    # One array: two would be handed back to the system and fetched anew, page by page, each time.
    both = np.empty((2, *np.broadcast_shapes(logits.shape, targets.shape)), logits.dtype)
    value, slope = both[0, ...], both[1, ...]
    return (value, slope) if _fill(value, slope, logits, targets, gamma, alpha) else None


def value_alone(
    logits: Floats, targets: Floats, gamma: float, alpha: float | None
) -> Floats | None:
    """The value, without the room that the slopes would need."""
    value = np.empty(np.broadcast_shapes(logits.shape, targets.shape), logits.dtype)
    return value if _fill(value, None, logits, targets, gamma, alpha) else None


def slope_alone(
    logits: Floats, targets: Floats, gamma: float, alpha: float | None
) -> Floats | None:
    """The slope, without the room that the values would need."""
    slope = np.empty(np.broadcast_shapes(logits.shape, targets.shape), logits.dtype)
    return slope if _fill(None, slope, logits, targets, gamma, alpha) else None


def _fill(
    value: Floats | None,
    slope: Floats | None,
    logits: Floats,
    targets: Floats,
    gamma: float,
    alpha: float | None,
) -> bool:
    """Put results where there is room for them; False if an entry is not for these formulas."""
    shape = np.broadcast_shapes(logits.shape, targets.shape)
    logits, targets = (np.broadcast_to(each, shape).reshape(-1) for each in (logits, targets))
    value, slope = (None if each is None else each.reshape(-1) for each in (value, slope))
    size = min(PIECE, logits.size)
    rooms, spare = np.empty((ROOMS, size), logits.dtype), np.empty(size, logits.dtype)
    for start in range(0, logits.size, PIECE):
        part = slice(start, start + PIECE)
        piece, truth = logits[part], targets[part]
        largest = largest_size(piece)
        if math.isnan(largest) or not all_certain(truth):
            return False
        rest = slice(piece.size)
        _one_piece(
            _Piece(piece, truth, guarded=largest > LARGEST_FREE[piece.dtype]),
            gamma,
            alpha,
            spare[rest] if value is None else value[part],
            spare[rest] if slope is None else slope[part],
            rooms[:, rest],
        )
    return True


class _Piece(NamedTuple):
    logits: Floats
    targets: Floats
    guarded: bool  # whether a logit is larger than what is free


def _one_piece(
    piece: _Piece, gamma: float, alpha: float | None, value: Floats, slope: Floats, rooms: Floats
) -> None:
    logits, targets, guarded = piece
    away, odds, factor = rooms
    free = LARGEST_FREE[away.dtype]
    cross_entropy, hit = value, slope  # until they are what they are called
    turn = _turned(targets, alpha, away, factor)
    away = np.multiply(turn, logits, out=away)
    # With odds = (1 - p_t) / p_t = exp(z) nothing cancels, whichever of the two is small.
    np.exp(np.minimum(away, free, out=odds) if guarded else away, out=odds)
    np.log1p(odds, out=cross_entropy)
    if guarded:
        np.maximum(cross_entropy, away, out=cross_entropy)
    np.add(odds, 1, out=hit)
    miss = np.divide(odds, hit, out=odds)
    hit = np.divide(gamma, hit, out=hit)  # gamma p_t, which is what the slope takes
    # p_t goes to 0 faster than CE to infinity; the product 0 times infinity would be NaN.
    hit *= np.minimum(cross_entropy, free, out=away) if guarded else cross_entropy
    slope += miss
    factor *= _power(miss, gamma)
    slope *= factor
    if guarded and alpha in (0, 1):  # a class of weight 0 costs nothing, not 0 times infinity
        np.copyto(cross_entropy, 0, where=targets != alpha)
    value *= np.abs(factor, out=factor)


def _turned(targets: Floats, alpha: float | None, turn: Floats, weight: Floats) -> Floats:
    """Give s = 1 - 2 t, and put s alpha_t in `weight`, without a difference that loses digits."""
    other = np.subtract(1, targets, out=weight)
    np.subtract(other, targets, out=turn)
    if alpha is None:
        weight[...] = turn
    elif alpha <= 0.5:
        other -= alpha
    else:
        np.subtract(1 - alpha, targets, out=weight)
    return turn


def _power(base: Floats, exponent: float) -> Floats | float:
    """base**exponent, in place; the usual exponents cost a tenth of the general one."""
    if exponent == 0:
        return 1.0
    if exponent == 1:
        return base
    return np.square(base, out=base) if exponent == 2 else np.power(base, exponent, out=base)
