"""Train the models that the large scenes are shown with, and write down what they answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from focal_core.checks import Floats
from focal_core.training import recorded
from focal_core.training.config import NO_PRIOR_MODEL, PAPERS, REFERENCE, named
from focal_core.training.detector import BROKEN, Training, as_input
from focal_core.training.images import Data
from focal_core.training.model import Detector
from focal_core.training.records import Step
from focal_core.training.scene import KINDS, OBJECT, SEEDS, make_scene, roles_of
from focal_core.training.scored_scene import STEPS, ScoredScene, save_scenes, summarise
from focal_core.training.slug import slug

MODELS = (PAPERS, REFERENCE, NO_PRIOR_MODEL)
SEED = 0  # of the weights and of the order of the images
TOLD_GAMMAS = (0.0, 0.5, 1.0, 2.0, 5.0)


def record_scenes(
    folder: Path, tuned: Path, data: Data, versions: dict[str, str], names: Sequence[str] = MODELS
) -> Iterator[str]:
    """Each model with its published learning rate; says each file's name when it is written."""
    for name in names:
        rate = recorded.best_rate(recorded.load_trials(tuned, name))
        config = replace(named(name, rate, SEED), probe_at=())
        config = replace(config, evaluate_every=config.steps)
        training = Training(config, replace(data, test=None))
        scenes: dict[tuple[int, int], ScoredScene] = {}
        shares: dict[str, list[list[float]]] = {}
        for step in _looks(training):
            for seed in SEEDS:
                scenes[step, seed], told = look(training.model, seed)
                shares[f"{step} {seed}"] = told
        path = folder / f"{slug(name)}.npz"
        said: dict[str, Any] = {
            "name": name, "config": config.as_dict(), "versions": versions,
            "gammas": TOLD_GAMMAS, "shares": shares,
        }  # fmt: skip
        save_scenes(path, said, scenes)
        yield path.name


def look(model: Detector, seed: int) -> tuple[ScoredScene, list[list[float]]]:
    """What ships of one scene, and its shares in float64: a row of KINDS for each gamma told."""
    scene = make_scene(seed)
    roles = roles_of(scene)
    logits, targets = scores_of(model, seed), roles.targets(scene.classes)
    return summarise(logits, targets, roles), exact_shares(logits, targets, roles.kinds)


@torch.no_grad()
def scores_of(model: Detector, seed: int) -> Floats:
    """The model's logits over a whole scene, (103680, 3)."""
    logits = model(as_input(make_scene(seed).image[np.newaxis]))[0][0]
    return np.asarray(logits.nan_to_num(BROKEN).numpy(), dtype=float)


def exact_shares(logits: Floats, targets: Any, kinds: Any) -> list[list[float]]:
    """From every output alone, by the formula: −(1 − p_t)^γ ln p_t, Lin et al. 2017, equation 4."""
    wrong = np.where(targets, -logits, logits)
    cross_entropy, log_fade = np.logaddexp(0, wrong), -np.logaddexp(0, -wrong)
    shares = []
    for gamma in TOLD_GAMMAS:
        each = (cross_entropy * np.exp(gamma * log_fade)).sum(axis=1)
        sums = [float(each[kinds == kind].sum()) for kind in KINDS]
        assert kinds.max() > OBJECT  # noqa: S101 - some anchors are left out
        shares.append([paid / sum(sums) for paid in sums])
    return shares


def _looks(training: Training) -> Iterator[int]:
    """The steps after which the model is looked at, as they are reached."""
    yield STEPS[0]
    for record in training.records():
        if isinstance(record, Step) and record.step in STEPS:
            yield record.step
