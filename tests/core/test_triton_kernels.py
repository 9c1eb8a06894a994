"""The Triton kernels where no GPU is: interpreted, and compiled for one."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from benchmarks import losses_cuda
from focal_core import triton_kernels as kernels

ROOT = Path(__file__).parents[2]
needs_triton = pytest.mark.skipif(not kernels.AVAILABLE, reason="Triton is not installed")


def python(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@needs_triton
def test_what_the_kernels_compute_holds_in_tritons_interpreter():
    """All of `triton_interpreted.py`, in a process of its own: Triton reads the variable once."""
    done = python(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
        *("-o", "addopts=--import-mode=importlib", "tests/core/triton_interpreted.py"),
        TRITON_INTERPRET="1",
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def test_tensors_on_a_cpu_are_left_to_the_caller_and_triton_is_not_imported():
    code = """
import sys
import torch
from focal_core import torch_triton, triton_kernels
print(triton_kernels.supports(torch.zeros(3), torch.zeros(3)), "triton" in sys.modules)
"""
    done = python("-c", code, TRITON_INTERPRET="0")
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_without_triton_nothing_is_supported():
    code = """
import sys
sys.modules["triton"] = None  # as if it were not installed
import torch
from focal_core import torch_triton, triton_kernels
inputs, labels = torch.zeros(2, 3), torch.zeros(2, dtype=torch.int64)
print(triton_kernels.AVAILABLE, triton_kernels.supports(inputs, inputs),
      triton_kernels.supports_classes(inputs, labels))
"""
    done = python("-c", code, TRITON_INTERPRET="1")
    assert done.stdout.split() == ["False"] * 3, done.stderr


# --- compiled for a GPU --------------------------------------------------------------------------

SIGMOID = {
    "inputs": "*fp32",
    "targets": "*fp32",
    "slopes": "*fp32",
    "partials": "*fp64",
    "size": "i64",
    "gamma": "fp32",
    "gamma_high": "fp32",
    "gamma_low": "fp32",
    "of_positive": "fp32",
    "of_negative": "fp32",
    "MODE": 2,
    "SOFT": True,
    "PRECISE": True,
    "MAY_IGNORE": False,
    "GRAD_EACH": False,
    "BLOCK": kernels.BLOCK,
    "TILES": kernels.TILES,
}
SOFTMAX = {
    **{name: kind for name, kind in SIGMOID.items() if name.startswith(("gamma", "partials"))},
    **dict.fromkeys(("inputs", "slopes", "values"), "*fp32"),
    **dict.fromkeys(("classes", "trailing", "ignore_index"), "i32"),
    **dict.fromkeys(("in_outer", "in_inner", "out_outer", "out_inner"), "i64"),
    "in_class": 1,
    "out_class": 1,
    "labels": "*i64",
    "scale": "fp32",
    "MODE": 3,
    "PRECISE": True,
    "GRAD_EACH": False,
    "LIMIT": torch.finfo(torch.float32).max,
    "ROWS": 16,
    "CLASSES": 128,
}
HALF = {"inputs": "*bf16", "slopes": "*bf16", "PRECISE": False}
CASES = {
    "sigmoid": ("sigmoid", "sigmoid_kernel", SIGMOID),
    "any gamma": ("sigmoid", "sigmoid_kernel", {**SIGMOID, "MODE": 3}),
    "any gamma, certain": (
        "sigmoid",
        "sigmoid_kernel",
        {**SIGMOID, "MODE": 3, "SOFT": False, "targets": "*i64"},
    ),
    "half, bytes, weight": (
        "sigmoid",
        "sigmoid_kernel",
        {**SIGMOID, **HALF, "SOFT": False, "targets": "*u8", "weight": "*fp16", "MAY_IGNORE": True},
    ),
    "each value, gradient": (
        "sigmoid",
        "sigmoid_kernel",
        {**SIGMOID, "partials": None, "values": "*fp32", "grad": "*fp32", "GRAD_EACH": True},
    ),
    "device's factor": ("sigmoid", "sigmoid_kernel", {**SIGMOID, "factor": "*fp32"}),
    "total": (
        "sigmoid",
        "total_kernel",
        {"partials": "*fp64", "total": "*fp32", "count": "i32", "BLOCK": 4096},
    ),
    "scale": (
        "sigmoid",
        "scale_kernel",
        {
            "numbers": "*fp16",
            "factor": "*fp32",
            "size": "i64",
            "BLOCK": kernels.BLOCK,
            "PROGRAMS": kernels.SCALE_PROGRAMS,
        },
    ),
    "softmax": ("softmax", "softmax_kernel", SOFTMAX),
    "softmax, half, weights": (
        "softmax",
        "softmax_kernel",
        {**SOFTMAX, **HALF, "alpha": "*fp32", "labels": "*u8", "grad": "*fp32", "GRAD_EACH": True},
    ),
    "softmax, classes far apart": (
        "softmax",
        "softmax_kernel",
        {**SOFTMAX, "in_class": "i64", "out_class": "i64", "in_inner": 1, "out_inner": 1},
    ),
}


def compiled(module, name, arguments, capability):
    """A kernel for a GPU that is not here. Names that arguments lacks are None."""
    import triton  # noqa: PLC0415 - as late as in the library
    from triton.backends.compiler import GPUTarget  # noqa: PLC0415

    kernel = getattr(importlib.import_module(f"focal_core.triton_{module}"), name)
    given = {each: arguments.get(each) for each in kernel.arg_names}
    kinds = {each: v if isinstance(v, str) else "constexpr" for each, v in given.items()}
    known = {(i,): v for i, v in enumerate(given.values()) if not isinstance(v, str)}
    sixteen = [["tt.divisibility", 16]]
    aligned = {
        (i,): sixteen
        for i, (each, kind) in enumerate(kinds.items())
        if kind.startswith("*") or each == "size"
    }
    source = triton.compiler.ASTSource(kernel, kinds, known, aligned)
    return triton.compile(source, target=GPUTarget("cuda", capability, 32)).asm["ptx"]


@needs_triton
@pytest.mark.skipif(kernels.INTERPRETED, reason="the interpreter is chosen for this process")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_kernel_compiles_for_a_gpu_and_adds_nothing_atomically(case, tmp_path, monkeypatch):
    """Atomic sums differ in their last digits from run to run."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    code = compiled(*case, capability=90)
    assert "st.global" in code
    assert not re.search(r"\b(atom|red)\.", code)


@needs_triton
@pytest.mark.skipif(kernels.INTERPRETED, reason="the interpreter is chosen for this process")
@pytest.mark.parametrize("capability", [80, 90])
def test_memory_is_read_once_and_written_once(capability, tmp_path, monkeypatch):
    """float32: 4 bytes each of logits, targets and slope per element, and one partial sum."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    code = compiled("sigmoid", "sigmoid_kernel", SIGMOID, capability)
    elements_a_thread = kernels.BLOCK * kernels.TILES // 128
    assert bytes_moved(code, "ld") == 8 * elements_a_thread
    assert bytes_moved(code, "st") == 4 * elements_a_thread + 8


def bytes_moved(code, direction):
    """What one thread moves to or from global memory."""
    found = re.findall(rf"\b{direction}\.global(?:\.\w+)*?(?:\.v(\d))?\.[bfsu](\d+)\s", code)
    return sum(int(lanes or 1) * int(bits) // 8 for lanes, bits in found)


# --- the benchmark -------------------------------------------------------------------------------


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_the_benchmark_says_that_it_needs_a_gpu(capsys):
    assert losses_cuda.run(seconds=1) == 2
    assert "needs a GPU that PyTorch can use" in capsys.readouterr().out
