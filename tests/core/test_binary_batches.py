"""Focal loss of many logits at once: pieces, layouts, and examples that are ignored."""

import numpy as np
import pytest

from focal_core.binary import FocalLoss


@pytest.mark.parametrize("loss", [FocalLoss(2), FocalLoss(0.5, 0.25), FocalLoss(2, 1.0)], ids=str)
def test_a_batch_of_any_size_and_layout_costs_what_its_examples_cost(loss):
    """Long batches are worked on in pieces."""
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(3, 20_000)), rng.integers(0, 2, (3, 20_000)).astype(float)
    logits[1, 3] = 800  # large in one piece only
    at = [0, 16_383, 16_384, 20_003, 59_999]
    for order in ("C", "F"):
        x, t = np.asarray(logits, order=order), np.asarray(targets, order=order)
        for method in (loss.value, loss.gradient, loss.curvature):
            alone = [method(logits.flat[i], targets.flat[i]) for i in at]
            np.testing.assert_allclose(method(x, t).flat[at], alone, rtol=2 * np.finfo(float).eps)


@pytest.mark.parametrize("place", [0, 30_000])
@pytest.mark.parametrize("spoiled", ["logits", "targets"])
def test_not_a_number_is_found_in_any_piece(place, spoiled):
    given = {"logits": np.zeros(40_000), "targets": np.zeros(40_000)}
    given[spoiled][place] = np.nan
    for method in (FocalLoss().value, FocalLoss().gradient, FocalLoss().value_and_gradient):
        with pytest.raises(ValueError, match=f"{spoiled} must be .* flat index {place}"):
            method(**given)


IGNORING = [FocalLoss(2, 0.25, ignore_index=-1), FocalLoss(0.5, ignore_index=-1)]


@pytest.mark.parametrize("loss", IGNORING, ids=str)
@pytest.mark.parametrize("targets", [[1, -1, 0, -1], [0.5, -1, 1, -1]])
def test_an_ignored_example_costs_nothing_whatever_its_logit(loss, targets):
    """Detectors mark anchors that count for neither class with -1."""
    logits, targets = np.array([0.3, np.nan, -1.0, np.inf]), np.array(targets)
    same = FocalLoss(loss.gamma, loss.alpha)
    for name in ("value", "gradient", "curvature"):
        found = getattr(loss, name)(logits, targets)
        np.testing.assert_array_equal(found[[1, 3]], 0)
        np.testing.assert_array_equal(
            found[[0, 2]], getattr(same, name)(logits[[0, 2]], targets[[0, 2]])
        )
    np.testing.assert_array_equal(loss.weight(targets)[[1, 3]], 0)
    assert loss.value(logits.astype(np.float32), targets).dtype == np.float32


def test_a_target_that_is_ignored_by_nobody_is_refused():
    with pytest.raises(ValueError, match="targets must be between 0 and 1"):
        FocalLoss().value([0.0, 0.0], [1, -1])
    with pytest.raises(ValueError, match="targets must be between 0 and 1"):
        IGNORING[0].value([0.0, 0.0], [2, -1])


@pytest.mark.parametrize("number", [0.5, "a", True, [1], np.nan, np.inf])
def test_an_ignore_index_that_is_no_whole_number_is_named(number):
    with pytest.raises(ValueError, match="ignore_index must be None or a whole number, got"):
        FocalLoss(ignore_index=number)
