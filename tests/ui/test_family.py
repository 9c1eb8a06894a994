"""A view at every place of its slider: what the browser looks up is what the view says there."""

import base64
import logging
import re
import tomllib

import numpy as np
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.curve import anatomy
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.figures.budget import totals_and_shares
from focal_ui.figures.curve import product
from focal_ui.figures.marks import dot, line
from focal_ui.frame import theme
from focal_ui.learning import prediction
from focal_ui.stage import stage
from focal_ui.stage.family import CHANGE_AT, WIDTHS, _heights, family, picture
from focal_ui.stage.prose import to_html
from focal_ui.stage.svg.canvas import Canvas
from focal_ui.stage.svg.mark import rich
from focal_ui.stage.svg.scale import Axis
from focal_ui.stage.view import Exhibit, View
from focal_ui.words import percent
from pages.see import curve, easy_negatives, start
from tests.helpers import PAGES, PICTURED, ROOT, charts, failed, families, name_of, pictures

GAMMAS = np.arange(51) / 10
P_T = np.linspace(0.01, 0.99, 50)
FOLLOWING = [page for page in PAGES if getattr(page, "FOLLOWS", None)]
WIDE, NARROW = (Canvas(name, width) for name, width in WIDTHS.items())
LARGEST = 400_000  # bytes of a message


def paid(gamma):
    return budget(SIMPLE.population(), FocalLoss(gamma))


def bars_at(gamma):
    return totals_and_shares(paid(0), paid(gamma))


def product_at(gamma):
    loss = FocalLoss(gamma)
    return product(anatomy(P_T, loss), anatomy(0.9, loss))


def rows(packed, n):
    """As the script unpacks them: planes of bytes, and what each row adds to the last."""
    planes = np.frombuffer(base64.b64decode(packed), np.uint8).reshape(4, -1)
    bits = np.ascontiguousarray(planes.T).view("<u4").reshape(-1, n)
    return np.cumsum(bits, axis=0, dtype=np.uint32).view("<f4")


@pytest.fixture
def drawn_curves():
    moved = picture("product", [product_at(gamma) for gamma in GAMMAS])
    return [change for change in moved["changes"] if "y" in change]


@pytest.fixture
def bars():
    return picture("bars", [bars_at(gamma) for gamma in GAMMAS])


@pytest.fixture
def bar_changes(bars):
    return bars["changes"]


def test_each_row_of_a_moving_curve_is_focal_loss_at_that_gamma(drawn_curves):
    *_others, focal = drawn_curves
    heights = rows(focal["y"], P_T.size)
    assert len(heights) == GAMMAS.size
    for gamma, row in zip(GAMMAS, heights, strict=True):
        loss = (1 - P_T) ** gamma * -np.log(P_T)
        np.testing.assert_allclose(5 * row, loss, rtol=1e-5, atol=1e-6)


def test_a_curve_that_stands_still_travels_once(drawn_curves):
    cross_entropy, factor, focal = drawn_curves
    assert [len(rows(each["y"], P_T.size)) for each in (cross_entropy, factor, focal)] == [
        1,
        51,
        51,
    ]


@pytest.mark.parametrize("knob", [knobs.GAMMA, knobs.P_T, knobs.ALPHA, knobs.PRIOR, knobs.IMAGE])
def test_the_script_finds_each_place_from_the_first_number_and_the_step(knob):
    low, step = knob.scale
    assert [knob.row(place) for place in knob.places] == list(range(len(knob.places)))
    if isinstance(knob.default, float):
        np.testing.assert_allclose(knob.places, low + step * np.arange(len(knob.places)), atol=1e-9)


def test_alpha_has_a_place_for_each_thousandth():
    assert len(knobs.ALPHA.places) == 1_001


def test_the_bar_is_as_long_as_background_s_share_on_a_wide_and_on_a_narrow_screen(bar_changes):
    widths = [c["values"] for c in bar_changes if c.get("attribute") == "width"]
    background, objects = (np.array(each) for each in widths[-2:])
    shares = [paid(gamma).negative_share for gamma in GAMMAS]
    for canvas in range(2):
        share = background[canvas] / (background[canvas] + objects[canvas])
        np.testing.assert_allclose(share, shares, atol=1e-4)


def test_the_words_on_the_bar_say_the_same_share(bar_changes):
    *_totals, said = (change["texts"] for change in bar_changes if "texts" in change)
    for gamma, text in zip(GAMMAS, said, strict=True):
        assert f"background {percent(paid(gamma).negative_share)}" in text


def test_nothing_but_focal_loss_moves_on_the_bars(bars):
    for change in bars["changes"]:
        (mark,) = re.findall(rf'<[^>]*data-mark="{change["mark"]}"[^>]*>', bars["svg"][0])
        assert theme.FOCAL.color in mark or mark.startswith("<text")


@pytest.mark.parametrize("canvas", [WIDE, NARROW])
def test_no_words_are_smaller_than_11_pixels_where_the_picture_is_smallest(canvas):
    smallest_width = CHANGE_AT if canvas is WIDE else 343  # of a phone of 375 pixels
    for exhibit in (bars_at(2), product_at(2)):
        drawn = "".join(mark.svg() for mark in canvas.marks(exhibit.figure))
        markup = canvas.ground(exhibit.figure) + drawn
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', markup)]
        assert min(sizes) * smallest_width / canvas.width >= 11


