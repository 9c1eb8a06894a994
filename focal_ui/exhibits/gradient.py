"""The gradient: three floors over one axis, what gamma divides, and which class makes the sum."""

from functools import lru_cache

import numpy as np

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.budget import budget, by_slope
from focal_core.curve import Anatomy, anatomy
from focal_core.optimum import equal_slope_p_t, steepest_p_t
from focal_core.star import StarLoss
from focal_ui.controls import populations
from focal_ui.figures import gradient as figures
from focal_ui.stage.view import Exhibit
from focal_ui.words import kept

P_T = np.concatenate((np.geomspace(1e-3, 0.05, 20), np.linspace(0.055, 0.995, 95)))
STAR = StarLoss(*paper.STAR)


def floors(cursor: Anatomy, loss: FocalLoss) -> Exhibit:
    """Loss, gradient and curvature, FL* beside them. cursor: at the visitor's p_t."""
    return figures.three_floors(_whole(loss), _whole(STAR), cursor, steepest_at(loss))


def reductions(cursor: Anatomy, loss: FocalLoss) -> Exhibit:
    """By what number gamma divides loss and gradient. cursor: at the visitor's p_t."""
    return figures.reductions(_whole(loss), cursor, equal_at(loss), 1 + loss.gamma)


@kept(maxsize=64)
def who_pulls(loss: FocalLoss) -> Exhibit:
    """Each class's share of loss and gradient, in three scenarios."""
    compared = populations.compared()
    scored = [recipe.population() for recipe in compared.values()]
    return figures.who_pulls(
        list(compared),
        [budget(population, loss) for population in scored],
        [budget(population, loss, by_slope) for population in scored],
    )


@lru_cache(maxsize=256)
def equal_at(loss: FocalLoss) -> float | None:
    """The p_t at which the gradient is cross entropy's; found by trial, so the answers are kept."""
    return equal_slope_p_t(loss)


@lru_cache(maxsize=256)
def steepest_at(loss: FocalLoss) -> float | None:
    """The p_t at which the gradient is largest; kept for the same reason."""
    return steepest_p_t(loss)


@lru_cache(maxsize=64)
def _whole(loss: FocalLoss | StarLoss) -> Anatomy:
    return anatomy(P_T, loss)
