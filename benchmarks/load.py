"""A class at the sliders: websocket clients that each move γ once a second.

    python -m benchmarks.load [--quick] [--page easy_negatives … | --all-pages] [--clients 1 30 100]

Each page and number of clients gets a fresh server. The clients open the page's link, ten each
second, so that a class of 100 comes in within ten, read the whole page, and then move γ at their
own moment of every second; moves count once all are in. A move counts from the message that
sends it to the message that says the run is over. A client that gets no answer in 15 seconds, an
error, or a closed connection is lost. Clients and server share the machine's processors.
"""

import argparse
import asyncio
import inspect
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app import SECTIONS
from benchmarks.server import APP, Server, percentile, print_table, serve

PATIENCE = 15.0
ARRIVALS_PER_SECOND = 10
STEPS = 51  # γ from 0 to 5 by 0.1


@dataclass
class Client:
    """One visitor: what it needs to know of the page, and how long it waited."""

    page: str
    counts_from: float = 0.0  # moves made earlier are not counted
    slider: str = ""
    fragment: str = ""
    page_hash: str = ""
    known: set[str] = field(default_factory=set)
    opened: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    lost: str = ""

    async def visit(self, server: Server, arrival: float, leave: Callable[[], float]) -> None:
        """Come, look, and move γ once a second until it is time to leave."""
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
            raise RuntimeError(f"page {self.page!r} has no slider γ in a fragment")

    async def _move_until(
        self, socket: websockets.ClientConnection, leave: Callable[[], float]
    ) -> None:
        step = random.randrange(STEPS)
        due = time.monotonic() + random.random()
        while due < leave():
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            step = (step + 1) % STEPS
            sent = time.perf_counter()
            await socket.send(self._rerun(step / 10).SerializeToString())
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
            if slider.id.endswith("-gamma"):
                self.slider, self.fragment = slider.id, message.delta.fragment_id

    def _rerun(self, gamma: float | None = None) -> BackMsg:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = ""
        rerun.cached_message_hashes.extend(self.known)  # as a browser does: sent once, then named
        if gamma is None:
            rerun.page_name = self.page
            return message
        rerun.page_script_hash = self.page_hash
        rerun.fragment_id = self.fragment
        state = rerun.widget_states.widgets.add()
        state.id = self.slider
        state.double_array_value.data.append(gamma)
        return message


@dataclass(frozen=True)
class Result:
    """What a class of one size did to one server."""

    clients: list[Client]
    megabytes: tuple[float, float]
    busy: float

    @property
    def row(self) -> tuple[str, ...]:
        """As a line of the table."""
        waits = [wait for client in self.clients for wait in client.waits] or [float("nan")]
        sizes = [size for client in self.clients for size in client.received] or [0]
        opened = [each for client in self.clients for each in client.opened] or [float("nan")]
        return (
            self.clients[0].page,
            str(len(self.clients)),
            f"{percentile(opened, 95):.0f}",
            str(len(waits)),
            f"{percentile(waits, 50):.0f}",
            f"{percentile(waits, 95):.0f}",
            f"{max(waits):.0f}",
            str(sum(bool(client.lost) for client in self.clients)),
            f"{self.busy:.0%}",
            f"{percentile(sizes, 50) / 1024:.1f}",
            *(f"{megabytes:.0f}" for megabytes in self.megabytes),
        )


def main() -> None:
    """Measure each class and print the table."""
    options = _options()
    results = []
    pages = pages_with_gamma() if options.all_pages else options.page
    for page, number in product(pages, options.clients):
        with serve(*APP) as server:
            results.append(asyncio.run(_class_of(number, server, page, options.seconds)))
    opening = "page", "clients", "opened p95"
    heads = *opening, "moves", "p50 ms", "p95 ms", "max ms", "lost", "core", "KB a move"
    print_table((*heads, "MB before", "MB after"), [result.row for result in results])
    for why in sorted({client.lost for result in results for client in result.clients} - {""}):
        print(f"lost: {why}")


def pages_with_gamma() -> list[str]:
    """Where the pages are found that show the γ slider; Start is the empty place."""
    modules = [module for section in SECTIONS.values() for module in section]
    return [
        "" if module is modules[0] else module.__name__.rpartition(".")[2]
        for module in modules
        if "focal_loss()" in inspect.getsource(module)
    ]


async def _class_of(number: int, server: Server, page: str, seconds: float) -> Result:
    arrivals = number / ARRIVALS_PER_SECOND
    start = time.monotonic() + arrivals
    clients = [Client(page, counts_from=start) for _ in range(number)]
    before = server.megabytes
    visits = [
        asyncio.create_task(client.visit(server, at / ARRIVALS_PER_SECOND, lambda: start + seconds))
        for at, client in enumerate(clients)
    ]
    await asyncio.sleep(arrivals)
    used = server.cpu_seconds
    await asyncio.sleep(seconds)
    busy = (server.cpu_seconds - used) / seconds
    after = server.megabytes
    await asyncio.gather(*visits)
    return Result(clients, (before, after), busy)


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
    parser.add_argument("--all-pages", action="store_true", help="every page with the γ slider")
    parser.add_argument("--clients", nargs="+", type=int, default=[1, 30, 100])
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    if options.quick:
        options.clients, options.seconds = [1, 10], 5.0
    return options


if __name__ == "__main__":
    main()
