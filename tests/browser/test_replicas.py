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

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")


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
    busy = {
        port: Path(f"/proc/{process}/net/tcp").read_text().count(f":{port:04X} ")
        for port, process in processes.items()
    }
    return max(busy, key=busy.__getitem__)


def test_a_visitor_whose_replica_dies_keeps_gamma_alpha_and_page(replicas, page):
    url, processes = replicas
    drawn = []  # the pages that a server drew in full: one a connection
    page.on("websocket", lambda socket: socket.on("framesent", lambda _frame: drawn.append(socket)))
    page.set_default_timeout(30_000)
    page.goto(f"{url}/class_weights?gamma=3&alpha=0.5")
    expect(page.locator("h1")).to_contain_text("α = 0.5 and γ = 3", timeout=30_000)
    asked = len(drawn)

    os.kill(processes[_in_use(processes)], signal.SIGKILL)
    for _try in range(300):  # the browser connects again and asks the other replica to draw
        if len(drawn) > asked:
            break
        page.wait_for_timeout(100)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    slider = page.locator(".st-key-gamma input[type=range]")
    expect(slider).to_be_enabled(timeout=30_000)
    slider.press("ArrowRight")
    expect(page.locator("h1")).to_contain_text("α = 0.5 and γ = 3.1", timeout=30_000)
    assert "class_weights" in page.url
    assert "alpha=0.5" in page.url


def test_what_the_server_measures_of_itself_is_not_open(replicas):
    url, _processes = replicas
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{url}/_stcore/metrics", timeout=10)
    assert refused.value.code == 404
