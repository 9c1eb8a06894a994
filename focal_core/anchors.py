"""Where 100,000 locations come from: anchor boxes on a feature pyramid, and which of them count."""

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from focal_core.checks import Floats, check_between, check_numbers, check_whole

LARGEST_IMAGE = 2048
POSITIVE_FROM, NEGATIVE_BELOW = 0.5, 0.4  # overlap with an object; Lin et al. 2017, section 4


class Label(IntEnum):
    """What an anchor is trained as."""

    BACKGROUND = 0
    OBJECT = 1
    IGNORED = -1


@dataclass(frozen=True)
class Pyramid:
    """Anchors of a one-stage detector: at every cell of every level, each scale in each ratio.

    strides: pixels between neighbouring cells, one a level. sizes: side of the basic square
    anchor, one a level. scales, ratios: how many variants (height over width) a cell has.
    The defaults are RetinaNet's: P3 to P7, 32 to 512 pixels, 3 x 3. Lin et al. 2017, section 4.
    Raises ValueError for empty or unequal tuples and for numbers that are not above 0.
    """

    strides: tuple[int, ...] = (8, 16, 32, 64, 128)
    sizes: tuple[float, ...] = (32, 64, 128, 256, 512)
    scales: tuple[float, ...] = (1.0, 2 ** (1 / 3), 2 ** (2 / 3))
    ratios: tuple[float, ...] = (0.5, 1.0, 2.0)

    def __post_init__(self) -> None:
        if len(self.strides) != len(self.sizes):
            raise ValueError(
                f"strides and sizes must be equally many, got {len(self.strides)} and "
                f"{len(self.sizes)}"
            )
        for name in ("strides", "sizes", "scales", "ratios"):
            numbers = getattr(self, name)
            if not numbers:
                raise ValueError(f"{name} must hold at least one number, got none")
            for number in numbers:
                check_between(name, number, 0, ends=False)

    @property
    def per_cell(self) -> int:
        """Anchors at one cell."""
        return len(self.scales) * len(self.ratios)

    def cells(self, height: int, width: int) -> tuple[int, ...]:
        """Cells of each level for an image of so many pixels (1 to 2048 each, else ValueError)."""
        check_whole("height", height, 1, LARGEST_IMAGE)
        check_whole("width", width, 1, LARGEST_IMAGE)
        return tuple(math.ceil(height / s) * math.ceil(width / s) for s in self.strides)

    def count(self, height: int, width: int) -> int:
        """All anchors of the image."""
        return self.per_cell * sum(self.cells(height, width))

    def at_cell(self, level: int, x: float, y: float) -> Floats:
        """The anchors of one cell centred at (x, y), shape (per_cell, 4): x0, y0, x1, y1."""
        return np.asarray(self._variants(level) + np.array([x, y, x, y]))

    def boxes(self, height: int, width: int) -> tuple[Floats, ...]:
        """All anchors of each level, shape (cells x per_cell, 4): x0, y0, x1, y1 in pixels."""
        self.cells(height, width)
        return tuple(self._level(i, height, width) for i in range(len(self.strides)))

    def boxes_near(
        self, height: int, width: int, box: ArrayLike, overlap: float
    ) -> tuple[Floats, ...]:
        """Of each level the anchors that may overlap the box so much; no other one does.

        An anchor that overlaps it by t shares at least t of the wider one's width and of the
        taller one's height with it, and t of the larger one's area.
        """
        self.cells(height, width)
        one = check_numbers("box", box)
        return tuple(
            self._level_near(i, (width, height), one, overlap) for i in range(len(self.strides))
        )

    def _level(self, level: int, height: int, width: int) -> Floats:
        x, y = (self._centres(level, extent) for extent in (width, height))
        return _at_each(x, y, self._variants(level))

    def _level_near(self, level: int, size: tuple[int, int], box: Floats, overlap: float) -> Floats:
        variants, extent = self._variants(level), box[2:] - box[:2]
        sides = variants[:, 2:] - variants[:, :2]
        areas, area = np.prod(sides, axis=1), np.prod(extent)
        fit = np.minimum(areas, area) >= overlap * np.maximum(areas, area)
        if not fit.any():
            return np.empty((0, 4))
        apart = (sides + extent) / 2 - overlap * np.maximum(sides, extent)
        reach = apart[fit].max(axis=0)
        x, y = (
            centres[np.abs(centres - (box[i] + box[i + 2]) / 2) <= reach[i]]
            for i, centres in enumerate(self._centres(level, pixels) for pixels in size)
        )
        return _at_each(x, y, variants[fit])

    def _centres(self, level: int, extent: int) -> Floats:
        stride = self.strides[level]
        return np.asarray((np.arange(math.ceil(extent / stride)) + 0.5) * stride)

    def _variants(self, level: int) -> Floats:
        sides = self.sizes[level] * np.array(self.scales)[:, np.newaxis]
        roots = np.sqrt(np.array(self.ratios))
        half_width, half_height = (sides / roots / 2).ravel(), (sides * roots / 2).ravel()
        return np.stack([-half_width, -half_height, half_width, half_height], axis=-1)


RETINANET = Pyramid()


def iou(boxes: ArrayLike, box: ArrayLike) -> Floats:
    """Intersection over union of each of `boxes`, shape (n, 4), with one box, shape (4,)."""
    many, one = check_numbers("boxes", boxes), check_numbers("box", box)
    overlap = np.minimum(many[:, 2:], one[2:]) - np.maximum(many[:, :2], one[:2])
    shared = np.prod(np.clip(overlap, 0, None), axis=1)
    return np.asarray(shared / (_area(many) + _area(one[np.newaxis]) - shared))


def assign(
    boxes: ArrayLike,
    objects: ArrayLike,
    *,
    positive_from: float = POSITIVE_FROM,
    negative_below: float = NEGATIVE_BELOW,
) -> tuple[Floats, Floats]:
    """Label of each anchor (see Label), shape (n,), and its best overlap with any object.

    objects: shape (m, 4). An anchor is an object from `positive_from` on, background below
    `negative_below`, and ignored between. Lin et al. 2017, section 4.
    """
    check_between("positive_from", positive_from, 0, 1)
    check_between("negative_below", negative_below, 0, positive_from)
    objects = check_numbers("objects", objects).reshape(-1, 4)
    anchors = check_numbers("boxes", boxes)
    best = np.zeros(len(anchors))
    for box in objects:
        best = np.maximum(best, iou(anchors, box))
    labels = np.full(len(anchors), float(Label.IGNORED))
    labels[best >= positive_from] = Label.OBJECT
    labels[best < negative_below] = Label.BACKGROUND
    return labels, best


def assign_near(
    pyramid: Pyramid, height: int, width: int, box: ArrayLike
) -> tuple[list[Floats], list[Floats]]:
    """Of each level the anchors that are the object in the box, and those ignored.

    The same as `assign` on all anchors, which takes 100 times as long.
    """
    levels = pyramid.boxes_near(height, width, box, NEGATIVE_BELOW)
    labels = [assign(level, box)[0] for level in levels]
    found, ignored = (
        [level[of == label] for level, of in zip(levels, labels, strict=True)]
        for label in (Label.OBJECT, Label.IGNORED)
    )
    return found, ignored


def _at_each(x: Floats, y: Floats, variants: Floats) -> Floats:
    """The variants around every pair of centres, row by row."""
    centres = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 1, 2)
    return (np.tile(centres, 2) + variants).reshape(-1, 4)


def _area(boxes: Floats) -> Floats:
    return np.asarray(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1))
