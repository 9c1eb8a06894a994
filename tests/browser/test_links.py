"""A link opens what its sender saw, and what is moved stands in the link."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from focal_core.binary import FocalLoss
from focal_core.budget import balancing_alpha
from focal_core.population import SIMPLE
from focal_core.training.config import PAPERS
from focal_core.training.scored_scene import scored_scene
from focal_ui.controls.by_page import KNOBS
from focal_ui.controls.knobs import ALPHA
from focal_ui.words import percent
from tests.browser.conftest import Visit
from tests.helpers import ROOT, served

HOSTILE = {
    "a picture": "![](http://x.example/y.png)",
    "a tag": "<img src=http://x.example/y.png>",
    "an address": "http://x.example/y",
    "a host": "www.x.example",
    "a mailbox": "me@x.example",
    "a logo": ":streamlit:",
    "a colour": ":red[x]",
    "a formula": "$x^2$",
}


def share_at(gamma: float) -> float:
    return scored_scene(PAPERS, 500, 0).paid(FocalLoss(gamma)).shares[0]


def test_the_first_visitor_of_a_fresh_server_may_come_by_a_deep_link(page):
    with served(ROOT / "app.py") as url:
        visit = Visit(page).open(f"{url}/curve?gamma=3.5")
        expect(visit.title).to_contain_text("3,162× smaller")  # 10**3.5
        visit.expect_slider("gamma", 3.5)
        expect(visit.picture("curve")).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)
        visit.expect_in_url("gamma", "3.5")


def test_a_key_press_moves_headline_bars_sentence_and_link_together(visit):
    visit.open("/?gamma=2")
    visit.slider("gamma").press("ArrowLeft")
    expect(visit.title).to_contain_text("At γ = 1.9")
    expect(visit.sentence("image")).to_contain_text(percent(share_at(1.9)))
    visit.expect_bars(share_at(1.9))
    visit.expect_in_url("gamma", "1.9")


def test_a_drag_moves_headline_bars_sentence_and_link_together(visit):
    visit.open("/")
    slider = visit.page.locator(".st-key-gamma")
    thumb = slider.get_by_test_id("stSliderThumbValue").locator("..").bounding_box()
    track = slider.get_by_test_id("stSliderTickBar").bounding_box()
    height = thumb["y"] + thumb["height"] / 2
    mouse = visit.page.mouse
    mouse.move(thumb["x"] + thumb["width"] / 2, height)
    mouse.down()
    mouse.move(track["x"] + track["width"] + 50, height, steps=8)
    visit.expect_bars(share_at(5))  # before the finger lets go
    mouse.up()
    expect(visit.title).to_contain_text("At γ = 5")
    expect(visit.sentence("image")).to_contain_text(percent(share_at(5)))
    visit.expect_bars(share_at(5))
    visit.expect_in_url("gamma", "5")


def test_a_link_carries_gamma_and_alpha(visit):
    visit.open("/class_weights?gamma=1.5&alpha=0.4")
    expect(visit.title).to_contain_text("With α = 0.4 and γ = 1.5")
    visit.expect_slider("gamma", 1.5)
    visit.expect_slider("alpha", 0.4)
    expect(visit.picture("share_map")).to_be_visible()
    across, up = visit.picture("share_map").evaluate(
        """picture => {
          const [dot, area] = ["circle", "clipPath rect"].map(of => picture.querySelector(of));
          const sizes = ["x", "y", "width", "height"];
          const [x, y, width, height] = sizes.map(of => area[of].baseVal.value);
          return [(dot.cx.baseVal.value - x) / width, 1 - (dot.cy.baseVal.value - y) / height];
        }"""
    )
    assert (5 * across, up) == (pytest.approx(1.5, abs=0.01), pytest.approx(0.4, abs=0.01))


def test_gamma_comes_along_from_page_to_page_and_back(visit):
    visit.open("/?gamma=3.5")
    expect(visit.title).to_contain_text("At γ = 3.5")
    visit.expect_slider("gamma", 3.5)
    visit.settle()
    visit.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Class weights").click()
    expect(visit.title).to_contain_text("With α = 0.25 and γ = 3.5")
    visit.expect_slider("gamma", 3.5)
    visit.expect_in_url("gamma", "3.5")
    visit.settle()
    visit.page.go_back()
    expect(visit.title).to_contain_text("easy background")
    expect(visit.title).to_contain_text("At γ = 3.5")
    visit.expect_slider("gamma", 3.5)


@pytest.mark.parametrize(
    ("address", "next_page", "path"),
    [
        ("/curve?p_t=0.5&gamma=3", "Class weights", "/class_weights"),
        ("/easy_negatives?population=Spread", "Challenges", "/challenges"),
        ("/?gamma=3", "Anchors", "/anchors"),
    ],
)
def test_back_needs_one_press_whatever_the_next_page_leaves_out(address, next_page, path, visit):
    visit.open(address)
    menu = visit.page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=next_page, exact=True).click()
    expect(visit.page).to_have_url(at(path))
    visit.page.wait_for_timeout(1_500)  # until the address lacks what the page does not use
    visit.page.go_back()
    # What only that page knows may be at its default again: streamlit/streamlit#16998.
    expect(visit.page).to_have_url(at(address.partition("?")[0]))


def at(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path) + r"(\?.*)?$")


def test_a_moved_slider_survives_a_page_change_and_a_reload(visit):
    visit.open("/")
    visit.slider("gamma").press("ArrowRight")
    expect(visit.title).to_contain_text("At γ = 0.1")
    visit.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Class weights").click()
    expect(visit.title).to_contain_text("With α = 0.25 and γ = 0.1")
    visit.expect_in_url("gamma", "0.1")
    visit.page.reload()
    expect(visit.title).to_contain_text("γ = 0.1")
    visit.expect_slider("gamma", 0.1)


def test_a_preset_moves_slider_and_link(visit):
    visit.open("/class_weights")
    visit.page.locator(".st-key-preset-loss").locator("button:visible").first.click()
    alpha = ALPHA.snap(balancing_alpha(SIMPLE.population(), FocalLoss(2.0)))
    visit.expect_slider("alpha", alpha)
    visit.expect_in_url("alpha", f"{alpha:g}")
    expect(visit.title).to_contain_text("makes up 50% of the loss")


def test_a_copied_address_shows_somebody_else_the_same(visit, another_visit):
    visit.open("/easy_negatives")
    visit.page.get_by_role("radio", name="Spread-out scores", exact=True).click()
    visit.expect_in_url("population", "Spread-out+scores")
    visit.slider("gamma").press("Home")
    visit.expect_in_url("gamma", "0")
    expect(visit.title).to_contain_text("At γ = 0")
    another_visit.open(visit.page.url)
    expect(another_visit.title).to_have_text(visit.title.inner_text())
    another_visit.expect_slider("gamma", 0)


def test_start_leads_a_teacher_to_the_class_kit(visit):
    visit.open("/?gamma=1.2")
    visit.page.get_by_role("link", name="For teachers").click()
    expect(visit.title).to_contain_text("45-minute lesson")


def test_next_and_back_lead_through_the_story_and_take_the_values_along(visit):
    visit.open("/?gamma=1.2")
    visit.page.get_by_role("link", name="Next: The curve").click()
    expect(visit.title).to_contain_text("γ = 1.2 makes its loss")
    expect(visit.page.get_by_text("Story: page 2 of 6")).to_be_visible()
    visit.settle()
    visit.page.get_by_role("link", name="Back: Start").click()
    expect(visit.title).to_contain_text("At γ = 1.2, easy background")


def test_two_tabs_do_not_disturb_each_other(context):
    one, other = (Visit(context.new_page()).open("/?gamma=2") for _tab in range(2))
    one.slider("gamma").press("ArrowRight")
    expect(one.title).to_contain_text("At γ = 2.1")
    other.slider("gamma").press("ArrowLeft")
    expect(other.title).to_contain_text("At γ = 1.9")
    one.slider("gamma").press("ArrowRight")
    expect(one.title).to_contain_text("At γ = 2.2")
    other.expect_slider("gamma", 1.9)


def test_a_key_that_nobody_knows_is_ignored(visit):
    visit.open("/?colour=red&gamma=1")
    expect(visit.title).to_contain_text("At γ = 1")
    expect(visit.alerts).to_have_count(0)


def test_a_page_that_nobody_knows_leads_to_start(visit):
    visit.open("/no_such_page?gamma=1")
    expect(visit.title).to_contain_text("easy background")
    expect(visit.page.get_by_role("dialog")).to_contain_text("Page not found")


def test_what_a_link_says_is_shown_as_typed_and_not_obeyed(visit):
    asked = []
    visit.page.on("request", lambda request: asked.append(request.url))
    sliders = [key for key, knob in KNOBS.items() if hasattr(knob, "places")]
    said = zip(sliders, HOSTILE.values(), strict=False)
    visit.page.goto("/curve?" + "&".join(f"{key}={quote(text)}" for key, text in said))
    for text in HOSTILE.values():
        expect(visit.alerts.filter(has_text=text)).not_to_have_count(0)
    expect(visit.alerts.filter(has_text="the page opened with 2")).not_to_have_count(0)
    made = visit.alerts.locator("a, img, .katex, span[style*=color]")
    expect(made).to_have_count(0)
    assert not [url for url in asked if re.match(r"https?://[^/]*x\.example", url)]


def test_after_a_failure_the_visitor_can_start_again(tmp_path, page):
    script = tmp_path / "fails_at_5.py"
    script.write_text(FAILS_AT_5, encoding="utf-8")
    with served(script) as url:
        visit = Visit(page)
        page.goto(f"{url}/?gamma=5")
        expect(visit.alerts).to_contain_text("could not be drawn")
        assert "secret" not in page.content()
        page.get_by_role("button", name="Start again").click()
        expect(visit.title).to_contain_text("At γ = 2")
        expect(visit.alerts).to_have_count(0)


FAILS_AT_5 = """
import app
from focal_ui.exhibits import start

