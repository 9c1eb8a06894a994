"""The pictures that follow a slider: every row of numbers, and what is shown when they cannot."""

import base64
import inspect
import json
import logging
import re
import tomllib

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.curve import anatomy
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.figures.budget import who_pays
from focal_ui.figures.curve import product
from focal_ui.figures.marks import dot, line
from focal_ui.frame import theme
from focal_ui.learning import prediction
from focal_ui.stage import moving_picture
from focal_ui.stage.moving_picture import Live
from focal_ui.stage.svg.mark import rich
from focal_ui.stage.svg.scale import Axis
from focal_ui.stage.view import Exhibit
from focal_ui.words import percent
from pages.see import curve, start
from tests.helpers import PAGES, ROOT, charts, ends, failed, knobs_on, name_of
from tests.helpers import pictures as drawn_pictures

GAMMAS = np.arange(51) / 10
P_T = np.linspace(0.01, 0.99, 50)
FOLLOWING = [page for page in PAGES if "figure_card.follow" in inspect.getsource(page)]
WIDE, NARROW = moving_picture.CANVASES


def paid(gamma):
    return budget(SIMPLE.population(), FocalLoss(gamma))


def bars_at(gamma):
    return who_pays(paid(0), paid(gamma))


def product_at(gamma):
    loss = FocalLoss(gamma)
    return product(anatomy(P_T, loss), anatomy(0.9, loss))


def rows(packed, n):
    return np.frombuffer(base64.b64decode(packed), dtype="<f4").reshape(-1, n)


def components(visit):
    sent = [component.proto for component in visit.get("bidi_component")]
    return [proto for proto in sent if proto.component_name == "moving_picture"]


@pytest.fixture
def drawn_curves():
    _pictures, changes = moving_picture.moves(Live(knobs.GAMMA, product_at))
    return [change for change in changes if "y" in change]


@pytest.fixture
def bar_changes():
    return moving_picture.moves(Live(knobs.GAMMA, bars_at))[1]


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


def test_the_script_finds_the_row_from_the_lowest_value_and_the_step():
    places = moving_picture._places(knobs.GAMMA)
    np.testing.assert_allclose(places, knobs.GAMMA.low + knobs.GAMMA.step * np.arange(51))


def test_the_bar_is_as_long_as_background_s_share_on_a_wide_and_on_a_narrow_screen(bar_changes):
    widths = [c["values"] for c in bar_changes if c.get("attribute") == "width"]
    background, objects = (np.array(each) for each in widths)
    shares = [paid(gamma).negative_share for gamma in GAMMAS]
    for canvas in range(2):
        share = background[canvas] / (background[canvas] + objects[canvas])
        np.testing.assert_allclose(share, shares, atol=1e-4)


def test_the_words_on_the_bar_say_the_same_share(bar_changes):
    (said,) = (change["texts"] for change in bar_changes if "texts" in change)
    for gamma, text in zip(GAMMAS, said, strict=True):
        assert f"background {percent(paid(gamma).negative_share)}," in text


def test_nothing_but_focal_loss_moves_on_the_bars(bar_changes):
    pictures, _changes = moving_picture.moves(Live(knobs.GAMMA, bars_at))
    for change in bar_changes:
        (mark,) = re.findall(rf'<[^>]*data-mark="{change["mark"]}"[^>]*>', pictures[0])
        assert theme.FOCAL.color in mark or mark.startswith("<text")


@pytest.mark.parametrize("canvas", [WIDE, NARROW])
def test_no_words_are_smaller_than_11_pixels_where_the_picture_is_smallest(canvas):
    smallest_width = moving_picture.CHANGE_AT if canvas is WIDE else 343  # of a phone of 375 pixels
    for exhibit in (bars_at(2), product_at(2)):
        markup = moving_picture._svg(canvas, exhibit.figure, canvas.marks(exhibit.figure))
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
    assert tags == ["rect"] * 4 + ["line"] * 2 + ["text"] * 5


def test_what_svg_cannot_draw_is_refused():
    unknown = line([0, 1], [0, 1], theme.FOCAL.line()) | {"type": "violin"}
    axes = {"xaxis": theme.axis(range=[0, 1]), "yaxis": theme.axis(range=[0, 1])}
    with pytest.raises(ValueError, match="violin"):
        WIDE.marks(theme.figure([unknown], **axes))


def test_marks_may_not_come_and_go_while_the_slider_moves():
    def some_bars(gamma):
        exhibit = bars_at(gamma)
        data = exhibit.figure["data"][: 2 if gamma else 1]
        return Exhibit(exhibit.figure | {"data": data}, "", {})

    with pytest.raises(ValueError, match="keeps its marks"):
        moving_picture.moves(Live(knobs.GAMMA, some_bars))


@pytest.mark.parametrize(("module", "pictures"), [(start, 1), (curve, 2)])
def test_the_live_picture_is_mounted_in_place_of_the_chart(open_page, module, pictures):
    visit = open_page(module)
    assert len(components(visit)) == pictures
    assert not charts(visit)
    assert not failed(visit)


@pytest.mark.parametrize("module", [start, curve])
def test_the_message_does_not_depend_on_the_visitor_s_gamma(open_page, module):
    at_zero, at_three = (components(open_page(module, gamma=gamma)) for gamma in ("0", "3"))
    assert at_zero == at_three


