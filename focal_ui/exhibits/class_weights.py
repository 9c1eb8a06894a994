"""Class weights: the map of both knobs, the loss of both classes, and four kinds of examples."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from focal_core.binary import FocalLoss
from focal_core.budget import Budget, budget, negative_share_by_gamma, negative_share_map
from focal_core.checks import Floats
from focal_core.population import SIMPLE
from focal_core.probability import logit
from focal_ui.controls import knobs
from focal_ui.figures import class_weights as figures
from focal_ui.stage.view import Exhibit, Held
from focal_ui.words import _, kept, percent

P = np.linspace(0.002, 0.998, 160)
GAMMAS = tuple(np.linspace(0, 5, 41).tolist())
ALPHAS = np.linspace(0, 1, 41)
EASY, HARD = 0.9, 0.1


def share_map(loss: FocalLoss, headline: str) -> Exhibit:
    """Background's share at each gamma and alpha.

    headline: the page's, with gamma, alpha and value in braces, to be filled in while the point is
    held.
    """
    _all, balancing = _shares()
    now = loss.gamma, loss.alpha or 0.0, background_share(loss)
    return replace(figures.share_map(GAMMAS, balancing, _ground(), now), held=_held(headline))


def two_classes(loss: FocalLoss) -> Exhibit:
    """The loss of background and of objects over p."""
    alpha = loss.alpha or 0.0
    before, after = (
        ((1 - alpha) * background, alpha * objects)
        for background, objects in (_losses(0.0), _losses(loss.gamma))
    )
    return figures.two_classes(P, before, after, alpha, loss.gamma)


def four_kinds(loss: FocalLoss) -> Exhibit:
    """The weights of easy and hard background and objects."""
    p_t = np.array([[EASY, EASY], [HARD, HARD]])
    alpha_t = np.array([[1 - (loss.alpha or 0.0), loss.alpha or 0.0]] * 2)
    weights: dict[str, Floats] = {
        _("α alone"): alpha_t,
        _("α and γ"): alpha_t * (1 - p_t) ** loss.gamma,
    }
    return figures.four_kinds(weights, EASY, HARD)


def background_share(loss: FocalLoss) -> float | None:
    """What background makes up of the loss, with this gamma and alpha."""
    return unweighted(loss.gamma).weighted(loss.alpha or 0.0).negative_share


@lru_cache(maxsize=256)
def unweighted(gamma: float) -> Budget:
    """What both classes pay before alpha weighs them."""
    return budget(SIMPLE.population(), FocalLoss(gamma))


@kept(maxsize=4)
def _ground() -> list[dict[str, Any]]:
    """The map itself, drawn once for all places of the sliders."""
    return figures.map_ground(GAMMAS, ALPHAS, *_shares())


@lru_cache(maxsize=1)
def _shares() -> tuple[Floats, tuple[float | None, ...]]:
    """Background's share over the whole map, and the balancing alpha, which is that share."""
    balancing = tuple(negative_share_by_gamma(SIMPLE, GAMMAS))
    return negative_share_map(SIMPLE, GAMMAS, ALPHAS), balancing


@kept(maxsize=1)
def _held(headline: str) -> Held:
    """What it says wherever the point of the map may be held."""
    gammas, alphas = knobs.GAMMA.places, tuple(round(i / 1000, 3) for i in range(0, 1001, 10))
    shares = negative_share_map(SIMPLE, gammas, np.array(alphas))
    return Held(headline, gammas, alphas, [[percent(float(s)) for s in row] for row in shares])


@lru_cache(maxsize=256)
def _losses(gamma: float) -> tuple[Floats, Floats]:
    """Of background and of objects over p, without weights: what alpha multiplies."""
    logits = logit(P)
    return FocalLoss(gamma).value(logits, 0), FocalLoss(gamma).value(logits, 1)
