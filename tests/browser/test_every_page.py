"""What holds for every page in a browser: it asks nobody else, fits, and can be used by all."""

import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, TimeoutError, expect

from focal_ui.controls.by_page import ON_PAGE
from tests.browser.conftest import LAPTOP, PATIENCE, Seen, Visit
from tests.helpers import PAGES, name_of, served

GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(14, 17, 23)"}
LOOKS = [(1280, "light"), (375, "dark")]  # what bars somebody lies in colours or in sizes
PHONE = {"width": 375, "height": 740}
LARGE = {"width": 1920, "height": 1080}
MANY_TABS = 150
SOON = 8_000  # ms
# What Streamlit draws by itself: a menu, a long formula, a long line of code, a wide
# table, a place for files.
STREAMLIT_ALONE = """
import streamlit as st

def page():
    st.title("Empty")
    st.latex("x" * 300)
    st.code("x" * 300, language=None)
    st.file_uploader("A file")
    st.table({f"a wide table, column {i}": [i] for i in range(20)})

st.navigation({"Section": [st.Page(page, title="One"), st.Page(page, title="Two", url_path="two")]},
              expanded=True).run()
"""


FOLLOWING = [page for page in PAGES if getattr(page, "FOLLOWS", None)]


@pytest.fixture(scope="module")
def opened(seen) -> Seen:
    """The page with everything open: from here on, all its drawers are."""
    _open_everything(seen.visit)
    return seen


@pytest.fixture(scope="session")
def streamlits_own(browser, tmp_path_factory) -> set[tuple[str, str]]:
    """What axe finds on a page that Streamlit draws by itself."""
    script = tmp_path_factory.mktemp("alone") / "alone.py"
    script.write_text(STREAMLIT_ALONE, encoding="utf-8")
    with served(script) as url:
        context = browser.new_context(color_scheme="light")
        visit = Visit(context.new_page()).open(url)
        for drawn in (
            ".katex-display",
            "pre code",
            "[data-testid=stFileUploaderDropzone]",
            "[data-testid=stTable]",
        ):
            expect(visit.page.locator(drawn)).to_be_visible()
        found = set()
        for width, scheme in LOOKS:
            _look(visit, width, scheme)
            found |= _violations(visit)
        context.close()
    return found


def test_a_page_with_all_drawers_shut_is_no_taller_than_2600_pixels(seen):
    if name_of(seen.module) == "class_kit":
        pytest.skip("the kit is a sheet to print")
    seen.visit.page.wait_for_function(_STANDS_STILL)
    assert seen.visit.page.get_by_test_id("stMain").evaluate("main => main.scrollHeight") <= 2600


@pytest.mark.parametrize("size", [LAPTOP, PHONE, LARGE], ids=["laptop", "phone", "large screen"])
def test_headline_slider_and_the_whole_first_picture_are_on_the_first_screen(seen, size):
    visit = seen.visit
    visit.page.set_viewport_size(size)
    parts = [visit.title, *_slider_and_first_picture(seen)]
    boxes = [part.bounding_box() for part in parts]
    assert min(box["y"] for box in boxes) >= 0
    assert max(box["y"] + box["height"] for box in boxes) <= size["height"]


def test_at_every_moment_of_a_drag_all_words_are_of_one_value(seen, open_page, shown):
    if seen.module not in FOLLOWING:
        pytest.skip("a page without a slider that a picture follows")
    open_page(seen.module)
    ((draw, values),) = shown.draws[-1:]
    visit, sent = seen.visit, seen.sent
    visit.page.set_viewport_size(LAPTOP)
    expect(visit.picture(next(iter(shown.views[-1].exhibits)))).to_be_visible()
    live = [
        knob
        for knob in ON_PAGE[name_of(seen.module)]
        if values.get(knob.key) is not None and hasattr(knob, "places")
    ]
    assert seen.module.FOLLOWS in live
    for knob in live:
        visit.expect_words(draw, values)
        count = None
        for by in (-70, 45) if knob is seen.module.FOLLOWS else (45,):
            with visit.dragged(knob.key, by):
                count = count or len(sent)
                low, step = knob.scale
                row = round((visit.slider_now(knob.key) - low) / step)
                visit.expect_words(draw, {**values, knob.key: knob.places[row]})
                assert len(sent) == count
            values = {**values, knob.key: knob.places[row]}
            visit.settle()
            count = None
        visit.expect_words(draw, values)


