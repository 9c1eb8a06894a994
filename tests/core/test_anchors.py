"""Anchor counts, overlaps and assignment, against the paper's rules and arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core.anchors import RETINANET, Label, Pyramid, assign, assign_near, iou


@pytest.mark.parametrize(
    ("height", "width", "count"), [(600, 600, 67_995), (800, 800, 120_087), (800, 1333, 200_700)]
)
def test_an_image_has_so_many_anchors(height, width, count):
    assert RETINANET.count(height, width) == count
    assert sum(len(level) for level in RETINANET.boxes(height, width)) == count


def test_a_hundred_thousand_lie_between_600_and_800_pixels():
    assert RETINANET.count(600, 600) < 100_000 < RETINANET.count(800, 800)


def test_a_cell_has_three_scales_in_three_ratios_of_equal_area():
    boxes = RETINANET.at_cell(0, 100.0, 100.0)
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    assert len(boxes) == RETINANET.per_cell == 9
    np.testing.assert_allclose(np.unique(np.round(height / width, 9)), [0.5, 1, 2])
    np.testing.assert_allclose(
        np.sort(np.sqrt(width * height)), np.repeat(32 * 2 ** (np.arange(3) / 3), 3)
    )
    np.testing.assert_allclose((boxes[:, :2] + boxes[:, 2:]) / 2, 100)


def test_anchors_reach_from_32_to_813_pixels():
    sides = [
        np.sqrt(np.prod(level[:, 2:] - level[:, :2], axis=1)) for level in RETINANET.boxes(64, 64)
    ]
    assert min(map(np.min, sides)) == pytest.approx(32)
    assert max(map(np.max, sides)) == pytest.approx(813, abs=0.5)


def test_the_overlap_of_a_box_with_itself_its_half_and_a_far_one():
    overlap = iou([[0, 0, 10, 10], [0, 0, 10, 5], [20, 20, 30, 30], [5, 0, 15, 10]], [0, 0, 10, 10])
    np.testing.assert_allclose(overlap, [1, 0.5, 0, 1 / 3])


@given(st.lists(st.floats(0, 500), min_size=8, max_size=8))
def test_overlap_is_symmetric_and_between_0_and_1(numbers):
    one, two = (np.array([x, y, x + w + 1, y + h + 1]) for x, y, w, h in (numbers[:4], numbers[4:]))
    there, back = iou([one], two)[0], iou([two], one)[0]
    assert there == pytest.approx(back)
    assert 0 <= there <= 1


@pytest.mark.parametrize(
    ("width", "label"),
    [(10, Label.OBJECT), (5.0, Label.OBJECT), (4.5, Label.IGNORED), (3.9, Label.BACKGROUND)],
)
def test_from_one_half_an_object_below_four_tenths_background_ignored_between(width, label):
    labels, best = assign([[0, 0, width, 10]], [[0, 0, 10, 10]])
    assert labels[0] == label
    assert best[0] == pytest.approx(width / 10)


def test_without_objects_all_is_background():
    labels, _best = assign(RETINANET.boxes(128, 128)[0], np.empty((0, 4)))
    assert set(labels) == {Label.BACKGROUND}


def test_the_best_of_several_objects_counts():
    labels, best = assign([[0, 0, 10, 10]], [[50, 50, 60, 60], [0, 0, 10, 10]])
    assert (labels[0], best[0]) == (Label.OBJECT, 1)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Pyramid(strides=(8,)), "strides and sizes"),
        (lambda: Pyramid(scales=()), "scales"),
        (lambda: Pyramid(ratios=(0,)), "ratios"),
        (lambda: RETINANET.count(0, 10), "height"),
        (lambda: RETINANET.count(10, 99_999), "width"),
        (lambda: assign([[0, 0, 1, 1]], [[0, 0, 1, 1]], negative_below=0.9), "negative_below"),
    ],
)
def test_what_cannot_be_is_refused_by_name(make, name):
    with pytest.raises(ValueError, match=name):
        make()


@given(
    st.sampled_from([256, 600, 1024]),
    st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(2, 100)),
    st.sampled_from([RETINANET, Pyramid(scales=(1.0,), ratios=(1.0,))]),
)
def test_assigning_near_the_object_finds_what_assigning_all_finds(size, place, pyramid):
    x, y, side = (percent * size / 100 for percent in place)
    box = np.clip([x - side / 2, y - side / 2, x + side / 2, y + side / 2], 0, size)
    found, ignored = assign_near(pyramid, size, size, box)
    for level, near, between in zip(pyramid.boxes(size, size), found, ignored, strict=True):
        labels, _best = assign(level, [box])
        assert set(map(tuple, near)) == set(map(tuple, level[labels == Label.OBJECT]))
        assert set(map(tuple, between)) == set(map(tuple, level[labels == Label.IGNORED]))
