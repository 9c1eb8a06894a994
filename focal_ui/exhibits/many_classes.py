"""Many classes: one example's loss in two forms, and the outputs of an image that should say no."""

from functools import lru_cache

import numpy as np

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.checks import Floats
from focal_core.first_step import FirstStep
from focal_core.softmax import SoftmaxFocalLoss
from focal_ui.controls.one_example import Example
from focal_ui.figures import many_classes as figures
from focal_ui.stage.view import Exhibit
from focal_ui.words import _

COUNTS = np.arange(1, 201)
AT_ONCE = FirstStep(paper.PRIOR.value)  # an image before training


def two_forms(example: Example, gamma: float) -> Exhibit:
    """The terms of both forms, under cross entropy and under focal loss."""
    names = [_("class {i}").format(i=i + 1) for i in range(len(example.logits))]
    true = _("background") if example.truth is None else names[example.truth]
    return figures.two_forms(
        names,
        (softmax_terms(example, 0.0), softmax_terms(example, gamma)),
        (sigmoid_terms(example, 0.0), sigmoid_terms(example, gamma)),
        true,
    )


def negative_outputs(classes: int, gamma: float) -> Exhibit:
    """What part of the first loss they make up, from one class to many."""
    shares = _shares_of_no(0.0), _shares_of_no(gamma)
    now = int(np.searchsorted(COUNTS, classes))
    return figures.negative_outputs(COUNTS.tolist(), shares, AT_ONCE.prior, now)


@lru_cache(maxsize=256)
def softmax_terms(example: Example, gamma: float) -> Floats:
    """The one-hot sum, term by term: only the true class has one, background has none."""
    terms = np.zeros(len(example.logits))
    if example.truth is not None:
        loss = SoftmaxFocalLoss(gamma, example.weights)
        terms[example.truth] = loss.value(example.logits, example.truth)
    return terms


@lru_cache(maxsize=256)
def sigmoid_terms(example: Example, gamma: float) -> Floats:
    """What each class's sigmoid adds, which says yes or no."""
    targets = np.zeros(len(example.logits))
    if example.truth is not None:
        targets[example.truth] = 1
    return FocalLoss(gamma).value(example.logits, targets)


@lru_cache(maxsize=64)
def _shares_of_no(gamma: float) -> Floats:
    """What part of the first loss the outputs make up that should say no, at each K."""
    return AT_ONCE.share_of_no(COUNTS, FocalLoss(gamma))
