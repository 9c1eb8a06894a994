"""Bytes that a first visitor receives, with nothing cached, until the first picture stands.

    python -m benchmarks.wire [--page start curve …] [--against FOLDER]

Counted as they travel: programs, fonts and styles as sent, and the messages of the page. Ratio: to
the same visit of another checkout, or else to what the browser makes of it unpacked.
"""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.browser import blank_page, chromium
from benchmarks.server import ROOT, print_table, serve_app

REST = 3_000  # ms after the first picture, in which the rest of the page comes


def main() -> None:
    """One page after the other."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--page", nargs="+", default=["start", "curve", "anchors"])
    parser.add_argument("--against", type=Path, help="another checkout")
    options = parser.parse_args()
    folders = {"now": ROOT} | ({"before": options.against} if options.against else {})
    rows = []
    with ExitStack() as stack, chromium() as browser:
        urls = {who: stack.enter_context(serve_app(of)).url for who, of in folders.items()}
        for name in options.page:
            path = "" if name == "start" else name
            first, *others = (_received(browser, f"{url}/{path}") for url in urls.values())
            against = sum(others[0][:2]) if others else first[2] + first[1]
            cells = [f"{n / 1e6:.2f}" for n in (first[0], first[1], sum(first[:2]), against)]
            rows.append((name, *cells, f"{sum(first[:2]) / against:.2f}"))
    compared = "before" if options.against else "unpacked"
    print_table(("page", "files MB", "messages MB", "all MB", f"{compared} MB", "ratio"), rows)


def _received(browser: Browser, address: str) -> tuple[float, float, float]:
    """Bytes of files as sent, of messages, and of files unpacked."""
    sent, messages, unpacked = 0.0, 0.0, 0.0

    def file(event: dict[str, Any]) -> None:
        nonlocal sent
        sent += event["encodedDataLength"]

    def data(event: dict[str, Any]) -> None:
        nonlocal unpacked
        unpacked += event["dataLength"]

    def message(event: dict[str, Any]) -> None:
        nonlocal messages
        is_binary = event["response"]["opcode"] == 2  # told in base64
        messages += len(event["response"]["payloadData"]) * (3 / 4 if is_binary else 1)

    with blank_page(browser, "") as page:
        watched = page.context.new_cdp_session(page)
        watched.send("Network.enable")
        watched.on("Network.loadingFinished", file)
        watched.on("Network.dataReceived", data)
        watched.on("Network.webSocketFrameReceived", message)
        page.goto(address)
        page.wait_for_selector("[data-picture] svg:visible", timeout=60_000)
        page.wait_for_timeout(REST)
    return sent, messages, unpacked


if __name__ == "__main__":
    main()
