"""Time, memory and exactness of the losses beside those of other libraries.

Run from the project's folder: `python -m benchmarks.losses` (about five minutes), or with
`--quick` for a first impression. A library that is not installed is named and left out. With
`--device cuda` the sigmoid loss is measured on a GPU instead (`losses_cuda`).
"""

import argparse
import csv
import gc
import importlib
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.profiler import ProfilerActivity, profile

from focal_core.binary import FocalLoss
from focal_core.torch_checks import sigmoid_law
from focal_core.torch_closed_form import ClosedForm
from focal_core.torch_losses import sigmoid_focal_loss, softmax_focal_loss

GAMMA, ALPHA = 2.0, 0.25
SIZES = (1_000, 100_000, 1_000_000, 8_000_000)
TURN = 0.002
SOFTMAX_SHAPES = ((1_000, 10), (10_000, 80), (500_000, 10))
REFERENCE = "torchvision's formula"
ORACLE = Path(__file__).parents[1] / "tests" / "data" / "oracle.csv"

Loss = Callable[[Tensor, Tensor], Tensor]
"""Sum of the loss of flat float logits and targets 0 or 1."""


def torchvision_formula(inputs: Tensor, targets: Tensor) -> Tensor:
    """What torchvision.ops.sigmoid_focal_loss computes, in eager operations."""
    p = torch.sigmoid(inputs)
    cross_entropy = functional.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = cross_entropy * ((1 - p_t) ** GAMMA)
    return ((ALPHA * targets + (1 - ALPHA) * (1 - targets)) * loss).sum()


def ours(inputs: Tensor, targets: Tensor) -> Tensor:
    """This project's."""
    return sigmoid_focal_loss(inputs, targets, ALPHA, GAMMA, "sum")


def ours_mean(inputs: Tensor, targets: Tensor) -> Tensor:
    """This project's, as a mean."""
    return sigmoid_focal_loss(inputs, targets, ALPHA, GAMMA, "mean")


def ours_elsewhere(inputs: Tensor, targets: Tensor) -> Tensor:
    """This project's, on the path for devices other than the CPU, here forced on a CPU."""
    law = sigmoid_law(GAMMA, ALPHA, total=True, size=1)
    loss: Tensor = ClosedForm.apply(inputs, targets, None, law)
    return loss


def ours_none(inputs: Tensor, targets: Tensor) -> Tensor:
    """This project's, unreduced and then summed."""
    return sigmoid_focal_loss(inputs, targets, ALPHA, GAMMA, "none").sum()


def kornia_loss(kornia: Any) -> Loss:
    """kornia.losses.binary_focal_loss_with_logits, which wants a class axis."""
    return lambda inputs, targets: kornia.losses.binary_focal_loss_with_logits(
        inputs.view(-1, 1), targets.view(-1, 1), ALPHA, GAMMA, "sum"
    )


def monai_loss(monai: Any) -> Loss:
    """monai.losses.FocalLoss, which wants a class axis."""
    loss = monai.losses.FocalLoss(alpha=ALPHA, gamma=GAMMA, reduction="sum")
    return lambda inputs, targets: loss(inputs.view(-1, 1), targets.view(-1, 1))


def fvcore_loss(fvcore: Any) -> Loss:
    """fvcore.nn.sigmoid_focal_loss."""
    return lambda inputs, targets: fvcore.sigmoid_focal_loss(inputs, targets, ALPHA, GAMMA, "sum")


PEERS = {
    "kornia": ("kornia", kornia_loss),
    "MONAI": ("monai.losses", monai_loss),
    "fvcore": ("fvcore.nn.focal_loss", fvcore_loss),
}


def contestants() -> dict[str, Loss]:
    """All losses that can run here, by name."""
    losses: dict[str, Loss] = {REFERENCE: torchvision_formula, "ours": ours}
    losses["ours, as elsewhere"] = ours_elsewhere
    losses["ours, compiled"] = torch.compile(ours, dynamic=False)
    for name, (module, make) in PEERS.items():
        try:
            imported = importlib.import_module(module)
        except ImportError as error:
            print(f"{name} is left out: {error}")
            continue
        losses[name] = make(importlib.import_module("monai") if name == "MONAI" else imported)
    return losses


