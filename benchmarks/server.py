"""What the benchmarks share: a Streamlit server of their own, and a table."""

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60


def app_in(folder: Path) -> tuple[str, str]:
    """What makes Streamlit serve the app of a checkout; for the app beside this file: APP."""
    return "run", str(folder / "app.py")


APP = app_in(ROOT)


@dataclass(frozen=True)
class Server:
    """A running server; started: seconds since the epoch when its process was made."""

    process: subprocess.Popen[bytes]
    port: int
    started: float

    @property
    def url(self) -> str:
        """Where a browser finds it, without a slash at the end."""
        return f"http://localhost:{self.port}"

    @property
    def megabytes(self) -> float:
        """Resident memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        kilobytes = next(line.split()[1] for line in status.splitlines() if "VmRSS" in line)
        return int(kilobytes) / 1024

    @property
    def cpu_seconds(self) -> float:
        """Processor time that the process has used so far."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(
    *command: str, folder: Path = ROOT, modules: Path = ROOT, core: int | None = None
) -> Iterator[Server]:
    """Run `streamlit COMMAND` in a folder until the block ends. The block starts when it answers.

    modules: the checkout whose modules it imports. core: the only one it runs on; None: any.
    """
    port = _free_port()
    arguments = [
        *(sys.executable, "-m", "streamlit", *command),
        f"--server.port={port}",
        "--server.address=localhost",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
    ]
    started = time.time()
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(modules)},
        stdout=subprocess.DEVNULL,
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    server = Server(process, port, started)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serve_app(folder: Path = ROOT, core: int | None = None) -> Iterator[Server]:
    """Serve the app of a checkout."""
    with serve(*app_in(folder), folder=folder, modules=folder, core=core) as server:
        yield server


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A Markdown table: the first column to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for cells in (heads, rule, *rows):
        first, *others = (
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        print("| " + " | ".join([first, *others]) + " |")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(server: Server) -> None:
    while time.time() - server.started < SECONDS_TO_START:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with code {server.process.returncode}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise TimeoutError(f"no answer from the server in {SECONDS_TO_START} s")
