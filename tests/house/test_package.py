"""The library as it is installed: what a wheel holds, needs and says."""

import ast
import math
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import torch
from packaging.requirements import Requirement

import focal_core
from focal_ui.frame import served_page
from tests.helpers import ROOT

pytestmark = pytest.mark.xdist_group("package")  # built and installed once

LIBRARY = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", LIBRARY, re.DOTALL)
LARGEST = 150_000  # bytes of a wheel
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMES = ast.parse(Path(focal_core.__file__).read_text(encoding="utf-8")).body


def run(*command: str | Path, **how: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **how)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
    return done.stdout


def requirements(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(re.match(r"([\w-]+)==([\w.]+)", line).groups() for line in lines if "==" in line)


def extras() -> dict[str, list[str]]:
    return PROJECT["optional-dependencies"]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the wheel, made from the source distribution as an index gets it."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT)
    return out


@pytest.fixture(scope="module")
def wheel(built) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> str:
    """Python in a new environment that holds the wheel and what it asks for.

    That in the lowest versions it says it can do with, where this Python can have them ready made.
    """
    folder = tmp_path_factory.mktemp("away") / "env"
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    lowest = [each.replace(">=", "==") for each in PROJECT["dependencies"]]
    needed = lowest if sys.version_info < (3, 13) else []
    run(python, "-m", "pip", "install", "--quiet", str(wheel), *needed)
    return python


@pytest.fixture(scope="module")
def installed(python, tmp_path_factory):
    """Runs a program there, away from the checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    return lambda program: run(python, "-c", program, cwd=folder)


def test_the_wheel_holds_the_library_and_not_the_app(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "focal_core/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {"focal_core"}
    assert not any("training" in name or "/data/" in name for name in names)
    assert wheel.stat().st_size < LARGEST


def test_a_checkout_installs_the_same_files_as_the_source_distribution(wheel, tmp_path):
    """`pip install .` builds without one."""
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, ROOT)
    (straight,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(straight) as this, zipfile.ZipFile(wheel) as other:
        assert this.namelist() == other.namelist()


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


def test_its_functions_from_scipy_are_all_there(installed):
    """The log odds of 1 to 99; 1/e, where the slopes meet at gamma 1; H_3 / 3, the area at 2."""
    said = installed(
        "from focal_core import FocalLoss, focal_init_score, optimum\n"
        "start = focal_init_score([0] * 99 + [1], gamma=0)\n"
        "p_t = optimum.equal_slope_p_t(FocalLoss(1))\n"
        "print(start, p_t, optimum.area_under_curve(FocalLoss(2)))"
    )
    expected = [-math.log(99), math.exp(-1), (1 + 1 / 2 + 1 / 3) / 3]
    assert [float(number) for number in said.split()] == pytest.approx(expected, rel=1e-9)


def test_without_pytorch_all_else_can_be_listed_and_read_about(installed):
    said = installed(
        "import inspect, pydoc, focal_core\n"
        "from focal_core import *\n"
        "inspect.getmembers(focal_core)\n"
        "print(FocalLoss.__name__, SoftmaxFocalLoss.__module__, focal_objective.__name__)\n"
        "print('sigmoid_focal_loss' in dir(focal_core), 'sigmoid_focal_loss' in globals())\n"
        "print('focal_objective' in pydoc.plain(pydoc.render_doc(focal_core)))"
    )
    assert said.splitlines() == [
        "FocalLoss focal_core.softmax focal_objective", "False False", "True",
    ]  # fmt: skip


def test_type_checkers_read_what_is_installed(python, tmp_path):
    """Also what comes late, and a misspelt name is no name."""
    (tmp_path / "use.py").write_text(
        "import focal_core\n"
        "from focal_core import FocalLoss, focal_objective\n"
        "reveal_type(FocalLoss(2.0).value([0.0], [1]))\n"
        "reveal_type(focal_objective(2.0))\n"
        "reveal_type(focal_core.softmax.SoftmaxFocalLoss())\n"
        "FocalLoss('2')\n"
        "focal_core.FocalLos\n"
    )
    mypy = (sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "use.py")
    said = subprocess.run(mypy, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    value, objective, softmax, argument, name, *_ = said.splitlines()
    assert "numpy.ndarray[" in value
    assert '"focal_core.boosting_calls.FocalObjective"' in objective
    assert '"focal_core.softmax.SoftmaxFocalLoss"' in softmax
    assert 'has incompatible type "str"; expected "float"' in argument
    assert 'Module has no attribute "FocalLos"' in name


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
    """Not even `typing`: every module of the app loads this package before itself."""
    program = (
        "import sys\n"
        "def more(): return {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "heavy = {'numpy', 'scipy', 'torch', 'lightgbm', 'xgboost', 'pandas', 'streamlit'}\n"
        "before = set(sys.modules)\n"
        "import focal_core\n"
        "print(*more())\n"
        "focal_core.FocalLoss, focal_core.SoftmaxFocalLoss, focal_core.focal_objective\n"
        "print(*more() & heavy)\n"
        "'sigmoid_focal_loss' in dir(focal_core)\n"
        "print(*more() & heavy)\n"
    )
    # -S: without what an environment loads at its start
    found = f"import sys; sys.path += {[str(ROOT), *sys.path]}\n"
    said = run(sys.executable, "-S", "-c", found + program, cwd=ROOT)
    assert said.splitlines() == ["focal_core", "numpy", "numpy"]


def test_every_public_name_is_there_and_no_other():
    assert {"FocalLoss", "softmax_focal_loss", "focal_metric"} < set(focal_core.__all__)
    for name in focal_core.__all__:
        assert getattr(focal_core, name).__module__.startswith("focal_core.")
        assert name in dir(focal_core)
    with pytest.raises(AttributeError, match="no attribute 'focal'"):
        _ = focal_core.focal


def test_the_softmax_loss_of_the_package_is_numpys_and_torchs_is_a_module_away():
    assert focal_core.SoftmaxFocalLoss.__module__ == "focal_core.softmax"
    assert issubclass(focal_core.torch_losses.SoftmaxFocalLoss, torch.nn.Module)


def test_type_checkers_are_told_the_lazy_names():
    """They do not run `__getattr__`; what they read must say the same."""
    told = next(node for node in NAMES if isinstance(node, ast.If))
    assert ast.unparse(told.test) == "TYPE_CHECKING"
    names = {a.asname: i.module for i in told.body for a in i.names if a.name == a.asname}
    lazy = {name: f"focal_core.{module}" for name, module in focal_core._MODULE_OF.items()}
    assert names == lazy | dict.fromkeys(focal_core._MODULE_OF.values(), "focal_core")


def test_the_version_stands_in_one_place_and_its_changes_are_told():
    assert "version" in PROJECT["dynamic"]
    assert "version" not in PROJECT
    version = focal_core.__version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (newest, *_) = re.findall(r"^## \[(\d.*)\] - \d{4}-\d\d-\d\d$", changes, re.MULTILINE)
    assert newest == version
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_extra_of_the_app_is_what_its_slim_requirements_pin():
    needed = requirements("requirements-slim.txt")
    own = {name: needed.pop(name) for name in ("numpy", "scipy")}
    assert [f"{name}=={version}" for name, version in needed.items()] == extras()["app"]
    assert set(own) == {Requirement(each).name for each in PROJECT["dependencies"]}


def test_what_the_tests_run_with_is_what_the_library_allows():
    tested = requirements("requirements.txt") | requirements("requirements-dev.txt")
    tested["xgboost"] = tested["xgboost-cpu"]
    asked = [*PROJECT["dependencies"], *extras()["torch"], *extras()["boosting"]]
    for need in map(Requirement, asked):
        assert need.specifier.contains(tested[need.name]), need


def test_the_image_is_slim_unless_it_is_asked_for_more():
    said = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (default,) = re.findall(r"^ARG REQUIREMENTS=(\S+)$", said, re.MULTILINE)
    assert "torch" not in requirements(default)
    assert "COPY ${REQUIREMENTS} requirements.txt" in said
    assert said.index("ARG REQUIREMENTS") > said.index("FROM")  # before it, it would be empty here


def test_the_image_with_pytorch_is_built_by_the_command_that_is_written():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for paper in (readme, dockerfile):
        (argument,) = re.findall(r"docker build --build-arg (\S+) -t focal-loss-lab \.", paper)
        name, _, value = argument.partition("=")
        assert f"ARG {name}=" in dockerfile
        assert "torch" in requirements(value)


def test_the_image_gets_every_file_that_the_app_reads():
    """What is not sent to Docker is not there: tests, documents but the picture of a link."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    left_out = {line for line in lines if not line.startswith("!")}
    assert not left_out & {"focal_core", "focal_ui", "pages", "app.py", ".streamlit", "deploy"}
    assert not {line for line in left_out if line.startswith("requirements")}
    assert served_page.PICTURE.relative_to(ROOT).as_posix() in {line.lstrip("!") for line in lines}
