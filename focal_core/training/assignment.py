"""Anchors of the small detector, and which of them answer for the object.

Two pyramid levels (stride 4 and 8), 3 scales x 3 ratios: 1,620 anchors in an image of 48 pixels.
An anchor is positive from IoU 0.6 on (the paper: 0.5; stricter makes positives rarer), background
below 0.4, ignored between. The object's best anchor is positive in any case.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from focal_core.training.images import SIZE
from focal_core.training.records import Singles

STRIDES = (4, 8)
BASES = (8.0, 16.0)
SCALES = (1.0, 2 ** (1 / 3), 2 ** (2 / 3))
RATIOS = (0.5, 1.0, 2.0)
AT_ONCE = 50  # images whose overlaps are held in memory
PER_CELL = len(SCALES) * len(RATIOS)
POSITIVE_FROM, BACKGROUND_BELOW = 0.6, 0.4

POSITIVE, BACKGROUND, IGNORED = 1, 0, -1


@lru_cache(maxsize=4)
def anchor_boxes(side: int = SIZE) -> Singles:
    """All anchors of a square image as x0, y0, x1, y1 in pixels, (1620, 4) for one of 48 pixels.

    By level, row, column, scale, ratio.
    """
    boxes = np.concatenate(
        [_level(stride, base, side) for stride, base in zip(STRIDES, BASES, strict=True)]
    )
    boxes.flags.writeable = False
    return boxes


def iou(anchors: Singles, boxes: Singles) -> Singles:
    """Intersection over union of boxes (..., 4) that broadcast."""
    low = np.maximum(anchors[..., :2], boxes[..., :2])
    high = np.minimum(anchors[..., 2:], boxes[..., 2:])
    common = np.prod(np.maximum(high - low, 0), axis=-1)
    return np.asarray(common / (_area(anchors) + _area(boxes) - common), dtype=np.float32)


def assign(boxes: Singles, side: int = SIZE) -> NDArray[np.int8]:
    """POSITIVE, BACKGROUND or IGNORED for each image's anchors; boxes (n, 4) gives (n, anchors).

    side: of the images, pixels.
    """
    anchors = anchor_boxes(side)
    return np.concatenate(
        [
            _assign(boxes[start : start + AT_ONCE], anchors)
            for start in range(0, len(boxes), AT_ONCE)
        ]
    )


def _assign(boxes: Singles, anchors: Singles) -> NDArray[np.int8]:
    overlap = iou(anchors, boxes[:, np.newaxis])
    roles = by_overlap(overlap)
    roles[np.arange(len(boxes)), overlap.argmax(axis=1)] = POSITIVE
    return roles


def by_overlap(overlap: Singles) -> NDArray[np.int8]:
    """POSITIVE, BACKGROUND or IGNORED by the overlap with an object, 0 to 1, of any shape."""
    roles = np.full(overlap.shape, IGNORED, dtype=np.int8)
    roles[overlap < BACKGROUND_BELOW] = BACKGROUND
    roles[overlap >= POSITIVE_FROM] = POSITIVE
    return roles


def encode(boxes: Singles, anchors: Singles) -> Singles:
    """Offsets from anchors to boxes, (..., 4): centre by the anchor's size, log of the size."""
    centre, extent = _centre_and_extent(anchors)
    goal, size = _centre_and_extent(boxes)
    return np.concatenate([(goal - centre) / extent, np.log(size / extent)], axis=-1)


def decode(offsets: Singles, anchors: Singles, side: int = SIZE) -> Singles:
    """Boxes inside the image of `side` pixels from offsets (..., 4) and anchors (..., 4)."""
    centre, extent = _centre_and_extent(anchors)
    middle = centre + offsets[..., :2] * extent
    half = extent * np.exp(np.clip(offsets[..., 2:], -4, 4)) / 2
    corners = np.concatenate([middle - half, middle + half], axis=-1)
    return np.asarray(np.clip(corners, 0, side), dtype=np.float32)


def _level(stride: int, base: float, side: int) -> Singles:
    middles = np.arange(stride / 2, side, stride)
    row, column = np.meshgrid(middles, middles, indexing="ij")
    centre = np.stack([column, row], axis=-1).reshape(-1, 1, 2)
    extent = np.array(
        [
            (base * scale / np.sqrt(ratio), base * scale * np.sqrt(ratio))
            for scale in SCALES
            for ratio in RATIOS
        ]
    )
    boxes = np.concatenate([centre - extent / 2, centre + extent / 2], axis=-1)
    return boxes.reshape(-1, 4).astype(np.float32)


def _area(boxes: Singles) -> Singles:
    return np.asarray(np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1))


def _centre_and_extent(boxes: Singles) -> tuple[Singles, Singles]:
    low, high = boxes[..., :2], boxes[..., 2:]
    return np.asarray((low + high) / 2, np.float32), np.asarray(high - low, np.float32)
