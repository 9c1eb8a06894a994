"""Without a mouse, with large type, and in a room: every page can be used."""

import pytest
from playwright.sync_api import expect

from tests.helpers import PAGES, name_of, path_of

every_page = pytest.mark.parametrize("module", PAGES, ids=name_of)
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const inside = at?.closest(".stMain") || at?.getRootNode().host?.closest(".stMain");
  return [Boolean(inside), at?.tagName ?? "", at?.type ?? "", (at?.innerText ?? "").slice(0, 60)];
}"""
TOO_WIDE = """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
  .filter(each => each.scrollWidth > each.clientWidth + 1).length"""
MANY_TABS = 150


def tabbed_to(page, wanted):
    """Press Tab until what has the focus is wanted; whether that happened."""
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        if wanted(*page.evaluate(FOCUSED)):
            return True
    return False


@every_page
def test_a_page_is_used_from_its_first_control_to_its_last_drawer_by_keyboard_alone(visit, module):
    visit.open(path_of(module))
    assert tabbed_to(visit.page, lambda inside, tag, *_: inside and tag in ("INPUT", "BUTTON"))
    if visit.page.locator("[data-picture]").count():
        assert tabbed_to(visit.page, lambda _i, tag, _t, text: tag == "BUTTON" and text == "Table")
        visit.page.keyboard.press("Enter")
        table = visit.page.locator("[data-testid=stTable], [data-testid=stDataFrame]").first
        expect(table).to_be_visible()
        assert tabbed_to(visit.page, lambda _i, tag, _t, text: tag == "BUTTON" and text == "CSV")
        with visit.page.expect_download() as download:
            visit.page.keyboard.press("Enter")
        assert download.value.suggested_filename.endswith(".csv")
    elif visit.page.locator(".stMain summary").count():
        assert tabbed_to(visit.page, lambda inside, tag, *_: inside and tag == "SUMMARY")
        visit.page.keyboard.press("Enter")
        expect(visit.page.get_by_test_id("stExpanderDetails").first).to_be_visible()


@every_page
def test_type_of_twice_the_size_loses_nothing(visit, module):
    visit.page.set_viewport_size({"width": 1280, "height": 800})
    visit.open(path_of(module))
    visit.page.add_style_tag(content="html { font-size: 32px !important; }")
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate(TOO_WIDE) == 0
    expect(visit.title).to_be_in_viewport()
    cut = visit.page.evaluate(
        """() => [...document.querySelectorAll(".stMain p, .stMain h1, .stMain button")]
          .filter(each => each.scrollWidth > each.clientWidth + 2
            && getComputedStyle(each).overflowX === "hidden"
            && getComputedStyle(each).textOverflow !== "ellipsis")
          .map(each => each.textContent.slice(0, 40))"""
    )
    assert cut == []
