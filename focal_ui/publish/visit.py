"""One visit to a page of the app without a browser: what it drew, and what that was made of."""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from focal_ui.frame import noted
from focal_ui.frame.language import KEY as LANGUAGE
from focal_ui.learning.prediction import Asked
from focal_ui.locale.languages import ENGLISH
from focal_ui.stage.stage import Shown
from focal_ui.words import language

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".streamlit" / "run.py"
PATIENCE = 300  # seconds
OPENED_AT_MOST = 4  # drawers within drawers
STAY_SHUT = ("typed_", "table")  # what keys of drawers start with that no page without a server has
TOGGLES = ("more_questions",)

# A visit without a browser reads the metadata of every package at each run: half of its time.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@dataclass(frozen=True)
class Visit:
    """What a page showed under a link.

    page: its name in the address; link: what the address said; main: its elements; opened: the keys
    of the drawers that were opened.
    """

    page: str
    link: Mapping[str, str]
    main: Block
    noted: Mapping[str, Any]
    opened: frozenset[str] = frozenset()

    @property
    def shown(self) -> Shown | None:
        """The view and its values; None for a page that shows none."""
        return self.noted.get("view")

    @property
    def guess(self) -> Asked | None:
        """The guess that the page asks for, if it does."""
        return self.noted.get("guess")


def app() -> ModuleType:
    """The app itself; it stands above this room, so it is looked up, not imported."""
    return importlib.import_module("app")


def sections() -> dict[str, list[ModuleType]]:
    """The app's table of contents."""
    found: dict[str, list[ModuleType]] = app().SECTIONS
    return found


def name_of(page: ModuleType) -> str:
    """A page's name in the address."""
    return page.__name__.rpartition(".")[2]


def pages() -> dict[str, ModuleType]:
    """Every page by its name, in the order of the menu."""
    return {name_of(page): page for modules in sections().values() for page in modules}


def visit(page: str, link: Mapping[str, str] | None = None, opened: Iterable[str] = ()) -> Visit:
    """Open the page under the link, with every drawer open. opened: keys of some that it has."""
    link, opened = link or {}, set(opened)
    with _at_first(page):
        return _visit(page, link, opened)


@contextmanager
def _at_first(page: str) -> Iterator[None]:
    """Let the app's bare address open this page: a visit without a browser knows no other."""
    module = app()
    before = module.start
    setattr(module, "start", pages()[page])  # noqa: B010 - the type of a module knows no names
    try:
        yield
    finally:
        setattr(module, "start", before)  # noqa: B010


def _visit(page: str, link: Mapping[str, str], opened: set[str]) -> Visit:
    run = AppTest.from_file(str(SCRIPT), default_timeout=PATIENCE)
    spoken = {} if language() == ENGLISH.tag else {LANGUAGE: language()}
    for key, text in (spoken | dict(link)).items():
        run.query_params[key] = text
    for _again in range(OPENED_AT_MOST):
        for key in opened:
            run.session_state[key] = True
        run.run()
        shut = {key for key in _shut(run.main) if not key.startswith(STAY_SHUT)} - opened
        if not shut:
            break
        opened |= shut
    if run.exception:
        raise RuntimeError(f"{page} with {dict(link)}: {run.exception[0].value}")
    return Visit(page, link, run.main, noted.notes(run.session_state), frozenset(opened))


def key_of(node: Element | Block) -> str:
    """The key that the page has given to a widget or container, or ""."""
    proto = node.proto
    found = str(getattr(proto, "id", "")) or str(getattr(getattr(proto, "popover", None), "id", ""))
    key = found.rpartition("$$ID-")[2].partition("-")[2]
    return "" if key == "None" else key


def children(block: Block) -> list[Element | Block]:
    """What stands in a block, in order."""
    return list(block.children.values())


def nodes(block: Block) -> Iterator[Any]:
    """Everything in a block, at any depth, in order."""
    for child in children(block):
        yield child
        if isinstance(child, Block):
            yield from nodes(child)


def _shut(block: Block) -> Iterator[str]:
    for child in children(block):
        key = key_of(child)
        if child.type == "toggle" and key in TOGGLES and not child.value:  # type: ignore[union-attr]
            yield key
        if not isinstance(child, Block):
            continue
        opened = {"expander": "expanded", "popover": "open"}.get(child.type)
        if opened and key and not _is_open(child, opened):
            yield key
        yield from _shut(child)


def _is_open(block: Block, opened: str) -> bool:
    proto: Any = block.proto
    inside = getattr(proto, block.type, proto)
    return bool(getattr(inside, opened))
