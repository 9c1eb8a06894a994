"""One run into one file of JSON: what it was, how it ended, where loss and gradient came from."""

import json
import math
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

import torch

from focal_core.training.detector import Training
from focal_core.training.imbalance.data import data_of, outputs_of, positives_of
from focal_core.training.imbalance.plan import EVERY, Job
from focal_core.training.records import Ended, Evaluation, Probe, Record, Step

CURVES = ("class_loss", "box_loss", "background_share", "easy_share", "gradient_norm")
PROBED = ("background_share", "easy_share", "positives_gradient", "easy_gradient", "hard_gradient")


def run(job: Job, folder: Path, device: str = "cpu") -> str:
    """Train, and write the file, whole or not at all; its name."""
    torch.set_num_threads(1)
    side = job.setting.side
    data = data_of(side)
    rarity = _positives(side) / outputs_of(side)
    config = job.setting.config(job.seed, prior=float(f"{rarity:.3g}"))
    seen = replace(data, test=None) if job.tuning else data
    records = list(Training(config, seen, device).records())
    told = {"setting": job.setting.as_dict(), "seed": job.seed, "tuning": job.tuning}
    told |= {"prior": config.prior, "positives": _positives(side), "outputs": outputs_of(side)}
    told |= {"device": device, "torch": torch.__version__} | summary(records)
    path = folder / job.file
    path.with_suffix(".part").write_text(json.dumps(told), encoding="utf-8")
    path.with_suffix(".part").replace(path)
    return job.file


def summary(records: list[Record]) -> dict[str, Any]:
    """Of a run: how it ended, AP, curves and probes, with four digits."""
    steps = [each for each in records if isinstance(each, Step)]
    kept = [step for step in steps if step.step % EVERY == 0 or step.step == 1]
    probes = [each for each in records if isinstance(each, Probe)]
    looks = [each for each in records if isinstance(each, Evaluation)]
    ended = records[-1]
    finished = isinstance(ended, Ended) and ended.ending.value == "finished"
    test = [each.ap for each in looks if each.split == "test"]
    return {
        "ending": ended.ending.value if isinstance(ended, Ended) else "",
        "steps": len(steps),
        "seconds_a_step": _short(median(step.seconds for step in steps)) if steps else None,
        "validation": [[each.step, _short(each.ap)] for each in looks if each.split != "test"],
        "test_ap": _short(test[0]) if finished and test else None,
        "curves": {"step": [step.step for step in kept]}
        | {name: [_short(getattr(step, name)) for step in kept] for name in CURVES},
        "probes": {"step": [probe.step for probe in probes]}
        | {name: [_short(getattr(probe, name)) for probe in probes] for name in PROBED},
    }


@lru_cache(maxsize=1)
def _positives(side: int) -> float:
    return positives_of(data_of(side))


def _short(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None