@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_what_was_drawn_for_another_visitor_is_what_this_one_needs(open_page, monkeypatch, module):
    lives = []
    show = moving_picture.show

    def show_and_keep(live, gamma, **keys):
        sentence = show(live, gamma, **keys)
        lives.append((live, gamma, sentence))
        return sentence

    monkeypatch.setattr(moving_picture, "show", show_and_keep)
    first = open_page(module)  # others came first
    assert lives
    others = knobs_on(first) - {knobs.GAMMA.key}
    for state in ({key: text} for key in sorted(others) for text in ends(key)):
        lives.clear()
        visit = open_page(module, **state)
        sent = [picture for picture in drawn_pictures(visit) if picture["slider"]]
        assert len(sent) == len(lives)
        for message, (live, gamma, sentence) in zip(sent, lives, strict=True):
            moved = json.loads(json.dumps(moving_picture.moves(live)))
            assert [message["pictures"], message["changes"]] == moved, state
            assert sentence == live.exhibit_at(gamma).sentence, state


@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_every_picture_that_follows_gamma_is_drawn_as_svg(open_page, caplog, module):
    visit = open_page(module)
    assert not charts(visit)
    assert drawn_pictures(visit)
    assert "cannot be drawn" not in caplog.text


@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_a_room_gets_larger_words_and_thicker_lines(open_page, module):
    def largest(visit, attribute):
        markup = "".join(picture["pictures"][0] for picture in drawn_pictures(visit))
        return max(map(float, re.findall(rf'{attribute}="([\d.]+)"', markup)))

    plain, room = open_page(module), open_page(module, projector="true")
    assert largest(room, "font-size") > 1.3 * largest(plain, "font-size")


def test_a_hidden_slider_leaves_a_picture_that_stands_still(open_page):
    visit = open_page(curve, hide="gamma", gamma="3")
    assert [picture["slider"] for picture in drawn_pictures(visit)] == [None, None]
    assert not charts(visit)


@pytest.mark.parametrize(("module", "pictures"), [(start, 1), (curve, 2)])
@pytest.mark.parametrize("missing", [True, False])
def test_without_components_the_plotly_figure_is_shown(
    open_page, monkeypatch, caplog, module, pictures, missing
):
    moving_picture._component.cache_clear()
    if missing:
        monkeypatch.delattr(st.components, "v2")
    else:
        monkeypatch.setattr(st.components.v2, "component", _broken)
    with caplog.at_level(logging.ERROR):
        visit = open_page(module)
    monkeypatch.undo()
    moving_picture._component.cache_clear()
    assert [bool(chart.alt) for chart in charts(visit)] == [True] * pictures
    assert not failed(visit)
    assert "cannot be drawn as SVG" in caplog.text


def test_a_picture_outlives_a_quick_change_of_page_in_the_browser_s_cache():
    # With 2, as Streamlit ships, a browser threw pictures away while their hash was on the way, and
    # the app stopped with "Cached ForwardMsg MISS": once in some hundred quick changes of page.
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["global"]["maxCachedMessageAge"] >= 100


def test_a_slider_that_was_not_found_once_is_not_looked_for_again(open_page):
    visit = open_page(curve, opened=[moving_picture.NO_SLIDER])
    assert not components(visit)
    assert len(charts(visit)) == 2


def test_the_picture_of_cross_entropy_agrees_with_its_own_row(drawn_curves):
    (heights,) = rows(drawn_curves[0]["y"], P_T.size)
    logits = np.log(P_T / (1 - P_T))
    np.testing.assert_allclose(5 * heights, CROSS_ENTROPY.value(logits, 1), rtol=1e-5)


def _broken(*_args, **_kwargs):
    raise RuntimeError("no components today")


def _says_its_place():
    """A script with the moving picture once for each place of the slider."""
    from dataclasses import replace  # noqa: PLC0415 - a script of its own

    import streamlit as st  # noqa: PLC0415

    from focal_core.binary import CROSS_ENTROPY, FocalLoss  # noqa: PLC0415
    from focal_core.budget import budget  # noqa: PLC0415
    from focal_core.population import SIMPLE  # noqa: PLC0415
    from focal_ui.controls import knobs  # noqa: PLC0415
    from focal_ui.figures.budget import who_pays  # noqa: PLC0415
    from focal_ui.stage import moving_picture  # noqa: PLC0415

    def at(gamma):
        each = [budget(SIMPLE.population(), loss) for loss in (CROSS_ENTROPY, FocalLoss(gamma))]
        return replace(who_pays(*each), sentence=f"at {gamma:g}")

    for n in range(51):
        gamma, live = n / 10, moving_picture.Live(knobs.GAMMA, at)
        st.text(moving_picture.show(live, gamma, key=f"picture_{n}", sentence_key=f"words_{n}"))


def test_the_sentence_under_the_picture_is_that_of_the_sliders_place():
    """Where floats divide to just below a whole number, too: 0.3, 0.6, 0.7 and more."""
    said = AppTest.from_function(_says_its_place, default_timeout=60).run()
    assert [text.value for text in said.text] == [f"at {n / 10:g}" for n in range(51)]