def test_type_of_twice_the_size_loses_nothing(seen):
    page = seen.visit.page
    page.set_viewport_size({"width": 1280, "height": 800})
    _to_the_top(page)
    style = page.add_style_tag(content="html { font-size: 32px !important; }")
    page.wait_for_function(_STANDS_STILL)
    assert page.evaluate(_TOO_WIDE) == []
    expect(seen.visit.title).to_be_in_viewport()
    assert page.evaluate(_CUT) == []
    style.evaluate("style => style.remove()")


def test_a_page_is_used_from_its_first_control_to_its_last_drawer_by_keyboard_alone(seen):
    visit, page = seen.visit, seen.visit.page
    assert _tabbed_to(page, lambda inside, tag, _text: inside and tag in ("INPUT", "BUTTON"))
    if page.locator("[data-picture]").count():
        tables = page.locator("[data-testid=stTable], [data-testid=stDataFrame]")
        _press(visit, "Table", lambda: expect(tables.first).to_be_visible(timeout=SOON))
        with page.expect_download(timeout=4 * SOON) as download:
            _press(visit, "CSV", lambda: page.wait_for_event("download", timeout=SOON))
        assert download.value.suggested_filename.endswith(".csv")
    elif page.locator(".stMain summary").count():
        assert _tabbed_to(page, lambda inside, tag, _text: inside and tag == "SUMMARY")
        page.keyboard.press("Enter")
        expect(visit.page.get_by_test_id("stExpanderDetails").first).to_be_visible()


def test_a_page_asks_no_other_host(opened, base_url):
    hosts = {urlsplit(url).netloc for url in opened.requests if url.startswith("http")}
    assert hosts == {urlsplit(base_url).netloc}


def test_a_page_leaves_no_error_in_the_console(opened):
    assert opened.errors == []


def test_a_page_has_one_headline(opened):
    expect(opened.visit.title).to_have_count(1)


def test_every_picture_is_described(opened):
    assert opened.visit.page.evaluate(_UNNAMED_PICTURES) == 0


def test_icons_are_icons_not_their_names_in_letters(opened):
    page = opened.visit.page
    page.evaluate("document.fonts.ready")
    assert page.evaluate(NAMED_ICONS) == []


def test_a_phone_scrolls_no_page_sideways(opened):
    _look(opened.visit, 375, "light")
    assert opened.visit.page.evaluate(_TOO_WIDE) == []


def test_a_page_bars_nobody_on_any_screen_in_light_and_dark(opened, streamlits_own):
    found = set()
    for width, scheme in LOOKS:
        _look(opened.visit, width, scheme)
        found |= {(width, scheme, *each) for each in _violations(opened.visit) - streamlits_own}
    assert found == set()


def test_a_page_on_a_projector_bars_nobody_either(opened, streamlits_own):
    _project(opened.visit)
    assert _violations(opened.visit) - streamlits_own == set()


def test_a_room_sees_slider_and_the_whole_first_picture_together(opened):
    _project(opened.visit)
    slider, picture = (part.bounding_box() for part in _slider_and_first_picture(opened))
    assert slider["y"] >= 0
    assert picture["y"] + picture["height"] <= LAPTOP["height"]


def test_the_slider_is_reached_and_moved_by_keyboard_alone(visit):
    visit.open("/")
    keyboard = visit.page.keyboard
    for _step in range(80):
        keyboard.press("Tab")
        if visit.slider("gamma").evaluate("slider => slider === document.activeElement"):
            break
    expect(visit.slider("gamma")).to_be_focused()
    keyboard.press("ArrowRight")
    expect(visit.title).to_contain_text("At γ = 0.1")


