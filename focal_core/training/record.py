"""Record the runs that ship: `python -m focal_core.training.record`.

First each configuration's learning rate is chosen on the validation images, with three seeds of
its own; then every configuration runs with five other seeds, and the test images are looked at
once, at each run's end. Every finished run is a file, so the command can be stopped and
goes on where it was. One torch thread; the numbers repeat on one machine. Two commands with
`--part 1 2` and `--part 2 2` share the work. `--long` then records a few configurations for three
times as many steps, to see which lead is speed alone; `--points` records the warm-up in three
minutes, and `--scenes` in one minute what three of the models answer to the large scenes.
"""

import argparse
import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import logit

from focal_core.training import kept as files
from focal_core.training import recorded, scored_scene, showcase, warm_up
from focal_core.training.config import CONFIGURATIONS, RunConfig, named
from focal_core.training.detector import WATCHED_IMAGES, Training, outputs
from focal_core.training.images import Data, make_data
from focal_core.training.model import Detector
from focal_core.training.points import (
    TEST_NEGATIVES,
    TEST_POSITIVES,
    PointsConfig,
    PointsTraining,
    ap_of,
    ceiling,
    measured_points,
)
from focal_core.training.record_scenes import record_scenes
from focal_core.training.recorded import FOLDER, LONG_FOLDER, STEP_FIELDS, Trial
from focal_core.training.records import Ended, Evaluation, Probe, Record, Step
from focal_core.training.slug import slug

SEEDS = range(5)
TUNING_SEEDS = (100, 101, 102)
RATES = (0.003, 0.006, 0.012)
LOWEST_RATE, HIGHEST_RATE = 0.00075, 0.048
SHOWN = ("CE, π = 0.01", "FL, γ = 2, α = 0.25")
SHOWN_SEED, SHOWN_EVERY = 0, 25
LONG = ("CE, π = 0.01", "CE, π = 0.001", "FL, γ = 2, α = 0.25", "OHEM, 64 an image")
LONG_STEPS = 1500
EVERY = 5


def record(folder: Path, data: Data, names: Sequence[str] = tuple(CONFIGURATIONS)) -> Iterator[str]:
    """Make what is missing of these configurations; says each file's name when it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        yield from tune(name, folder, data)
    for seed in SEEDS:
        for name in names:
            path = folder / f"{slug(name)}-{seed}.npz"
            if not (path.exists() and (not _is_shown(name, seed) or _showcase(path).exists())):
                run_and_save(name, seed, path, data)
                yield path.name


def record_long(folder: Path, tuned: Path, data: Data, names: Sequence[str]) -> Iterator[str]:
    """Three times as long, with the rates that were tuned for the short runs in `tuned`."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        for name in names:
            path = folder / f"{slug(name)}-{seed}.npz"
            if not path.exists():
                rate = recorded.best_rate(recorded.load_trials(tuned, name))
                config = replace(named(name, rate, seed), steps=LONG_STEPS)
                files.save(path, *as_arrays(name, config, list(Training(config, data).records())))
                yield path.name


def record_points(file: Path, config: PointsConfig | None = None) -> None:
    """The warm-up: every loss, rate and seed into one file."""
    config = config or PointsConfig()
    targets = measured_points().targets.astype(float)
    weight = config.negatives * TEST_POSITIVES / TEST_NEGATIVES
    weights = np.where(targets == 1, 1.0, weight)
    places = np.stack(np.meshgrid(warm_up.SIDE, warm_up.SIDE), axis=-1).reshape(-1, 2)
    kept: dict[str, list[list[Any]]] = {}
    for loss in warm_up.LOSSES.values():
        row: dict[str, list[Any]] = {}
        for rate in warm_up.RATES:
            runs = [
                _trained(replace(config, loss=loss, learning_rate=rate, seed=seed))
                for seed in warm_up.SEEDS
            ]
            scores = np.concatenate([run.scores(measured_points().places) for run in runs])
            scores, hits = scores.astype(float), np.tile(targets, len(runs))
            stand_for = np.tile(weights, len(runs))
            plain = warm_up.binned(scores, hits, stand_for)
            back = warm_up.binned_back(scores, hits, stand_for, loss)
            grid = logit(runs[0].scores(places.astype(np.float32)).astype(float))
            cell = {
                "ap": [
                    ap_of(run.scores(measured_points().places), config.negatives) for run in runs
                ],
                "logits": warm_up.as_steps(grid).reshape(len(warm_up.SIDE), -1),
                "scores": plain.scores,
                "frequencies": plain.frequencies,
                "back_scores": back.scores,
                "back_frequencies": back.frequencies,
            }
            for name, value in cell.items():
                row.setdefault(name, []).append(value)
        for name, values in row.items():
            kept.setdefault(name, []).append(values)
    arrays = {
        name: np.array(values, np.int8 if name == "logits" else np.float32)
        for name, values in kept.items()
    }
    with file.open("wb") as out:
        arrays["ceiling"] = np.array(ceiling(config.negatives), np.float32)
        facts = {"config": asdict(config), "seeds": list(warm_up.SEEDS), "versions": versions()}
        arrays["facts"] = np.array(json.dumps(facts))
        np.savez_compressed(out, **arrays)  # type: ignore[arg-type]


def _trained(config: PointsConfig) -> PointsTraining:
    run = PointsTraining(config)
    for _record in run.records():
        pass
    return run


