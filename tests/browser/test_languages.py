"""Another language in a browser: it fits a phone, is named, and a switch loses nothing."""

import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from playwright.sync_api import expect

from focal_ui.locale.languages import FINISHED, PSEUDO, Language
from focal_ui.locale.pseudo import accented
from tests.browser.conftest import Visit
from tests.browser.test_every_page import _CUT, _TOO_WIDE
from tests.helpers import PAGES, PICTURED, name_of, path_of

PHONE = {"width": 375, "height": 740}
MOST_LABELS = [page for page in PAGES if name_of(page) in ("train", "trouble", "rivals")]

# Words of a picture that stick out of it, or run into one another.
_OUTSIDE = """() => [...document.querySelectorAll("[data-picture] svg[role=img]")]
  .filter(svg => svg.getClientRects().length)
  .flatMap(svg => [...svg.querySelectorAll("text")].filter(text => {
    const [box, frame] = [text.getBoundingClientRect(), svg.getBoundingClientRect()];
    return text.textContent.trim() && getComputedStyle(text).visibility !== "hidden"
      && (box.left < frame.left - 1 || box.right > frame.right + 1);
  }).map(text => `${svg.closest("[data-picture]").dataset.picture}: ${text.textContent}`))"""


@pytest.fixture(scope="module")
def phone(at_home) -> Iterator[Visit]:
    """One visit for all pages, which the menu leads through: the program is loaded once."""
    page = at_home.new_page()
    page.set_viewport_size(PHONE)
    yield Visit(page)
    page.close()


@pytest.mark.parametrize("module", PAGES, ids=name_of)
def test_longer_words_fit_a_phone(module, phone):
    _expect_to_fit(phone, module, PSEUDO)


@pytest.mark.parametrize("language", FINISHED, ids=lambda each: each.tag)
@pytest.mark.parametrize("module", MOST_LABELS, ids=name_of)
def test_each_language_fits_a_phone(module, language, phone):
    _expect_to_fit(phone, module, language)


def _expect_to_fit(phone: Visit, module: ModuleType, language: Language) -> None:
    _go(phone, module, language)
    expect(phone.page.locator("html")).to_have_attribute("lang", language.web)
    if module in PICTURED:
        expect(phone.page.locator("[data-picture] svg.narrow text").first).to_be_visible()
    assert phone.page.evaluate(_TOO_WIDE) == []
    assert phone.page.evaluate(_CUT) == []
    assert phone.page.evaluate(_OUTSIDE) == []


def _go(phone: Visit, module: ModuleType, language: Language) -> None:
    """By the menu, which a phone folds away, where the language is spoken already; else by link."""
    way = phone.page.locator(f"[data-testid=stSidebarNavLink][href$='{path_of(module)}']")
    if phone.page.locator(f"html[lang='{language.web}']").count() and way.count():
        before = phone.title.inner_text()
        way.evaluate("link => link.click()")
        expect(phone.title).not_to_have_text(before)
        phone.settle()
    else:
        phone.open(f"{path_of(module)}?lang={language.tag}")


def test_a_page_names_its_language_before_anything_runs(base_url, browser):
    for asked, header, spoken in (
        ("?lang=en_XA", "de", "en-XA"),
        ("", "fr", "en"),
        ("", "en-XA", "en-XA"),
    ):
        headers = {"accept-language": header}
        context = browser.new_context(base_url=base_url, extra_http_headers=headers)
        text = context.request.get(f"/curve{asked}").text()
        assert f'<html lang="{spoken}"' in text
        context.close()


def test_a_switch_keeps_what_was_set_and_the_link_says_the_language(browser, base_url):
    context = browser.new_context(base_url=base_url, locale="en-US")
    visit = Visit(context.new_page())
    visit.open("/curve?view=Gradient&gamma=3&axis=Logarithmic")
    visit.slider("p_t").press("ArrowLeft")
    visit.expect_in_url("p_t", "0.89")
    visit.option(visit.page.get_by_role("combobox", name="Language"), PSEUDO.name).click()
    visit.expect_in_url("lang", PSEUDO.tag)
    expect(visit.page.locator("html")).to_have_attribute("lang", PSEUDO.web)
    visit.settle()
    for key, value in (
        ("view", "Gradient"),
        ("axis", "Logarithmic"),
        ("gamma", "3"),
        ("p_t", "0.89"),
    ):
        visit.expect_in_url(key, value)
    visit.expect_slider("gamma", 3)
    expect(visit.page.locator(".st-key-view")).to_be_hidden()
    shown = visit.page.locator(".st-key-said_axis")
    shown.get_by_text(accented("Linear"), exact=True).click()
    expect(visit.page).not_to_have_url(re.compile("axis="))  # the default stands in no link
    visit.expect_in_url("view", "Gradient")
    context.close()
