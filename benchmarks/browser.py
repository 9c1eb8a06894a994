"""What the benchmarks share: a headless Chromium, and what a page finds of its own pictures."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

# pictures(): its name or where it stands -> what is visible of each picture, whether Plotly drew it
# or our own script, in the page itself or, in older versions of the app, in a component's shadow
# root: find_roots() looks for these.
PICTURES = """
const KEPT = ['d', 'transform', 'x', 'y', 'width', 'height', 'href'];
const PLOTLY_MARKS = '.trace path, .points path, .hm image';
const all = (root, selector, read) => Array.from(root.querySelectorAll(selector), read);
const ofPlotly = plot => [
  ...all(plot, PLOTLY_MARKS, mark => KEPT.map(name => mark.getAttribute(name) ?? '').join()),
  ...all(plot, 'text', text => text.textContent)].join(';');
const visible = node =>
  node.getClientRects().length && getComputedStyle(node).visibility === 'visible';
let roots = [];
const find_roots = () => {
  roots = Array.from(document.querySelectorAll('*'), node => node.shadowRoot).filter(Boolean);
  return roots;
};
const place = node =>
  node.closest('[data-picture]')?.dataset.picture
  ?? node.closest('[data-testid=stElementContainer]')?.className ?? '';
const drawn = svg =>
  svg.querySelector('[data-moving]')?.innerHTML
  ?? all(svg, '[data-mark]', mark => mark.outerHTML).join();
const pictures = () => {
  const shown = {};
  for (const root of [document, ...roots])
    for (const svg of root.querySelectorAll('svg[role=img]'))
      if (visible(svg) && drawn(svg)) shown[place(root.host ?? svg)] = drawn(svg);
  for (const plot of document.querySelectorAll('.js-plotly-plot'))
    if (visible(plot) && plot.querySelector('.main-svg text')) shown[place(plot)] = ofPlotly(plot);
  return shown;
};
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium that CHROMIUM names, else the system's, else Playwright's own."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def blank_page(browser: Browser, script: str) -> Iterator[Page]:
    """A page with nothing cached; the script runs first in whatever it opens."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script("(() => {" + PICTURES + script + "})()")
    try:
        yield context.new_page()
    finally:
        context.close()
