"""A class asks for a live run at once: what that does to those who move a slider elsewhere.

    python -m benchmarks.live_runs [--quick] [--visitors 30] [--sliders 10] [--seconds 20]

One server with one live run at a time. First only the sliders move γ, once a second each. Then
visitors open Train and all press Start; while the first of their runs trains, the sliders are
measured again. Told at once is what each visitor then reads: that the run starts, its place in
the queue, or that all places are taken. Clients and server share the machine's processors.
"""

import argparse
import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.load import PATIENCE, Client, connect, refuse_errors
from benchmarks.server import APP, Server, percentile, print_table, serve

STARTS, WAITS, REFUSED, NOTHING = "starts", "waits in the queue", "told to come back", "no answer"


@dataclass
class Trainee:
    """A visitor of Train who presses Start and then watches, as a browser does."""

    button: str = ""
    page_fragment: str = ""
    watch_fragment: str = ""
    every: float = 0.0
    page_hash: str = ""
    known: set[str] = field(default_factory=set)
    told: str = NOTHING
    lost: str = ""

    async def visit(self, server: Server, start: asyncio.Event, leave: Callable[[], float]) -> None:
        """Open Train, press Start when it is time, then look as often as Train says."""
        try:
            async with connect(server) as socket:
                await socket.send(self._rerun(page="train"))
                await self._read(socket)
                await start.wait()
                await socket.send(self._rerun(fragment=self.page_fragment, press=self.button))
                await self._read(socket)
                while time.monotonic() < leave():
                    await asyncio.sleep(self.every or 1)
                    if self.every:
                        await socket.send(self._rerun(fragment=self.watch_fragment))
                        await self._read(socket)
        except (TimeoutError, OSError, RuntimeError, websockets.WebSocketException) as error:
            self.lost = f"{type(error).__name__}: {error}"

    async def _read(self, socket: websockets.ClientConnection) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                message = ForwardMsg.FromString(await socket.recv(decode=False))
                refuse_errors(message)
                self._note(message)
                if message.WhichOneof("type") == "script_finished" and (
                    message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
                ):
                    return

    def _note(self, message: ForwardMsg) -> None:
        if message.metadata.cacheable:
            self.known.add(message.hash)
        match message.WhichOneof("type"):
            case "new_session":
                self.page_hash = message.new_session.page_script_hash
                if self.watch_fragment not in message.metadata.run.fragment_ids:
                    self.every = 0.0  # drawn anew: it says again whether to look again
            case "navigation":
                self.page_hash = message.navigation.page_script_hash
            case "auto_rerun":
                self.watch_fragment = message.auto_rerun.fragment_id
                self.every = message.auto_rerun.interval
            case "delta":
                self._note_element(message)

    def _note_element(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.button.id.endswith("-live_start"):
            self.button, self.page_fragment = element.button.id, message.delta.fragment_id
        if self.told != NOTHING:
            return
        if "in the queue are taken" in element.alert.body:
            self.told = REFUSED
        elif "in the queue" in element.markdown.body or "in the queue" in element.progress.text:
            self.told = WAITS
        elif element.progress.text:
            self.told = STARTS

    def _rerun(self, *, page: str = "", fragment: str = "", press: str = "") -> bytes:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = ""
        rerun.cached_message_hashes.extend(self.known)
        rerun.page_name, rerun.fragment_id = page, fragment
        rerun.is_auto_rerun = bool(fragment) and not press
        if not page:
            rerun.page_script_hash = self.page_hash
        if press:
            state = rerun.widget_states.widgets.add()
            state.id, state.trigger_value = press, True
        return bytes(message.SerializeToString())


async def _measure(server: Server, options: argparse.Namespace) -> tuple[list[Client], ...]:
    alone = await _sliders(server, options)
    start, leaving = asyncio.Event(), time.monotonic() + 3600
    trainees = [Trainee() for _ in range(options.visitors)]
    tasks = []
    for trainee in trainees:
        tasks.append(asyncio.create_task(trainee.visit(server, start, lambda: leaving)))
        await asyncio.sleep(0.2)
    await asyncio.sleep(3)
    start.set()
    await asyncio.sleep(options.settle)
    beside = await _sliders(server, options)
    leaving = 0.0
    await asyncio.gather(*tasks)
    told = Counter(trainee.told for trainee in trainees)
    print("Told at once: " + ", ".join(f"{told[each]} {each}" for each in told))
    for why in sorted({trainee.lost for trainee in trainees} - {""}):
        print(f"lost: {why}")
    return alone, beside


async def _sliders(server: Server, options: argparse.Namespace) -> list[Client]:
    end = time.monotonic() + options.seconds
    clients = [Client(options.page) for _ in range(options.sliders)]
    await asyncio.gather(*(client.visit(server, 0.0, lambda: end) for client in clients))
    return clients


def main() -> None:
    """Measure and print the table."""
    options = _options()
    os.environ["FOCAL_LIVE_RUNS"] = "1"  # the server is a child of this process
    with serve(*APP) as server:
        alone, beside = asyncio.run(_measure(server, options))
        print(f"The server's memory: {server.megabytes:.0f} MB")
    rows = []
    for name, clients in (("sliders alone", alone), ("while a run trains", beside)):
        waits = [wait for client in clients for wait in client.waits] or [float("nan")]
        figures = percentile(waits, 50), percentile(waits, 95), max(waits)
        lost = sum(bool(client.lost) for client in clients)
        rows.append((name, len(waits), *figures, lost))
    ratios = [after / before for before, after in zip(rows[0][2:5], rows[1][2:5], strict=True)]
    print_table(
        ("", "moves", "p50 ms", "p95 ms", "max ms", "lost"),
        [
            *(
                (name, str(moves), f"{p50:.0f}", f"{p95:.0f}", f"{most:.0f}", str(lost))
                for name, moves, p50, p95, most, lost in rows
            ),
            ("ratio", "", *(f"{ratio:.2f}" for ratio in ratios), ""),
        ],
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="12 visitors, 3 sliders, 5 seconds")
    parser.add_argument("--page", default="easy_negatives", help="where the sliders are")
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--sliders", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--settle", type=float, default=8.0, help="from Start to the measure")
    options = parser.parse_args()
    if options.quick:
        options.visitors, options.sliders, options.seconds = 12, 3, 5.0
    return options


if __name__ == "__main__":
    main()
