"""Pixels of a disc: areas by geometry, shares by equation 10 and by Dice's own derivative."""

import math

import numpy as np
import pytest

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.segmentation import Disc

DISC = Disc()


def slope(p_t, gamma):
    return (1 - p_t) ** gamma * (1 - p_t - gamma * p_t * math.log(p_t))


def test_the_groups_fill_the_image_and_the_disc_its_part():
    assert DISC.counts.sum() == pytest.approx(512**2)
    assert DISC.counts[2:].sum() == pytest.approx(0.01 * 512**2)


def test_the_boundary_is_a_ring_of_twice_the_band():
    """Area of a ring: circumference of its middle times its width."""
    assert DISC.boundary_part * 512**2 == pytest.approx(2 * math.pi * DISC.radius * 4)


@pytest.mark.parametrize("gamma", [0, 1, 2])
def test_shares_stand_as_count_times_gradient(gamma):
    far, outside, inside, interior = DISC.counts
    pulls = np.array(
        [far * slope(0.99, gamma), (outside + inside) * slope(0.5, gamma),
         interior * slope(0.95, gamma)]
    )  # fmt: skip
    shares = DISC.shares(FocalLoss(gamma))
    found = [shares.background, shares.boundary, shares.interior]
    assert found == pytest.approx((pulls / pulls.sum()).tolist())


def test_the_share_of_dice_is_that_of_its_numerical_derivative():
    counts, targets = DISC.counts, np.array([0, 0, 1, 1])
    logits = np.log(np.array([1 / 99, 1, 1, 19]))

    def dice(x):
        p = 1 / (1 + np.exp(-x))
        return 1 - 2 * (counts * p * targets).sum() / (counts * (p + targets)).sum()

    pulls = np.array([abs(dice(logits + step) - dice(logits - step)) for step in 1e-5 * np.eye(4)])
    shares = DISC.dice_shares()
    assert shares.background == pytest.approx(pulls[0] / pulls.sum(), rel=1e-5)
    assert shares.boundary == pytest.approx(pulls[1:3].sum() / pulls.sum(), rel=1e-5)


def test_where_nothing_is_harder_focusing_changes_nothing():
    alike = Disc(background_p_t=0.8, boundary_p_t=0.8, interior_p_t=0.8)
    plain, focal = alike.shares(CROSS_ENTROPY), alike.shares(FocalLoss(3))
    assert plain.boundary == pytest.approx(alike.boundary_part)
    assert focal.boundary == pytest.approx(plain.boundary)


@pytest.mark.parametrize(
    ("field", "value"), [("foreground", 0), ("foreground", 0.9), ("side", 0), ("band", 40)]
)
def test_what_cannot_be_is_named(field, value):
    with pytest.raises(ValueError, match=field):
        Disc(**{field: value})
