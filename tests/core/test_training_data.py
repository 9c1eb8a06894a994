"""Images, assignment and average precision of the small detector: facts that need no training."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.training.assignment import (
    BACKGROUND,
    IGNORED,
    POSITIVE,
    anchor_boxes,
    assign,
    decode,
    encode,
    iou,
)
from focal_core.training.average_precision import (
    ap50,
    average_precision,
    best_boxes,
    suppress,
)
from focal_core.training.images import Split, make_data

DATA = make_data(40, 20, 20)
SPLITS = (DATA.train, DATA.validation, DATA.test)


# --- images --------------------------------------------------------------------------------------


def test_the_images_are_the_same_whenever_they_are_drawn():
    make_data.cache_clear()
    again = make_data(40, 20, 20)
    for split, other in zip(SPLITS, (again.train, again.validation, again.test), strict=True):
        np.testing.assert_array_equal(split.images, other.images)
        np.testing.assert_array_equal(split.boxes, other.boxes)


def test_no_image_is_in_two_splits():
    pictures = [image.tobytes() for split in SPLITS for image in split.images]
    assert len(set(pictures)) == len(pictures) == 80


def test_more_training_images_change_no_test_image():
    np.testing.assert_array_equal(make_data(41, 20, 20).test.images, DATA.test.images)


def test_every_object_is_inside_its_image_and_8_to_20_pixels_large():
    for split in SPLITS:
        assert split.images.dtype == np.uint8
        assert split.images.shape[1:] == (3, 48, 48)
        assert split.boxes.min() >= 0
        assert split.boxes.max() <= 48
        side = np.sqrt(np.prod(split.boxes[:, 2:] - split.boxes[:, :2], axis=1))
        assert side.min() >= 7.99
        assert side.max() <= 20.01


def test_drawing_uses_no_global_random_state():
    make_data.cache_clear()
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    make_data(2, 2, 2)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


# --- assignment ----------------------------------------------------------------------------------


def test_two_levels_of_nine_anchors_a_cell():
    assert anchor_boxes().shape == ((12 * 12 + 6 * 6) * 9, 4)


def test_anchors_have_three_sizes_an_octave_and_three_shapes():
    extent = anchor_boxes()[:, 2:] - anchor_boxes()[:, :2]
    sizes = np.unique(np.sqrt(np.prod(extent, axis=1)).round(3))
    np.testing.assert_allclose(sizes, 8 * 2 ** (np.arange(6) / 3), atol=1e-3)
    np.testing.assert_allclose(np.unique((extent[:, 1] / extent[:, 0]).round(3)), [0.5, 1, 2])


@pytest.mark.parametrize(
    ("box", "other", "expected"),
    [
        ([0, 0, 2, 2], [0, 0, 2, 2], 1),
        ([0, 0, 2, 2], [1, 0, 3, 2], 1 / 3),
        ([0, 0, 2, 2], [2, 0, 4, 2], 0),
        ([0, 0, 4, 4], [1, 1, 3, 3], 1 / 4),
        ([0, 0, 1, 1], [5, 5, 6, 6], 0),
    ],
)
def test_overlap_over_union(box, other, expected):
    assert iou(np.float32(box), np.float32(other)) == pytest.approx(expected)


def test_roles_follow_the_thresholds():
    overlap = iou(anchor_boxes(), DATA.train.boxes[:, np.newaxis])
    roles = assign(DATA.train.boxes)
    best = np.zeros_like(roles, dtype=bool)
    best[np.arange(len(roles)), overlap.argmax(axis=1)] = True
    np.testing.assert_array_equal(roles == POSITIVE, (overlap >= 0.6) | best)
    np.testing.assert_array_equal(roles == BACKGROUND, (overlap < 0.4) & ~best)
    np.testing.assert_array_equal(roles == IGNORED, (overlap >= 0.4) & (overlap < 0.6) & ~best)


def test_every_object_has_an_anchor_even_if_none_fits():
    odd = np.float32([[0, 0, 48, 3]])
    assert iou(anchor_boxes(), odd).max() < 0.4
    assert (assign(odd) == POSITIVE).sum() == 1


def test_background_outnumbers_objects_by_hundreds():
    roles = assign(make_data(200, 1, 1).train.boxes)
    assert 400 < (roles == BACKGROUND).sum() / (roles == POSITIVE).sum() < 1000


@given(st.integers(0, 1619), st.integers(0, 39))
def test_decoding_undoes_encoding(anchor, image):
    box, place = DATA.train.boxes[image], anchor_boxes()[anchor]
    np.testing.assert_allclose(decode(encode(box, place), place), box, atol=1e-3)


# --- average precision ---------------------------------------------------------------------------


@pytest.mark.parametrize("hits", [[1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0]])
def test_a_constant_score_gets_the_prevalence_whatever_its_order(hits):
    assert average_precision(np.ones(4), hits, 1) == pytest.approx(0.25)


def test_a_perfect_score_gets_one():
    assert average_precision([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], 2) == 1


def test_a_perfect_ranking_that_misses_half_gets_a_half():
    assert average_precision([0.9, 0.2], [1, 0], 2) == pytest.approx(0.5)


def test_no_detection_gets_nothing():
    assert average_precision([], [], 3) == 0


def test_a_worked_example():
    # ranks: hit, miss, hit: precision 1 until recall 1/2, then 2/3
    assert average_precision([3, 2, 1], [1, 0, 1], 2) == pytest.approx((1 + 2 / 3) / 2)


def test_a_precision_that_rises_again_counts_for_the_recall_before_it():
    """Hits at ranks 2 and 3: precision 1/2, then 2/3, which also stands for the first half."""
    assert average_precision([3, 2, 1], [0, 1, 1], 2) == pytest.approx(2 / 3)


def test_counts_stand_for_repeated_examples():
    repeated = average_precision([3, 2, 2, 2, 1], [1, 0, 0, 0, 1], 2)
    assert average_precision([3, 2, 1], [1, 0, 1], 2, counts=[1, 3, 1]) == pytest.approx(repeated)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=20), st.randoms())
def test_the_order_of_ties_plays_no_part(pairs, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)
    positives = max(1, sum(hit for _score, hit in pairs))

    def ap(some):
        scores, hits = zip(*some, strict=True)
        return average_precision(scores, hits, positives)

    assert ap(shuffled) == pytest.approx(ap(pairs))
    assert 0 <= ap(pairs) <= 1


def perfect(split):
    """One right box of score 1 among far ones of score 0, for the right class alone."""
    boxes = np.zeros((len(split.classes), 3, 2, 4), np.float32) + np.float32([0, 0, 1, 1])
    scores = np.zeros(boxes.shape[:3], np.float32)
    rows = np.arange(len(split.classes))
    boxes[rows, split.classes, 0] = split.boxes
    scores[rows, split.classes, 0] = 1
    return boxes, scores


def test_the_true_boxes_get_one():
    assert ap50(*perfect(DATA.test), DATA.test) == 1


def test_the_wrong_class_gets_nothing():
    boxes, scores = perfect(DATA.test)
    assert ap50(np.roll(boxes, 1, axis=1), np.roll(scores, 1, axis=1), DATA.test) == 0


def test_a_second_box_on_the_same_object_is_a_mistake():
    split = Split(DATA.test.images[:1], np.float32([[10, 10, 30, 30]]), DATA.test.classes[:1])
    boxes = np.zeros((1, 3, 2, 4), np.float32) + np.float32([0, 0, 1, 1])
    scores = np.zeros((1, 3, 2), np.float32)
    boxes[0, split.classes[0]] = [[10, 10, 30, 20.5], [10, 19.5, 30, 30]]  # both overlap by half
    scores[0, split.classes[0]] = [0.9, 0.9]
    assert ap50(boxes, scores, split) == pytest.approx(0.5)


def test_the_better_of_two_overlapping_boxes_stays():
    boxes = np.float32([[[0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30]]])
    assert suppress(boxes).tolist() == [[True, False, True]]


def test_a_suppressed_box_suppresses_nobody():
    # the second overlaps first and third by more than half, the first and third by less
    boxes = np.float32([[[0, 0, 10, 10], [3, 0, 13, 10], [6, 0, 16, 10]]])
    assert suppress(boxes).tolist() == [[True, False, True]]


def test_the_best_boxes_come_best_first_with_their_class():
    boxes, scores = perfect(DATA.test)
    best = best_boxes(boxes[0], scores[0], 2)
    assert best.classes[0] == DATA.test.classes[0]
    np.testing.assert_array_equal(best.boxes[0], DATA.test.boxes[0])
    assert best.scores.tolist() == [1, 0]
