"""While a slider is dragged the whole page follows, and the server hears nothing."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from focal_core.binary import FocalLoss
from focal_core.budget import budget
from focal_core.curve import anatomy
from focal_core.population import SIMPLE
from focal_core.training.config import PAPERS
from focal_core.training.scored_scene import scored_scene
from focal_ui.frame import theme
from focal_ui.words import number, percent
from tests.helpers import PAGES

FOLLOWING = [page for page in PAGES if getattr(page, "FOLLOWS", None)]
READ_CURVE = """path => {
  const frame = path.ownerSVGElement.querySelector("clipPath rect").getBBox();
  const numbers = path.getAttribute("d").match(/[-.0-9]+/g).map(Number);
  const points = [];
  for (let i = 0; i < numbers.length; i += 2) {
    const x = (numbers[i] - frame.x) / frame.width;
    points.push([x, 1 - (numbers[i + 1] - frame.y) / frame.height]);
  }
  return points;
}"""
HIDE_SLIDER = """
  const hide = () => document.querySelectorAll(".st-key-gamma").forEach(
    box => box.classList.replace("st-key-gamma", "renamed"));
  new MutationObserver(hide).observe(document, {subtree: true, childList: true, attributes: true});
"""


@pytest.fixture
def sent(page: Page) -> list:
    """What the browser says to the server, from the page's first moment on."""
    messages: list = []

    def keep(frame):  # Playwright writes on what it calls, so a list's own method will not do
        messages.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    return messages


def focal_curve(visit, key="curve"):
    return visit.picture(key).locator(f'path[stroke="{theme.FOCAL.color}"]').first


def drawn_points(visit):
    """The bold curve as it is on the screen: p_t and height, each from 0 to 1."""
    return np.array(focal_curve(visit).evaluate(READ_CURVE)).T


def focal_text(visit):
    return visit.picture("image").locator("text", has_text="FL:")


def gamma_now(visit):
    return visit.slider_now("gamma")


def share_at(gamma):
    return scored_scene(PAPERS, 500, 0).paid(FocalLoss(gamma)).shares[0]


def expect_the_curve_of(visit, gamma, *, top=5.0, read="focal"):
    """The line on the screen is the loss (or slope) at this gamma, to a fifth of a pixel or so."""
    p_t, height = drawn_points(visit)
    inside = (p_t > 0.02) & (p_t < 0.98)
    assert inside.sum() > 100
    wanted = getattr(anatomy(p_t[inside], FocalLoss(gamma)), read) / top
    np.testing.assert_allclose(height[inside], wanted, atol=0.02)


def test_the_curve_follows_the_mouse_and_nothing_is_sent_until_it_lets_go(visit, sent):
    visit.open("/curve?gamma=1")
    expect(focal_curve(visit)).to_be_visible()
    before = focal_curve(visit).get_attribute("d")
    visit.slider("gamma").hover(force=True)
    visit.page.wait_for_timeout(300)
    count = len(sent)
    with visit.dragged("gamma", 150):
        expect(focal_curve(visit)).not_to_have_attribute("d", before)
        held = gamma_now(visit)
        assert held > 1.5
        expect_the_curve_of(visit, held)
        visit.page.wait_for_timeout(300)
        assert len(sent) == count
    visit.expect_in_url("gamma", f"{held:g}")
    assert len(sent) > count


def test_after_letting_go_curve_sentence_and_the_picture_s_name_agree(visit):
    visit.open("/curve?gamma=1")
    with visit.dragged("gamma", -60):
        held = gamma_now(visit)
    visit.expect_in_url("gamma", f"{held:g}")
    visit.settle()
    loss = number(float(anatomy(0.9, FocalLoss(held)).focal))
    expect(visit.sentence("curve").locator("b").first).to_have_text(loss)
    expect(visit.picture("curve")).to_have_attribute("aria-label", re.compile(re.escape(loss)))
    expect_the_curve_of(visit, held)


def test_the_new_sentence_is_read_aloud_once_the_slider_rests(visit):
    visit.open("/easy_negatives")
    status = visit.page.get_by_role("status")
    expect(status.first).to_be_empty()
    with visit.dragged("gamma", 60):
        expect(status.filter(has_text="At γ")).to_have_text(visit.title.inner_text())


def test_the_bars_and_their_words_follow_the_mouse(visit, sent):
    visit.open("/?gamma=2")
    visit.expect_bars(share_at(2))
    count = len(sent)
    with visit.dragged("gamma", -120):
        held = gamma_now(visit)
        assert held < 1.5
        visit.expect_bars(share_at(held))
        expect(focal_text(visit)).to_contain_text(f"easy background {percent(share_at(held))}")
        expect(visit.title).to_contain_text(f"γ = {held:g}")
        assert len(sent) == count
    visit.expect_bars(share_at(held))
    visit.expect_in_url("gamma", f"{held:g}")


