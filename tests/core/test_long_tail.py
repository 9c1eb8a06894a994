"""A long tail of classes: the counts of its paper, and what weights do to shares."""

import math

import numpy as np
import pytest

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.long_tail import LongTail

TAIL = LongTail()
CIFAR = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]  # long-tailed, imbalance 100


def focal(p_t, gamma):
    return -((1 - p_t) ** gamma) * math.log(p_t)


def test_the_counts_are_those_of_long_tailed_cifar_10():
    assert TAIL.counts.tolist() == CIFAR


def test_examples_get_harder_from_the_most_frequent_class_to_the_rarest():
    assert TAIL.p_t[[0, -1]] == pytest.approx([0.9, 0.5])
    assert np.all(np.diff(TAIL.p_t) < 0)


@pytest.mark.parametrize("gamma", [0, 2, 5])
def test_shares_add_up_and_stand_as_count_times_loss(gamma):
    shares = TAIL.shares(FocalLoss(gamma))
    assert shares.sum() == pytest.approx(1)
    ratio = 50 * focal(0.5, gamma) / (5_000 * focal(0.9, gamma))
    assert shares[-1] / shares[0] == pytest.approx(ratio)


def test_with_equal_examples_inverse_frequency_gives_equal_shares_whatever_gamma_is():
    tail = LongTail(easy=0.7, hard=0.7)
    for gamma in (0, 2):
        shares = tail.shares(FocalLoss(gamma), tail.by_frequency())
        np.testing.assert_allclose(shares, 0.1)


def test_effective_numbers_weigh_the_rarest_class_20_times():
    """(1 - 0.999**5000) / (1 - 0.999**50): Cui et al. 2019."""
    assert TAIL.by_effective_number()[-1] == pytest.approx((1 - 0.999**5000) / (1 - 0.999**50))
    assert TAIL.by_effective_number(0.0).tolist() == [1] * 10
    assert TAIL.by_frequency()[-1] == 100


@pytest.mark.parametrize("loss", [CROSS_ENTROPY, FocalLoss(2)])
def test_balancing_weights_balance(loss):
    np.testing.assert_allclose(TAIL.shares(loss, TAIL.balancing(loss)), 0.1)


@pytest.mark.parametrize(
    ("field", "value"), [("classes", 1), ("most", 0), ("imbalance", 0.5), ("easy", 1), ("hard", 0)]
)
def test_what_cannot_be_is_named(field, value):
    with pytest.raises(ValueError, match=field):
        LongTail(**{field: value})
