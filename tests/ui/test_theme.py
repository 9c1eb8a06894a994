"""Colours that can be seen, and are not the only sign."""

import tomllib
from itertools import combinations

import pytest

from focal_ui.frame import theme
from tests.helpers import ROOT

INKS = {"cross entropy": theme.CROSS_ENTROPY, "focal loss": theme.FOCAL, "third": theme.THIRD}
GROUNDS = {"light": "#FFFFFF", "dark": "#0E1117"}


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    shares = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2: 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_largest_contrast():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", INKS)
def test_each_loss_stands_out_from_the_ground(name, ground):
    assert contrast(INKS[name].color, GROUNDS[ground]) >= 3


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("color", theme.TEXT_INKS)
def test_every_shade_of_a_line_stands_out_from_the_ground(color, ground):
    assert contrast(color, GROUNDS[ground]) >= 3


@pytest.mark.parametrize(("name", "on_light", "on_dark"), sorted(set(theme.TEXT_INKS.values())))
def test_words_in_a_hue_can_be_read_on_both_grounds(name, on_light, on_dark):
    assert contrast(on_light, GROUNDS["light"]) >= 4.5
    assert contrast(on_dark, GROUNDS["dark"]) >= 4.5
    css = (ROOT / "focal_ui" / "stage" / "stage.css").read_text(encoding="utf-8")
    light, dark = css.split(':root[data-ground="dark"]', 1)
    assert f"{name}: {on_light};" in light
    assert f"{name}: {on_dark};" in dark.splitlines()[0]


@pytest.mark.parametrize("ground", GROUNDS)
def test_grey_text_of_a_saved_picture_can_be_read_on_the_ground(ground):
    assert contrast(theme.NEUTRAL, GROUNDS[ground]) >= 3


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_app_has_the_ground_that_the_colours_were_chosen_for(ground):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["theme"][ground]["backgroundColor"].upper() == GROUNDS[ground]


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("panel", ["backgroundColor", "secondaryBackgroundColor"])
def test_the_apps_text_can_be_read(ground, panel):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    colors = config["theme"][ground]
    assert contrast(colors["textColor"], colors[panel]) >= 7


def test_two_losses_differ_in_colour_and_in_dash():
    for one, other in combinations(INKS.values(), 2):
        assert one.color != other.color
        assert one.dash != other.dash


def test_background_is_hatched_and_objects_are_plain():
    hatched = theme.class_fill([theme.FOCAL], background=True)
    plain = theme.class_fill([theme.FOCAL], background=False)
    assert hatched["pattern"]["shape"]
    assert "pattern" not in plain
