"""The sigmoid loss on a GPU: `python -m benchmarks.losses --device cuda` (some minutes).

A training step (forward and backward of the sum) beside torchvision's formula, both also compiled,
and beside the Triton kernel in SAM 3's training code where that package is installed. The limit is
what a copy reaches on the same GPU for the least that must be moved: logits and targets read,
slopes written.
"""

import gc
import importlib
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from benchmarks.losses import (
    ALPHA,
    GAMMA,
    REFERENCE,
    Loss,
    ours,
    table,
    torchvision_formula,
    train_step,
)
from focal_core import triton_kernels
from focal_core.torch_batch import Law
from focal_core.torch_triton import Sigmoid

SIZES = (100_000, 8_000_000, 100_000_000)
TURN = 0.005
TYPES = {
    "float32, targets float32": (torch.float32, torch.float32),
    "bfloat16, targets bfloat16": (torch.bfloat16, torch.bfloat16),
    "float32, targets uint8": (torch.float32, torch.uint8),
}
RIVAL = "SAM 3's kernel"


def formula(inputs: Tensor, targets: Tensor) -> Tensor:
    """The one of torchvision, whose users must give targets of the logits' type."""
    return torchvision_formula(inputs, targets.to(inputs.dtype))


def kernels_alone(inputs: Tensor, targets: Tensor) -> Tensor:
    """The Triton kernels without the checks of the public function."""
    total: Tensor = Sigmoid.apply(inputs, targets, None, Law(GAMMA, ALPHA, total=True))
    return total


def contestants(example: tuple[Tensor, Tensor]) -> dict[str, Loss]:
    """All losses that can run here, by name."""
    losses: dict[str, Loss] = {
        REFERENCE: formula,
        f"{REFERENCE}, compiled": torch.compile(formula, dynamic=False),
        "ours": ours,
        "ours, compiled": torch.compile(ours, dynamic=False),
    }
    if triton_kernels.supports(*example):
        losses["ours, kernels alone"] = kernels_alone
    else:
        print("Triton cannot be used here: ours are ordinary operations.\n")
    try:
        rival = importlib.import_module("sam3.train.loss.sigmoid_focal_loss")
    except ImportError as error:
        print(f"{RIVAL} (facebookresearch/sam3) is left out: {error}\n")
    else:
        losses[RIVAL] = lambda inputs, targets: rival.triton_sigmoid_focal_loss_reduce(
            inputs, targets.to(inputs.dtype), ALPHA, GAMMA
        )
    return losses


def batch(size: int, types: tuple[torch.dtype, torch.dtype]) -> tuple[Tensor, Tensor]:
    """Logits and targets as a detector sees them early on: few positives, most of them easy."""
    generator = torch.Generator("cuda").manual_seed(0)
    logits = torch.randn(size, generator=generator, device="cuda") * 2 - 3
    targets = torch.rand(size, generator=generator, device="cuda") < 0.02
    return logits.to(types[0]).requires_grad_(), targets.to(types[1])


def median_times(steps: dict[str, Callable[[], Any]], seconds: float) -> dict[str, float]:
    """Median seconds of each step between two events on the GPU. They take turns."""
    repeats = {name: max(1, round(TURN / _duration(step, 3))) for name, step in steps.items()}
    turns: dict[str, list[float]] = {name: [] for name in steps}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(next(iter(turns.values()))) < 7:
        for name, step in steps.items():
            turns[name].append(_duration(step, repeats[name]))
    return {name: statistics.median(taken) for name, taken in turns.items()}


def _duration(step: Callable[[], Any], repeats: int) -> float:
    step()  # fills the caches, and the first time compiles
    start, end = (torch.cuda.Event(enable_timing=True) for each in range(2))
    start.record()
    for _turn in range(repeats):
        step()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1e3 / repeats


def peak_memory(loss: Loss, inputs: Tensor, targets: Tensor) -> float:
    """Largest memory allocated at once in forward and backward, in tensors like the logits."""
    train_step(loss, inputs, targets)
    inputs.grad = None
    gc.collect()
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    train_step(loss, inputs, targets)
    peak = (torch.cuda.max_memory_allocated() - before) / inputs.nbytes
    inputs.grad = None
    return peak


def copy_rate(inputs: Tensor, seconds: float) -> float:
    """Bytes a second that a copy reads and writes."""
    logits = inputs.detach()
    room = torch.empty_like(logits)
    taken = median_times({"copy": lambda: room.copy_(logits)}, seconds)["copy"]
    return 2 * logits.nbytes / taken


def show(title: str, types: tuple[torch.dtype, torch.dtype], seconds: float) -> None:
    """Times, ratios to the reference, share of the limit, and memory at the largest size."""
    losses = contestants(batch(1, types))
    columns: dict[str, dict[str, float]] = {}
    limits: dict[str, float] = {}
    memory: dict[str, float] = {}
    for size in SIZES:
        inputs, targets = batch(size, types)
        steps = {name: partial(train_step, loss, inputs, targets) for name, loss in losses.items()}
        column = f"{size:,}"
        columns[column] = median_times(steps, seconds)
        limits[column] = (2 * inputs.nbytes + targets.nbytes) / copy_rate(inputs, seconds / 4)
        if size == SIZES[-1]:
            memory = {name: peak_memory(loss, inputs, targets) for name, loss in losses.items()}
        del inputs, targets, steps
        torch.cuda.empty_cache()
    rows = [
        [
            name,
            *(_cell(times, name, limits[column]) for column, times in columns.items()),
            f"{memory[name]:.2f}",
        ]
        for name in losses
    ]
    rows.append(["limit", *(f"{limits[column] * 1e3:.3g} ms" for column in columns), "1.00"])
    print("In brackets: times faster than the formula in eager operations; share of the limit.\n")
    table([title, *columns, "peak memory"], rows)


def _cell(times: dict[str, float], name: str, limit: float) -> str:
    faster, share = times[REFERENCE] / times[name], limit / times[name]
    return f"{times[name] * 1e3:.3g} ms ({faster:.2f}; {share:.0%})"


def run(seconds: float) -> int:
    """Print every table; 2 where there is no GPU, as for any unusable argument."""
    if not torch.cuda.is_available():
        print(
            "--device cuda needs a GPU that PyTorch can use; "
            f"PyTorch {torch.__version__} finds none here."
        )
        return 2
    print(f"torch {torch.__version__}, {torch.cuda.get_device_name()}, {time.strftime('%d %B %Y')}")
    print("γ = 2, α = 0.25, sum\n")
    for title, types in TYPES.items():
        torch.compiler.reset()
        show(title, types, seconds)
    return 0
