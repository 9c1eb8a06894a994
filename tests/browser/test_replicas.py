"""Two replicas behind nginx, as deploy/replicas serves them: one dies in use."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.helpers import ROOT

pytestmark = pytest.mark.skipif(
    shutil.which("nginx") is None and "CI" not in os.environ, reason="nginx is not installed"
)


@pytest.fixture
def replicas() -> Iterator[tuple[str, dict[int, int]]]:
    """The address, and the process of each replica by its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("streamlit"))
    served = subprocess.Popen(
        [ROOT / "deploy" / "replicas", str(port)],
        env={**os.environ, "STREAMLIT": program},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        processes = {}
        for line in served.stdout:
            if found := re.match(r"replica on port (\d+): process (\d+)", line):
                processes[int(found[1])] = int(found[2])
            if line.startswith("open port"):
                break
        for each in processes:
            _wait_until_healthy(f"http://127.0.0.1:{each}/_stcore/health")
        _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}", processes
    finally:
        served.terminate()
        served.wait(30)


def _wait_until_healthy(url: str) -> None:
    last_try = time.monotonic() + 60
    while time.monotonic() < last_try:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer")


def _in_use(processes: dict[int, int]) -> int:
    """The replica that holds the visitor's open websocket."""
    tables = {port: Path(f"/proc/{process}/net/tcp") for port, process in processes.items()}
    established = "01"
    held = {
        port: len(re.findall(rf":{port:04X} \w+:\w+ {established} ", table.read_text()))
        for port, table in tables.items()
    }
    (in_use,) = [port for port, connections in held.items() if connections]
    return in_use


def test_a_visitor_whose_replica_dies_keeps_gamma_alpha_and_page(replicas, page):
    url, processes = replicas
    _open(page, f"{url}/class_weights?gamma=3&alpha=0.5")
    asked = _frames_sent(page)

    os.kill(processes[_in_use(processes)], signal.SIGKILL)
    slider = page.locator(".st-key-gamma input[type=range]")
    _wait_until(page, lambda: len(asked) > 0)  # the browser is back and asks the other replica
    expect(slider).to_be_enabled(timeout=30_000)
    slider.press("ArrowRight")  # at once: that replica has not drawn the page yet
    expect(page.locator("h1")).to_contain_text("α = 0.5 and γ = 3.1", timeout=30_000)
    slider.press("ArrowRight")
    expect(page.locator("h1")).to_contain_text("α = 0.5 and γ = 3.2", timeout=30_000)
    assert "class_weights" in page.url
    assert "alpha=0.5" in page.url


def test_what_the_server_measures_of_itself_is_not_open(replicas):
    url, _processes = replicas
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{url}/_stcore/metrics", timeout=10)
    assert refused.value.code == 404


def _open(page, address: str) -> None:
    page.set_default_timeout(30_000)
    page.goto(address)
    expect(page.locator("h1")).to_contain_text("α = 0.5 and γ = 3", timeout=30_000)
    expect(page.locator("[data-testid=stApp][data-session]")).to_be_attached(timeout=30_000)


def _frames_sent(page) -> list[bytes]:
    """What the browser says from now on, over any connection that it opens."""
    sent: list[bytes] = []

    def keep(frame):  # Playwright writes on what it calls, so a list's own method will not do
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    return sent


def _wait_until(page, happened) -> None:
    for _try in range(3000):
        if happened():
            return
        page.wait_for_timeout(10)
    raise AssertionError("it did not happen in 30 seconds")
