"""What README and the requirement files promise is so."""

import contextlib
import io
import re
from urllib.parse import parse_qsl

import pytest

from focal_ui.controls import parameters
from focal_ui.controls.by_page import KNOBS
from tests.helpers import PAGES, ROOT, name_of, path_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
PARAMETERS = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under a heading, up to the next of its kind."""
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def table(text: str) -> dict[str, str]:
    """Lines of the tables in a text by what stands in code in their first cell."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return {key: line for line in lines for key in re.findall(r"`([^`]+)`", line.split("|")[1])}


def requirements(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def test_the_table_of_parameters_says_what_the_controls_say():
    assert parameters.as_markdown() == PARAMETERS, (
        "python -m focal_ui.controls.parameters >docs/parameters.md writes it anew"
    )


def test_every_control_and_every_setting_of_a_visit_is_a_parameter():
    assert set(table(PARAMETERS)) == {
        *KNOBS, "hide", "answers", "projector", "lang", "q_…",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("gamma", "0 to 5, step 0.01"),
        ("alpha", "0 to 1, step 0.001"),
        ("view", "`Loss`, `Gradient`"),
        ("prior", "`0.0001`, `0.001`, `0.01`, `0.1`, `0.5`"),
        ("guess_anchors", "`68,000`, `91,000`, `120,000`, `240,000`"),
        ("t45", "any number"),
        ("q_…", "A, B, C, D"),
    ],
)
def test_a_parameter_is_listed_with_what_it_may_say(key, says):
    assert f"| {says} |" in table(PARAMETERS)[key]


def test_the_readme_lists_the_ten_parameters_that_a_teacher_needs():
    assert set(table(section("Teach with it"))) == {
        "gamma", "alpha", "p_t", "population", "prior", "level",
        "guess_…", "hide", "answers", "projector",
    }  # fmt: skip


@pytest.mark.parametrize("key", ["gamma", "alpha", "p_t", "prior", "level", "population"])
def test_the_readme_names_every_value_or_says_that_there_are_more(key):
    row = table(section("Teach with it"))[key]
    options = getattr(KNOBS[key], "options", None)
    values = [f"`{option}`" for option in options] if options else [KNOBS[key].values]
    assert [value for value in values if value not in row] == [] or "…" in row


@pytest.mark.parametrize("module", PAGES, ids=name_of)
def test_the_readme_links_every_page(module):
    places = re.findall(r"`(/\w*)(?:\?[^`]*)?`", section("Explore"))
    assert path_of(module) in places


def test_links_on_paper_hold_values_that_the_app_can_use():
    for query in re.findall(r"`/\w*\?([^`]+)`", README + PARAMETERS):
        for key, value in parse_qsl(query):
            assert KNOBS[key].complaint(value) is None


def test_the_readmes_program_prints_what_the_readme_shows():
    code = re.search(r"```python\n(.*?)```\s+```text\n(.*?)```", section("Use the loss"), re.DOTALL)
    program, shown = code.groups()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "README.md", "exec"), {})
    assert out.getvalue().split() == shown.split()


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_spoken_of_is_there(paper):
    text = (ROOT / paper).read_text(encoding="utf-8")
    places = "focal_core|focal_ui|pages|tests|docs|deploy|\\.streamlit"
    named = set(re.findall(rf"`((?:{places})/[\w/.]*)`", text))
    named |= set(re.findall(r"\]\((?!http)([^)#]+)\)", text))
    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_readme_shows_the_number_of_its_picture():
    alt = re.search(r"!\[(.*?)\]", README).group(1)
    assert "11.6%" in alt  # easy background of the first image at gamma 2


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
