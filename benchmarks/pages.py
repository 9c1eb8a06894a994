"""From an arrow key on the γ slider to the repainted picture, for every page that has the slider.

    python -m benchmarks.pages [--quick] [--page easy_negatives …]

The measure is taken inside the page, in headless Chromium: from the key event to the frame in
which the picture beside the slider (the first Plotly chart that follows γ, else the page's text)
shows what it will show in the end; "all" waits for every chart of the page. Each page is measured
right after a floor: the same server, the same settled collector, one slider and one st.write.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Browser, Page

from app import SECTIONS
from benchmarks.server import APP, chromium, median, percentile, print_table, serve

TARGET = 2.0
WARM_UP = 4
SLIDER = ".st-key-gamma input[type=range]"
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

# Notes down what each frame shows after a key: the visible marks and words of each picture.
WATCH = """
const KEPT = ['d', 'transform', 'x', 'y', 'width', 'height', 'href'];
const MARKS = '.trace path, .points path, .hm image';
const drawn = plot =>
  Array.from(plot.querySelectorAll(MARKS), m => KEPT.map(a => m.getAttribute(a) || '').join())
    .concat(Array.from(plot.querySelectorAll('text'), t => t.textContent)).join(';');
const pictures = () => {
  const shown = {};
  for (const plot of document.querySelectorAll('.js-plotly-plot')) {
    const visible = plot.offsetHeight && getComputedStyle(plot).visibility === 'visible';
    const box = plot.closest('[data-testid=stElementContainer]');
    if (visible) shown[box ? box.className : ''] = drawn(plot);
  }
  if (document.querySelector('.js-plotly-plot')) return shown;
  return { words: document.querySelector('.stMain .stMarkdown')?.textContent };
};
const moves = window.moves = { key: null, frames: [], before: {}, changed: performance.now() };
let due = false;
new MutationObserver(() => {
  moves.changed = performance.now();
  if (due || moves.key === null) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    moves.frames.push([performance.now(), pictures()]);
  });
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
window.addEventListener('keydown', event => {
  Object.assign(moves, { key: event.timeStamp, frames: [], before: pictures() });
}, true);
"""
AT_REST = """() =>
  performance.now() - window.moves.changed > 700 && document.querySelector('.stMain .stMarkdown')
  && document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')"""
SETTLED = """() => {
  const { key, frames, before, changed } = window.moves, now = performance.now();
  if (now - key > 5000) return true;
  if (now - changed < 200 || !frames.length) return false;
  const last = frames[frames.length - 1][1];
  return Object.keys(before).some(name => last[name] && last[name] !== before[name]);
}"""
RESULT = """() => {
  const { key, frames, before } = window.moves;
  const last = frames.length ? frames[frames.length - 1][1] : {};
  const changed = Object.keys(before).filter(name => last[name] && last[name] !== before[name]);
  if (!changed.length) return null;
  const when = name => frames.find(([, shown]) => shown[name] === last[name])[0] - key;
  return { first: when(changed[0]), all: Math.max(...changed.map(when)) };
}"""


class Repaint(TypedDict):
    """Milliseconds from the key to the first picture, and to all pictures of the page."""

    first: float
    all: float


@dataclass
class Target:
    """A page and its measures; floor: what was measured right before each round of it."""

    name: str
    url: str
    moves: list[Repaint] = field(default_factory=list)
    floor: list[Repaint] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times the floor it takes until the first picture is there."""
        return median(firsts(self.moves)) / median(firsts(self.floor))


def main() -> None:
    """Measure and print the table."""
    options = _options()
    with serve(*APP) as app, _floor_server() as floor, chromium() as browser:
        paths = _paths()
        targets = [
            Target(name, f"{app.url}/{paths[name]}")
            for name in options.page or paths
            if _has_gamma(browser, f"{app.url}/{paths[name]}")
        ]
        for _, target in product(range(options.rounds), targets):
            target.floor += _move(browser, floor, options.moves)
            target.moves += _move(browser, target.url, options.moves)
    _print(targets)


def firsts(moves: list[Repaint]) -> list[float]:
    """Only the times of the first picture."""
    return [move["first"] for move in moves]


def _paths() -> dict[str, str]:
    """Where each page is found; the first one opens by itself, without a path."""
    modules = [module for section in SECTIONS.values() for module in section]
    names = [module.__name__.rpartition(".")[2] for module in modules]
    return {name: name if at else "" for at, name in enumerate(names)}


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
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    try:
        page.goto(url)
        page.wait_for_function(AT_REST, polling=50, timeout=60_000)
        yield page
    finally:
        context.close()


def _has_gamma(browser: Browser, url: str) -> bool:
    with _open(browser, url) as page:
        return page.locator(SLIDER).count() > 0


def _move(browser: Browser, url: str, moves: int) -> list[Repaint]:
    """Step up from γ = 1.6, at most 34 times, each time when the page has come to rest."""
    with _open(browser, url) as page:
        page.locator(SLIDER).focus()
        for _ in range(WARM_UP):
            _press(page, "ArrowLeft")
        return [_press(page, "ArrowRight") for _ in range(moves)]


def _press(page: Page, key: str) -> Repaint:
    page.keyboard.press(key)
    page.wait_for_function(SETTLED, polling=20, timeout=10_000)
    repaint: Repaint | None = page.evaluate(RESULT)
    if repaint is None:
        raise RuntimeError(f"no picture of {page.url} follows γ")
    return repaint


def _print(targets: list[Target]) -> None:
    rows = []
    floor = [move for target in targets for move in target.floor]
    for name, moves, ratio in [
        ("floor", floor, 1.0),
        *((target.name, target.moves, target.ratio) for target in targets),
    ]:
        first = firsts(moves)
        rows.append(
            (
                name,
                str(len(moves)),
                f"{median(first):.0f}",
                f"{percentile(first, 95):.0f}",
                f"{ratio:.2f}",
                f"{median([move['all'] for move in moves]):.0f}",
            )
        )
    print_table(("page", "moves", "median ms", "p95 ms", "ratio", "all, ms"), rows)
    over = [target.name for target in targets if target.ratio > TARGET]
    print(f"\nOver {TARGET} times the floor: {', '.join(over) or 'none'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one round of 10 moves")
    parser.add_argument("--page", nargs="*", help="only these pages")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--moves", type=int, default=30, help="moves a round")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.moves = 1, 10
    return options


if __name__ == "__main__":
    main()
