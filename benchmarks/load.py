"""A class at the sliders: websocket clients that each move a page's main slider once a second.

    python -m benchmarks.load [--quick] [--page easy_negatives … | --all-pages]
        [--clients 1 30 100] [--against FOLDER]

Each page and number of clients gets a fresh server. The clients open the page's link, ten each
second, so that a class of 100 comes in within ten, read the whole page, and then move the slider
at their own moment of every second; moves count once all have seen the page. A move reruns the
innermost fragment that holds the slider, and counts from the message that sends it to the message
that says the run is over. A client that gets no answer in 15 seconds, an error, or a closed
connection is lost. Where the machine has more than one core, the server runs on one and the
clients on the others. With --against, a server from another checkout is measured in turn.
"""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from math import inf
from pathlib import Path
from types import ModuleType

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

from app import SECTIONS
from benchmarks.server import ROOT, Server, percentile, print_table, serve_app

PATIENCE = 15.0
ARRIVALS_PER_SECOND = 10
SETTLE = 2.0  # seconds from the last arrival to the first move that counts
MAIN = "gamma"  # the slider of a page that does not name another
NOW, BEFORE = "now", "before"  # how this checkout is called, and the other


@dataclass
class Client:
    """One visitor: what it needs to know of the page, and how long it waited."""

    page: str
    counts_from: float = 0.0  # moves made earlier are not counted
    key: str = MAIN
    slider: Slider | None = None
    fragment: str = ""
    page_hash: str = ""
    known: set[str] = field(default_factory=set)
    opened: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    lost: str = ""

    async def visit(self, server: Server, arrival: float, leave: Callable[[], float]) -> None:
        """Come, look, and move the slider once a second until it is time to leave."""
        await asyncio.sleep(arrival)
        try:
            async with connect(server) as socket:
                await self._open_page(socket)
                await self._move_until(socket, leave)
        except (TimeoutError, OSError, RuntimeError, websockets.WebSocketException) as error:
            self.lost = f"{type(error).__name__}: {error}"

    async def _open_page(self, socket: websockets.ClientConnection) -> None:
        sent = time.perf_counter()
        await socket.send(self._rerun().SerializeToString())
        await self._read(socket, self._remember)
        self.opened.append(1000 * (time.perf_counter() - sent))
        if not self.slider or not self.fragment:
            raise RuntimeError(f"page {self.page!r} has no slider {self.key} in a fragment")

    async def _move_until(
        self, socket: websockets.ClientConnection, leave: Callable[[], float]
    ) -> None:
        step = random.randrange(1000)
        due = time.monotonic() + random.random()
        while due < leave():
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            step += 1
            sent = time.perf_counter()
            await socket.send(self._rerun(step).SerializeToString())
            size = await self._read(socket, refuse_errors)
            if due >= self.counts_from:
                self.received.append(size)
                self.waits.append(1000 * (time.perf_counter() - sent))
            due = max(due + 1, time.monotonic())

    async def _read(
        self, socket: websockets.ClientConnection, use: Callable[[ForwardMsg], None]
    ) -> int:
        """Read to the end of the run; how many bytes that was."""
        size = 0
        async with asyncio.timeout(PATIENCE):
            while True:
                data = await socket.recv(decode=False)
                size += len(data)
                message = ForwardMsg.FromString(data)
                use(message)
                if message.metadata.cacheable:
                    self.known.add(message.hash)
                if message.WhichOneof("type") == "script_finished":
                    return size

    def _remember(self, message: ForwardMsg) -> None:
        refuse_errors(message)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.page_hash = message.new_session.page_script_hash
        if kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "slider":
            slider = message.delta.new_element.slider
            if slider.id.endswith(f"-{self.key}"):
                self.slider, self.fragment = slider, message.delta.fragment_id

    def _rerun(self, step: int | None = None) -> BackMsg:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = ""
        rerun.cached_message_hashes.extend(self.known)  # as a browser does: sent once, then named
        if step is None or self.slider is None:
            rerun.page_name = self.page
            return message
        rerun.page_script_hash = self.page_hash
        rerun.fragment_id = self.fragment
        _put(rerun.widget_states.widgets.add(), self.slider, step)
        return message


def _put(state: WidgetState, slider: Slider, step: int) -> None:
    """The slider's place after so many steps; after its last place comes its first."""
    state.id = slider.id
    places = round((slider.max - slider.min) / slider.step) + 1
    if slider.type == Slider.SELECT_SLIDER:
        state.string_array_value.data.append(slider.options[step % places])
    else:
        value = slider.min + step % places * slider.step
        state.double_array_value.data.append(round(value, 10))