lit = start._lit


def fails_at_5(model, after, seed, loss):
    if loss.gamma == 5:
        raise RuntimeError("/secret/path")
    return lit(model, after, seed, loss)


start._lit = fails_at_5
app.main()
"""


def test_one_link_holds_the_answers_of_all_levels(visit):
    visit.open("/challenges?t12=1.74")
    visit.page.get_by_text("Exit quiz", exact=True).click()
    expect(visit.title).to_contain_text("Exit quiz · 0 of 8 right")
    visit.settle()
    visit.page.get_by_role("radio", name="A", exact=True).locator("visible=true").first.check(
        force=True
    )
    expect(visit.page).to_have_url(re.compile(r"q_\w+=A"))
    visit.page.reload()
    visit.settle()
    visit.expect_in_url("t12", "1.74")
    expect(visit.page).to_have_url(re.compile(r"q_\w+=A"))
    visit.page.get_by_text("Level 1: where the loss comes from").click()
    expect(visit.title).to_contain_text("1 of 5 right")


def test_what_a_class_link_hides_stays_hidden_on_the_next_page_and_after_a_reload(visit):
    visit.open("/class_weights?gamma=1&hide=gamma&answers=hidden")
    expect(visit.slider("alpha")).to_be_visible()
    expect(visit.slider("gamma")).to_be_hidden()
    visit.page.get_by_test_id("stSidebarNav").get_by_role("link", name="The curve").click()
    expect(visit.title).to_contain_text("10× smaller")
    visit.page.reload()
    visit.settle()
    expect(visit.title).to_contain_text("10× smaller")
    expect(visit.slider("p_t")).to_be_visible()
    expect(visit.slider("gamma")).to_be_hidden()
    visit.expect_in_url("answers", "hidden")


def test_a_link_can_keep_a_class_on_its_page(visit):
    ways = visit.page.locator("[data-testid=stSidebarNavLink], .st-key-way_on a")
    visit.open("/curve")
    expect(ways.filter(visible=True).first).to_be_visible()
    visit.open("/curve?hide=menu")
    expect(ways.filter(visible=True)).to_have_count(0)
    expect(visit.alerts).to_have_count(0)
