"""Value and slope of focal loss for many logits at once, in one pass and in place.

The formulas are those of `binary`; what differs is where results are put. Large fresh arrays cost
more than what is computed for them, so the work is done in pieces that fit the processor's cache,
in rooms that are used again.
"""

import numpy as np

from focal_core.checks import Floats

PIECE = 16_384
"""Logits that are worked on at once: the rooms fit the second cache, calls cost little."""
ROOMS = 4


def value_and_slope(
    logits: Floats, targets: Floats, gamma: float, alpha: float | None, *, guarded: bool
) -> tuple[Floats, Floats]:
    """Both for targets 0 and 1, in the shape of the larger.

    Takes checked arrays of one float type, of one shape or one of them a single number. guarded:
    whether a logit may be infinite.
    """
    shape = np.broadcast_shapes(logits.shape, targets.shape)
    logits, targets = (np.broadcast_to(each, shape).reshape(-1) for each in (logits, targets))
    value, slope = np.empty_like(logits), np.empty_like(logits)
    rooms = np.empty((ROOMS, min(PIECE, logits.size)), logits.dtype)
    for start in range(0, logits.size, PIECE):
        part = slice(start, start + PIECE)
        piece = logits[part]
        out = value[part], slope[part]
        _one_piece(piece, targets[part], gamma, alpha, *out, rooms[:, : piece.size], guarded)
    return value.reshape(shape), slope.reshape(shape)


def _one_piece(
    logits: Floats,
    targets: Floats,
    gamma: float,
    alpha: float | None,
    value: Floats,
    slope: Floats,
    rooms: Floats,
    guarded: bool,
) -> None:
    away, rare, miss, factor = rooms
    cross_entropy, hit = value, slope  # until they are what they are called
    turn = _turned(targets, alpha, away, factor)
    away = np.multiply(turn, logits, out=away)
    np.abs(away, out=rare)
    np.negative(rare, out=rare)
    np.exp(rare, out=rare)  # never overflows
    np.log1p(rare, out=cross_entropy)
    cross_entropy += np.maximum(away, 0, out=miss)
    # miss = likely where the model is wrong, else rare x likely; hit the other way round. Taking
    # the larger of rare and 0 or 1 asks no question of each logit that a processor has to guess.
    np.greater(away, 0, out=miss)
    np.subtract(1, miss, out=hit)
    np.maximum(miss, rare, out=miss)
    np.maximum(hit, rare, out=hit)
    rare += 1
    likely = np.reciprocal(rare, out=rare)
    miss *= likely
    hit *= likely
    hit *= _finite(cross_entropy, away) if guarded else cross_entropy
    if gamma != 1:
        hit *= gamma
    slope += miss
    factor *= _power(miss, gamma)
    slope *= factor
    if guarded and alpha in (0, 1):  # a class of weight 0 costs nothing, not 0 times infinity
        np.copyto(cross_entropy, 0, where=targets != alpha)
    value *= np.abs(factor, out=factor)


def _finite(cross_entropy: Floats, room: Floats) -> Floats:
    """What p_t is multiplied with, which goes to 0 faster: 0 times infinity would be NaN."""
    return np.minimum(cross_entropy, np.finfo(room.dtype).max, out=room)


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
