"""A real browser and a server of its own: what AppTest cannot see."""

import functools
import http.server
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import ModuleType

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    TimeoutError,
    expect,
)

from focal_ui.locale.languages import PSEUDO, TRY
from focal_ui.stage.prose import to_text
from focal_ui.stage.view import View
from tests.helpers import PAGES, ROOT, name_of, path_of, served

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE = 15_000  # ms; a slow computer is no fault of the app
LAPTOP = {"width": 1280, "height": 720}
# On a deep link Streamlit's page looks for its server one folder too deep first.
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")


def _chromium() -> str:
    found = map(shutil.which, ("chromium-headless-shell", "chromium"))  # the first is quicker
    path = os.environ.get("CHROMIUM") or next(filter(None, found), None)
    if path:
        return path
    why = "no Chromium: apt-get install chromium, or name one in CHROMIUM"
    return (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    return {"executable_path": _chromium(), "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """A server for all tests; it speaks the pseudo-language, too, to whoever asks for it."""
    _chromium()
    expect.set_options(timeout=PATIENCE)
    with served(ROOT / "app.py", **{TRY: PSEUDO.tag}) as url:
        yield url


@pytest.fixture(scope="session")
def at_home(browser: Browser, base_url: str) -> Iterator[BrowserContext]:
    """One visitor's computer: it has the program, compiled, which is half of what a page costs."""
    context = browser.new_context(base_url=base_url)
    yield context
    context.close()


@pytest.fixture
def context(at_home: BrowserContext) -> Iterator[BrowserContext]:
    """It knows nothing of the test before but the program."""
    at_home.clear_cookies()
    others = set(at_home.pages)
    yield at_home
    at_home.clear_permissions()
    for page in set(at_home.pages) - others:
        page.close()


@pytest.fixture
def page(context: BrowserContext, base_url: str) -> Page:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    forgotten = {"origin": base_url, "storageTypes": "local_storage"}
    devtools.send("Storage.clearDataForOrigin", forgotten)
    devtools.detach()
    return page


_SAID = """() => {
  const places = [...document.querySelectorAll(".stMain [data-live]:not([aria-hidden])")];
  const pictures = [...document.querySelectorAll("[data-picture]")];
  return Object.fromEntries([
    ...places.map(place => [place.dataset.live, place.textContent]),
    ...pictures.map(place => [place.dataset.picture, place.querySelector("svg")?.ariaLabel]),
  ]);
}"""


class Visit:
    """What a visitor does and sees."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)

    def open(self, address: str) -> "Visit":
        self.page.goto(address)
        expect(self.title).to_be_visible()
        return self.settle()

    def settle(self) -> "Visit":
        """Wait until the server has said all."""
        expect(self.page.locator(IDLE)).to_be_attached()
        return self

    @property
    def title(self) -> Locator:
        return self.page.locator("h1")

    @property
    def alerts(self) -> Locator:
        return self.page.get_by_test_id("stAlert")

    def slider(self, key: str) -> Locator:
        return self.page.locator(f".st-key-{key} input[type=range]")

    def expect_slider(self, key: str, value: float) -> None:
        expect(self.slider(key)).to_have_value(f"{value:g}")

    def expect_in_url(self, key: str, value: str) -> None:
        expect(self.page).to_have_url(re.compile(rf"[?&]{key}={re.escape(value)}(&|$)"))

    def expander(self, label: str) -> Locator:
        return self.page.get_by_test_id("stExpander").filter(has_text=label).first

    def open_expander(self, label: str) -> Locator:
        return self.open_drawer(self.expander(label))

    def open_drawer(self, drawer: Locator) -> Locator:
        """Opened, and filled; opened again where a busy page has shut it meanwhile."""
        content = drawer.get_by_test_id("stExpanderDetails")
        for _attempt in range(3):
            if not drawer.locator("details[open]").count():
                drawer.locator("summary").click()
            with suppress(AssertionError):
                expect(content).not_to_be_empty(timeout=PATIENCE / 2)
                break
        expect(content).to_be_visible()
        expect(content).not_to_be_empty()
        return drawer

    def option(self, choice: Locator, name: str) -> Locator:
        """One line of a list, which closes when the page moves under it.

        Opened by key first: on a slow computer a click opens it on the way down and shuts it on the
        way up.
        """
        option = self.page.get_by_role("option", name=name, exact=True)
        for attempt in range(6):
            self.settle()
            choice.scroll_into_view_if_needed()
            if attempt % 2:
                choice.click()
            else:
                choice.press("ArrowDown")
            with suppress(TimeoutError):
                option.wait_for(timeout=3_000)
                break
        return option

    def picture(self, key: str) -> Locator:
        """A picture, whatever draws it."""
        return self.page.locator(
            f"[data-picture={key}] svg[role=img]:visible, .st-key-{key} .js-plotly-plot"
        )

    def sentence(self, key: str) -> Locator:
        """What is said below a picture."""
        return self.page.locator(f"[data-live={key}_sentence]")

    def said(self) -> dict[str, str]:
        """All words that follow the sliders, by place, and what each picture is called."""
        return self.page.evaluate(_SAID)

    def slider_now(self, key: str) -> float:
        return float(self.slider(key).input_value())

    def expect_words(self, draw: Callable[..., View], values: dict) -> None:
        """Headline, sentences, explanation and the pictures' names are what the view says."""
        view = draw(**values)
        wanted = {name: to_text(text) for name, text in view.words.items() if text}
        wanted |= {key: to_text(exhibit.sentence) for key, exhibit in view.exhibits.items()}
        for _frame in range(20):  # a busy computer draws a little after the slider has moved
            said = self.said()
            if wanted.items() <= said.items():
                return
            self.page.wait_for_timeout(100)
        assert {name: said.get(name) for name in wanted} == wanted

    def _ready(self, key: str, thumb: Locator) -> None:
        """Point at the thumb until the page can follow it, as one does on a busy computer."""
        for _attempt in range(3):
            self.settle()
            thumb.hover()  # waits until nothing moves it any more
            with suppress(TimeoutError):
                self.page.wait_for_function("key => globalThis.focalStage?.ready(key)", arg=key)
                return
            self.title.hover()
        pytest.fail(f"the page does not follow {key}")

    @contextmanager
    def dragged(self, key: str, by: float) -> Iterator[None]:
        """A slider's thumb, held with the mouse and moved by so many pixels; let go at the end."""
        thumb = self.page.locator(f".st-key-{key} [data-testid=stSliderThumbValue]").locator("..")
        self._ready(key, thumb)
        self.settle()
        box = thumb.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by, y, steps=12)
        yield
        self.page.mouse.up()

    def expect_bars(self, share: float) -> None:
        """Start's bars: easy background's part of focal loss."""
        bars = self.picture("image").locator("rect[data-tip]")
        expect(bars).to_have_count(6)
        self.page.wait_for_function(
            """([share, bars]) => {
              const of_focal_loss = bars.filter((_, i) => i % 2 == 1);
              const widths = of_focal_loss.map(bar => Number(bar.getAttribute("width")));
              return Math.abs(widths[0] / (widths[0] + widths[1] + widths[2]) - share) < 0.001;
            }""",
            arg=[share, bars.element_handles()],
        )


@pytest.fixture
def visit(page: Page) -> Visit:
    return Visit(page)


@dataclass
class Seen:
    """One page, opened once for all that is asked of it, and what the browser noted on the way."""

    module: ModuleType
    visit: Visit
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: list[object] = field(default_factory=list)
    """What the browser has said to the server, from the page's first moment on."""

    def keep(self, message: object) -> None:  # Playwright takes no list's own method
        self.sent.append(message)


@pytest.fixture(scope="session", params=PAGES, ids=name_of)
def seen(request, at_home) -> Iterator[Seen]:
    """For whatever is asked of every page, in any file; random input comes last."""
    page = at_home.new_page()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(LAPTOP)
    seen = Seen(request.param, Visit(page))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("websocket", lambda socket: socket.on("framesent", seen.keep))
    page.on("console", lambda message: _note(message, seen.errors))
    seen.visit.open(path_of(request.param))
    yield seen
    page.close()


def _note(message, errors: list[str]) -> None:
    if message.type == "error" and not PROBE.search(message.location.get("url", "")):
        errors.append(message.text)


class QuietServer(http.server.SimpleHTTPRequestHandler):
    """A plain web server."""

    def log_message(self, *_):
        pass


@contextmanager
def plain_server(folder, kind=QuietServer) -> Iterator[str]:
    """A folder served from an origin of its own."""
    serve = functools.partial(kind, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def another_visit(browser, base_url) -> Iterator[Visit]:
    """Somebody else, on another computer."""
    context = browser.new_context(base_url=base_url)
    yield Visit(context.new_page())
    context.close()
