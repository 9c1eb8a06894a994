"""How a loss becomes brightness: the same for every eye, and the same in Plotly."""

import base64
import re

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_ui.figures.image import glow, kinds
from focal_ui.stage.svg.glow import as_steps
from focal_ui.stage.svg.twin import for_plotly
from pages.see import start

# Machado, Oliveira and Fernandes 2009, severity 1: what is seen, from linear red, green and blue.
EYES = {
    "most eyes": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
by_eye = pytest.mark.parametrize("eye", EYES.values(), ids=EYES)
GROUNDS = (20, 90)  # the darkest and the brightest grey of the image


def luminance(colors, eye):
    """Of sRGB colours (n, 3), 0 to 255, as WCAG counts it, after what an eye makes of them."""
    part = np.asarray(colors, float) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.clip(linear @ eye.T, 0, 1) @ (0.2126, 0.7152, 0.0722)


def over(ground):
    """The 256 steps, painted over a grey."""
    painted = glow.colors().astype(float)
    cover = painted[:, 3:] / 255
    return cover * painted[:, :3] + (1 - cover) * ground


@by_eye
@pytest.mark.parametrize("ground", GROUNDS)
def test_more_loss_is_brighter_to_every_eye(eye, ground):
    seen = luminance(over(ground), eye)
    assert np.all(np.diff(seen) >= -1e-3)
    assert (seen[-1] + 0.05) / (seen[0] + 0.05) > 6


@by_eye
def test_outlines_are_seen_on_the_dark_and_on_the_glow(eye):
    lines = [tuple(bytes.fromhex(c[1:])) for c in ("#9FDCFF", "#F2B5DF")]
    dark = luminance(over(50)[:1], eye)[0]
    assert all((luminance([line], eye)[0] + 0.05) / (dark + 0.05) > 4.5 for line in lines)


def test_kinds_differ_in_pattern_and_not_in_colour_alone():
    assert len(set(kinds.PATTERNS)) == 3


@given(st.floats(0.003, 9000))
def test_a_level_says_the_loss_to_three_percent(times):
    level = glow.levels(np.array([times]))[0]
    back = np.exp(glow.FAINTEST + glow.FINENESS * (float(level) - 1))
    assert back == pytest.approx(times, rel=0.031)


def test_what_adds_nothing_is_dark():
    assert glow.levels(np.array([0.0]))[0] == 0
    assert glow.colors()[0, 3] == 0


@given(st.lists(st.binary(min_size=4, max_size=4), min_size=1, max_size=5))
def test_maps_travel_as_steps_and_come_back(rows):
    maps = [np.frombuffer(row, np.uint8).reshape(2, 2) for row in rows]
    sent = np.frombuffer(base64.b64decode(as_steps(maps)), np.uint8).reshape(-1, 2, 2)
    back = sent.cumsum(axis=0, dtype=np.uint8)
    for at, row in enumerate(maps):
        np.testing.assert_array_equal(back[min(at, len(back) - 1)], row)


def test_plotly_draws_the_same_where_the_script_cannot():
    figure = for_plotly(start.view(2.0).exhibits["image"].figure)
    drawn = go.Figure(figure)
    assert [trace.type for trace in drawn.data] == ["heatmap", "heatmap", "bar", "bar", "bar"]
    assert len(drawn.layout.images) == 2
    stop, color = drawn.data[1].colorscale[-1]
    r, g, b, a = map(float, re.findall(r"[\d.]+", color))
    assert stop == 1
    np.testing.assert_allclose([r, g, b, 255 * a], glow.colors()[-1], atol=0.2)
