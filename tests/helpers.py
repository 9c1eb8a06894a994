"""Small things that several kinds of tests share."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from streamlit.testing.v1 import AppTest

import app
from focal_ui import controls
from focal_ui.knobs import Slider

ROOT = Path(app.__file__).parent
START = app.start
PAGES: list[ModuleType] = [module for section in app.SECTIONS.values() for module in section]


def name_of(page: ModuleType) -> str:
    """The page's name in the address."""
    return page.__name__.rpartition(".")[2]


def path_of(page: ModuleType) -> str:
    """Where a browser finds the page."""
    return "/" if page is START else f"/{name_of(page)}"


def states(key: str) -> list[dict[str, str]]:
    """A link for each end of a knob, or for each of its options."""
    knob = controls.KNOBS[key]
    ends = (f"{knob.low:g}", f"{knob.high:g}") if isinstance(knob, Slider) else knob.options
    return [{key: value} for value in ends]


def knobs_on(visit: AppTest) -> set[str]:
    """Keys of the knobs that a page shows."""
    widgets = [*visit.slider, *visit.select_slider, *visit.segmented_control]
    return {widget.key for widget in widgets} & set(controls.KNOBS)


def headline(visit: AppTest) -> str:
    """The page's title."""
    return visit.title[0].value


def words(visit: AppTest) -> str:
    """All that the page says in Markdown."""
    return "\n".join(block.value for block in visit.markdown)


def charts(visit: AppTest) -> list:
    """The page's charts as they are sent to the browser."""
    return [chart.proto for chart in visit.get("plotly_chart")]


def failed(visit: AppTest) -> bool:
    """Whether the page ended in an exception or in our words for one."""
    return bool(visit.exception or visit.error)


@contextmanager
def served(script: Path) -> Iterator[str]:
    """The address of a fresh Streamlit server that runs the script."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    server = subprocess.Popen(
        [*command, "--server.address=127.0.0.1"],
        cwd=ROOT,  # its .streamlit/config.toml counts
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_healthy(url: str, server: "subprocess.Popen[bytes]") -> None:
    last_try = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < last_try:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
