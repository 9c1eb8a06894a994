"""Every picture of every page: Plotly takes it, it keeps still, and its table is whole."""

import math
import subprocess
import sys

import plotly.graph_objects as go
import pytest

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, budget
from focal_core.curve import anatomy
from focal_core.population import SIMPLE
from focal_ui.figures import both_losses, class_weights, curve
from focal_ui.figures import budget as budget_figures
from focal_ui.frame import theme
from focal_ui.stage.svg.twin import for_plotly
from tests.helpers import PAGES, ROOT, name_of

every_page = pytest.mark.parametrize("module", PAGES, ids=name_of)
AFTER = budget(SIMPLE.population(), FocalLoss(2))
BEFORE = budget(SIMPLE.population(), CROSS_ENTROPY)


@pytest.fixture
def exhibits(walk):
    """Every exhibit of a page, in all its states."""
    return lambda module: walk(module).exhibits


@every_page
def test_plotly_accepts_every_picture(module, exhibits):
    for exhibit in exhibits(module):
        go.Figure(**for_plotly(exhibit.figure))  # raises for what Plotly does not know


@every_page
def test_every_picture_has_a_fixed_height(module, exhibits):
    assert {type(exhibit.figure["layout"]["height"]) for exhibit in exhibits(module)} <= {int}


@every_page
def test_no_picture_is_taller_than_a_screen(module, exhibits):
    assert all(exhibit.figure["layout"]["height"] <= 600 for exhibit in exhibits(module))


@every_page
def test_every_picture_has_a_sentence_without_loose_ends(module, exhibits):
    for exhibit in exhibits(module):
        assert exhibit.sentence.endswith((".", "?"))
        assert not any(loose in exhibit.sentence for loose in ("{", "}", "None", "nan", "inf"))


@every_page
def test_the_columns_of_a_table_are_equally_long(module, exhibits):
    for exhibit in exhibits(module):
        lengths = {len(column) for column in exhibit.table.values()}
        assert len(lengths) == 1
        assert lengths != {0}


@every_page
def test_no_cell_of_a_table_is_nan(module, exhibits):
    cells = [c for e in exhibits(module) for column in e.table.values() for c in column]
    assert not any(isinstance(cell, float) and math.isnan(cell) for cell in cells)


@every_page
def test_every_axis_keeps_still_under_a_finger(module, exhibits):
    for exhibit in exhibits(module):
        layout = exhibit.figure["layout"]
        assert layout["dragmode"] is False
        axes = [value for key, value in layout.items() if key.startswith(("xaxis", "yaxis"))]
        assert all(axis["fixedrange"] for axis in axes)


@every_page
def test_moving_gamma_changes_no_height(module, open_page, shown):
    heights = set()
    for gamma in ("0", "0.5", "2", "5"):
        shown.exhibits.clear()
        open_page(module, gamma=gamma)
        heights.add(tuple(exhibit.figure["layout"]["height"] for exhibit in shown.exhibits))
    assert len(heights) == 1


def test_pictures_are_built_without_streamlit_and_pandas():
    program = (
        "import sys, pkgutil, importlib, focal_ui.figures as f\n"
        "names = [m.name for m in pkgutil.iter_modules(f.__path__)]\n"
        "[importlib.import_module(f'focal_ui.figures.{name}') for name in names]\n"
        "assert names\n"
        "print(sorted({'streamlit', 'pandas', 'torch'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_the_bars_sentence_and_table_of_totals_and_shares_agree():
    exhibit = budget_figures.totals_and_shares(BEFORE, AFTER)
    background, objects = exhibit.figure["data"][2:]
    assert background["x"] == pytest.approx([0.9786, 0.3610], abs=5e-5)
    assert objects["x"] == pytest.approx([0.0214, 0.6390], abs=5e-5)
    assert "97.9%" in exhibit.sentence
    assert "**36.1%**" in exhibit.sentence
    assert exhibit.table["background’s share"] == background["x"]


def test_where_there_is_no_loss_the_sentence_says_so():
    nobody = Budget(0.0, 0.0)
    assert budget_figures.totals_and_shares(nobody, nobody).sentence == (
        "There is no loss to split: both classes are empty."
    )


def test_the_dot_lies_on_the_curve_that_the_sentence_speaks_of():
    loss, grid = FocalLoss(2), [0.1, 0.5, 0.9]
    family = [(gamma, anatomy(grid, FocalLoss(gamma))) for gamma in (0.0, 2.0)]
    cursor = anatomy(0.9, loss)
    exhibit = curve.curve(family, anatomy(grid, loss), cursor, 2.0, slope=False, log=False)
    dot = exhibit.figure["data"][-1]
    assert (dot["x"], dot["y"]) == ([0.9], [pytest.approx(0.0010536, rel=1e-4)])
    assert "**0.00105**" in exhibit.sentence
    assert "100× smaller" in exhibit.sentence


def test_both_losses_have_their_colours_and_each_its_dot_where_the_visitor_is():
    plain, focal, *dots = both_losses.curves([1, 2], ([5, 6], [3, 4]), at=2, here=(6, 4))
    assert [each["line"]["color"] for each in (plain, focal)] == [
        theme.CROSS_ENTROPY.color,
        theme.FOCAL.color,
    ]
    assert [(dot["x"], dot["y"]) for dot in dots] == [([2], [6]), ([2], [4])]
    for name, line, dot in zip(both_losses.names(), (plain, focal), dots, strict=True):
        assert line["name"] == dot["name"] == name
        assert line["line"]["color"] == dot["marker"]["color"]


def test_three_panels_multiply():
    chosen, cursor = anatomy([0.1, 0.9], FocalLoss(2)), anatomy(0.9, FocalLoss(2))
    exhibit = curve.product(chosen, cursor)
    assert exhibit.sentence == "At $p_t$ = 0.9: 0.105 × 0.01 = **0.00105**."
    product = [
        ce * factor
        for ce, factor in zip(exhibit.table["cross entropy"], exhibit.table["factor"], strict=True)
    ]
    assert exhibit.table["focal loss"] == pytest.approx(product)


def test_the_map_says_where_you_are_and_where_the_classes_tie():
    exhibit = class_weights.share_map((0.0, 5.0), [0.979, 0.05], [], (2, 0.25, 0.6))
    you = exhibit.figure["data"][-1]
    assert (you["x"], you["y"]) == ([2], [0.25])
    assert "**60%**" in exhibit.sentence
    assert "0.979 at γ = 0 and 0.05 at γ = 5" in exhibit.sentence
