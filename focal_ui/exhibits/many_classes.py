"""Many classes: one example's loss in two forms, and the outputs of an image that should say no."""

from functools import lru_cache

import numpy as np

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import Floats
from focal_core.first_step import FirstStep
from focal_core.softmax import SoftmaxFocalLoss
from focal_ui.figures import many_classes as figures
from focal_ui.stage.view import Exhibit
from focal_ui.words import _

COUNTS = np.arange(1, 201)
AT_ONCE = FirstStep(paper.PRIOR.value)  # an image before training


def two_forms(
    gamma: float, logits: tuple[float, ...], weights: tuple[float, ...], truth: int | None
) -> Exhibit:
    """The terms of both forms. truth: which class is true, from 0; None for background."""
    names = [_("class {i}").format(i=i + 1) for i in range(len(logits))]
    plain, focal = (
        softmax_terms(logits, truth, SoftmaxFocalLoss(g, weights)) for g in (0.0, gamma)
    )
    each = (sigmoid_terms(logits, truth, loss) for loss in (CROSS_ENTROPY, FocalLoss(gamma)))
    true = _("background") if truth is None else names[truth]
    return figures.two_forms(names, (plain, focal), (next(each), next(each)), true)


def negative_outputs(classes: int, gamma: float) -> Exhibit:
    """What part of the first loss they make up, from one class to many."""
    shares = _shares_of_no(0.0), _shares_of_no(gamma)
    now = int(np.searchsorted(COUNTS, classes))
    return figures.negative_outputs(COUNTS.tolist(), shares, AT_ONCE.prior, now)


@lru_cache(maxsize=256)
def softmax_terms(logits: tuple[float, ...], truth: int | None, loss: SoftmaxFocalLoss) -> Floats:
    """The one-hot sum, term by term: only the true class has one, background has none."""
    terms = np.zeros(len(logits))
    if truth is not None:
        terms[truth] = loss.value(logits, truth)
    return terms


@lru_cache(maxsize=256)
def sigmoid_terms(logits: tuple[float, ...], truth: int | None, loss: FocalLoss) -> Floats:
    """What each class's sigmoid adds, which says yes or no."""
    targets = np.zeros(len(logits))
    if truth is not None:
        targets[truth] = 1
    return loss.value(logits, targets)


@lru_cache(maxsize=64)
def _shares_of_no(gamma: float) -> Floats:
    """What part of the first loss the outputs make up that should say no, at each K."""
    return AT_ONCE.share_of_no(COUNTS, FocalLoss(gamma))
