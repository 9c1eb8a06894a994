"""Anchors: how many there are, which are assigned, and the object that can be taken hold of."""

import math

import pytest

from focal_ui.controls import knobs
from focal_ui.stage.prose import to_text
from pages.detector import anchors

LEVELS = ["P3", "P4", "P5", "P6", "P7"]


@pytest.mark.parametrize(
    ("finest", "scales", "square", "anchors_in_all"),
    [
        (0, 3, False, "67,995"),  # 9 (75² + 38² + 19² + 10² + 5²)
        (1, 3, False, "17,370"),  # without the 75²
        (2, 1, True, "486"),  # 19² + 10² + 5²
    ],
)
def test_levels_scales_and_ratios_make_the_count(finest, scales, square, anchors_in_all):
    said = anchors.view(600, finest=finest, scales=scales, square=square)
    assert said.headline.startswith(f"{anchors_in_all} anchors")
    assert said.exhibits["by_level"].table["level"] == LEVELS[finest:]


@pytest.mark.parametrize(("x", "y", "side"), [(50.0, 50.0, 20.0), (30.0, 70.0, 40.0)])
def test_the_object_and_its_box_lie_where_the_sliders_say(x, y, side):
    layout = anchors.view(object_x=x, object_y=y, object_side=side).exhibits["on_the_image"]
    ground, seen = layout.figure["layout"]["images"]
    box = layout.figure["layout"]["shapes"][-1]
    assert (ground["sizex"], ground["sizey"]) == (100, 100)
    assert ((box["x0"] + box["x1"]) / 2, (box["y0"] + box["y1"]) / 2) == (x, y)
    assert (seen["x"], seen["y"]) == pytest.approx((x - side / 2, y - side / 2))
    assert (seen["sizex"], seen["sizey"]) == pytest.approx((side, side))


def test_the_box_is_held_on_axes_that_count_as_its_sliders_do():
    layout = anchors.view().exhibits["on_the_image"].figure["layout"]
    assert layout["shapes"][-1]["hold"] == {"x": knobs.OBJECT_X.key, "y": knobs.OBJECT_Y.key}
    assert layout["xaxis"]["range"] == [knobs.OBJECT_X.low, knobs.OBJECT_X.high]
    assert layout["yaxis"]["range"] == [knobs.OBJECT_Y.high, knobs.OBJECT_Y.low]  # down


def test_the_picture_keeps_its_marks_wherever_the_object_is():
    drawn = [anchors.view(object_x=float(x)).exhibits["on_the_image"] for x in range(0, 101, 10)]
    assert len({len(each.figure["layout"]["shapes"]) for each in drawn}) == 1


def test_ignored_anchors_are_no_background():
    # 67,995 − 43 − 71 = 67,881 background anchors, 1,578.6 to each of 43
    said = anchors.view(600)
    assert (
        "**43** are assigned to the object, 71 are ignored" in said.words["on_the_image_sentence"]
    )
    assert "1,579 background anchors for each" in said.explanation
    assert "Below 0.4 it is background. In between it is *ignored*" in said.explanation


def test_the_papers_hundred_thousand_is_explained_by_images_that_are_longer_than_high():
    said = anchors.view(600).explanation
    # 9 (75 × 100 + 38 × 50 + 19 × 25 + 10 × 13 + 5 × 7); 9 (75 × 125 + 38 × 63 + 19 × 32 + …)
    counts = [
        9 * sum(-(-600 // stride) * -(-side // stride) for stride in (8, 16, 32, 64, 128))
        for side in (800, 1000)
    ]
    assert f"600 × 800 give {counts[0]:,}, and 600 × 1,000 give {counts[1]:,}" in said


def test_an_object_too_small_for_every_anchor_is_trained_as_background():
    # a square of 20 pixels in the smallest square anchor, 32: 400 / 1,024 = 0.39
    said = anchors.view(1000 - 200, object_side=2.5)
    assert "only 0 are" in to_text(said.headline)
    assert "trained as background" in said.explanation
    assert "assign its best anchor all the same" in said.explanation


def test_the_bars_add_up_and_lie_on_powers_of_ten():
    bars = anchors.view(800).exhibits["by_level"].figure["data"][0]["y"]
    foot = bars[-1] - math.log10(120_087)
    counts = [9 * cells**2 for cells in (100, 50, 25, 13, 7)]
    assert list(bars[:-1]) == pytest.approx([math.log10(count) + foot for count in counts])


@pytest.mark.parametrize("key", anchors.variants())
def test_every_variant_can_be_drawn_at_every_place(key):
    draw = anchors.variants()[key]
    assert {len(draw(size).exhibits) for size in knobs.IMAGE.places} == {2}
