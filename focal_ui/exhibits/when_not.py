"""When not: the share of the gradient that unlabelled objects make up as they become more."""

from functools import lru_cache

import numpy as np

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.noise import NoisyLabels, Pull
from focal_ui.figures import limits as figures
from focal_ui.stage.view import Exhibit

MANY = tuple(np.geomspace(1, 1000, 181).tolist())  # unlabelled objects for every 100 labelled


def wrong_labels(missed: float, loss: FocalLoss) -> Exhibit:
    """Their share under both losses. missed: unlabelled objects for every 100 labelled."""
    labels = NoisyLabels.unlabelled(missed)
    now = missed, labels.pull(CROSS_ENTROPY), labels.pull(loss)
    return figures.wrong_labels(MANY, (_pulls(CROSS_ENTROPY), _pulls(loss)), now, 1 / labels.noise)


def share(missed: float, loss: FocalLoss) -> float:
    """Of the gradient, what the unlabelled objects make up."""
    return NoisyLabels.unlabelled(missed).pull(loss).wrong_labels


@lru_cache(maxsize=64)
def _pulls(loss: FocalLoss) -> list[Pull]:
    return NoisyLabels().pull_at([NoisyLabels.unlabelled(missed).noise for missed in MANY], loss)
