"""Time that the script takes to show one more place of a slider, on a browser slowed to a quarter.

    python -m benchmarks.redraw [--page start curve …]

Every place of the page's main slider is put once, in the page's own script, without the server; the
browser lays out each, and the time of both is told. Ratio: to 8 ms, half a frame at 60 a second.
"""

import argparse

from playwright.sync_api import Page

from app import SECTIONS
from benchmarks.browser import blank_page, chromium
from benchmarks.server import median, percentile, print_table, serve_app

SLOWER = 4
BUDGET = 8.0  # ms

SWEEP = """async key => {
  const input = document.querySelector(`.st-key-${key} input[type=range]`);
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const [low, high, step] = ["min", "max", "step"].map(name => Number(input[name]));
  const spent = [];
  for (let i = 0; i <= Math.min(60, Math.round((high - low) / step)); i++) {
    set.call(input, Number((low + i * step).toFixed(6)));
    const begun = performance.now();
    focalStage.render();
    document.body.getBoundingClientRect();
    spent.push(performance.now() - begun);
    await new Promise(requestAnimationFrame);
  }
  return spent.slice(1);
}"""


def main() -> None:
    """One page after the other."""
    modules = {m.__name__.rpartition(".")[2]: m for group in SECTIONS.values() for m in group}
    following = {name: m for name, m in modules.items() if getattr(m, "FOLLOWS", None)}
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--page", nargs="+", choices=following, default=list(following))
    rows = []
    with chromium() as browser, serve_app() as server:
        for name in parser.parse_args().page:
            with blank_page(browser, "") as page:
                path = "" if name == "start" else name
                spent = _spent(page, f"{server.url}/{path}", following[name].FOLLOWS.key)
            middle, late = median(spent), percentile(spent, 95)
            cells = (f"{middle:.1f}", f"{late:.1f}", f"{late / BUDGET:.2f}")
            rows.append((name, str(len(spent)), *cells))
    print_table(("page", "places", "median ms", "p95 ms", "p95 / 8 ms"), rows)


def _spent(page: Page, address: str, key: str) -> list[float]:
    page.goto(address)
    page.focus(f".st-key-{key} input[type=range]")  # a slider with a thousand places waits for it
    page.wait_for_function("key => globalThis.focalStage?.ready(key)", arg=key, timeout=60_000)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    spent: list[float] = page.evaluate(SWEEP, key)
    return spent


if __name__ == "__main__":
    main()