def test_an_open_table_shows_what_the_slider_holds_after_release(visit):
    visit.open("/?gamma=2")
    visit.page.locator(".st-key-image_table button").click()
    table = visit.page.get_by_test_id("stTable")
    expect(table).to_contain_text(f"{share_at(2):.4f}"[:5])
    with visit.dragged("gamma", -120):
        held = gamma_now(visit)
    expect(table).to_contain_text(f"{share_at(held):.4f}"[:5])


def test_a_table_that_is_taken_away_is_of_the_last_move(visit):
    visit.open("/?gamma=2")
    with visit.dragged("gamma", -120):
        held = gamma_now(visit)
    visit.expect_in_url("gamma", f"{held:g}")
    visit.settle()
    with visit.page.expect_download() as download:
        visit.page.locator(".st-key-image_csv button").click()
    assert f"{share_at(held):.6f}"[:7] in download.value.path().read_text(encoding="utf-8")


def test_slider_and_headline_stay_in_sight_while_the_page_is_scrolled(visit):
    for width, height in ((1280, 720), (375, 740)):
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.open("/easy_negatives")
        expect(visit.picture("closer_look")).to_be_attached()
        before = visit.page.locator(".st-key-strip").bounding_box()["height"]
        visit.picture("closer_look").scroll_into_view_if_needed()
        visit.page.mouse.move(width / 2, height / 2)
        visit.page.mouse.wheel(0, 600)
        strip = visit.page.locator(".st-key-strip[data-stuck]")
        expect(strip).to_be_visible()
        expect(strip.locator("[data-live=headline]")).to_contain_text("36.1%")
        expect(strip.locator("[data-testid=stSlider]")).to_be_in_viewport()
        assert strip.bounding_box()["height"] == pytest.approx(before, abs=0.5)  # nothing jumps


def test_the_value_under_the_pointer_is_told(visit):
    visit.open("/easy_negatives?gamma=2")
    bar = visit.picture("totals").locator("rect[data-tip]").last
    bar.hover()
    tip = visit.page.locator("#focal-tip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(bar.get_attribute("data-tip"))


def test_the_value_of_the_nearest_curve_is_told(visit):
    visit.open("/curve?gamma=1.5")
    expect(focal_curve(visit)).to_be_visible()
    box = (
        visit.picture("curve")
        .locator("clipPath rect")
        .first.evaluate(
            "rect => { const b = rect.getBBox(), m = rect.ownerSVGElement.getScreenCTM();"
            " return [m.a * (b.x + b.width * 0.3) + m.e, m.d * b.y + m.f, m.d * b.height]; }"
        )
    )
    x, top, height = box
    loss = float(anatomy(0.3, FocalLoss(1.5)).focal)
    visit.page.mouse.move(x, top + height * (1 - loss / 5))
    expect(visit.page.locator("#focal-tip")).to_contain_text("focal loss")
    told = re.search(r": ([\d.]+)", visit.page.locator("#focal-tip").inner_text()).group(1)
    assert float(told) == pytest.approx(loss, rel=0.03)


def test_the_dot_on_the_curve_can_be_taken_hold_of(visit, sent):
    visit.open("/curve?gamma=2&p_t=0.5")
    dot = visit.picture("curve").locator("circle[data-hold]").last
    dot.hover()
    visit.page.wait_for_function("globalThis.focalStage?.ready('p_t')")
    visit.settle()
    box = dot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 120, y, steps=8)
    held = visit.slider_now("p_t")
    assert held > 0.6
    expect(visit.sentence("curve")).to_contain_text(f"= {held:g}")
    visit.page.mouse.up()
    visit.expect_in_url("p_t", f"{held:g}")
    visit.expect_slider("p_t", held)


def test_the_point_on_the_map_is_held_in_two_directions(visit):
    visit.open("/class_weights?gamma=2&alpha=0.25")
    point = visit.picture("share_map").locator("circle[data-hold]").last
    point.hover()
    visit.settle()
    box = point.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 100, y - 60, steps=8)
    gamma, alpha = visit.slider_now("gamma"), visit.slider_now("alpha")
    assert gamma > 2.2
    assert alpha > 0.3
    share = budget(SIMPLE.population(), FocalLoss(gamma, round(alpha, 2))).negative_share
    said = re.search(r"([\d.]+)%", visit.title.inner_text()).group(1)
    assert float(said) == pytest.approx(100 * share, rel=0.02)
    visit.page.mouse.up()
    visit.expect_in_url("gamma", f"{gamma:g}")
    visit.expect_in_url("alpha", f"{alpha:g}")


def test_the_thumb_at_either_end_shows_the_curve_there(visit):
    visit.open("/curve")
    for key, gamma in (("Home", 0), ("End", 5)):
        visit.slider("gamma").press(key)
        visit.expect_slider("gamma", gamma)
        visit.settle()
        expect_the_curve_of(visit, gamma)


def test_the_arrow_keys_move_the_curve(visit):
    visit.open("/curve")
    visit.slider("gamma").press("ArrowRight")
    visit.expect_slider("gamma", 2.1)
    expect_the_curve_of(visit, 2.1)
    visit.expect_in_url("gamma", "2.1")


