"""Pages opened without a browser, and what they handed over to be shown."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings
from streamlit.testing.v1 import AppTest

import app
from focal_ui.frame import page_parts
from focal_ui.learning.questions import Question
from focal_ui.learning.snippets import Snippets
from focal_ui.stage import stage
from focal_ui.stage.family import Family, family
from focal_ui.stage.stage import NEAR, Stage
from focal_ui.stage.view import Exhibit, View
from tests.helpers import FULL_APP, IN_THE_STATIC_LAB, ROOT, knobs_on, states

settings.register_profile("without deadline", deadline=None)  # a slow computer is no failing law
settings.load_profile("without deadline")


def pytest_addoption(parser):
    """How long random input lasts; a full run takes a minute a page."""
    parser.addoption(
        "--random-seconds", type=float, default=1.0, help="random input on each page, seconds"
    )


_BUILD = """
import sys, pathlib
from focal_ui.publish import lab
out, app, *only = sys.argv[1:]
lab.write(lab.build(app, only=only), pathlib.Path(out))
"""


@pytest.fixture(scope="session")
def build_lab(tmp_path_factory) -> Callable[..., dict[str, bytes]]:
    """Builds pages of the lab without a server, where no other test has a hand in the app."""

    def build(app: str, *only: str) -> dict[str, bytes]:
        out = tmp_path_factory.mktemp("lab") / "site"
        command = [sys.executable, "-c", _BUILD, str(out), app, *only]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found = (path for path in sorted(out.rglob("*")) if path.is_file())
        return {str(path.relative_to(out)): path.read_bytes() for path in found}

    return build


@pytest.fixture(scope="session")
def static_lab(build_lab) -> dict[str, bytes]:
    """Its files, of pages that differ in what they need."""
    return build_lab(FULL_APP, *IN_THE_STATIC_LAB)


@pytest.fixture
def open_page(monkeypatch) -> Callable[..., AppTest]:
    """Open a page as a visitor does by a link: open_page(curve, gamma="0.5").

    opened: keys of the expanders that are open. near: a slider that is about to be used.
    whole: whether the browser gets the view at every place of the slider, or at one.
    """

    def open_it(module, *, opened=(), near=None, whole=False, **query: Any) -> AppTest:
        return _open(monkeypatch, module, opened, query, near, whole=whole)

    return open_it


@dataclass
class Shown:
    """What was shown, in order."""

    draws: list[tuple[Callable[..., View], dict[str, Any]]] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    snippets: list[Snippets] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


@dataclass
class Walk(Shown):
    """A page in all its states: what a link said, and what the visitor saw."""

    visits: list[tuple[dict[str, str], AppTest]] = field(default_factory=list)


@pytest.fixture
def shown(monkeypatch) -> Shown:
    """Collects exhibits, programs and questions while they are shown."""
    return _collect(monkeypatch, Shown())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests of one page go to one worker, so that each page is walked and opened once."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            # A computer that is busy elsewhere is no fault of the app; what fails twice is.
            item.add_marker(pytest.mark.flaky(reruns=1))
        params = item.callspec.params if hasattr(item, "callspec") else {}
        page = params.get("module") or params.get("seen")
        if isinstance(page, ModuleType):
            kind = "seen" if "browser" in item.path.parts else "walked"
            item.add_marker(pytest.mark.xdist_group(f"{kind} {page.__name__}"))


@pytest.fixture(scope="session")
def walk() -> Callable[[ModuleType], Walk]:
    """A page with every knob at its default, then each knob once at each of its ends."""
    walked: dict[ModuleType, Walk] = {}

    def walk_once(module):
        if module not in walked:
            walked[module] = _walk(module)
        return walked[module]

    return walk_once


def _walk(module: ModuleType) -> Walk:
    walk, seen = Walk(), set()
    waiting: list[dict[str, str]] = [{}]
    with pytest.MonkeyPatch.context() as patch:
        _collect(patch, walk)
        while waiting:
            state = waiting.pop(0)
            visit = _open(patch, module, (), state)
            walk.visits.append((state, visit))
            for key in sorted(knobs_on(visit) - seen):
                seen.add(key)
                waiting += [state | more for more in states(key)]
    return walk


def _open(
    patch: pytest.MonkeyPatch, module: ModuleType, opened, query, near=None, *, whole=False
) -> AppTest:
    patch.setattr(app, "start", module)  # the page that an empty address opens
    patch.setattr(stage, "family", family if whole else _at_one_place)
    stage._shared.clear()
    visit = AppTest.from_file(str(ROOT / ".streamlit" / "run.py"), default_timeout=60)
    for key in opened:
        visit.session_state[key] = True
    if near:
        visit.session_state[NEAR] = {"key": near}
    visit.query_params.update(query)
    return visit.run()


def _at_one_place(draw, slider, values, others=(), **more) -> Family:
    """What a page sends, with its slider at one place instead of all: quick, and drawn alike."""
    at = {} if slider is None else {slider.key: slider.places[len(slider.places) // 2]}
    return family(draw, None, {**values, **at}, others, **more)


def _collect(patch: pytest.MonkeyPatch, seen: Shown) -> Shown:
    show = Stage.show
    code_for, check_yourself = page_parts.code_for, page_parts.check_yourself

    def show_and_keep(stage, draw, kept=None, **others):
        values = show(stage, draw, kept, **others)
        seen.draws.append((draw, values))
        seen.views.append(draw(**values))
        seen.exhibits += seen.views[-1].exhibits.values()
        return values

    def code_and_keep(make):
        seen.snippets.append(make())
        code_for(make)

    def check_and_keep(questions):
        seen.questions.extend(questions)
        check_yourself(questions)

    patch.setattr(Stage, "show", show_and_keep)
    patch.setattr(page_parts, "code_for", code_and_keep)
    patch.setattr(page_parts, "check_yourself", check_and_keep)
    return seen
