"""Calibration: what the ideal model predicts, and a recorded detector or ten classes beside it."""

from functools import lru_cache

import numpy as np

from focal_core.binary import FocalLoss
from focal_core.checks import Floats
from focal_core.optimum import (
    posterior,
    posterior_of_classes,
    risk_minimiser_by_table,
    risk_minimiser_of_classes,
)
from focal_core.related import nearly_undone
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import recording
from focal_core.training.showcase import calibration_errors
from focal_ui.figures import calibration as figures
from focal_ui.stage.view import Exhibit
from focal_ui.words import kept

TRUE = np.linspace(0.01, 0.99, 99)
COMMON, RARE, CLASSES = 0.11, 0.01, 10
LEAST_SCORE = 0.05


def answers(true_probability: float, loss: FocalLoss) -> Exhibit:
    """The prediction at each true probability, and recalibrated by one number."""
    answered = _answered(loss)
    now = true_probability, predicted(true_probability, loss)
    return figures.answers(
        TRUE, answered, nearly_undone(answered, loss), now, float(posterior(0.5, loss))
    )


def predicted(true_probability: float, loss: FocalLoss) -> float:
    """What the ideal model predicts; the slider's places stand on TRUE."""
    return float(np.interp(true_probability, TRUE, _answered(loss)))


@kept(maxsize=1)
def reliability() -> Exhibit:
    """The recorded detector that was trained with the paper’s loss, on test images."""
    focal, plain = (recording().showcase(name) for name in (PAPERS, REFERENCE))
    errors = (
        calibration_errors(focal.histogram, focal.loss, LEAST_SCORE),
        calibration_errors(plain.histogram, plain.loss, LEAST_SCORE),
    )
    over_all = [each.calibration_error for each in (focal.before, focal.after, plain.before)]
    return figures.reliability(focal.before, focal.after, errors, over_all, low=LEAST_SCORE)


@kept(maxsize=64)
def ten_classes(gamma: float) -> Exhibit:
    """What a softmax over nine common classes and a rare one predicts."""
    true = np.array([COMMON] * (CLASSES - 1) + [RARE])
    answered = risk_minimiser_of_classes(true, gamma)
    names = [str(i) for i in range(1, CLASSES + 1)]
    return figures.ten_classes(names, true, answered, posterior_of_classes(answered, gamma))


@lru_cache(maxsize=256)
def _answered(loss: FocalLoss) -> Floats:
    return risk_minimiser_by_table(TRUE, loss)