def tune(name: str, folder: Path, data: Data) -> Iterator[str]:
    """Try learning rates until the best one is not the grid's end, or the range is used up."""
    blind = replace(data, test=None)
    rates = list(RATES)
    while rates:
        for rate in rates:
            path = folder / f"tuning-{slug(name)}-{rate:g}.json"
            if not path.exists():
                _write(path, json.dumps(vars(try_rate(name, rate, blind))).encode())
                yield path.name
        rates = further_rates(recorded.load_trials(folder, name))


def further_rates(trials: tuple[Trial, ...]) -> list[float]:
    """The rate beyond the end of the grid at which the best one lies; nothing if it lies inside."""
    tried = sorted(trial.learning_rate for trial in trials)
    best = recorded.best_rate(trials)
    if best == tried[0] and best / 2 >= LOWEST_RATE:
        return [best / 2]
    if best == tried[-1] and best * 2 <= HIGHEST_RATE:
        return [best * 2]
    return []


def try_rate(name: str, rate: float, data: Data) -> Trial:
    """Train with the tuning seeds; how good the models are on the validation images."""
    config = replace(CONFIGURATIONS[name], learning_rate=rate)
    aps = tuple(
        _validation_ap(replace(config, seed=seed, evaluate_every=config.steps, probe_at=()), data)
        for seed in TUNING_SEEDS
    )
    return Trial(name, rate, TUNING_SEEDS, aps, config.steps, versions())


def _validation_ap(config: RunConfig, data: Data) -> float:
    """After the last step; 0 if the run broke off."""
    looks = [each for each in Training(config, data).records() if isinstance(each, Evaluation)]
    return looks[-1].ap if looks and looks[-1].step == config.steps else 0.0


def run_and_save(name: str, seed: int, path: Path, data: Data) -> None:
    """One run at the chosen rate into its file; for a shown one also what its model looks like."""
    config = named(name, recorded.best_rate(recorded.load_trials(path.parent, name)), seed)
    shown = _is_shown(name, seed)
    if shown:
        config = replace(config, evaluate_every=SHOWN_EVERY)
    training = Training(config, data)
    records = list(training.records())
    if shown:
        facts = {"name": name, "config": config.as_dict(), "versions": versions()}
        files.save(_showcase(path), facts, show(name, config, training.model, records, data))
    files.save(path, *as_arrays(name, config, records))


def _is_shown(name: str, seed: int) -> bool:
    return name in SHOWN and seed == SHOWN_SEED


def _showcase(path: Path) -> Path:
    return path.with_name(recorded.SHOWCASE + path.name)


def show(
    name: str, config: RunConfig, model: Detector, records: list[Record], data: Data
) -> dict[str, NDArray[Any]]:
    """What a trained model looks like on the test images."""
    if data.test is None:
        raise ValueError("a model is shown on test images, and there are none")
    scored = outputs(model, data.test)
    assert scored is not None  # noqa: S101 - nobody asked it to stop
    population = showcase.scored(scored[0], data.test)
    frames = [r for r in records if isinstance(r, Evaluation) and r.split == "validation"]
    return showcase.save_showcase(
        showcase.Showcase(
            name,
            config.loss,
            data.test.first(WATCHED_IMAGES),
            tuple(frames),
            showcase.who_pays(population),
            showcase.histogram(population),
            showcase.reliability(population),
            showcase.reliability(population, config.loss),
        )
    )


def as_arrays(
    name: str, config: RunConfig, records: list[Record]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """A run as facts for JSON and as arrays: every fifth step, all probes and evaluations."""
    steps = [r for r in records if isinstance(r, Step)]
    kept = [r for r in steps if r.step % EVERY == 0 or r.step == 1]
    looks = [r for r in records if isinstance(r, Evaluation) and r.split == "validation"]
    tests = [r.ap for r in records if isinstance(r, Evaluation) and r.split == "test"]
    ended = records[-1]
    assert isinstance(ended, Ended)  # noqa: S101 - the contract of `records`
    facts = {
        "name": name,
        "config": config.as_dict(),
        "ending": ended.ending.value,
        "steps": ended.step,
        "test_ap": tests[0] if tests else None,
        "versions": versions(),
    }
    return facts, {
        "step": np.array([[getattr(r, field) for field in STEP_FIELDS] for r in kept], np.float32),
        "probe": np.array(
            [list(vars(r).values()) for r in records if isinstance(r, Probe)], np.float32
        ),
        "validation": np.array([(r.step, r.ap) for r in looks], np.float32),
    }


def versions() -> dict[str, str]:
    """What the numbers were made with."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "machine": platform.machine(),
    }


def _write(path: Path, content: bytes) -> None:
    path.with_suffix(".part").write_bytes(content)
    path.with_suffix(".part").replace(path)


def main() -> None:
    """Record into the folders that ship."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--points", action="store_true")
    parser.add_argument("--scenes", action="store_true")
    parser.add_argument("--part", type=int, nargs=2, default=(1, 1), metavar=("I", "N"))
    asked = parser.parse_args()
    part, parts = asked.part
    torch.set_num_threads(1)
    if asked.points:
        record_points(warm_up.FILE)
        return
    data, names = make_data(), LONG if asked.long else tuple(CONFIGURATIONS)
    mine = names[part - 1 :: parts]
    if asked.scenes:
        made = record_scenes(scored_scene.FOLDER, FOLDER, data, versions())
    elif asked.long:
        made = record_long(LONG_FOLDER, FOLDER, data, mine)
    else:
        made = record(FOLDER, data, mine)
    for written in made:
        print(written, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
