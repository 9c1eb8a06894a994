"""The rules of the house, held by a machine."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config as streamlit_config

from focal_ui.controls import by_page
from tests.helpers import PAGES, ROOT, name_of

SOURCES = [ROOT / "app.py", *ROOT.glob("focal_ui/**/*.py"), *ROOT.glob("pages/**/*.py")]

# Opens every page with everything shut, then moves each slider once.
NO_TORCH = """
import sys
from streamlit.testing.v1 import AppTest
import app
from tests.helpers import PAGES, headline, name_of

for page in PAGES:
    app.start = page
    visit = AppTest.from_file(".streamlit/run.py", default_timeout=120).run()
    assert headline(visit) and not visit.error and not visit.exception, name_of(page)
    for slider in visit.slider:
        slider.set_value(slider.max).run()
print("torch" in sys.modules)
"""


def run(*command: str, **more) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **more)


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("lint-imports",)],
    ids=" ".join,
)
def test_the_tools_have_nothing_to_say(command):
    done = run(tool(command[0]), *command[1:])
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_folders_lie_in_pages():
    """Streamlit takes a script there for a page of its own and shows it without the frame."""
    scripts = {path.name for path in (ROOT / "pages").glob("*.py")}
    assert scripts == {"__init__.py"}


def test_every_page_is_in_the_menu_and_nothing_else():
    written = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "pages").glob("*/*.py")
        if path.name != "__init__.py"
    }
    assert {page.__name__ for page in PAGES} == written


def test_no_two_pages_share_a_place_in_the_address():
    assert len({name_of(page) for page in PAGES}) == len(PAGES)


def test_no_two_pages_share_a_title():
    assert len({page.TITLE for page in PAGES}) == len(PAGES)


def test_torch_is_loaded_by_no_page():
    done = run(sys.executable, "-c", NO_TORCH)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_visible_string_can_be_translated(path):
    """Its text is a constant or a name, filled in after the look-up: `_("… {n}").format(n=n)`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    made_too_early = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_"
        and not (
            len(node.args) == 1
            and isinstance(node.args[0], ast.Constant | ast.Name | ast.Attribute | ast.Subscript)
        )
    ]
    assert made_too_early == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_string_is_translated_on_import(path):
    """The visitor's language is not known then."""
    outside = [ast.parse(path.read_text(encoding="utf-8"))]
    calls = []
    while outside:
        node = outside.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
            calls.append(node.lineno)
        outside += ast.iter_child_nodes(node)
    assert calls == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_underscore_is_never_thrown_away(path):
    """It is gettext's name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    stored = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store)
    ]
    assert stored == []


def test_every_knob_is_listed_under_its_own_key_only():
    keys = [knob.key for knob in by_page.KNOBS.values()]
    assert len(set(keys)) == len(keys) == len(by_page.KNOBS)


def test_every_setting_of_streamlit_is_one_that_it_knows():
    """A setting that an update renames would be passed over in silence."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))

    def named(section: str, values: dict) -> Iterator[str]:
        for name, value in values.items():
            if isinstance(value, dict):
                yield from named(f"{section}.{name}", value)
            else:
                yield f"{section}.{name}"

    for section, values in config.items():
        for option in named(section, values):
            streamlit_config.get_option(option)  # raises for what there is not
