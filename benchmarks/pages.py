"""From a move of a page's main slider to the picture and the words that belong to it.

    python -m benchmarks.pages [--quick] [--page easy_negatives …] [--against FOLDER]

Measured inside the page, in headless Chromium, in two ways. Key: from the key event of an arrow.
Drag: from the pointer event of a mouse that holds the thumb and moves it by one step, before it
lets go. A time ends in the frame from which on the page shows what it shows in the end: of the
first picture that follows the slider ("picture"), and of every picture and every word of the page
("all": headline, sentences, explanation). What comes only after the mouse has let go is written
"release". Each page is measured right after a floor: one slider and one st.write, moved by key, as
it shows nothing of a drag. With --against, the pages of another checkout are measured in turn.
"""

import argparse
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import TypedDict

from playwright.sync_api import Browser, Page

from app import SECTIONS
from benchmarks.browser import blank_page, chromium
from benchmarks.server import median, percentile, print_table, serve, serve_app

TARGET = 0.6
WARM_UP = 4
WORDS = "words"
MAIN = "gamma"  # the slider of a page that does not name another
FLOOR_APP = '''"""The least that an app with a slider can be."""

from pathlib import Path

import streamlit as st

from app import before_the_first_visitor

app = st.App(Path(__file__).with_name("floor.py"), lifespan=before_the_first_visitor)
'''
FLOOR = '''"""One slider and what it holds."""

import streamlit as st

gamma = st.slider("gamma", 0.0, 5.0, 2.0, 0.1, key="gamma")
st.write(f"gamma is {gamma:g}")
'''

# Notes down what each frame shows after the event that it waits for.
WATCH = """
const SAYING = '.stMain h1, .stMain [data-live], .stMain [data-testid=stMarkdownContainer]';
const look = () => ({
  ...pictures(),
  words: all(document, SAYING, node => visible(node) ? node.textContent : '').join(),
});
const moves = window.moves =
  { await: null, start: null, released: null, frames: [], before: {}, changed: performance.now() };
let due = false;
const observer = new MutationObserver(() => {
  moves.changed = performance.now();
  if (due || moves.start === null) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    moves.frames.push([performance.now(), look()]);
  });
});
moves.look = look;
moves.observe = () => [document, ...find_roots()].forEach(root => observer.observe(
  root, { subtree: true, childList: true, characterData: true, attributes: true }));
moves.observe();
moves.expect = kind => Object.assign(moves, { await: kind, before: look() });
const begin = event => {
  if (moves.await !== event.type) return;
  const start = event.timeStamp;
  Object.assign(moves, { await: null, start, released: null, frames: [], changed: start });
};
window.addEventListener('keydown', begin, true);
window.addEventListener('pointermove', begin, true);
window.addEventListener('pointerup', () => Object.assign(
  moves, { released: moves.frames.length, changed: performance.now() }), true);
"""
DRAWN = """() =>
  performance.now() - window.moves.changed > 700
  && document.querySelector('.stMain [data-testid=stMarkdownContainer]')
  && Array.from(document.querySelectorAll('[data-picture]')).every(place => place.children.length)
  && document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')"""
QUIET = """() => performance.now() - window.moves.changed > 250
  && document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')"""
RESULT = """() => {
  const { start, frames, released, before, look, observe } = window.moves;
  observe();
  const last = look();
  const changed = Object.keys(before).filter(name => last[name] && last[name] !== before[name]);
  if (!changed.length) return null;
  const when = name => {
    const shown = frames.slice(0, released ?? frames.length).map(([, each]) => each[name]);
    const other = shown.findLastIndex(each => each !== undefined && each !== last[name]);
    const at = shown.indexOf(last[name], other + 1);
    return at < 0 ? null : frames[at][0] - start;
  };
  return { by: changed[0], times: changed.map(when) };
}"""
ENDS = "input => [input.min, input.value, input.max, input.step].map(Number)"


