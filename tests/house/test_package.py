"""The library as it is installed: what a wheel holds, needs and says."""

import ast
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import focal_core
from tests.helpers import ROOT

LIBRARY = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", LIBRARY, re.DOTALL)
LARGEST = 150_000  # bytes of a wheel


def run(*command: str, **how: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **how)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the wheel, made from the source distribution as an index gets it."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT))
    return out


@pytest.fixture(scope="module")
def wheel(built) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Python in a new environment that holds the wheel and what it asks for, away from here."""
    folder = tmp_path_factory.mktemp("away")
    venv.create(folder / "env", with_pip=True)
    python = str(folder / "env" / "bin" / "python")
    run(python, "-m", "pip", "install", "--quiet", str(wheel))
    return lambda program: run(python, "-c", program, cwd=folder)


def test_the_wheel_holds_the_library_and_not_the_app(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "focal_core/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {"focal_core"}
    assert not any("training" in name or "/data/" in name for name in names)
    assert wheel.stat().st_size < LARGEST


def test_the_source_distribution_is_small_too(built):
    (source,) = built.glob("*.tar.gz")
    assert source.stat().st_size < LARGEST


def test_an_installed_library_needs_numpy_and_scipy_alone(installed):
    listed = installed(
        "from importlib.metadata import distributions\n"
        "print(*sorted(d.name.lower() for d in distributions()))"
    )
    assert set(listed.split()) - {"pip", "setuptools"} == {"focal-loss-lab", "numpy", "scipy"}


def test_every_module_of_the_library_is_there_and_says_what_it_lacks(installed):
    said = installed(
        "import importlib, pkgutil, focal_core\n"
        "for module in pkgutil.iter_modules(focal_core.__path__, 'focal_core.'):\n"
        "    try: importlib.import_module(module.name)\n"
        "    except ModuleNotFoundError as error: print(module.name, error.name)\n"
        "try: focal_core.sigmoid_focal_loss\n"
        "except ImportError as error: print(error)\n"
    )
    *lacking, message = said.strip().splitlines()
    assert {line.split()[1] for line in lacking} <= {"torch", "triton"}
    assert all(re.match(r"focal_core\.(torch|triton)_", line) for line in lacking)
    assert "sigmoid_focal_loss needs PyTorch: pip install torch" in message


def test_numpy_part_of_the_guide_runs_where_only_the_wheel_is(installed):
    (program, shown) = next(block for block in BLOCKS if "CROSS_ENTROPY" in block[0])
    assert installed(program) == shown


def test_the_whole_guide_runs_from_the_wheel_as_it_stands(wheel, tmp_path):
    """With the libraries of this environment, but with the package out of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    mark = "print('-- next --')\n"
    program = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n"
    program += mark.join(code for code, _shown in BLOCKS)
    program += "import focal_core\nprint('-- next --')\nprint(focal_core.__file__)\n"
    *printed, file = run(sys.executable, "-c", program, cwd=tmp_path).split("-- next --\n")
    assert printed == [shown for _code, shown in BLOCKS]
    assert len(printed) >= 6
    assert Path(file.strip()).is_relative_to(tmp_path)


def test_an_import_brings_in_nothing_that_it_does_not_need():
    program = (
        "import sys, focal_core\n"
        "seen = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(seen & {'numpy', 'scipy', 'torch', 'pandas', 'streamlit', 'plotly'}))\n"
        "focal_core.FocalLoss\n"
        "seen = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(seen & {'numpy', 'scipy', 'torch', 'pandas', 'streamlit', 'plotly'}))"
    )
    assert run(sys.executable, "-c", program, cwd=ROOT).splitlines() == ["", "numpy"]


def test_every_public_name_is_there_and_no_other():
    for name in focal_core.__all__:
        assert getattr(focal_core, name) is not None
        assert name in dir(focal_core)
    with pytest.raises(AttributeError, match="no attribute 'focal'"):
        _ = focal_core.focal


def test_type_checkers_are_told_the_lazy_names():
    """They do not run `__getattr__`; what they read must say the same."""
    tree = ast.parse(Path(focal_core.__file__).read_text(encoding="utf-8"))
    (told,) = (node for node in tree.body if isinstance(node, ast.If))
    assert ast.unparse(told.test) == "TYPE_CHECKING"
    names = {a.asname: i.module for i in told.body for a in i.names if a.name == a.asname}
    lazy = {name: f"focal_core.{module}" for name, module in focal_core._WHERE.items()}
    assert names == lazy


def test_the_version_stands_in_one_place_and_its_changes_are_told():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" in project["dynamic"]
    assert "version" not in project
    version = focal_core.__version__
    assert f"## {version}," in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_image_is_slim_unless_it_is_asked_for_more():
    said = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (default,) = re.findall(r"^ARG REQUIREMENTS=(\S+)$", said, re.MULTILINE)
    assert "torch" not in (ROOT / default).read_text(encoding="utf-8")
    assert "COPY ${REQUIREMENTS} requirements.txt" in said
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "!docs/start.png" in ignored  # the preview of a shared link
