"""Start: a scene that glows under both losses, and all its outputs from the hardest on."""

from functools import lru_cache

import numpy as np

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.training.scored_scene import scored_scene
from focal_ui.figures.image import scene as figures
from focal_ui.figures.image.scene import RANKS, Lit, Ranked
from focal_ui.stage.view import Exhibit


def image(model: str, after: int, seed: int, gamma: float, *, look_alikes: bool) -> Exhibit:
    """The image twice, with each kind's share of the loss. look_alikes: outline these, too."""
    both = under_both(model, after, seed, gamma)
    hardest = scored_scene(model, after, seed).hardest_p_t()
    return figures.glowing(seed, *both, hardest, gamma, look_alikes=look_alikes)


def sorted_outputs(model: str, after: int, seed: int, gamma: float) -> Exhibit:
    """All outputs by kind, and what part of the loss the hardest of them make up."""
    both = under_both(model, after, seed, gamma)
    return figures.sorted_outputs(_kinds_by_rank(model, after, seed), *both, gamma)


def under_both(model: str, after: int, seed: int, gamma: float) -> tuple[Lit, Lit]:
    """The scene under cross entropy and under focal loss."""
    plain, focal = (_lit(model, after, seed, loss) for loss in (CROSS_ENTROPY, FocalLoss(gamma)))
    return plain, focal


@lru_cache(maxsize=400)
def _lit(model: str, after: int, seed: int, loss: FocalLoss) -> Lit:
    return Lit.of(scored_scene(model, after, seed), loss)


@lru_cache(maxsize=54)
def _kinds_by_rank(model: str, after: int, seed: int) -> Ranked:
    edges = np.concatenate(([0.0], 10**RANKS))
    return Ranked(scored_scene(model, after, seed).kinds_by_rank(edges)[:, 1:])