class Seen(TypedDict):
    """What the browser noted down: the first thing that changed, and when each had changed."""

    by: str
    times: list[float | None]


@dataclass(frozen=True)
class Repaint:
    """Milliseconds from a move to the first picture, and to all pictures and words.

    by: which picture that was, or "words". Infinity: not before the mouse let go.
    """

    by: str
    first: float
    all: float


@dataclass
class Target:
    """A page and its measures; floor: what was measured right before each round of it."""

    name: str
    url: str
    slider: str
    key: list[Repaint] = field(default_factory=list)
    drag: list[Repaint] = field(default_factory=list)
    floor: list[Repaint] = field(default_factory=list)

    def ratio(self, moves: list[Repaint]) -> float:
        """How many times as long as the floor's words pictures and words take."""
        return median([m.all for m in moves]) / median([m.all for m in self.floor])


def main() -> None:
    """Measure and print the table."""
    options = _options()
    folders = {"": None} | ({", before": options.against} if options.against else {})
    with _floor_server() as floor, chromium() as browser, _apps(folders) as apps:
        modules = _modules()
        targets = [
            target
            for name, (after, app) in product(options.page or modules, apps.items())
            if _has_slider(browser, target := _target(name, modules[name], after, app))
        ]
        for _, target in product(range(options.rounds), targets):
            target.floor += _moves(browser, Target("floor", floor, MAIN), options.moves)[0]
            keys, drags = _moves(browser, target, options.moves)
            target.key += keys
            target.drag += drags
    _print(targets)


def _modules() -> dict[str, ModuleType]:
    """Each page by its name; Start, the first, opens by itself, without a path."""
    modules = [module for section in SECTIONS.values() for module in section]
    return {module.__name__.rpartition(".")[2]: module for module in modules}


def _target(name: str, module: ModuleType, after: str, app: str) -> Target:
    follows = getattr(module, "FOLLOWS", None)
    path = "" if name == next(iter(_modules())) else name
    return Target(name + after, f"{app}/{path}", follows.key if follows else MAIN)


@contextmanager
def _apps(folders: dict[str, Path | None]) -> Iterator[dict[str, str]]:
    """The addresses of one server for each folder, this checkout's for None."""
    if not folders:
        yield {}
        return
    (name, folder), *others = folders.items()
    with serve_app(*(folder,) if folder else ()) as server, _apps(dict(others)) as more:
        yield {name: server.url} | more


@contextmanager
def _floor_server() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "floor_app.py"
        script.write_text(FLOOR_APP, encoding="utf-8")
        script.with_name("floor.py").write_text(FLOOR, encoding="utf-8")
        with serve("run", str(script)) as server:
            yield server.url


@contextmanager
def _open(browser: Browser, url: str) -> Iterator[Page]:
    with blank_page(browser, WATCH) as page:
        page.goto(url)
        page.wait_for_function(DRAWN, polling=50, timeout=60_000)
        page.evaluate("window.moves.observe()")
        yield page


def _has_slider(browser: Browser, target: Target) -> bool:
    with _open(browser, target.url) as page:
        return page.locator(_input(target)).count() > 0


def _input(target: Target) -> str:
    return f".st-key-{target.slider} input[type=range]"


def _moves(browser: Browser, target: Target, number: int) -> tuple[list[Repaint], list[Repaint]]:
    """First so many by key, then back by drag, each when the page has come to rest."""
    with _open(browser, target.url) as page:
        page.locator(_input(target)).focus()
        step = _step_in_pixels(page, target)
        for _ in range(WARM_UP):
            _press(page, target)
        keys = [_press(page, target) for _ in range(number)]
        if target.name == "floor":
            return keys, []
        return keys, [_drag(page, target, step) for _ in range(number)]