def test_a_question_is_answered_by_keyboard_alone(visit):
    visit.open("/")
    option = visit.page.get_by_role("radio", name="50%")
    option.focus()
    visit.page.keyboard.press("Space")
    expect(visit.page.get_by_text("You said 50%")).to_be_visible()


def _slider_and_first_picture(seen: Seen) -> list[Locator]:
    """Both, with the page at its top and nothing moving."""
    if seen.module not in FOLLOWING:
        pytest.skip("a page without a slider that a picture follows")
    page = seen.visit.page
    _to_the_top(page)
    picture = page.locator(".st-key-first_picture svg[role=img]:visible")
    expect(picture).to_be_visible()
    page.wait_for_function(_STANDS_STILL)
    return [page.locator(".st-key-strip [data-testid=stSlider]"), picture]


def _to_the_top(page: Page) -> None:
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")


def _project(visit: Visit) -> None:
    """The page as a room sees it."""
    visit.page.emulate_media(color_scheme="light")
    visit.page.set_viewport_size(LAPTOP)
    toggle = visit.page.locator(".st-key-projector")
    if not toggle.locator("input").is_checked():
        toggle.locator("label").first.click()
    expect(visit.page.locator("html")).to_have_css("font-size", "21px")
    visit.settle()
    visit.page.wait_for_function(_STANDS_STILL)


def _tabbed_to(page: Page, wanted: Callable[[bool, str, str], bool]) -> bool:
    """Press Tab until what has the focus is wanted; whether that happened."""
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        if wanted(*page.evaluate(_FOCUSED)):
            return True
    return False


def _press(visit: Visit, button: str, see: Callable[[], object]) -> None:
    """Tab to a button and press it; again, as one does, where a busy page has swallowed the key."""
    for _attempt in range(3):
        visit.settle()
        assert _tabbed_to(visit.page, lambda _i, tag, text: tag == "BUTTON" and text == button)
        visit.page.keyboard.press("Enter")
        with suppress(AssertionError, TimeoutError):
            see()
            return
    pytest.fail(f"nothing comes of {button}")


def _open_everything(visit: Visit) -> None:
    drawers = visit.page.get_by_test_id("stExpander")
    for drawer in drawers.all():
        if not drawer.locator("details[open]").count():
            drawer.locator("summary").click()
    for drawer in drawers.all():
        visit.open_drawer(drawer)
    visit.settle()


def _look(visit: Visit, width: int, scheme: str) -> None:
    visit.page.mouse.move(0, 0)  # over nothing, so that no tooltip is open
    visit.page.evaluate("document.activeElement?.blur()")
    expect(visit.page.get_by_role("tooltip")).to_have_count(0)
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

# A font that lacks an icon shows its name in letters.
NAMED_ICONS = """() => [...document.querySelectorAll("[data-testid=stIconMaterial]")]
  .filter(icon => icon.getClientRects().length)
  .filter(icon => icon.scrollWidth > 1.6 * parseFloat(getComputedStyle(icon).fontSize))
  .map(icon => icon.textContent)"""

_TOO_WIDE = """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.scrollWidth)"""

_CUT = """() => [...document.querySelectorAll(".stMain p, .stMain h1, .stMain button")]
  .filter(each => each.scrollWidth > each.clientWidth + 2
    && getComputedStyle(each).overflowX === "hidden"
    && getComputedStyle(each).textOverflow !== "ellipsis")
  .map(each => each.textContent.slice(0, 40))"""

_FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const inside = at?.closest(".stMain") || at?.getRootNode().host?.closest(".stMain");
  return [Boolean(inside), at?.tagName ?? "", (at?.innerText ?? "").slice(0, 60)];
}"""

_UNNAMED_PICTURES = """() => {
  const live = [...document.querySelectorAll('[data-picture] svg')];
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  const named = e => e.closest('[aria-label]')?.getAttribute('aria-label').length > 20;
  return [...live, ...plots].filter(e => !named(e)).length;
}"""
