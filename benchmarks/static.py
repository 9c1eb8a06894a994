"""The lab without a server beside the app: build time, sizes, first picture, time of a redraw.

    python -m benchmarks.static [--page start curve …] [--folder BUILT]

Each page is opened cold, in a new context, by a Chromium slowed to a quarter: from the disk, from a
plain web server on this machine, and, for comparison, from the app's server. "Painted" is the first
paint that shows something, which in the lab is the page with its picture as it stands; "follows" is
the frame from which on the main picture follows its slider. Both from the start of the navigation.
"Redraw" is what one more place of the main slider takes in the page's own script, layout included.
Sizes are those of what a first visit needs, gzipped; ratios are to the limits that we set: 0.5 s,
250 KB a page, 6 MB the folder, 8 ms, 180 s.
"""

import argparse
import functools
import http.server
import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser import blank_page, chromium
from benchmarks.redraw import SLOWER, SWEEP
from benchmarks.server import median, percentile, print_table, serve_app
from focal_ui.publish import lab
from focal_ui.publish.visit import pages

FIRST, PAGE, FOLDER, REDRAW, BUILD = 500, 250_000, 6_000_000, 8.0, 180  # ms, bytes, bytes, ms, s
TRIES = 3
STANDS = """() => {
  const place = document.querySelector("[data-picture]");
  return Boolean(place?.drawnBy && place.row >= 0);
}"""

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A plain web server that keeps no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """The address of a web server that knows files only."""
    serve = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def main() -> None:
    """Build, weigh, then page after page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--page", nargs="+", choices=list(pages()), default=list(pages()))
    parser.add_argument("--folder", type=Path, help="one that is built already")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or _build(Path(made) / "lab")
        files = {
            str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()
        }
        whole = lab.on_the_wire(files)
        print(
            f"folder: {len(files)} files, {whole / 1e6:.2f} MB, {whole / FOLDER:.2f} of the limit"
        )
        rows = []
        with chromium() as browser, plain_server(folder) as url, serve_app() as app:
            for name in given.page:
                rows.append((name, *_of_page(browser, name, files, folder, url, app.url)))
    heads = (
        "page", "KB", "/ 250", "painted: disk ms", "web ms", "/ 500", "follows: disk ms", "web ms",
        "app ms", "redraw p95", "/ 8",
    )  # fmt: skip
    print_table(heads, rows)


def _build(folder: Path) -> Path:
    began = time.monotonic()
    lab.write(lab.build(processes=2), folder)
    took = time.monotonic() - began
    print(f"build with two processes: {took:.0f} s, {took / BUILD:.2f} of the limit")
    return folder


def _of_page(
    browser: Browser, name: str, files: lab.Files, folder: Path, url: str, app: str
) -> tuple[str, ...]:
    file = "index.html" if name == "start" else f"{name}.html"
    needs = re.findall(r'(?:src|href)="([\w./-]+\.(?:js|css|png))"', files[file].decode())
    weight = lab.on_the_wire({each: files[each] for each in {file, *needs}})
    has_picture = b"data-picture" in files[file]
    if not has_picture:
        return (f"{weight / 1e3:.0f}", f"{weight / PAGE:.2f}", *("",) * 8)
    disk = _first_picture(browser, f"file://{folder}/{file}")
    web = _first_picture(browser, f"{url}/{file}")
    of_app = _first_picture(browser, f"{app}/{'' if name == 'start' else name}")
    redraw = _redraw(browser, f"{url}/{file}", files[file].decode())
    painted = max(disk[0], web[0])
    return (
        f"{weight / 1e3:.0f}", f"{weight / PAGE:.2f}", f"{disk[0]:.0f}", f"{web[0]:.0f}",
        f"{painted / FIRST:.2f}", f"{disk[1]:.0f}", f"{web[1]:.0f}", f"{of_app[1]:.0f}",
        f"{redraw:.1f}" if redraw else "", f"{redraw / REDRAW:.2f}" if redraw else "",
    )  # fmt: skip


def _first_picture(browser: Browser, address: str) -> tuple[float, float]:
    """When something is painted, and when the picture follows its slider; medians, ms."""
    painted, follows = zip(*(_once(browser, address) for _ in range(TRIES)), strict=True)
    return median(painted), median(follows)


def _once(browser: Browser, address: str) -> tuple[float, float]:
    with blank_page(browser, "") as page:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address, wait_until="commit")
        page.wait_for_function(STANDS, timeout=60_000, polling="raf")
        follows: float = page.evaluate("performance.now()")
        painted: float = page.evaluate(PAINTED)
        return painted, follows


def _redraw(browser: Browser, address: str, document: str) -> float:
    told = re.search(r'id="lab">(.*?)</script>', document, re.DOTALL)
    main = json.loads(told[1])["links"][0]["main"] if told else ""
    if not main:
        return 0.0
    with blank_page(browser, "") as page:
        page.goto(address)
        page.wait_for_function("key => globalThis.focalStage?.ready(key)", arg=main, timeout=60_000)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        return percentile(page.evaluate(SWEEP, main), 95)


if __name__ == "__main__":
    main()
