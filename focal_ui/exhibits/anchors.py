"""Anchors: those that match the visitor's object, and how many each level holds."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from focal_core.anchors import RETINANET, Pyramid, assign_near
from focal_core.checks import Floats
from focal_core.training.scene import SEEDS, crowded_part, make_scene
from focal_ui.figures import anchors as figures
from focal_ui.figures.trained.images import png
from focal_ui.stage.view import Exhibit

height = figures.height_of  # where a number of anchors lies on the picture of the levels


@dataclass(frozen=True, eq=False)
class Sorted:
    """All anchors of a square image with one object in it, by what they are trained as.

    size: pixels a side. target: the object, shape (4,). assigned, ignored: of each level, shape
    (n, 4). Boxes are x0, y0, x1, y1 in pixels.
    """

    size: int
    pyramid: Pyramid
    target: Floats
    assigned: list[Floats]
    ignored: list[Floats]

    @property
    def total(self) -> int:
        """How many anchors there are."""
        return self.pyramid.count(self.size, self.size)

    @property
    def found(self) -> int:
        """How many are assigned to the object."""
        return sum(map(len, self.assigned))

    @property
    def background(self) -> int:
        """How many are neither assigned nor ignored."""
        return self.total - self.found - sum(map(len, self.ignored))


def sort_anchors(size: int, pyramid: Pyramid, x: float, y: float, side: float) -> Sorted:
    """x, y, side: centre and side of the object in percent of the image."""
    target = _object(size, x, y, side)
    return Sorted(size, pyramid, target, *assign_near(pyramid, size, size, target))


def pyramid_of(finest: int, scales: int, *, square: bool) -> Pyramid:
    """RetinaNet's, or a part of it. finest: the finest level, from 0."""
    return Pyramid(
        RETINANET.strides[finest:],
        RETINANET.sizes[finest:],
        RETINANET.scales[:scales],
        (1.0,) if square else RETINANET.ratios,
    )


def on_the_image(anchors: Sorted) -> Exhibit:
    """The image with its object and the anchors that match it."""
    return figures.on_the_image(
        anchors.size,
        anchors.target,
        np.concatenate(anchors.assigned),
        np.concatenate(anchors.ignored),
        _one_cell(anchors.pyramid, anchors.target),
        anchors.total,
        _ground(),
    )


def by_level(anchors: Sorted) -> Exhibit:
    """How many anchors each level has, and how many of them are assigned to the object."""
    pyramid, size = anchors.pyramid, anchors.size
    counts = [pyramid.per_cell * cells for cells in pyramid.cells(size, size)]
    return figures.by_level(pyramid.strides, counts, list(map(len, anchors.assigned)))


def _object(size: int, x: float, y: float, side: float) -> Floats:
    centre = np.array([x, y]) * size / 100
    half = side * size / 200
    return np.asarray(np.clip(np.concatenate((centre - half, centre + half)), 0, size))


@lru_cache(maxsize=1)
def _ground() -> str:
    """The image under the anchors: a part of the first scene of Start, enlarged."""
    return png(crowded_part(make_scene(SEEDS[0])))


def _one_cell(pyramid: Pyramid, target: Floats) -> Floats:
    """The anchors of the cell under the object, on the level whose size fits it best."""
    side = float(np.sqrt(np.prod(target[2:] - target[:2])))
    level = int(np.argmin(np.abs(np.log(np.array(pyramid.sizes) / max(side, 1)))))
    x, y = (target[:2] + target[2:]) / 2
    return pyramid.at_cell(level, float(x), float(y))