def batch(size: int) -> tuple[Tensor, Tensor]:
    """Logits and targets as a detector sees them early on: few positives, most of them easy."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(size, generator=generator) * 2 - 3
    targets = (torch.rand(size, generator=generator) < 0.02).float()
    return logits.requires_grad_(), targets


def train_step(loss: Callable[[Any, Any], Tensor], inputs: Tensor, targets: Tensor) -> None:
    """Forward and backward, from a fresh gradient."""
    inputs.grad = None
    loss(inputs, targets).backward()


def training_steps(
    losses: dict[str, Loss], inputs: Tensor, targets: Tensor
) -> dict[str, Callable[[], None]]:
    """One training step with each loss."""
    return {name: partial(train_step, loss, inputs, targets) for name, loss in losses.items()}


def median_times(steps: dict[str, Callable[[], Any]], seconds: float) -> dict[str, float]:
    """Median seconds of each step. They take turns, so that a busy moment hits all alike.

    A turn lasts at least 2 ms: what the one before left in the caches should not count. With one
    thread its processor time counts, which other programs cannot take. With more it is time by
    the clock, and turns in which the system took a processor away are left out; NaN if fewer than
    five are left.
    """
    repeats = {name: max(1, round(TURN / _duration(step)[0])) for name, step in steps.items()}
    gc.collect()
    turns: dict[str, list[tuple[float, bool]]] = {name: [] for name in steps}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(next(iter(turns.values()))) < 7:
        for name, step in steps.items():
            time.sleep(0.001)  # who has slept is less likely to be interrupted at once
            turns[name].append(_duration(step, repeats[name]))
    calm = {name: [taken for taken, calm in turn if calm] for name, turn in turns.items()}
    return {
        name: statistics.median(taken) if len(taken) >= 5 else float("nan")
        for name, taken in calm.items()
    }


def _duration(step: Callable[[], Any], repeats: int = 3) -> tuple[float, bool]:
    """Seconds of one step, and whether they can be trusted."""
    step()  # fills the caches, and the first time compiles
    alone = torch.get_num_threads() == 1
    clock = time.thread_time if alone else time.perf_counter
    interrupted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
    start = clock()
    for _ in range(repeats):
        step()
    seconds = (clock() - start) / repeats
    calm = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw == interrupted
    return seconds, alone or calm


def peak_memory(loss: Loss, size: int) -> float:
    """Largest memory allocated at once in forward and backward, in tensors like the logits."""
    inputs, targets = batch(size)
    train_step(loss, inputs, targets)
    inputs.grad = None
    gc.collect()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as watch:
        train_step(loss, inputs, targets)
    events = [e for e in watch.profiler.kineto_results.events() if e.name() == "[memory]"]
    held = np.cumsum([e.nbytes() for e in sorted(events, key=lambda e: e.start_ns())])
    return float(held.max()) / inputs.nbytes


def largest_errors(loss: Loss) -> tuple[float, float]:
    """Largest relative error of value and slope, in float32 eps, where t is 0 or 1."""
    with ORACLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if _is_comparable(row)]
    errors = [_errors(loss, row) for row in rows]
    return max(value for value, _ in errors), max(slope for _, slope in errors)


def _is_comparable(row: dict[str, str]) -> bool:
    tiny = 1e-37  # below, float32 itself has fewer digits
    return (
        (row["form"], row["alpha"]) == ("sigmoid", str(ALPHA))
        and (float(row["gamma"]), float(row["target"]) in {0, 1}) == (GAMMA, True)
        and min(abs(float(row["loss"])), abs(float(row["d1"]))) > tiny
    )


def _errors(loss: Loss, row: dict[str, str]) -> tuple[float, float]:
    inputs = torch.tensor([float(row["logit"])], requires_grad=True)
    value = loss(inputs, torch.tensor([float(row["target"])]))
    value.backward()
    found = (value.item(), inputs.grad.item())
    wanted = (float(row["loss"]), float(row["d1"]))
    eps = torch.finfo(torch.float32).eps
    return tuple(abs(a - b) / abs(b) / eps for a, b in zip(found, wanted, strict=True))


def floor(inputs: Tensor) -> Callable[[], None]:
    """One exp and one log1p: what no exact focal loss can do without."""
    logits = inputs.detach()
    numbers, room = torch.sigmoid(logits), torch.empty_like(logits)

    def step() -> None:
        torch.exp(logits, out=room)
        torch.log1p(numbers, out=room)

    return step


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print as Markdown."""
    head = list(head)
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def show_times(losses: dict[str, Loss], threads: list[int], seconds: float) -> None:
    """Milliseconds of a training step, and how many times faster than the reference."""
    columns: dict[str, dict[str, float]] = {}
    for size in SIZES:
        for count in threads:
            torch.set_num_threads(count)
            inputs, targets = batch(size)
            steps: dict[str, Callable[[], Any]] = {**training_steps(losses, inputs, targets)}
            steps["exp + log1p alone"] = floor(inputs)
            title = f"{size:,}, {count} thread{'s' * (count > 1)}"
            columns[title] = median_times(steps, seconds * (3 if size > 1_000_000 else 1))
    names = list(next(iter(columns.values())))
    table(
        ["logits", *columns],
        [[name, *(_time_and_ratio(times, name) for times in columns.values())] for name in names],
    )


