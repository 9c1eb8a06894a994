"""What README and the requirement files promise is so."""

import contextlib
import io
import re
from urllib.parse import parse_qsl

import pytest

from focal_ui.controls.by_page import KNOBS
from focal_ui.controls.kinds import Choice
from tests.helpers import PAGES, ROOT, name_of, path_of

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under a heading, up to the next of its kind."""
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def listed_keys() -> set[str]:
    """URL keys in the first column of the README's table; `z1` … `z5` stands for five."""
    keys = set()
    for line in section("Teach with it").splitlines():
        if not line.startswith("| `"):
            continue
        cell = line.split("|")[1]
        keys |= set(re.findall(r"`(\w+)`", cell))
        for name, first, name_again, last in re.findall(r"`([a-z]+)(\d+)` … `([a-z]+)(\d+)`", cell):
            if name == name_again:
                keys |= {f"{name}{n}" for n in range(int(first), int(last) + 1)}
    return keys


def requirements(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("key", KNOBS)
def test_the_readme_lists_every_parameter_of_a_link(key):
    assert key in listed_keys()


@pytest.mark.parametrize(
    "key", [key for key, knob in KNOBS.items() if isinstance(knob, Choice) and "guess" not in key]
)
def test_the_readme_names_every_option_or_says_that_there_are_more(key):
    row = next(line for line in README.splitlines() if line.startswith("|") and f"`{key}`" in line)
    missing = [option for option in KNOBS[key].options if f"`{option}`" not in row]
    assert not missing or "…" in row


@pytest.mark.parametrize("module", PAGES, ids=name_of)
def test_the_readme_links_every_page(module):
    places = re.findall(r"`(/\w*)(?:\?[^`]*)?`", section("Explore"))
    assert path_of(module) in places


def test_the_readmes_links_hold_values_that_the_app_can_use():
    for query in re.findall(r"`/\w*\?([^`]+)`", README):
        for key, value in parse_qsl(query):
            assert KNOBS[key].complaint(value) is None


def test_the_readmes_program_prints_what_the_readme_shows():
    code = re.search(r"```python\n(.*?)```\s+```text\n(.*?)```", section("Use the loss"), re.DOTALL)
    program, shown = code.groups()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "README.md", "exec"), {})
    assert out.getvalue().split() == shown.split()


def test_every_file_that_the_readme_speaks_of_is_there():
    named = set(re.findall(r"`((?:focal_core|focal_ui|pages|\.streamlit)/[\w/.]*)`", README))
    named |= set(re.findall(r"\]\((?!http)([^)#]+)\)", README))
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_readme_shows_the_number_of_its_picture():
    alt = re.search(r"!\[(.*?)\]", README).group(1)
    assert "36.1%" in alt  # scenario Simple at gamma 2


def test_the_slim_requirements_leave_out_torch_and_nothing_else():
    torch = [line for line in requirements("requirements.txt") if line.startswith("torch==")]
    assert len(torch) == 1
    assert set(requirements("requirements-slim.txt")) == (
        set(requirements("requirements.txt")) - set(torch)
    )


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-slim.txt"])
def test_requirements_are_pinned_and_name_no_index(name):
    assert [line for line in requirements(name) if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_developing_starts_from_what_the_app_needs():
    assert "-r requirements.txt" in requirements("requirements-dev.txt")
