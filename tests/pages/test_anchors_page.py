"""Anchors: the picture under the boxes holds the visitor's object where its box is."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from pages.detector import anchors
from tests.helpers import headline


@pytest.mark.parametrize(
    ("finest", "scales", "ratios", "anchors_in_all"),
    [
        ("P3", "3", "three ratios", "67,995"),  # 9 (75² + 38² + 19² + 10² + 5²)
        ("P4", "3", "three ratios", "17,370"),  # without the 75²
        ("P5", "1", "square", "486"),  # 19² + 10² + 5²
    ],
)
def test_levels_scales_and_ratios_make_the_count(
    finest, scales, ratios, anchors_in_all, open_page, shown
):
    visit = open_page(anchors, image="600", finest=finest, scales=scales, ratios=ratios)
    assert headline(visit).startswith(f"{anchors_in_all} anchors")
    levels = shown.exhibits[1].table["level"]
    assert levels == [f"P{i}" for i in range(int(finest[1]), 8)]


@pytest.mark.parametrize(("x", "y", "side"), [("50", "50", "20"), ("0", "100", "40")])
def test_the_object_is_seen_in_its_box(open_page, shown, x, y, side):
    open_page(anchors, image="512", object_x=x, object_y=y, object_side=side)
    layout = shown.exhibits[0].figure["layout"]
    (picture,) = layout["images"]
    assert (picture["sizex"], picture["sizey"]) == (512, 512)
    assert len(picture["source"]) < 10_000  # it travels again with each move of the box
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(picture["source"].split(",")[1]))))
    box = layout["shapes"][-1]
    column = round((box["x0"] + box["x1"]) / 2 / 512 * 48)
    row = round((box["y0"] + box["y1"]) / 2 / 512 * 48)
    middle = pixels[row - 1 : row + 2, column - 1 : column + 2].mean(axis=(0, 1))
    assert np.abs(middle - pixels.mean(axis=(0, 1))).max() > 20
