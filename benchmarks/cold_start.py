"""From starting the process to the first picture in the browser, against `streamlit hello`.

    python -m benchmarks.cold_start [--quick] [--runs 5]

The app's clock stops in the frame in which its first picture is visible; that of
`streamlit hello`, which has no chart, in the frame in which its heading stands. The browser is
running already, with nothing cached; the two alternate.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser import blank_page, chromium
from benchmarks.server import APP, ROOT, median, print_table, serve

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
    """Alternate, and print both medians."""
    options = _options()
    app: list[float] = []
    hello: list[float] = []
    with tempfile.TemporaryDirectory() as empty, chromium() as browser:
        for _ in range(options.runs):
            hello.append(_seconds(browser, HEADING, "hello", folder=Path(empty)))
            app.append(_seconds(browser, FIGURE, *APP))
    rows = [
        (name, str(len(times)), *(f"{s:.2f}" for s in (min(times), median(times), max(times))))
        for name, times in (("streamlit hello, heading", hello), ("app, first figure", app))
    ]
    print_table(("", "runs", "best s", "median s", "worst s"), rows)
    print(f"\nRatio of the medians: {median(app) / median(hello):.2f}")


def _seconds(browser: Browser, seen: str, *command: str, folder: Path = ROOT) -> float:
    with (
        serve(*command, folder=folder) as server,
        blank_page(browser, WATCH.replace("SEEN", seen)) as page,
    ):
        page.goto(server.url)
        painted = page.wait_for_function("window.painted", timeout=60_000).json_value()
        return float(painted) - server.started


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one run of each")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if options.quick:
        options.runs = 1
    return options


if __name__ == "__main__":
    main()
