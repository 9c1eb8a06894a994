"""Wrong labels shout under focal loss: concept card 17."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.noise import NoisyLabels


@pytest.mark.parametrize(("loss", "share"), [(CROSS_ENTROPY, 0.488), (FocalLoss(2.0), 0.972)])
def test_one_percent_of_wrong_labels_takes_this_part_of_the_slope(loss, share):
    assert NoisyLabels(0.01).pull(loss).wrong_labels == pytest.approx(share, abs=5e-4)


@given(st.floats(0, 1), st.floats(0, 5))
def test_the_parts_add_up_to_one(noise, gamma):
    pull = NoisyLabels(noise).pull(FocalLoss(gamma))
    assert pull.wrong_labels + pull.right_negatives + pull.positives == pytest.approx(1)


@given(st.floats(0.001, 0.5))
def test_focal_loss_always_listens_more_to_wrong_labels_than_cross_entropy(noise):
    labels = NoisyLabels(noise)
    assert labels.pull(FocalLoss(2.0)).wrong_labels > labels.pull(CROSS_ENTROPY).wrong_labels


def test_without_noise_no_wrong_label_pulls():
    assert NoisyLabels(0.0).pull(FocalLoss(2.0)).wrong_labels == 0


@pytest.mark.parametrize(("missed", "noise"), [(0, 0), (1, 1e-5), (10, 1e-4), (100_000, 1)])
def test_so_many_objects_for_every_hundred_are_this_part_of_100000_background_labels(missed, noise):
    labels = NoisyLabels.unlabelled(missed)
    assert (labels.noise, labels.positives) == (pytest.approx(noise), 100)
    assert labels.counts == pytest.approx([missed, 100_000 - missed, 100])


def test_no_more_objects_can_be_missed_than_there_is_background():
    with pytest.raises(ValueError, match="missed must be a number from 0 to 100000"):
        NoisyLabels.unlabelled(100_001)


def test_nobody_pulls_where_nobody_is():
    pull = NoisyLabels(0.0, negatives=0, positives=0).pull(CROSS_ENTROPY)
    assert (pull.wrong_labels, pull.right_negatives, pull.positives) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "value"), [("noise", 1.1), ("negatives", -1), ("learned_p_t", 1), ("positive_p_t", 0)]
)
def test_bad_arguments_are_named(name, value):
    with pytest.raises(ValueError, match=f"{name} must be"):
        NoisyLabels(**{name: value})