def test_words_on_the_picture_are_escaped():
    assert rich("<b>a</b> <script>&") == ('<tspan font-weight="600">a</tspan> &lt;script&gt;&amp;')


def test_after_a_subscript_the_words_return_to_their_line():
    lower, back = re.findall(r'dy="([-.\d]+)em"', rich("p<sub>t</sub>, next"))
    assert float(lower) * 0.75 == pytest.approx(-float(back))  # the subscript is 75% as large


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis(0, 1, tickformat=".0%"), ["0%", "20%", "40%", "60%", "80%", "100%"]),
        (Axis(0, 5), ["0", "1", "2", "3", "4", "5"]),
        (Axis(0, 1.05, most_ticks=4), ["0", "0.5", "1"]),
        (Axis(-3, 0.7, log=True), ["10⁻³", "10⁻²", "0.1", "1"]),
        (Axis(0, 1, labelled=False), []),
    ],
)
def test_ticks_stand_on_round_numbers(axis, ticks):
    assert [text for _unit, text in axis.ticks()] == ticks


def test_a_dot_outside_the_axis_is_not_drawn():
    axes = {"xaxis": theme.axis(range=[0, 1]), "yaxis": theme.axis(range=[0, 5])}
    data = [dot(0.5, height, "#000000") for height in (3, 6, None)]
    drawn = WIDE.marks(theme.figure(data, **axes))
    assert [mark.attributes["opacity"] for mark in drawn] == [1, 0, 0]


def test_a_guess_is_drawn_over_the_bars_and_under_the_words():
    guess = prediction.Guess(0.5, 0.84, percent, percent)
    exhibit = prediction.draw_on(bars_at(2), guess, axis="x")
    tags = [mark.tag for mark in WIDE.marks(exhibit.figure)]
    assert tags == ["rect"] * 8 + ["line"] * 2 + ["text"] * 7


def test_what_svg_cannot_draw_is_refused():
    unknown = line([0, 1], [0, 1], theme.FOCAL.line()) | {"type": "violin"}
    axes = {"xaxis": theme.axis(range=[0, 1]), "yaxis": theme.axis(range=[0, 1])}
    with pytest.raises(ValueError, match="violin"):
        WIDE.marks(theme.figure([unknown], **axes))


def test_where_marks_come_and_go_each_place_brings_its_own():
    def some_bars(gamma):
        exhibit = bars_at(gamma)
        data = exhibit.figure["data"][: 2 if gamma else 1]
        return Exhibit(exhibit.figure | {"data": data}, "", {})

    drawn = picture("bars", [some_bars(gamma) for gamma in (0.0, 1.0)])
    for still, moving in zip(drawn["svg"], drawn["rows"], strict=True):
        bars = [(still.partition("</defs>")[2] + each).count("<rect") for each in moving]
        assert bars == [2, 4]
    assert "changes" not in drawn


@given(some.lists(some.tuples(some.floats(-3, 3), some.floats(-1, 1)), min_size=2, max_size=6))
def test_multiples_of_one_curve_travel_as_one_row(each):
    curve_ = np.sin(np.linspace(0, 3, 40))
    rows_ = np.array([a * curve_ + b for a, b in each], dtype=np.float32)
    sent = _heights(rows_)
    (base,) = rows(sent["y"], 40)
    again = np.outer(sent.get("stretch", [1]), base) + np.array([sent.get("shift", [0])]).T
    np.testing.assert_allclose(np.broadcast_to(again, rows_.shape), rows_, atol=2e-5)


def test_curves_of_different_shape_travel_row_by_row():
    x = np.linspace(0, 1, 30)
    sent = _heights(np.array([x, x**2, x**3], dtype=np.float32))
    assert "stretch" not in sent
    assert len(rows(sent["y"], 30)) == 3


def test_many_rows_travel_in_steps_that_add_up_to_them_again():
    x = np.linspace(0, 1, 60)
    sent_rows = np.array([x ** (1 + i / 300) for i in range(600)], dtype=np.float32)
    sent_rows[:, 7] = np.nan
    steps = np.frombuffer(base64.b64decode(_heights(sent_rows)["steps"]), "<u2").reshape(-1, 60)
    whole = np.cumsum(steps, axis=0, dtype=np.uint16).astype(float)
    again = np.where(whole == 65_535, np.nan, -1 + 3 * whole / 65_534)
    np.testing.assert_allclose(again, sent_rows, atol=3e-5)


def view_at(gamma, p_t):
    exhibit = Exhibit(product_at(gamma).figure, f"sentence {gamma:g} {p_t:g}", {})
    return View(f"at **{gamma:g}** and {p_t:g}", {"product": exhibit}, "always")


def test_words_are_sent_for_each_place_and_once_where_they_stay():
    sent = family(view_at, knobs.GAMMA, {"p_t": 0.5}, [knobs.P_T]).message
    assert sent["words"]["headline"] == [f"at <b>{g:g}</b> and 0.5" for g in knobs.GAMMA.places]
    assert sent["words"]["product_sentence"][20] == "sentence 2 0.5"
    assert sent["words"]["explanation"] == ["always"]


