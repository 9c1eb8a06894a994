"""Somebody who presses whatever there is: every page survives it, and so does the server."""

import random
import time
import urllib.request
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Error, expect

from focal_ui.controls import by_page
from tests.browser.conftest import IDLE, Visit
from tests.helpers import ends, path_of

SEED = 2017
KEYS = ("ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown", "Tab", "Enter", " ", "7")
TEXTS = ("0.5", "-1e999", "nan", "<b>x</b>", "p,y\n0.9,1\n0.2,0\n", "=1+1", "😀" * 40, "")
SIZES = ((1280, 800), (375, 812), (800, 400))
PRESSABLE = ".stMain button:enabled, .stMain summary, .stSidebar label:has(input)"
TURNABLE = ".stMain input[type=range], .stMain [role=slider]"
WRITABLE = ".stMain textarea, .stMain input[type=text], .stMain input[type=number]"
# Plotly resizes a picture that Streamlit has just taken away: harmless, and nothing of ours.
PLOTLYS_OWN = "reading 'locale'"
FAILED = "[data-testid=stException], [data-testid=stAlert]:has-text('could not be drawn')"


class Visitor:
    """Does one thing after another, drawn from a seeded generator."""

    def __init__(self, visit: Visit, address: str, seed: int) -> None:
        self.visit, self.page, self.address = visit, visit.page, address
        self.random = random.Random(seed)
        self.done: list[str] = []

    def act(self) -> None:
        """One act; what is gone before it is reached is left alone, as a person would."""
        acts = 6 * (self.turn, self.turn, self.press, self.press, self.type, self.walk, self.resize)
        acts += (self.follow_a_link,)  # now and then: loading a page takes as long as many acts
        act = self.random.choice(acts)
        try:
            act()
        except Error as error:
            self.done.append(f"{act.__name__}: {str(error).splitlines()[0]}")

    def turn(self) -> None:
        self._one_of(TURNABLE).focus(timeout=500)
        for _ in range(self.random.randint(1, 8)):
            self._key(self.random.choice(KEYS[:6]))

    def press(self) -> None:
        thing = self._one_of(PRESSABLE)
        self.done.append("press " + (thing.inner_text(timeout=500)[:30] or "?"))
        thing.click(timeout=500)

    def type(self) -> None:
        field, text = self._one_of(WRITABLE), self.random.choice(TEXTS)
        self.done.append(f"type {text!r}")
        field.fill(text, timeout=500)
        self._key("Enter")

    def walk(self) -> None:
        for _ in range(self.random.randint(1, 12)):
            self._key(self.random.choice(KEYS))

    def resize(self) -> None:
        width, height = self.random.choice(SIZES)
        self.page.set_viewport_size({"width": width, "height": height})

    def follow_a_link(self) -> None:
        """Come back by a link that holds good and bad values of some knobs."""
        knobs = self.random.sample(sorted(by_page.KNOBS), 5)
        texts = {key: self.random.choice((*ends(key), *TEXTS)) for key in knobs}
        query = "&".join(f"{key}={quote(text)}" for key, text in texts.items())
        self.done.append(f"open {query}")
        self.visit.open(f"{self.address}?{query}")

    def _one_of(self, what: str):
        found = self.page.locator(what)
        return found.nth(self.random.randrange(max(found.count(), 1)))

    def _key(self, key: str) -> None:
        self.done.append(key)
        self.page.keyboard.press(key)


@pytest.fixture
def seconds(request) -> float:
    return request.config.getoption("--random-seconds")


def test_random_input_breaks_no_page(seen, seconds, base_url):
    page, before = seen.visit.page, len(seen.errors)
    visitor = Visitor(seen.visit, path_of(seen.module), SEED)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        visitor.act()
        assert page.locator(FAILED).count() == 0, (SEED, visitor.done)
    expect(page.locator(IDLE)).to_be_attached(timeout=30_000)
    assert page.locator(FAILED).count() == 0, (SEED, visitor.done)
    errors = [error for error in seen.errors[before:] if PLOTLYS_OWN not in error]
    assert errors == [], (SEED, visitor.done)
    hosts = {urlsplit(url).netloc for url in seen.requests if url.startswith("http")}
    assert hosts == {urlsplit(base_url).netloc}
    with urllib.request.urlopen(f"{base_url}/_stcore/health", timeout=10) as health:
        assert health.read() == b"ok"