@dataclass(frozen=True)
class Result:
    """What a class of one size did to one server."""

    checkout: str
    clients: list[Client]
    megabytes: tuple[float, float]
    seconds: float
    cpu_seconds: float

    @property
    def waits(self) -> list[float]:
        """Milliseconds, of each counted move."""
        return [wait for client in self.clients for wait in client.waits] or [float("nan")]

    @property
    def cpu_ms(self) -> float:
        """Processor time of the server, for each move."""
        return 1000 * self.cpu_seconds / len(self.waits)

    @property
    def row(self) -> tuple[str, ...]:
        """As a line of the table."""
        waits = self.waits
        sizes = [size for client in self.clients for size in client.received] or [0]
        opened = [each for client in self.clients for each in client.opened] or [float("nan")]
        return (
            self.clients[0].page or "start",
            self.checkout,
            str(len(self.clients)),
            f"{percentile(opened, 95):.0f}",
            str(len(waits)),
            f"{percentile(waits, 50):.0f}",
            f"{percentile(waits, 95):.0f}",
            f"{max(waits):.0f}",
            str(sum(bool(client.lost) for client in self.clients)),
            f"{self.cpu_seconds / self.seconds:.0%}",
            f"{self.cpu_ms:.1f}",
            f"{percentile(sizes, 50) / 1024:.1f}",
            *(f"{megabytes:.0f}" for megabytes in self.megabytes),
        )

    def against(self, before: "Result") -> str:
        """How it compares, in a line."""
        parts = {
            "p50": percentile(self.waits, 50) / percentile(before.waits, 50),
            "p95": percentile(self.waits, 95) / percentile(before.waits, 95),
            "processor time of a move": self.cpu_ms / before.cpu_ms,
        }
        who = f"{self.clients[0].page or 'start'}, {len(self.clients)} clients"
        return f"{who}: " + ", ".join(f"{name} {part:.2f}" for name, part in parts.items())


def main() -> None:
    """Measure each class and print the table."""
    options = _options()
    cores = _cores()
    results: list[Result] = []
    pages = followed_pages() if options.all_pages else options.page
    folders = {NOW: ROOT} | ({BEFORE: options.against} if options.against else {})
    for page, number, (checkout, folder) in product(pages, options.clients, folders.items()):
        with serve_app(folder, core=cores[0] if cores else None) as server:
            results.append(asyncio.run(_class_of(number, server, page, options.seconds, checkout)))
    opening = "page", "checkout", "clients", "opened p95"
    heads = *opening, "moves", "p50 ms", "p95 ms", "max ms", "lost", "core", "CPU ms a move"
    print_table((*heads, "KB a move", "MB before", "MB after"), [result.row for result in results])
    if options.against:
        print("\nTimes as much as before:")
        for now, before in zip(results[::2], results[1::2], strict=True):
            print(now.against(before))
    for why in sorted({client.lost for result in results for client in result.clients} - {""}):
        print(f"lost: {why}")


def followed_pages() -> list[str]:
    """Where the pages are found that follow a slider; Start is the empty place."""
    return [place for place, module in _pages().items() if hasattr(module, "FOLLOWS")]


def _pages() -> dict[str, ModuleType]:
    modules = [module for section in SECTIONS.values() for module in section]
    places = ["", *(module.__name__.rpartition(".")[2] for module in modules[1:])]
    return dict(zip(places, modules, strict=True))


def _cores() -> list[int]:
    """Leave one core to the server, if there are more; the list starts with the server's."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        print("Server and clients share one core.\n")
        return []
    os.sched_setaffinity(0, cores[1:])
    print(f"Server on core {cores[0]}, clients on {', '.join(map(str, cores[1:]))}.\n")
    return cores


async def _class_of(
    number: int, server: Server, page: str, seconds: float, checkout: str
) -> Result:
    key = getattr(getattr(_pages().get(page), "FOLLOWS", None), "key", MAIN)
    clients = [Client(page, counts_from=inf, key=key) for _ in range(number)]
    end = inf
    before = server.megabytes
    visits = [
        asyncio.create_task(client.visit(server, at / ARRIVALS_PER_SECOND, lambda: end))
        for at, client in enumerate(clients)
    ]
    while not all(client.opened or client.lost for client in clients):
        await asyncio.sleep(0.1)
    await asyncio.sleep(SETTLE)
    used, start = server.cpu_seconds, time.monotonic()
    for client in clients:
        client.counts_from = start
    end = start + seconds
    await asyncio.sleep(seconds)
    used = server.cpu_seconds - used
    after = server.megabytes
    await asyncio.gather(*visits)
    return Result(checkout, clients, (before, after), seconds, used)


def connect(server: Server) -> websockets.connect:
    """The connection that a browser opens to the server; use it in `async with`."""
    return websockets.connect(
        f"ws://localhost:{server.port}/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        max_size=None,
    )


def refuse_errors(message: ForwardMsg) -> None:
    """Raise RuntimeError if a page ended in an exception or was not found."""
    if message.WhichOneof("type") == "delta":
        kind = message.delta.new_element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(message.delta.new_element.exception.message)
    if message.WhichOneof("type") == "page_not_found":
        raise RuntimeError("page not found")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="1 and 10 clients, 5 seconds")
    parser.add_argument("--page", nargs="+", default=["easy_negatives"], help="place in the URL")
    parser.add_argument("--all-pages", action="store_true", help="every page that follows a slider")
    parser.add_argument("--clients", nargs="+", type=int)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--against", type=Path, help="another checkout, to be measured in turn")
    options = parser.parse_args()
    if options.quick:
        options.seconds = 5.0
    options.clients = options.clients or ([1, 10] if options.quick else [1, 30, 100])
    return options


if __name__ == "__main__":
    main()
