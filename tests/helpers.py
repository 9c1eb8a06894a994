"""Small things that several kinds of tests share."""

import gzip
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from types import ModuleType

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

import app
from focal_ui.controls import by_page
from focal_ui.controls.kinds import Choice, Number, Slider
from focal_ui.frame import settings

ROOT = Path(app.__file__).parent
START = app.start
PAGES: list[ModuleType] = [module for section in app.SECTIONS.values() for module in section]
PICTURED = [page for page in PAGES if page.__name__.split(".")[1] in ("see", "detector", "limits")]

FULL_APP = "https://app.example/focal"
IN_THE_STATIC_LAB = (
    "start",
    "curve",
    "rivals",
    "train",
    "challenges",
    "class_kit",
    "reference",
)

# AppTest reads the metadata of every installed package at each run: twice the time of a page.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def name_of(page: ModuleType) -> str:
    """The page's name in the address."""
    return page.__name__.rpartition(".")[2]


def page_named(name: str) -> ModuleType:
    """The page with this name in the address."""
    return next(page for page in PAGES if name_of(page) == name)


def path_of(page: ModuleType) -> str:
    """Where a browser finds the page."""
    return "/" if page is START else f"/{name_of(page)}"


def states(key: str) -> list[dict[str, str]]:
    """A link for each end of a knob, or for each of its options."""
    return [{key: text} for text in ends(key)]


def ends(key: str) -> list[str]:
    """Both ends of a slider, or all options."""
    knob = by_page.KNOBS[key]
    if isinstance(knob, Slider):
        return [f"{knob.low:g}", f"{knob.high:g}"]
    if isinstance(knob, Number):
        return ["-1e6", "0.5"]
    options = list(knob.options)
    return options if isinstance(knob, Choice) else [options[0], options[-1]]


def knobs_on(visit: AppTest) -> set[str]:
    """Keys of the knobs that a page shows."""
    return {widget.key for widget in _widgets(visit)} & set(by_page.KNOBS)


def where(key: str) -> tuple[ModuleType, dict[str, str]]:
    """A page with this knob, and a link under which it is there."""
    knob = by_page.KNOBS[key]
    page = by_page.pages_with(knob)[0]
    return page_named(page), by_page.link_to(page, knob)


def guesses_on(visit: AppTest) -> list[str]:
    """Keys of the guesses that a page asks for."""
    return [key for key in knobs_on(visit) if key.startswith("guess_")]


def in_sight(visit: AppTest) -> set[str]:
    """Keys of the widgets that a visitor can see."""
    unseen = {settings.OUT_OF_SIGHT, *_veiled(visit)}

    def seen(block: Block) -> Iterator[str]:
        for child in block.children.values():
            if not isinstance(child, Block):
                yield getattr(child, "key", None) or ""
            elif not any(key in getattr(child.proto, "id", "") for key in unseen):
                yield from seen(child)

    return set(seen(visit.main)) - {""}


def _veiled(visit: AppTest) -> set[str]:
    """Keys of the containers that a style on the page hides."""
    styles = [html.proto.body for html in visit.get("html")]
    return {key for style in styles for key in re.findall(r"st-key-(\w+)", style)}


def value_of(visit: AppTest, key: str) -> object:
    """What a knob shows; a slider's value is taken to the step that its thumb stands on."""
    widget = next(widget for widget in _widgets(visit) if widget.key == key)
    knob = by_page.KNOBS[key]
    if not isinstance(knob, Slider):
        return widget.value
    shown = replace(knob, low=widget.min, high=widget.max, step=widget.step)
    return shown.snap(widget.value)


def _widgets(visit: AppTest) -> list:
    return [
        *visit.slider,
        *visit.select_slider,
        *visit.segmented_control,
        *visit.number_input,
    ]


def headline(visit: AppTest) -> str:
    """The page's title, without its marks."""
    said = said_at(visit, "h1")
    return said[0] if said else visit.title[0].value


def words(visit: AppTest) -> str:
    """All that the page says: its Markdown, and what its script may change, without marks."""
    markdown = [_with_plain_spaces(block.value) for block in visit.markdown]
    return "\n".join([*markdown, *said_at(visit, r"\w+")])


def said_at(visit: AppTest, tag: str) -> list[str]:
    """What the places that follow the slider say."""
    pattern = re.compile(rf'<(?P<tag>{tag}) data-live="\w+">(?P<said>.*?)</(?P=tag)>', re.DOTALL)
    bodies = [html.proto.body for html in visit.get("html")]
    found = [match["said"] for body in bodies for match in pattern.finditer(body)]
    return [_with_plain_spaces(unescape(re.sub(r"<[^>]+>", "", said))) for said in found]


def _with_plain_spaces(words: str) -> str:
    """Where no line may end is for the eye alone."""
    return words.replace("\u00a0", " ")


def charts(visit: AppTest) -> list:
    """The charts that Plotly draws."""
    return [chart.proto for chart in visit.get("plotly_chart")]


def families(visit: AppTest) -> list[dict]:
    """What the browser needs to follow the sliders, unpacked."""
    sent = [component.proto for component in visit.get("bidi_component")]
    return [json.loads(gzip.decompress(p.bytes)) for p in sent if p.component_name == "follow"]


def pictures(visit: AppTest) -> dict[str, dict]:
    """The pictures that are drawn as SVG, by name."""
    return {key: drawn for sent in families(visit) for key, drawn in sent["pictures"].items()}


def read_number(shown: str) -> float:
    """What a number says as the app writes it: 10,536, −4.6, 2.50·10⁻⁷."""
    plain = shown.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789", ","))
    return float(plain.replace("·10", "e"))


def failed(visit: AppTest) -> bool:
    """Whether the page ended in an exception or in our words for one."""
    return bool(visit.exception or visit.error)


@contextmanager
def served(script: Path, port: int | None = None, **environment: str) -> Iterator[str]:
    """The address of a fresh Streamlit server that runs the script, at a free port or this one."""
    if port is None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    server = subprocess.Popen(
        [*command, "--server.address=127.0.0.1"],
        cwd=ROOT,  # its .streamlit/config.toml counts
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
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
