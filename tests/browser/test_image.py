"""The image of Start: it plays, says what a location is, is sorted, and can be taken home."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from focal_core.training.config import PAPERS
from focal_core.training.scene import LOOK_ALIKE, OBJECT, PLAIN, kinds_of_locations, make_scene
from focal_core.training.scored_scene import scored_scene

KINDS = kinds_of_locations(make_scene(0))
BRIGHTNESS = """image => {
  const canvas = image.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 3; i < data.length; i += 4) sum += data[i];
  return sum / (data.length / 4) / 255;
}"""


@pytest.fixture
def start(visit):
    visit.open("/")
    expect(visit.picture("image")).to_be_visible()
    return visit


def side(visit, name):
    return visit.picture("image").locator(f"[data-glow={name}]")


def brightness(visit, name):
    return side(visit, name).evaluate(BRIGHTNESS)


def place_of(visit, row, column):
    """Where a location of the right image lies in the window."""
    side(visit, "right").scroll_into_view_if_needed()
    box = side(visit, "right").bounding_box()
    return (
        box["x"] + (column + 0.5) / 96 * box["width"],
        box["y"] + (row + 0.5) / 96 * box["height"],
    )


def play(visit, name):
    visit.page.get_by_role("button", name=name).click()


def test_who_comes_without_a_link_sees_cross_entropy_twice(start):
    start.expect_slider("gamma", 0)
    expect(start.title).to_contain_text("Under cross entropy")
    assert brightness(start, "left") == pytest.approx(brightness(start, "right"))
    assert brightness(start, "left") > 0.3


def test_while_gamma_rises_the_right_image_darkens_and_nothing_is_sent(start):
    sent = []
    before = brightness(start, "right"), brightness(start, "left")
    start.settle()
    start.page.evaluate("() => (globalThis.seen = [])")
    with start.dragged("gamma", 250):
        assert brightness(start, "right") < 0.5 * before[0]
        assert brightness(start, "left") == pytest.approx(before[1])
    assert not sent


def test_one_press_lets_the_image_focus(start):
    play(start, "Raise γ")
    start.expect_slider("gamma", 2)
    start.expect_in_url("gamma", "2")
    expect(start.title).to_contain_text("At γ = 2")
    assert brightness(start, "right") < 0.5 * brightness(start, "left")


def test_a_second_press_stops_it_on_the_way(start):
    button = start.page.get_by_role("button", name="Play the training")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(start.slider("after")).to_have_value(re.compile("[1-4]"))
    button.click()
    expect(button).not_to_have_attribute("aria-pressed", "true")
    start.page.wait_for_timeout(1000)
    assert int(start.slider("after").input_value()) < 5


def test_the_training_is_played_to_its_last_step(visit):
    visit.open("/?after=0&gamma=2")
    before = visit.title.inner_text()
    play(visit, "Play the training")
    visit.expect_slider("after", 5)
    expect(visit.title).not_to_have_text(before)
    expect(visit.page).not_to_have_url(re.compile("after=0"))


@pytest.mark.parametrize(
    ("kind", "said"),
    [(PLAIN, "Easy background"), (LOOK_ALIKE, "On a look-alike"), (OBJECT, "On an object")],
)
def test_a_location_says_what_it_is_and_what_it_adds(kind, said, visit):
    visit.open("/?gamma=2")
    expect(visit.picture("image")).to_be_visible()
    row, column = (int(i) for i in np.argwhere(KINDS[:60] == kind)[3])
    x, y = place_of(visit, row, column)
    visit.page.mouse.move(x, y)
    tip = visit.page.locator("#focal-tip")
    expect(tip).to_contain_text(f"{said}. Nine anchors")
    scored = scored_scene(PAPERS, 500, 0)
    text = tip.inner_text()
    assert float(re.search(r"lowest pₜ is ([\d.]+)\.", text).group(1)) == pytest.approx(
        scored.hardest_p_t()[row, column], abs=0.006
    )
    shares = [float(each) for each in re.findall(r", (?:less than )?([\d.]+)% of", text)]
    for share, gamma in zip(shares, (0.0, 2.0), strict=True):
        exact = 100 * scored.times_the_mean(gamma)[row, column] / 96**2
        assert share == pytest.approx(exact, rel=0.09, abs=1.1e-4)
    expect(visit.picture("image").locator("g.anchors rect")).to_have_count(18)


def test_the_keyboard_says_the_same_as_the_pointer(visit):
    visit.open("/?gamma=2")
    expect(visit.picture("image")).to_be_visible()
    visit.picture("image").focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Enter"):
        visit.page.keyboard.press(key)
    tip = visit.page.locator("#focal-tip")
    expect(tip).to_contain_text("Nine anchors")
    expect(visit.page.locator("[data-status]")).to_have_text(tip.inner_text())


def test_all_locations_fly_into_the_row(start):
    play(start, "Sort all locations")
    expect(start.page.locator("#focal-flight")).to_have_count(1)
    expect(start.picture("sorted")).to_be_in_viewport()
    expect(start.page.locator("#focal-flight")).to_have_count(0)


def test_who_wants_no_motion_gets_the_end_at_once(start):
    start.page.emulate_media(reduced_motion="reduce")
    play(start, "Sort all locations")
    expect(start.picture("sorted")).to_be_in_viewport()
    expect(start.page.locator("#focal-flight")).to_have_count(0)
    play(start, "Raise γ")
    start.expect_in_url("gamma", "2")


def test_a_saved_image_holds_what_was_painted(start):
    with start.page.expect_download() as waiting:
        start.page.locator("[data-buttons=image] button", has_text="SVG").press("Enter")
    saved = waiting.value.path().read_text(encoding="utf-8")
    assert "foreignObject" not in saved
    assert saved.count('href="data:image/png') == 2
    assert saved.count('href="data:image/jpeg') == 2


def test_on_a_phone_slider_and_both_images_are_on_the_first_screen(browser, base_url):
    context = browser.new_context(
        viewport={"width": 375, "height": 740}, has_touch=True, base_url=base_url
    )
    page = context.new_page()
    page.goto("/")
    images = page.locator("[data-picture=image] svg.narrow [data-glow]")
    expect(images).to_have_count(2)
    expect(page.locator(".st-key-gamma [data-testid=stSliderThumbValue]")).to_be_in_viewport()
    for i in range(2):
        box = images.nth(i).bounding_box()
        assert box["width"] > 140
        assert box["y"] + box["height"] < 740
    images.nth(1).tap()
    expect(page.locator("#focal-tip")).to_contain_text("Nine anchors")
    context.close()