def _direction(page: Page, target: Target, *, wanted: int) -> int:
    """Where the slider can go: as wanted, but away from its end."""
    low, value, high, step = page.locator(_input(target)).evaluate(ENDS)
    ahead = value + wanted * step
    return wanted if low - step / 2 < ahead < high + step / 2 else -wanted


def _step_in_pixels(page: Page, target: Target) -> float:
    """How far the thumb goes in one step; what is less than a pixel counts as one."""
    before = _thumb(page, target)[0]
    key = "ArrowLeft" if _direction(page, target, wanted=-1) < 0 else "ArrowRight"
    page.keyboard.press(key)
    page.wait_for_timeout(100)
    page.wait_for_function(QUIET, polling=20, timeout=20_000)
    return max(abs(_thumb(page, target)[0] - before), 1.0)


def _thumb(page: Page, target: Target) -> tuple[float, float]:
    """The middle of the slider's thumb."""
    thumb = page.locator(f".st-key-{target.slider} [data-testid=stSliderThumbValue]").locator("..")
    box = thumb.bounding_box()
    if box is None:
        raise RuntimeError(f"the slider of {page.url} has no thumb")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _press(page: Page, target: Target) -> Repaint:
    right = _direction(page, target, wanted=1) > 0
    page.evaluate("window.moves.expect('keydown')")
    page.keyboard.press("ArrowRight" if right else "ArrowLeft")
    return _result(page)


def _drag(page: Page, target: Target, step: float) -> Repaint:
    x, y = _thumb(page, target)
    by = step * _direction(page, target, wanted=-1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.wait_for_function(QUIET, polling=20, timeout=20_000)
    page.evaluate("window.moves.expect('pointermove')")
    page.mouse.move(x + by, y)
    page.wait_for_function(QUIET, polling=20, timeout=20_000)
    page.mouse.up()
    return _result(page)


def _result(page: Page) -> Repaint:
    page.wait_for_function(QUIET, polling=20, timeout=20_000)
    seen: Seen | None = page.evaluate(RESULT)
    if seen is None:
        raise RuntimeError(f"nothing on {page.url} follows its slider")
    times = [math.inf if time is None else time for time in seen["times"]]
    return Repaint(seen["by"], times[0], max(times))


def _print(targets: list[Target]) -> None:
    floor = Target("floor", "", MAIN, [move for target in targets for move in target.floor])
    floor.floor = floor.key
    rows = [
        [
            target.name,
            str(len(target.key)),
            *_cells(target, target.key),
            *_cells(target, target.drag),
        ]
        for target in (floor, *targets)
    ]
    by_key = "key: picture ms", "all ms", "p95", "ratio"
    print_table(("page", "moves", *by_key, "drag: picture ms", "all ms", "p95", "ratio"), rows)
    by_words = [target.name for target in targets if any(m.by == WORDS for m in target.key)]
    print(f"\nMeasured by words, as no picture follows the slider: {_listed(by_words)}")
    for way in ("key", "drag"):
        over = [target.name for target in targets if target.ratio(getattr(target, way)) > TARGET]
        print(f"Pictures and words over {TARGET} times the floor, by {way}: {_listed(over)}")


def _cells(target: Target, moves: list[Repaint]) -> list[str]:
    if not moves:
        return [""] * 4
    everything = [move.all for move in moves]
    first = median([move.first for move in moves])
    ms = [_written(ms) for ms in (first, median(everything), percentile(everything, 95))]
    ratio = target.ratio(moves)
    return [*ms, f"{ratio:.2f}" if math.isfinite(ratio) else "–"]


def _written(ms: float) -> str:
    return f"{ms:.0f}" if math.isfinite(ms) else "release"


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one round of 10 moves")
    parser.add_argument("--page", nargs="*", help="only these pages")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--moves", type=int, default=30, help="moves a round")
    parser.add_argument("--against", type=Path, help="another checkout, to be measured in turn")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.moves = 1, 10
    return options


if __name__ == "__main__":
    main()