def test_the_slope_view_follows_too(visit):
    visit.open("/curve?view=Slope")
    with visit.dragged("gamma", 90):
        expect_the_curve_of(visit, gamma_now(visit), top=1.4, read="focal_slope")


def test_the_logarithmic_axis_follows_too(visit):
    visit.open("/curve?axis=Log")
    with visit.dragged("gamma", 90):
        p_t, height = drawn_points(visit)
        inside = (p_t > 0.1) & (p_t < 0.8)
        wanted = np.log10(anatomy(p_t[inside], FocalLoss(gamma_now(visit))).focal)
        np.testing.assert_allclose(-6 + height[inside] * (np.log10(5) + 6), wanted, atol=0.05)


def test_the_product_follows_too(visit):
    visit.open("/curve")
    expect(focal_curve(visit, "curve")).to_be_visible()
    before = focal_curve(visit, "product").get_attribute("d")
    with visit.dragged("gamma", 90):
        expect(focal_curve(visit, "product")).not_to_have_attribute("d", before)


def test_the_dots_lie_on_their_curves_wherever_the_mouse_is(visit):
    visit.open("/curve?p_t=0.3")
    with visit.dragged("gamma", 70):
        dot = visit.picture("curve").locator(f'circle[fill="{theme.FOCAL.color}"]')
        box = dot.evaluate(
            """dot => {
              const frame = dot.ownerSVGElement.querySelector("clipPath rect").getBBox();
              return 1 - (Number(dot.getAttribute("cy")) - frame.y) / frame.height;
            }"""
        )
        wanted = float(anatomy(0.3, FocalLoss(gamma_now(visit))).focal)
        assert 5 * box == pytest.approx(wanted, abs=0.01)


def test_guess_and_answer_are_on_the_live_picture(visit):
    visit.open("/?guess_start=50%25&gamma=2")
    picture = visit.picture("image")
    for words in ("your guess", "answer"):
        expect(picture.locator("text", has_text=words)).to_be_visible()


def test_the_picture_follows_on_the_next_page_and_back(visit):
    visit.open("/?gamma=1")
    visit.expect_bars(share_at(1))
    menu = visit.page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name="The curve").click()
    expect(focal_curve(visit)).to_be_visible()
    visit.settle()
    with visit.dragged("gamma", 100):
        expect_the_curve_of(visit, gamma_now(visit))
        held = gamma_now(visit)
    visit.expect_in_url("gamma", f"{held:g}")
    menu.get_by_role("link", name="Start").click()
    visit.expect_bars(share_at(held))
    visit.settle()
    with visit.dragged("gamma", -80):
        visit.expect_bars(share_at(gamma_now(visit)))


def test_an_unchanged_picture_travels_once(visit):
    received: list[int] = []
    visit.page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    visit.open("/curve")
    expect(focal_curve(visit)).to_be_visible()
    received.clear()
    visit.slider("gamma").press("ArrowRight")
    visit.expect_in_url("gamma", "2.1")
    visit.settle()
    assert sum(received) < 30_000  # both pictures alone are 140 KB


@pytest.mark.parametrize(
    ("address", "keys"), [("/", ["image", "sorted"]), ("/curve", ["curve", "product"])]
)
def test_words_on_the_picture_are_at_least_11_pixels_high(visit, address, keys):
    visit.open(address)
    for width in (375, 700, 1280):
        visit.page.set_viewport_size({"width": width, "height": 900})
        for key in keys:
            visit.page.wait_for_function(
                """picture => {
                  const { width } = picture.getBoundingClientRect();
                  const sizes = [...picture.querySelectorAll("text")].map(
                    text => Number(text.getAttribute("font-size")));
                  return (width / picture.viewBox.baseVal.width) * Math.min(...sizes) >= 11;
                }""",
                arg=visit.picture(key).element_handle(),
            )


def test_without_its_slider_the_page_shows_the_plotly_figure(visit):
    visit.page.add_init_script(HIDE_SLIDER)
    visit.open("/curve")
    charts = visit.page.locator(".js-plotly-plot")
    expect(charts.first).to_be_visible()
    expect(visit.page.locator("[data-picture]")).to_have_count(0)
    expect(visit.title).to_be_visible()


def test_a_typed_number_is_followed_in_fine_steps(visit, sent):
    visit.open("/curve?gamma=1")
    visit.page.get_by_role("button", name="Type a number").click()
    field = visit.page.get_by_role("spinbutton", name="Focusing parameter")
    field.fill("1.74")
    field.press("Enter")
    expect(visit.title).to_contain_text("γ = 1.74")
    visit.expect_slider("gamma", 1.74)
    visit.expect_in_url("gamma", "1.74")
    visit.page.keyboard.press("Escape")
    visit.settle()
    with visit.dragged("gamma", 60):
        held = gamma_now(visit)
        assert 1.74 < held < 2
        expect(visit.title).to_contain_text(f"γ = {held:g}")
        expect_the_curve_of(visit, held)
    visit.expect_in_url("gamma", f"{held:g}")
    visit.page.reload()
    expect(visit.title).to_contain_text(f"γ = {held:g}")
