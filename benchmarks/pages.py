"""From an arrow key on the γ slider to the repainted picture, for every page that has the slider.

    python -m benchmarks.pages [--quick] [--page easy_negatives …]

The measure is taken inside the page, in headless Chromium: from the key event to the frame in
which the picture shows what it will show in the end. The picture is the first one that follows γ,
or the words where none does; "all" waits for every picture and every word of the page. Each page
is measured right after a floor: one slider and one st.write, with the same settled collector.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Literal, TypedDict

from playwright.sync_api import Browser, Page

from app import SECTIONS
from benchmarks.browser import blank_page, chromium
from benchmarks.server import APP, median, percentile, print_table, serve

TARGET = 2.0
WARM_UP = 4
WORDS = "words"
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

# Notes down what each frame shows after a key.
WATCH = """
const SAYING = '.stMain [data-testid=stMarkdownContainer], .stMain code';
const look = () => ({
  ...pictures(),
  words: all(document, SAYING, node => node.textContent).join(),
});
const moves = window.moves = { key: null, frames: [], before: {}, changed: performance.now() };
let due = false;
const observer = new MutationObserver(() => {
  moves.changed = performance.now();
  if (due || moves.key === null) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    moves.frames.push([performance.now(), look()]);
  });
});
moves.observe = () => [document, ...find_roots()].forEach(root => observer.observe(
  root, { subtree: true, childList: true, characterData: true, attributes: true }));
moves.observe();
window.addEventListener('keydown', event => {
  Object.assign(moves, { key: event.timeStamp, frames: [], before: look() });
}, true);
"""
AT_REST = """() =>
  performance.now() - window.moves.changed > 700
  && document.querySelector('.stMain [data-testid=stMarkdownContainer]')
  && document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')"""
SETTLED = """() => {
  const { key, frames, before, changed } = window.moves, now = performance.now();
  return now - key > 5000 ||
    (now - changed > 250 && frames.length && frames.at(-1)[1].words !== before.words);
}"""
RESULT = """() => {
  const { key, frames, before, observe } = window.moves;
  observe();
  const last = frames.at(-1)?.[1] ?? {};
  const changed = Object.keys(before).filter(name => last[name] && last[name] !== before[name]);
  if (!changed.length) return null;
  const when = name => frames.find(([, shown]) => shown[name] === last[name])[0] - key;
  return { by: changed[0], first: when(changed[0]), all: Math.max(...changed.map(when)) };
}"""


class Repaint(TypedDict):
    """Milliseconds from the key to the first picture, and to all pictures and words.

    by: which picture that was, or "words".
    """

    by: str
    first: float
    all: float


Part = Literal["first", "all"]
PARTS: tuple[Part, ...] = ("first", "all")


@dataclass
class Target:
    """A page and its measures; floor: what was measured right before each round of it."""

    name: str
    url: str
    moves: list[Repaint] = field(default_factory=list)
    floor: list[Repaint] = field(default_factory=list)

    def ratio(self, part: Part) -> float:
        """How many times as long as the floor it takes."""
        return median(times(self.moves, part)) / median(times(self.floor, part))


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


def times(moves: list[Repaint], part: Part) -> list[float]:
    """Only the times of that part."""
    return [move[part] for move in moves]


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
    with blank_page(browser, WATCH) as page:
        page.goto(url)
        page.wait_for_function(AT_REST, polling=50, timeout=60_000)
        page.evaluate("window.moves.observe()")
        yield page


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
    floor = Target("floor", "", [move for target in targets for move in target.floor])
    floor.floor = floor.moves
    rows = []
    for target in (floor, *targets):
        cells = [target.name, str(len(target.moves))]
        for part in PARTS:
            measured = times(target.moves, part)
            cells += [f"{median(measured):.0f}", f"{percentile(measured, 95):.0f}"]
            cells += [f"{target.ratio(part):.2f}"]
        rows.append(cells)
    heads = "page", "moves", "picture ms", "p95", "ratio", "all ms", "p95", "ratio"
    print_table(heads, rows)
    by_words = [target.name for target in targets if any(m["by"] == WORDS for m in target.moves)]
    print(f"\nMeasured by words, as no picture follows γ: {', '.join(by_words) or 'none'}")
    over = [target.name for target in targets if target.ratio("first") > TARGET]
    print(f"Pictures over {TARGET} times the floor: {', '.join(over) or 'none'}")


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
