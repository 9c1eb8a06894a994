"""While the slider is dragged the picture follows, and the server hears nothing."""

import re
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from focal_core.binary import FocalLoss
from focal_core.budget import budget
from focal_core.curve import anatomy
from focal_core.population import SIMPLE
from focal_ui.frame import theme
from focal_ui.words import number, percent, times

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
    return visit.picture(key).locator(f'path[stroke="{theme.FOCAL.color}"]')


def drawn_points(visit):
    """The bold curve as it is on the screen: p_t and height, each from 0 to 1."""
    return np.array(focal_curve(visit).evaluate(READ_CURVE)).T


def focal_text(visit):
    return visit.picture("who_pays").locator("text", has_text="Focal loss")


def gamma_now(visit):
    return float(visit.slider("gamma").input_value())


@contextmanager
def dragged(visit, by):
    """The thumb of gamma, held with the mouse and moved by so many pixels, let go at the end."""
    thumb = visit.page.locator(".st-key-gamma [data-testid=stSliderThumbValue]").locator("..")
    visit.settle()
    thumb.hover()  # waits until nothing moves it any more
    box = thumb.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = visit.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + by, y, steps=12)
    yield
    mouse.up()


def share_at(gamma):
    return budget(SIMPLE.population(), FocalLoss(gamma)).negative_share


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
    before, sentence = focal_curve(visit).get_attribute("d"), visit.page.locator("h1").inner_text()
    count = len(sent)
    with dragged(visit, by=150):
        expect(focal_curve(visit)).not_to_have_attribute("d", before)
        held = gamma_now(visit)
        assert held > 1.5
        expect_the_curve_of(visit, held)
        assert visit.page.locator("h1").inner_text() == sentence
        visit.page.wait_for_timeout(300)
        assert len(sent) == count
    visit.expect_in_url("gamma", f"{held:g}")
    expect(visit.title).to_contain_text(times(float(anatomy(0.9, FocalLoss(held)).loss_reduction)))
    assert len(sent) > count


def test_after_letting_go_curve_sentence_picture_s_name_and_table_agree(visit):
    visit.open("/curve?gamma=1")
    with dragged(visit, by=-60):
        held = gamma_now(visit)
    visit.expect_in_url("gamma", f"{held:g}")
    visit.settle()
    loss = number(float(anatomy(0.9, FocalLoss(held)).focal))
    sentence = visit.page.locator(".st-key-curve_sentence")
    expect(sentence.locator("strong")).to_have_text(loss)
    expect(visit.picture("curve")).to_have_attribute("aria-label", re.compile(re.escape(loss)))
    expect_the_curve_of(visit, held)


def test_the_bars_and_their_words_follow_the_mouse(visit, sent):
    visit.open("/?gamma=2")
    visit.expect_bars(share_at(2))
    count = len(sent)
    with dragged(visit, by=-120):
        held = gamma_now(visit)
        assert held < 1.5
        visit.expect_bars(share_at(held))
        expect(focal_text(visit)).to_contain_text(f"background {percent(share_at(held))}")
        expect(visit.title).to_contain_text("At γ = 2")
        assert len(sent) == count
    expect(visit.title).to_contain_text(f"At γ = {held:g}")
    visit.expect_bars(share_at(held))
    table = visit.open_expander("Table and downloads").get_by_test_id("stTable")
    expect(table).to_contain_text(f"{share_at(held):.4f}"[:5])
    visit.expect_in_url("gamma", f"{held:g}")


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
    with dragged(visit, by=90):
        expect_the_curve_of(visit, gamma_now(visit), top=1.4, read="focal_slope")


def test_the_logarithmic_axis_follows_too(visit):
    visit.open("/curve?axis=Log")
    with dragged(visit, by=90):
        p_t, height = drawn_points(visit)
        inside = (p_t > 0.1) & (p_t < 0.8)
        wanted = np.log10(anatomy(p_t[inside], FocalLoss(gamma_now(visit))).focal)
        np.testing.assert_allclose(-6 + height[inside] * (np.log10(5) + 6), wanted, atol=0.05)


def test_the_product_follows_too(visit):
    visit.open("/curve")
    expect(focal_curve(visit, "curve")).to_be_visible()
    before = focal_curve(visit, "product").get_attribute("d")
    with dragged(visit, by=90):
        expect(focal_curve(visit, "product")).not_to_have_attribute("d", before)


def test_the_dots_lie_on_their_curves_wherever_the_mouse_is(visit):
    visit.open("/curve?p_t=0.3")
    with dragged(visit, by=70):
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
    visit.open("/?guess_start=50%25&gamma=1")
    picture = visit.picture("who_pays")
    for words in ("your guess", "answer"):
        expect(picture.locator("text", has_text=words)).to_be_visible()


def test_the_picture_follows_on_the_next_page_and_back(visit):
    visit.open("/?gamma=1")
    visit.expect_bars(share_at(1))
    menu = visit.page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name="The curve").click()
    expect(focal_curve(visit)).to_be_visible()
    visit.settle()
    with dragged(visit, by=100):
        expect_the_curve_of(visit, gamma_now(visit))
        held = gamma_now(visit)
    visit.expect_in_url("gamma", f"{held:g}")
    menu.get_by_role("link", name="Start").click()
    visit.expect_bars(share_at(held))
    visit.settle()
    with dragged(visit, by=-80):
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


@pytest.mark.parametrize("width", [375, 700, 1280])
def test_words_on_the_picture_are_at_least_11_pixels_high(visit, width):
    visit.page.set_viewport_size({"width": width, "height": 900})
    for address, key in (("/", "who_pays"), ("/curve", "curve"), ("/curve", "product")):
        visit.open(address)
        smallest = visit.picture(key).evaluate(
            """picture => {
              const scale = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
              const sizes = [...picture.querySelectorAll("text")].map(
                text => Number(text.getAttribute("font-size")));
              return scale * Math.min(...sizes);
            }"""
        )
        assert smallest >= 11


@pytest.mark.parametrize("form", ["PNG", "SVG"])
def test_the_picture_can_be_saved_from_the_keyboard(visit, form):
    visit.open("/curve")
    card = visit.page.locator(".st-key-curve_live")
    expect(card.locator("svg").first).to_have_attribute("aria-label", re.compile("100×"))
    button = card.get_by_role("button", name=form)
    button.focus()
    with visit.page.expect_download() as download:
        button.press("Enter")
    assert download.value.suggested_filename == f"curve.{form.lower()}"
    saved = download.value.path().read_bytes()
    if form == "PNG":
        assert saved.startswith(b"\x89PNG")
        assert len(saved) > 10_000
    else:
        text = saved.decode()
        assert "cross entropy" in text
        assert "100×" in text  # its sentence
        assert "var(" not in text  # it needs no page around it


def test_without_its_slider_the_page_shows_the_plotly_figure(visit):
    visit.page.add_init_script(HIDE_SLIDER)
    visit.open("/curve")
    charts = visit.page.locator(".js-plotly-plot")
    expect(charts).to_have_count(2)
    expect(visit.page.locator(".st-key-curve_live")).to_have_count(0)
    expect(visit.title).to_be_visible()
