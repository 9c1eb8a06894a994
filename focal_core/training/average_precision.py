"""Average precision, with ties counted together, and the suppression of double boxes before it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focal_core.checks import check_between, check_numbers
from focal_core.training.assignment import iou
from focal_core.training.images import CLASSES, Split
from focal_core.training.records import Detections, Singles

MATCH_FROM = 0.5
SUPPRESS_FROM = 0.5


def average_precision(
    scores: ArrayLike, hits: ArrayLike, positives: float, counts: ArrayLike = 1.0
) -> float:
    """Area under the curve of precision (made non-increasing) by recall, 0 to 1.

    scores: (n,), hits: (n,) whether each is right. positives: how many there are to be found,
    above 0, else ValueError. counts: how many examples each score stands for.
    Equal scores enter together, so a constant score gets the part of hits, whatever its order.
    """
    check_between("positives", positives, 0, ends=False)
    scores, hits = check_numbers("scores", scores), np.asarray(hits, dtype=float)
    if scores.size == 0:
        return 0.0
    counts = np.broadcast_to(np.asarray(counts, dtype=float), scores.shape)
    best_first = np.argsort(-scores, kind="stable")
    ranked = scores[best_first]
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True)
    right = np.cumsum((hits * counts)[best_first])[last_of_tie]
    precision = right / np.cumsum(counts[best_first])[last_of_tie]
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(right, prepend=0.0) / positives * precision))


def suppress(boxes: Singles) -> NDArray[np.bool_]:
    """Which boxes stay when each strikes out later ones of IoU 0.5 or more; best first.

    boxes: (n, k, 4), n lists at once; gives (n, k).
    """
    stays = np.ones(boxes.shape[:2], dtype=bool)
    for place in range(boxes.shape[1] - 1):
        overlap = iou(boxes[:, place, np.newaxis], boxes[:, place + 1 :])
        stays[:, place + 1 :] &= ~((overlap >= SUPPRESS_FROM) & stays[:, place, np.newaxis])
    return stays


def ap50(boxes: Singles, scores: Singles, split: Split) -> float:
    """Mean over the classes of the average precision at IoU 0.5.

    boxes (n, classes, k, 4) and scores (n, classes, k), best first: each class's candidates in
    each image. A class without an object in the split is left out.
    """
    each = [
        _of_class(boxes[:, number], scores[:, number], split, number)
        for number in range(len(CLASSES))
        if np.any(split.classes == number)
    ]
    return float(np.mean(each))


def best_boxes(boxes: Singles, scores: Singles, count: int) -> Detections:
    """The `count` best of one image's candidates, (classes, k, 4) and (classes, k)."""
    number, place = np.nonzero(suppress(boxes))
    order = np.argsort(-scores[number, place], kind="stable")[:count]
    chosen = number[order], place[order]
    return Detections(
        boxes=boxes[chosen].astype(np.float32),
        scores=scores[chosen].astype(np.float32),
        classes=number[order].astype(np.int8),
    )


def _of_class(boxes: Singles, scores: Singles, split: Split, number: int) -> float:
    stays = suppress(boxes)
    has_one = split.classes == number
    right = (iou(boxes, split.boxes[:, np.newaxis]) >= MATCH_FROM) & has_one[:, np.newaxis] & stays
    hits = right & (np.cumsum(right, axis=1) == 1)  # an object is found once
    return average_precision(scores[stays], hits[stays], int(np.count_nonzero(has_one)))
