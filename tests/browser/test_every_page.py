"""What holds for every page in a browser: it asks nobody else, fits, and can be used by all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, Visit
from tests.helpers import PAGES, name_of, path_of, served

GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(14, 17, 23)"}
LOOKS = [(width, scheme) for width in (1280, 375) for scheme in GROUNDS]
# On a deep link Streamlit's page looks for its server one folder too deep first.
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
# What Streamlit draws by itself: a menu, a long formula, a long line of code, a place for files.
STREAMLIT_ALONE = """
import streamlit as st

def page():
    st.title("Empty")
    st.latex("x" * 300)
    st.code("x" * 300, language=None)
    st.file_uploader("A file")

st.navigation({"Section": [st.Page(page, title="One"), st.Page(page, title="Two", url_path="two")]},
              expanded=True).run()
"""


@dataclass
class Seen:
    """One page with everything open, and what the browser noted on the way."""

    visit: Visit
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=PAGES, ids=name_of)
def seen(request, browser, base_url) -> Iterator[Seen]:
    context = browser.new_context(base_url=base_url, color_scheme="light")
    page = context.new_page()
    seen = Seen(Visit(page))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda message: _note(message, seen.errors))
    seen.visit.open(path_of(request.param))
    _open_everything(seen.visit)
    yield seen
    context.close()


@pytest.fixture(scope="session")
def streamlits_own(browser, tmp_path_factory) -> set[tuple[str, str]]:
    """What axe finds on a page that Streamlit draws by itself."""
    script = tmp_path_factory.mktemp("alone") / "alone.py"
    script.write_text(STREAMLIT_ALONE, encoding="utf-8")
    with served(script) as url:
        context = browser.new_context(color_scheme="light")
        visit = Visit(context.new_page()).open(url)
        expect(visit.page.locator(".katex-display")).to_be_visible()
        found = set()
        for width in (1280, 375):
            visit.page.set_viewport_size({"width": width, "height": 812})
            found |= _violations(visit)
        context.close()
    return found


def test_a_page_asks_no_other_host(seen, base_url):
    hosts = {urlsplit(url).netloc for url in seen.requests if url.startswith("http")}
    assert hosts == {urlsplit(base_url).netloc}


def test_a_page_leaves_no_error_in_the_console(seen):
    assert seen.errors == []


def test_a_page_has_one_headline(seen):
    expect(seen.visit.title).to_have_count(1)


def test_every_picture_is_described(seen):
    assert seen.visit.page.evaluate(_UNNAMED_PICTURES) == 0


def test_a_phone_scrolls_no_page_sideways(seen):
    _look(seen.visit, 375, "light")
    too_wide = seen.visit.page.evaluate(
        """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
                 .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.scrollWidth)"""
    )
    assert too_wide == []


def test_a_page_bars_nobody_on_any_screen_in_light_and_dark(seen, streamlits_own):
    found = set()
    for width, scheme in LOOKS:
        _look(seen.visit, width, scheme)
        found |= {(width, scheme, *each) for each in _violations(seen.visit) - streamlits_own}
    assert found == set()


def test_a_page_on_a_projector_bars_nobody_either(seen, streamlits_own):
    _look(seen.visit, 1280, "light")
    seen.visit.page.locator(".st-key-projector label").first.click()
    expect(seen.visit.page.locator("html")).to_have_css("font-size", "21px")
    seen.visit.settle()
    seen.visit.page.wait_for_function(_STANDS_STILL)
    assert _violations(seen.visit) - streamlits_own == set()


FOLLOWING = [page for page in PAGES if getattr(page, "FOLLOWS", None)]


@pytest.mark.parametrize("size", [(1280, 720), (375, 740)], ids=["laptop", "phone"])
@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_headline_slider_and_the_whole_first_picture_are_on_the_first_screen(visit, module, size):
    width, height = size
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.open(path_of(module))
    picture = visit.page.locator(".st-key-first_picture svg[role=img]:visible")
    expect(picture).to_be_visible()
    visit.page.wait_for_function(_STANDS_STILL)
    parts = [visit.title, visit.page.locator(".st-key-strip [data-testid=stSlider]"), picture]
    boxes = [part.bounding_box() for part in parts]
    assert min(box["y"] for box in boxes) >= 0
    assert max(box["y"] + box["height"] for box in boxes) <= height


@pytest.mark.parametrize("module", FOLLOWING, ids=name_of)
def test_a_room_sees_slider_and_the_whole_first_picture_together(visit, module):
    visit.page.set_viewport_size({"width": 1280, "height": 720})
    visit.open(f"{path_of(module)}?projector=true")
    picture = visit.page.locator(".st-key-first_picture svg[role=img]:visible")
    expect(picture).to_be_visible()
    visit.page.wait_for_function(_STANDS_STILL)
    box = picture.bounding_box()
    assert box["y"] + box["height"] <= 720
    assert visit.page.locator(".st-key-strip [data-testid=stSlider]").bounding_box()["y"] >= 0


def test_a_page_with_all_drawers_shut_is_no_taller_than_2600_pixels(visit):
    tall = {}
    visit.page.set_viewport_size({"width": 1280, "height": 720})
    for module in PAGES:
        visit.open(path_of(module))
        visit.page.wait_for_function(_STANDS_STILL)
        main = visit.page.get_by_test_id("stMain")
        tall[name_of(module)] = main.evaluate("main => main.scrollHeight")
    del tall["class_kit"]
    assert {name: height for name, height in tall.items() if height > 2600} == {}


def test_the_slider_is_reached_and_moved_by_keyboard_alone(visit):
    visit.open("/")
    keyboard = visit.page.keyboard
    for _step in range(80):
        keyboard.press("Tab")
        if visit.slider("gamma").evaluate("slider => slider === document.activeElement"):
            break
    expect(visit.slider("gamma")).to_be_focused()
    keyboard.press("ArrowRight")
    expect(visit.title).to_contain_text("At γ = 2.1")


def test_a_question_is_answered_by_keyboard_alone(visit):
    visit.open("/")
    option = visit.page.get_by_role("radio", name="50%")
    option.focus()
    visit.page.keyboard.press("Space")
    expect(visit.page.get_by_text("You said 50%")).to_be_visible()


def _note(message, errors: list[str]) -> None:
    if message.type == "error" and not PROBE.search(message.location.get("url", "")):
        errors.append(message.text)


def _open_everything(visit: Visit) -> None:
    drawers = visit.page.get_by_test_id("stExpander")
    for drawer in drawers.all():
        drawer.locator("summary").click()
    for drawer in drawers.all():
        visit.open_drawer(drawer)
    visit.settle()


def _look(visit: Visit, width: int, scheme: str) -> None:
    visit.page.emulate_media(color_scheme=scheme)
    visit.page.set_viewport_size({"width": width, "height": 812})
    app = visit.page.get_by_test_id("stApp")
    expect(app).to_have_css("background-color", GROUNDS[scheme], timeout=PATIENCE)
    visit.settle()
    visit.page.wait_for_function(_STANDS_STILL)


def _violations(visit: Visit) -> set[tuple[str, str]]:
    """Rule and kind of element, without names that Streamlit makes up for each build."""
    found = Axe().run(visit.page).response["violations"]
    return {
        (rule["id"], _kind(node["html"]))
        for rule in found
        for node in rule["nodes"]
        if 'class="token' not in node["html"]  # the colours of code are Streamlit's
    }


def _kind(html: str) -> str:
    opening = html[: html.find(">") + 1]
    classes = re.sub(r"st-emotion-cache-\w+|\be\w{6,}\b", "", opening)
    classes = re.sub(r'aria-label="[^"]*"', "", classes)
    return re.sub(
        r'\s+(id|aria-labelledby|href|style|class="\s*")(="[^"]*")?|\s+(?=[">])', "", classes
    )


# No colour is on its way to another, and nothing has a new size since the last frame.
_STANDS_STILL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const size = () => [...document.querySelectorAll('[data-testid]')]
    .map(e => `${e.clientWidth} ${e.clientHeight} ${e.scrollWidth}`).join();
  const before = size();
  for (let i = 0; i < 5; i++) await frame();
  const moving = document.getAnimations().some(each => each.playState === 'running');
  return !moving && size() === before;
}"""

_UNNAMED_PICTURES = """() => {
  const live = [...document.querySelectorAll('[data-picture] svg')];
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  const named = e => e.closest('[aria-label]')?.getAttribute('aria-label').length > 20;
  return [...live, ...plots].filter(e => !named(e)).length;
}"""
