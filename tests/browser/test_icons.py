"""Icons are icons: a font that lacks one would show its name in letters."""

import pytest
from playwright.sync_api import expect

WIDE = """() => [...document.querySelectorAll("[data-testid=stIconMaterial]")]
  .filter(icon => icon.getClientRects().length)
  .filter(icon => icon.scrollWidth > 1.6 * parseFloat(getComputedStyle(icon).fontSize))
  .map(icon => icon.textContent)"""


@pytest.mark.parametrize("address", ["/", "/train?part=Live+run", "/class_kit", "/scores"])
def test_no_icon_is_shown_by_its_name(address, visit):
    visit.open(address)
    visit.page.evaluate("document.fonts.ready")
    for summary in visit.page.locator("[data-testid=stExpander] summary").all()[:3]:
        summary.click()
        visit.settle()
    expect(visit.page.locator("[data-testid=stIconMaterial]:visible").first).to_be_attached()
    visit.page.evaluate("document.fonts.ready")
    assert visit.page.evaluate(WIDE) == []
