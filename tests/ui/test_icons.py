"""The small font of icons: whole for this app, and for the version of Streamlit that is pinned."""

import re
from pathlib import Path

import pytest
import streamlit
from fontTools.ttLib import TTFont

from focal_ui.frame.fewer_icons import STATIC, _ligatures, _name
from focal_ui.frame.packed import ICONS, ICONS_OF
from tests.helpers import ROOT


def names(path: Path) -> set[str]:
    font = TTFont(path)
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    return {
        _name(letters, first, each)
        for table in _ligatures(font)
        for first, ligatures in table.ligatures.items()
        for each in ligatures
    }


def used() -> set[str]:
    modules = [*ROOT.glob("pages/**/*.py"), *ROOT.glob("focal_ui/**/*.py")]
    return {
        name
        for module in modules
        for name in re.findall(r":material/([a-z0-9_]+):", module.read_text(encoding="utf-8"))
    }


def test_the_font_that_is_replaced_is_the_one_of_this_streamlit():
    assert (STATIC / "media" / ICONS_OF).exists(), (
        f"Streamlit {streamlit.__version__} has another font: python -m focal_ui.frame.fewer_icons"
    )


def test_every_icon_of_the_app_is_in_the_small_font():
    assert used() - names(ICONS) == set()
    assert len(used()) > 10


@pytest.mark.parametrize(
    "name",
    ["keyboard_arrow_down", "keyboard_double_arrow_left", "close", "help", "check", "fullscreen"],
)
def test_the_icons_of_streamlit_s_own_controls_are_in_it(name):
    assert name in names(ICONS)


def test_it_is_small():
    assert ICONS.stat().st_size < (STATIC / "media" / ICONS_OF).stat().st_size / 5
