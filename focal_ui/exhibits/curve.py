"""The curve: loss or gradient over p_t, and focal loss as a product."""

from functools import lru_cache

import numpy as np

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.curve import Anatomy, anatomy
from focal_ui.figures import curve as figures
from focal_ui.stage.view import Exhibit

P_T = np.concatenate((np.geomspace(1e-3, 0.05, 40), np.linspace(0.055, 0.999, 160)))


def curve(cursor: Anatomy, gamma: float, *, slope: bool, log: bool) -> Exhibit:
    """Loss or gradient at this gamma, over the paper's five. cursor: at the visitor's p_t."""
    return figures.curve(_family(), _whole(gamma), cursor, gamma, slope=slope, log=log)


def product(cursor: Anatomy, gamma: float) -> Exhibit:
    """Cross entropy, times the modulating factor, is focal loss. cursor: at the visitor's p_t."""
    return figures.product(_few(gamma), cursor)


@lru_cache(maxsize=1)
def _family() -> tuple[tuple[float, Anatomy], ...]:
    """The paper's five curves."""
    return tuple((gamma, _whole(gamma)) for gamma in paper.CURVES)


@lru_cache(maxsize=64)
def _whole(gamma: float) -> Anatomy:
    return anatomy(P_T, FocalLoss(gamma))


@lru_cache(maxsize=64)
def _few(gamma: float) -> Anatomy:
    """Enough points for a small panel."""
    return anatomy(P_T[::3], FocalLoss(gamma))
