"""From starting the process to the first picture in the browser, against `streamlit hello`.

    python -m benchmarks.cold_start [--quick] [--runs 5] [--against FOLDER]

The app's clock stops in the frame in which its first picture is visible; that of
`streamlit hello`, which has no chart, in the frame in which its heading stands. The browser is
running already, with nothing cached; the two alternate, and with them the app of another checkout
if one is named.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser import blank_page, chromium
from benchmarks.server import ROOT, Server, median, print_table, serve, serve_app

HELLO = "streamlit hello, heading"
FIGURE = "find_roots() && Object.keys(pictures()).length"
HEADING = "all(document, '.stMain h1', visible).some(Boolean)"

# window.painted: seconds since the epoch at the frame that shows what is waited for.
WATCH = """
const look = () => {
  if (SEEN) window.painted = (performance.timeOrigin + performance.now()) / 1000;
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def main() -> None:
    """Alternate, and print the medians."""
    options = _options()
    folders = {"app, first figure": ROOT}
    if options.against:
        folders["before, first figure"] = options.against
    times: dict[str, list[float]] = {HELLO: [], **{name: [] for name in folders}}
    with tempfile.TemporaryDirectory() as empty, chromium() as browser:
        for _ in range(options.runs):
            with serve("hello", folder=Path(empty)) as server:
                times[HELLO].append(_seconds(browser, HEADING, server))
            for name, folder in folders.items():
                with serve_app(folder) as server:
                    times[name].append(_seconds(browser, FIGURE, server))
    rows = [
        (name, str(len(each)), *(f"{s:.2f}" for s in (min(each), median(each), max(each))))
        for name, each in times.items()
    ]
    print_table(("", "runs", "best s", "median s", "worst s"), rows)
    for name in folders:
        print(f"\nRatio of the medians, {name}: {median(times[name]) / median(times[HELLO]):.2f}")


def _seconds(browser: Browser, seen: str, server: Server) -> float:
    with blank_page(browser, WATCH.replace("SEEN", seen)) as page:
        page.goto(server.url)
        painted = page.wait_for_function("window.painted", timeout=60_000).json_value()
        return float(painted) - server.started


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one run of each")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--against", type=Path, help="another checkout, in turn with this one")
    options = parser.parse_args()
    if options.quick:
        options.runs = 1
    return options


if __name__ == "__main__":
    main()
