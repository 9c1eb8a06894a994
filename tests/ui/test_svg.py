"""Figures as SVG: every picture is drawn, can be read, and says its values under the pointer."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.curve import anatomy
from focal_core.population import SIMPLE
from focal_ui.figures import calibration, class_weights, limits, marks, paper
from focal_ui.figures.budget import totals_and_shares
from focal_ui.figures.curve import product
from focal_ui.frame import theme
from focal_ui.stage.family import CHANGE_AT, WIDTHS
from focal_ui.stage.svg.canvas import Canvas
from focal_ui.stage.svg.mark import taken
from focal_ui.stage.svg.scale import Axis
from focal_ui.words import percent, speaking
from tests.helpers import PAGES, name_of

WIDE, NARROW = CANVASES = tuple(Canvas(name, width) for name, width in WIDTHS.items())
both = pytest.mark.parametrize("canvas", CANVASES, ids=list(WIDTHS))
every_page = pytest.mark.parametrize("module", PAGES, ids=name_of)
SMALLEST = {WIDE: CHANGE_AT, NARROW: 343}  # pixels, the latter on a phone of 375
P_T = np.linspace(0.01, 0.99, 50)


def paid(gamma):
    return budget(SIMPLE.population(), FocalLoss(gamma))


def product_at(gamma):
    loss = FocalLoss(gamma)
    return product(anatomy(P_T, loss), anatomy(0.9, loss))


def unit_axes():
    return {"xaxis": theme.axis(range=[0, 1]), "yaxis": theme.axis(range=[0, 1])}


def told(figure, canvas=WIDE):
    """What the marks of a figure say under the pointer."""
    tips = [mark.attributes.get("data-tip") for mark in canvas.marks(figure)]
    return [tip for tip in tips if tip]


def value(axis, unit):
    """As the script turns a place back into a value."""
    at = axis["low"] + unit * (axis["high"] - axis["low"])
    return 10**at if axis["log"] else at


@every_page
@both
def test_every_picture_is_drawn_and_can_be_read(module, canvas, walk):
    for exhibit in walk(module).exhibits:
        drawn = "".join(mark.svg() for mark in canvas.marks(exhibit.figure))
        sizes = re.findall(r'font-size="([\d.]+)"', canvas.ground(exhibit.figure) + drawn)
        assert min(map(float, sizes), default=11) * SMALLEST[canvas] / canvas.width >= 11
        assert "nan" not in drawn.split("data:image")[0]
        json.dumps(canvas.scales(exhibit.figure), allow_nan=False)


@every_page
def test_every_line_that_is_not_faint_has_a_name(module, walk):
    for exhibit in walk(module).exhibits:
        lines = [t for t in exhibit.figure["data"] if "lines" in t.get("mode", "")]
        bold = [t for t in lines if t["line"]["width"] and t["line"]["color"] != theme.FAINT]
        assert all(trace["name"] for trace in bold)


def test_a_bar_says_the_share_that_the_table_holds():
    exhibit = totals_and_shares(paid(0), paid(2))
    shares = exhibit.table["background’s share"]
    assert told(exhibit.figure)[4:6] == [f"background: {percent(share)}" for share in shares]
    assert told(exhibit.figure)[5] == "background: 36.1%"


def test_a_dot_says_its_curve_and_both_values():
    assert told(product_at(2).figure)[-1] == "focal loss: 0.00105 (p_t 0.9)"


def test_a_dot_of_a_paper_s_table_says_the_printed_number():
    assert "0.5, 0.5: 32.9 AP" in told(paper.by_gamma().figure)


def test_a_trace_s_own_words_win_and_a_silent_one_says_nothing():
    dot = marks.dot(0.5, 0.5, theme.FOCAL.color, name="focal loss")
    traces = [dot | {"tip": ["mine"]}, dot | {"tip": "for all"}, dot | {"hoverinfo": "skip"}]
    assert told(theme.figure(traces, **unit_axes())) == ["mine", "for all"]


def test_a_curve_names_itself_and_its_panel():
    curves = [mark for mark in WIDE.marks(product_at(2).figure) if mark.curve]
    asked = [(m.attributes["data-name"], m.attributes["data-panel"]) for m in curves]
    assert asked == [("cross entropy", ""), ("modulating factor", "2"), ("focal loss", "3")]


@both
def test_the_scales_turn_a_curve_back_into_its_data(canvas):
    figure = product_at(2).figure
    panels = {each["panel"]: each for each in canvas.scales(figure)}
    for mark, trace in zip(
        [mark for mark in canvas.marks(figure) if mark.curve],
        [trace for trace in figure["data"] if trace["mode"] == "lines"],
        strict=True,
    ):
        panel = panels[mark.attributes["data-panel"]]
        np.testing.assert_allclose(value(panel["x"], mark.curve.x), trace["x"], atol=1e-6)
        np.testing.assert_allclose(value(panel["y"], mark.curve.y), trace["y"], atol=1e-6)


@given(
    some.floats(-6, 6), some.floats(0.1, 12), some.booleans(), some.floats(0, 1)
)  # fmt: skip
def test_a_scale_can_be_read_backwards(low, span, log, unit):
    axis = Axis(low, low + span, log=log)
    assert axis.unit(value(axis.read(), unit)) == pytest.approx(unit, abs=1e-6)


@both
def test_a_panel_lies_where_its_scale_says(canvas):
    figure = product_at(2).figure
    dots = [mark.attributes for mark in canvas.marks(figure) if mark.tag == "circle"]
    for dot, panel in zip(dots, canvas.scales(figure), strict=True):
        unit = (dot["cx"] - panel["left"]) / panel["width"]
        assert value(panel["x"], unit) == pytest.approx(0.9, abs=1e-4)


def test_an_axis_says_in_a_word_what_it_counts_and_how():
    _totals, panel = WIDE.scales(totals_and_shares(paid(0), paid(2)).figure)
    assert panel["x"] == {
        "low": 0.0, "high": 1.0, "log": False, "percent": True, "title": "share of the total loss",
    }  # fmt: skip


def test_a_map_tells_its_own_values_and_its_scale_of_shades_none():
    shares = np.array([[0.97862, 0.4], [0.6, 0.1]])
    gammas, balancing = (0.0, 5.0), [0.979, 0.05]
    ground = class_weights.map_ground(gammas, np.array([0.0, 1.0]), shares, balancing)
    exhibit = class_weights.share_map(gammas, balancing, ground, (2, 0.25, 0.6))
    maps = [mark.attributes for mark in WIDE.marks(exhibit.figure) if mark.tag == "image"]
    assert [json.loads(each.get("data-map", "null")) for each in maps] == [
        {"x": [0.0, 5.0], "y": [0.0, 1.0], "z": [[0.9786, 0.4], [0.6, 0.1]]},
        None,
    ]


def test_equal_probabilities_of_a_class_are_told_apart():
    same = np.array([0.1])
    figure = calibration.ten_classes(["1"], same, same, same).figure
    true, answered, undone = (m for m in WIDE.marks(figure) if m.tag in ("circle", "path"))
    assert true.attributes["fill"] == "none"  # a ring
    assert answered.tag == "circle"  # the dot in it
    across = float(re.search(r"translate\(([\d.]+)", undone.attributes["transform"])[1])
    assert across > answered.attributes["cx"] + 20


def test_rules_that_are_neither_loss_are_grey_and_differ_in_their_dash():
    names = ("cross entropy", "focal loss", "a", "b", "c", "d", "e")
    weights = {name: np.ones(3) for name in names}
    data = limits.weight_by_difficulty(np.array([0.1, 0.5, 0.9]), weights, 0.5).figure["data"]
    plain, focal, *others = (trace["line"] for trace in data)
    assert (plain["color"], focal["color"]) == (theme.CROSS_ENTROPY.color, theme.FOCAL.color)
    assert {other["color"] for other in others} == {limits.GREY}
    assert len({other["dash"] for other in others}) == len(others)


def test_words_in_a_hue_follow_the_page():
    label = theme.label("CE", 0.5, 0.5, font={"color": theme.CROSS_ENTROPY.color})
    (mark,) = WIDE.marks(theme.figure([], annotations=[label], **unit_axes()))
    assert mark.attributes["fill"] == "var(--ink-ce, #005A8F)"


def test_a_box_ends_at_the_edge_of_its_panel_and_says_what_it_is():
    box = {
        "type": "rect",
        "x0": -1,
        "x1": 2,
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "tip": "a box",
    }
    (mark,) = WIDE.marks(theme.figure([], shapes=[box], **unit_axes()))
    assert mark.attributes["clip-path"] == f"url(#{WIDE.name})"
    assert mark.attributes["data-tip"] == "a box"


def test_cross_entropy_is_drawn_where_it_is():
    figure = product_at(0).figure
    *_others, focal = (mark.curve for mark in WIDE.marks(figure) if mark.curve)
    logits = np.log(P_T / (1 - P_T))
    np.testing.assert_allclose(5 * focal.y, CROSS_ENTROPY.value(logits, 1), rtol=1e-5)


@pytest.mark.parametrize(
    ("label", "wide"),  # in Source Sans at 100 pixels, as a browser measures it
    [("parte más difícil de todas las salidas", 1504), ("FL, γ = 2, α = 0,25", 698)],
)
def test_words_that_fit_are_not_stretched_and_others_are_written_closer(label, wide):
    with speaking("es"):
        written, closer = taken(label, 100, room=1.1 * wide)
        assert wide <= written <= 1.06 * wide
        assert closer == {}
        assert taken(label, 100, room=wide / 2)[1]["textLength"] == wide / 2