def _time_and_ratio(times: dict[str, float], name: str) -> str:
    return f"{times[name] * 1e3:.3g} ms ({times[REFERENCE] / times[name]:.2f})"


def show_memory_and_errors(losses: dict[str, Loss]) -> None:
    """Peak memory at the largest size; largest errors at gamma 2, alpha 0.25."""
    losses = {**losses, "ours, mean": ours_mean, "ours, none": ours_none}
    rows = []
    for name, loss in losses.items():
        exact = name not in {"ours, compiled", "ours, mean"}
        value, slope = largest_errors(loss) if exact else (None, None)
        rows.append(
            [
                name,
                f"{peak_memory(loss, SIZES[-1]):.2f}",
                "" if value is None else f"{value:.3g}",
                "" if slope is None else f"{slope:.3g}",
            ]
        )
    table(["", "peak memory", "value off by, eps", "slope off by, eps"], rows)


def show_softmax(threads: list[int], seconds: float) -> None:
    """Softmax form beside log_softmax, gather and eager operations."""

    def eager(inputs: Tensor, targets: Tensor) -> Tensor:
        log_p = inputs.log_softmax(1).gather(1, targets[:, None])
        return ((1 - log_p.exp()) ** GAMMA * -log_p).mean()

    def mine(inputs: Tensor, targets: Tensor) -> Tensor:
        return softmax_focal_loss(inputs, targets, None, GAMMA)

    rows = []
    for examples, classes in SOFTMAX_SHAPES:
        for count in threads:
            torch.set_num_threads(count)
            generator = torch.Generator().manual_seed(0)
            inputs = torch.randn(examples, classes, generator=generator).requires_grad_()
            targets = torch.randint(classes, (examples,), generator=generator)
            both = {"eager": eager, "ours": mine}
            times = median_times(training_steps(both, inputs, targets), seconds)
            rows.append(
                [
                    f"{examples:,} x {classes}, {count}",
                    *(f"{times[name] * 1e3:.3g} ms" for name in both),
                    f"{times['eager'] / times['ours']:.2f}",
                ]
            )
    table(["softmax: examples x classes, threads", "eager", "ours", "times faster"], rows)


def show_numpy(seconds: float) -> None:
    """The NumPy form beside its own floor."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(-3, 2, 100_000), (rng.random(100_000) < 0.02).astype(float)
    between, room, loss = rng.random(100_000), np.empty(100_000), FocalLoss(GAMMA, ALPHA)

    def both() -> None:
        np.exp(logits, out=room)
        np.log1p(between, out=room)

    steps = {
        "exp + log1p": both,
        "ours": lambda: loss.value_and_gradient(logits, targets),
    }
    times = median_times(steps, seconds)
    table(
        ["NumPy, 100,000 float64: value and gradient", "ms", "times the floor"],
        [
            [name, f"{taken * 1e3:.3g}", f"{taken / times['exp + log1p']:.1f}"]
            for name, taken in times.items()
        ],
    )


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    asked = parser.parse_args()
    seconds = 1.0 if asked.quick else 8.0
    if asked.device == "cuda":
        sys.exit(importlib.import_module("benchmarks.losses_cuda").run(seconds))
    print(f"torch {torch.__version__}, NumPy {np.__version__}, {time.strftime('%d %B %Y')}\n")
    losses = contestants()
    show_times(losses, asked.threads, seconds)
    show_memory_and_errors(losses)
    show_softmax(asked.threads, seconds)
    show_numpy(seconds)


if __name__ == "__main__":
    main()
