"""Boxes of a detector beside the labelled ones: which of them found an object, by their overlap.

As pycocotools does it at one threshold: within an image and a class the surest box chooses first,
among the labelled boxes that nobody has, the one that it overlaps most, if IoU is at least 0.5.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from focal_core.checks import Floats
from focal_core.received import UnreadableError

IOU = 0.5
MOST_PAIRS = 20_000_000  # of boxes in one image and class
_AT_ONCE = 500_000


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes of many images, predicted or labelled; all arrays have one entry a box.

    corners: left, top, right, bottom, (n, 4). scores: None for labelled boxes. crowd: whether a
    labelled box holds many objects, so that what lies in it is neither right nor wrong. pictured:
    every image that is known, also those without a box. style: COCO or YOLO.
    """

    images: tuple[str, ...]
    classes: tuple[str, ...]
    corners: Floats
    scores: Floats | None
    crowd: NDArray[np.bool]
    pictured: frozenset[str]
    style: str


@dataclass(frozen=True, eq=False)
class Matched:
    """What became of each predicted box; arrays have one entry a box.

    objects: whether it found an object; ignored: whether it lies in a crowd, or its image is not
    among those that are labelled. missed: labelled objects that no box found, of `labelled`.
    """

    objects: NDArray[np.bool]
    ignored: NDArray[np.bool]
    missed: int
    labelled: int


def matched(predicted: Boxes, truth: Boxes) -> Matched:
    """Each predicted box with the labelled object that it found, if any.

    Raises UnreadableError where more than 20 million pairs of boxes would have to be compared.
    """
    assert predicted.scores is not None  # noqa: S101
    order = np.argsort(-predicted.scores, kind="stable")
    places = np.empty_like(order)
    places[order] = np.arange(order.size)
    found = np.zeros(order.size, dtype=bool)
    crowded = np.zeros(order.size, dtype=bool)
    taken = np.zeros(len(truth.images), dtype=bool)
    boxes, labels, overlaps = _overlapping(predicted, truth)
    by_rank = np.lexsort((-labels, -overlaps, places[boxes]))
    crowd = truth.crowd
    for box, label in zip(boxes[by_rank].tolist(), labels[by_rank].tolist(), strict=True):
        if crowd[label]:
            crowded[box] = True
        elif not found[box] and not taken[label]:
            found[box] = taken[label] = True
    outside = np.fromiter((image not in truth.pictured for image in predicted.images), bool)
    return Matched(
        found,
        (crowded & ~found) | outside,
        int(np.count_nonzero(~taken & ~crowd)),
        int(np.count_nonzero(~crowd)),
    )


def _overlapping(
    predicted: Boxes, truth: Boxes
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Pairs of one image and class with an IoU of at least 0.5, and this IoU."""
    found = [_near(predicted, truth, boxes, labels) for boxes, labels in _pairs(predicted, truth)]
    if not found:
        none = np.zeros(0, dtype=np.intp)
        return none, none, np.zeros(0)
    boxes, labels, overlaps = (np.concatenate(each) for each in zip(*found, strict=True))
    return boxes, labels, overlaps


def _pairs(predicted: Boxes, truth: Boxes) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Places of the boxes that belong to one image and class, some half a million at a time."""
    groups: dict[tuple[str, str], int] = {}
    mine, theirs = (
        np.fromiter(
            (groups.setdefault(key, len(groups)) for key in zip(b.images, b.classes, strict=True)),
            np.intp,
        )
        for b in (predicted, truth)
    )
    sorted_labels = np.argsort(theirs, kind="stable")
    sizes = np.bincount(theirs, minlength=len(groups))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    counts = sizes[mine]
    ends = np.cumsum(counts)
    if ends.size and ends[-1] > MOST_PAIRS:
        raise UnreadableError(
            "There are {pairs} pairs of boxes in the same image and class; at most {limit} can be "
            "compared.",
            pairs=f"{int(ends[-1]):,}",
            limit=f"{MOST_PAIRS:,}",
        )
    first = 0
    while first < mine.size:
        done = ends[first] - counts[first]
        last = max(first + 1, int(np.searchsorted(ends, done + _AT_ONCE, side="right")))
        boxes = np.repeat(np.arange(first, last), counts[first:last])
        within = np.arange(boxes.size) - (ends[boxes] - counts[boxes] - done)
        yield boxes, sorted_labels[starts[mine[boxes]] + within]
        first = last


def _near(
    predicted: Boxes, truth: Boxes, boxes: NDArray[np.intp], labels: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    one, other = predicted.corners[boxes], truth.corners[labels]
    sides = np.minimum(one[:, 2:], other[:, 2:]) - np.maximum(one[:, :2], other[:, :2])
    shared = sides.clip(0).prod(axis=1)
    area, labelled = ((each[:, 2:] - each[:, :2]).clip(0).prod(axis=1) for each in (one, other))
    # a crowd is met by whatever lies in it, however small
    whole = np.where(truth.crowd[labels], area, area + labelled - shared)
    overlap = np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0)
    near = overlap >= IOU - 1e-10
    return boxes[near], labels[near], overlap[near]
