"""The lab without a server in a browser: from a disk, from a sub-folder, and in another page."""

import random
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from focal_core.binary import FocalLoss
from focal_core.budget import budget
from focal_core.population import SIMPLE
from focal_ui.publish import lab
from tests.browser.conftest import QuietServer, plain_server
from tests.helpers import FULL_APP

pytestmark = pytest.mark.xdist_group("static lab")
STRICT = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:"
SECONDS_OF_ANYTHING = 4
AGREES = """() => {
  const bold = document.querySelector("h1 b").textContent;
  const said = [...document.querySelectorAll("[data-live]")].map((place) => place.textContent);
  return { bold, output: document.querySelector("output[for=gamma]").textContent, said };
}"""

LIT = """() => [...document.querySelectorAll("[data-glow] canvas")].map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some(Boolean);
})"""


class Strict(QuietServer):
    """One with a school's rules."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", STRICT)
        super().end_headers()


@pytest.fixture(scope="module")
def folder(static_lab, tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    lab.write(static_lab, out / "sub" / "lab")
    return out


@pytest.fixture
def desk(page, folder):
    """Opens pages from the disk, and holds every error that a page reports."""
    page.set_default_timeout(15_000)
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: said.type == "error" and troubles.append(said.text))

    def open_it(name, state=""):
        page.goto("about:blank")
        page.goto(f"file://{folder}/sub/lab/{name}.html{state and '#' + state}")
        expect(page.locator("html[data-ready]")).to_be_attached()
        return page

    yield open_it
    assert troubles == []


def headline(page):
    return page.locator("h1[data-live]")


def thumb(page, part):
    """A place on the slider, as a part of its length."""
    box = page.locator("input#gamma").bounding_box()
    return box["x"] + 8 + (box["width"] - 16) * part, box["y"] + box["height"] / 2


def test_words_picture_and_address_follow_a_drag_by_mouse(desk):
    page = desk("curve")
    page.mouse.move(*thumb(page, 0.4))
    page.mouse.down()
    seen = set()
    for part in (0.5, 0.6, 0.7, 0.8):
        page.mouse.move(*thumb(page, part), steps=2)
        page.wait_for_timeout(60)
        now = page.evaluate(AGREES)
        assert any(f"γ = {now['output']}" in words for words in now["said"]), now
        seen.add(now["bold"])
    page.mouse.up()
    assert len(seen) == 4
    gamma = page.locator("output[for=gamma]").inner_text()
    expect(page).to_have_url(re.compile(f"gamma={re.escape(gamma)}"))


def test_keys_move_the_slider_and_the_rest_is_read_aloud(desk):
    page = desk("curve")
    page.locator("input#gamma").focus()
    before = headline(page).inner_text()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("output[for=gamma]")).to_have_text("2.3")
    expect(headline(page)).not_to_have_text(before)
    expect(page.locator("[data-status]")).to_have_text(headline(page).inner_text())


def test_the_second_slider_takes_the_first_to_a_place_that_is_kept_and_says_so(desk):
    page = desk("curve", "gamma=1.7")
    page.locator("input#p_t").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("output[for=gamma]")).to_have_text("2")
    expect(page.locator("#notice")).to_contain_text("1.7")
    expect(headline(page)).to_contain_text("0.89")


# Every headline that reaches the screen, in order.
SEEN_HEADLINES = """() => {
    globalThis.seen = [];
    const look = () => {
        const now = document.querySelector("h1[data-live]").innerText;
        if (seen.at(-1) !== now) seen.push(now);
        requestAnimationFrame(look);
    };
    look();
}"""


def test_a_choice_back_and_reload(desk):
    page = desk("rivals", "gamma=1")
    first = headline(page).inner_text()
    page.evaluate(SEEN_HEADLINES)
    page.locator("label", has_text="Hard background").first.click()
    expect(page).to_have_url(re.compile("(?=.*population=Hard)(?=.*gamma=1)"))
    second = headline(page).inner_text()
    assert page.evaluate("seen") == [first, second]  # nothing of another setting in between
    page.reload()
    expect(headline(page)).to_have_text(second)
    page.go_back()
    expect(headline(page)).to_have_text(first)
    expect(page.locator("input[value='Spread-out scores']")).to_be_checked()


def test_an_old_name_opens_and_what_cannot_be_used_is_named_in_one_line(desk):
    page = desk("rivals", "population=Stubborn&gamma=9")
    expect(page.locator("input[value='Hard background']")).to_be_checked()
    expect(page.locator("#notice p")).to_have_count(1)
    expect(page.locator("#notice")).to_contain_text("gamma = 9 is not a number from 0 to 5")
    page = desk("rivals", "population=Nowhere")
    expect(page.locator("#notice")).to_contain_text("population = Nowhere is not one of")


def test_a_guess_is_marked_on_the_picture_of_what_was_asked(desk):
    page = desk("curve", "gamma=1")
    page.locator("fieldset[data-key=guess_curve] label").nth(1).click()
    told = page.locator("[data-told=guess_curve] [data-for]:not([hidden])")
    expect(told).to_contain_text("81%")
    page.get_by_role("button", name="Show it in the picture").click()
    expect(page.locator("output[for=gamma]")).to_have_text("2")
    marks = page.locator("[data-picture=product] svg.wide [data-guess]").first
    expect(marks).to_be_visible()
    page.locator("input#gamma").focus()
    page.keyboard.press("ArrowRight")
    expect(marks).not_to_be_visible()


def test_answers_are_judged_with_a_reason_and_stand_in_the_address(desk):
    page = desk("challenges", "level=Exit quiz")
    group = page.locator("fieldset.question").first
    told = page.locator("[data-told]").first.locator("[data-for]:not([hidden])")
    group.locator("label").first.click()
    expect(told).to_have_count(1)
    expect(page).to_have_url(re.compile(f"{group.get_attribute('data-key')}=A"))
    page.reload()
    expect(told).to_be_visible()


def test_a_task_is_solved_by_its_number(desk):
    page = desk("challenges")
    field = page.locator("input[type=number]").first
    told = page.locator("[data-told=t11] [data-for]:not([hidden])")
    field.fill("0.1")
    field.blur()
    expect(told).to_contain_text("Not yet")
    expect(headline(page)).to_contain_text("0 of 5 right")
    shares = {
        g / 10: budget(SIMPLE.population(), FocalLoss(g / 10)).negative_share for g in range(51)
    }
    right = min(gamma for gamma, share in shares.items() if share < 0.1)
    field.fill(str(right))
    field.blur()
    expect(told).to_contain_text("Right")
    expect(headline(page)).to_contain_text("1 of 5 right")


def test_table_and_code_are_those_of_the_place(desk):
    page = desk("curve", "gamma=5")
    page.get_by_role("button", name="Table").first.click()
    table = page.locator(".exhibit-table")
    expect(table.locator("caption")).to_contain_text("5")
    page.locator("details.st-key-code > summary").click()
    code = page.locator("details.st-key-code pre code").first
    expect(code).to_contain_text("5")
    before = code.inner_text()
    page.locator("input#gamma").focus()
    page.keyboard.press("Home")
    expect(code).not_to_have_text(before)
    expect(table.locator("caption")).to_contain_text("0")


def test_start_glows_and_opens_at_cross_entropy(desk):
    page = desk("index")
    expect(headline(page)).to_contain_text("cross entropy")
    page.get_by_role("button", name="Raise γ").click()
    expect(page.locator("output[for=gamma]")).to_have_text("2", timeout=10_000)
    lit = page.evaluate(LIT)
    assert lit
    assert all(lit)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, folder, scheme):
    page.emulate_media(color_scheme=scheme)
    with plain_server(folder) as url:
        for name in ("index", "curve", "challenges", "class_kit", "reference", "embed/curve_curve"):
            page.goto(f"{url}/sub/lab/{name}.html")
            expect(page.locator("html[data-ready]")).to_be_attached()
            found = Axe().run(page)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_anything_at_all_leads_to_no_error(desk):
    page, chance = desk("curve"), random.Random(7)
    keys = ["ArrowLeft", "ArrowRight", "Home", "End", "Tab", "Enter", "Space", "PageUp"]
    for _ in range(SECONDS_OF_ANYTHING * 20):
        if chance.random() < 0.5:
            page.keyboard.press(chance.choice(keys))
        else:
            page.mouse.click(chance.uniform(260, 1200), chance.uniform(60, 700))
        if not page.url.startswith("file:") or "curve" not in page.url:
            desk("curve")
    expect(headline(page)).to_be_visible()


def test_from_a_sub_folder_under_a_strict_policy_it_asks_no_other_host(page, folder):
    troubles, asked = [], set()
    page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    with plain_server(folder, Strict) as url:
        page.goto(f"{url}/sub/lab/curve.html#gamma=1")
        expect(headline(page)).to_contain_text("γ = 1")
        page.locator("a[data-keeps]", has_text="Start").first.click()
        expect(headline(page)).to_contain_text("easy background")
        page.go_back()
        expect(headline(page)).to_contain_text("γ = 1")
    assert asked == {url.split("/")[2]}
    assert troubles == []


def test_all_that_a_page_needs_comes_at_once_so_that_it_works_on_offline(page, folder):
    with plain_server(folder) as url:
        page.goto(f"{url}/sub/lab/rivals.html")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)
        page.context.set_offline(True)
        first = headline(page).inner_text()
        page.locator("label", has_text="Balanced").first.click()
        expect(headline(page)).not_to_have_text(first)
        page.context.set_offline(False)


def test_a_picture_stands_in_a_page_of_another_origin_and_tells_its_height(page, folder, tmp_path):
    with plain_server(folder) as lab_url, plain_server(tmp_path) as other:
        frame = (
            f'<iframe src="{lab_url}/sub/lab/embed/curve_curve.html#gamma=1" width="700"></iframe>'
        )
        (tmp_path / "course.html").write_text(f"<!doctype html><title>A course</title>{frame}")
        (tmp_path / "course.html").chmod(0o644)
        hear = "event => event.data.focalLossLab && (window.told = event.data)"
        page.add_init_script(f"addEventListener('message', {hear})")
        page.goto(f"{other}/course.html")
        inside = page.frame_locator("iframe")
        expect(inside.locator("h1[data-live]")).to_contain_text("γ = 1")
        page.wait_for_function("window.told?.height > 200")
        assert page.evaluate("window.told.focalLossLab") == "curve"


def test_without_scripts_the_default_picture_and_its_words_stand(browser, folder):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"file://{folder}/sub/lab/curve.html")
        expect(headline(page)).to_contain_text("γ = 2")
        expect(page.locator("[data-picture=curve] svg.wide path").first).to_be_visible()
        expect(page.locator("noscript")).to_be_attached()


def test_on_a_phone_slider_and_picture_share_the_first_screen_and_a_finger_moves_it(
    browser, folder
):
    with browser.new_context(
        viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True
    ) as context:
        page = context.new_page()
        for name in ("index", "curve", "rivals"):
            page.goto(f"file://{folder}/sub/lab/{name}.html")
            expect(page.locator("html[data-ready]")).to_be_attached()
            picture = page.locator(".st-key-first_picture svg.narrow").bounding_box()
            assert picture["y"] + picture["height"] < 740, name
            assert page.evaluate("document.documentElement.scrollWidth") == 375
        before = headline(page).inner_text()
        page.touchscreen.tap(*thumb(page, 0.9))
        expect(headline(page)).not_to_have_text(before)


def test_the_way_to_the_full_app_keeps_the_state(desk):
    page = desk("curve", "gamma=1.5&p_t=0.5")
    way = page.locator("a[data-app]").first
    expect(way).to_have_attribute("href", f"{FULL_APP}/curve?gamma=1.5&p_t=0.5&lang=en")


def test_a_class_link_keeps_answers_and_pictures_back(desk):
    page = desk("curve", "answers=after")
    expect(page.locator("[data-picture=curve]")).not_to_be_visible()
    page.locator("fieldset[data-key=guess_curve] label").nth(1).click()
    expect(page.locator("[data-picture=curve]")).to_be_visible()
    page = desk("curve", "answers=hidden&hide=p_t,menu")
    page.locator("fieldset[data-key=guess_curve] label").nth(1).click()
    expect(page.locator("[data-told=guess_curve] [data-for]:not([hidden])")).to_have_count(0)
    expect(page.locator("input#p_t")).not_to_be_visible()
    expect(page.locator(".menu")).not_to_be_visible()