def test_a_family_says_for_which_values_of_the_other_sliders_it_holds():
    sent = family(view_at, knobs.GAMMA, {"p_t": 0.5}, [knobs.P_T]).message
    assert sent["slider"] == {"key": "gamma", "low": 0.0, "step": 0.1}
    assert sent["at"] == [{"key": "p_t", "low": 0.01, "step": 0.01, "row": 49}]


def test_a_view_without_a_slider_is_a_family_of_one():
    sent = family(view_at, None, {"gamma": 2.0, "p_t": 0.5}).message
    assert sent["slider"] is None
    assert {len(said) for said in sent["words"].values()} == {1}


@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_the_browser_looks_up_what_the_view_says(module):
    slider = module.FOLLOWS
    for name, draw in list(module.variants().items())[:2]:
        sent = family(draw, slider, {}).message["words"]
        for place in (slider.places[0], slider.places[len(slider.places) // 3], slider.places[-1]):
            for where, text in draw(**{slider.key: place}).words.items():
                row = slider.row(place) if len(sent[where]) > 1 else 0
                assert sent[where][row] == to_html(text), name


@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_a_message_stays_small(module, open_page):
    visit = open_page(module, whole=True)
    sent = [c.proto for c in visit.get("bidi_component") if c.proto.component_name == "follow"]
    assert sent
    assert max(len(proto.bytes) for proto in sent) < LARGEST


@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_every_slider_of_the_view_gets_its_family_when_it_is_about_to_be_used(module, open_page):
    main = families(open_page(module, whole=True))[0]
    for name in [other["key"] for other in main["at"]]:
        visit = open_page(module, near=name, whole=True)
        sent = {each["slider"]["key"] for each in families(visit) if each["slider"]}
        assert name in sent
        assert module.FOLLOWS.key in sent or len(module.FOLLOWS.places) > stage.QUICKLY_DRAWN
        assert not failed(visit)


def test_a_component_that_asks_for_a_slider_and_is_gone_before_it_is_heard_costs_nothing():
    def only_asked():
        from focal_ui.stage import stage  # noqa: PLC0415  # runs as a script of its own

        stage._remember_near("follow_gone")

    visit = AppTest.from_function(only_asked).run()
    assert not failed(visit)


@pytest.mark.parametrize("module", [start, curve, easy_negatives], ids=name_of)
def test_the_message_does_not_depend_on_the_visitor_s_gamma(open_page, module):
    at_zero, at_three = (
        families(open_page(module, gamma=gamma, whole=True)) for gamma in ("0", "3")
    )
    assert at_zero == at_three


@pytest.mark.parametrize("module", PICTURED, ids=name_of)
def test_every_picture_is_drawn_as_svg(open_page, caplog, module):
    visit = open_page(module)
    assert not charts(visit)
    assert pictures(visit)
    assert "cannot" not in caplog.text


@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_a_room_gets_larger_words_and_thicker_lines(open_page, module):
    def largest(visit, attribute):
        markup = "".join(drawn["svg"][0] for drawn in pictures(visit).values())
        return max(map(float, re.findall(rf'{attribute}="([\d.]+)"', markup)))

    plain, room = open_page(module), open_page(module, projector="true")
    assert largest(room, "font-size") > 1.3 * largest(plain, "font-size")


@pytest.mark.parametrize("module", [start, curve], ids=name_of)
@pytest.mark.parametrize("missing", [True, False])
def test_without_components_the_plotly_figure_is_shown(
    open_page, monkeypatch, caplog, module, missing
):
    stage._component.cache_clear()
    if missing:
        monkeypatch.delattr(st.components, "v2")
    else:
        monkeypatch.setattr(st.components.v2, "component", _broken)
    with caplog.at_level(logging.ERROR):
        visit = open_page(module)
    monkeypatch.undo()
    stage._component.cache_clear()
    assert charts(visit)
    assert all(chart.alt for chart in charts(visit))
    assert not failed(visit)
    assert "cannot follow" in caplog.text


def test_a_slider_that_was_not_found_once_is_not_looked_for_again(open_page):
    visit = open_page(curve, opened=[stage.NO_SLIDER])
    assert not families(visit)
    assert charts(visit)


def test_a_picture_outlives_a_quick_change_of_page_in_the_browser_s_cache():
    # With 2, as Streamlit ships, a browser threw pictures away while their hash was on the way, and
    # the app stopped with "Cached ForwardMsg MISS": once in some hundred quick changes of page.
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["global"]["maxCachedMessageAge"] >= 100


def test_the_picture_of_cross_entropy_agrees_with_its_own_row(drawn_curves):
    (heights,) = rows(drawn_curves[0]["y"], P_T.size)
    logits = np.log(P_T / (1 - P_T))
    np.testing.assert_allclose(5 * heights, CROSS_ENTROPY.value(logits, 1), rtol=1e-5)


def _broken(*_args, **_kwargs):
    raise RuntimeError("no components today")
