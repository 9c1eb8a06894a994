"""Small synthetic images: one object on a textured background, and distractors coloured alike.

The object is an ellipse, a rectangle or a triangle, 8 to 20 pixels; up to three distractors (plus,
ring, L, diamond) are background, and hard. Each split comes from its own generator, so that no
setting can be chosen by the test images, which only a finished run is measured on.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from focal_core.checks import check_whole
from focal_core.training.drawing import (
    DISTRACTORS,
    OBJECTS,
    as_bytes,
    paint,
    random_box,
    smooth_noise,
)
from focal_core.training.records import Singles

SIZE, SMALLEST = 48, 8
OCTAVES = (2, 3, 6, 12, 24)  # cells of smooth noise in 48 pixels
MOST_DISTRACTORS = 3  # in 48 by 48 pixels
CLASSES = ("ellipse", "rectangle", "triangle")
SEED = 2017
TRAIN, VALIDATION, TEST = 2000, 300, 500


@dataclass(frozen=True, eq=False)
class Split:
    """Images and their one object each.

    images: (n, 3, side, side) uint8. boxes: x0, y0, x1, y1 in pixels, (n, 4). classes: (n,).
    """

    images: NDArray[np.uint8]
    boxes: Singles
    classes: NDArray[np.int64]

    @property
    def side(self) -> int:
        """Of each image, pixels."""
        return int(self.images.shape[-1])

    def first(self, count: int) -> "Split":
        """The first `count` of them."""
        return replace(
            self,
            images=self.images[:count],
            boxes=self.boxes[:count],
            classes=self.classes[:count],
        )


@dataclass(frozen=True, eq=False)
class Data:
    """What a run sees. test None: the run may not look at test images, as while tuning."""

    train: Split
    validation: Split
    test: Split | None = None


@lru_cache(maxsize=2)
def make_data(
    train: int = TRAIN, validation: int = VALIDATION, test: int = TEST, seed: int = SEED
) -> Data:
    """So many images in each split (1 or more each, else ValueError), always the same ones."""
    generators = np.random.default_rng(seed).spawn(3)
    counts = (("train", train), ("validation", validation), ("test", test))
    return Data(
        *(
            make_split(check_whole(name, count, 1), generator)
            for (name, count), generator in zip(counts, generators, strict=True)
        )
    )


def make_split(count: int, generator: np.random.Generator, side: int = SIZE) -> Split:
    """Draw `count` images of `side` pixels, a multiple of 48: one object each.

    In a larger image texture, shapes and distractors for each area are those of 48 pixels.
    """
    canvases = _backgrounds(count, side, generator)
    drawn = [_furnish(canvas, generator) for canvas in canvases]
    canvases += generator.normal(0, 0.06, canvases.shape).astype(np.float32)
    split = Split(
        images=as_bytes(canvases),
        boxes=np.array([box for box, _class in drawn], dtype=np.float32),
        classes=np.array([number for _box, number in drawn]),
    )
    for array in (split.images, split.boxes, split.classes):
        array.flags.writeable = False  # the same arrays serve every run
    return split


def _backgrounds(count: int, side: int, generator: np.random.Generator) -> Singles:
    """A colour, five octaves of smooth noise and a grating: (count, 3, side, side), near 0 to 1."""
    times = side // SIZE
    smooth = smooth_noise(count, side, [times * across for across in OCTAVES], generator)
    return (smooth + _gratings(count, side, generator)).astype(np.float32)


def _gratings(count: int, side: int, generator: np.random.Generator) -> NDArray[np.float64]:
    def each(low: float, high: float) -> NDArray[np.float64]:
        return generator.uniform(low, high, (count, 1, 1, 1))

    angle, wavelength, phase = each(0, np.pi), each(6, 20), each(0, 2 * np.pi)
    row, column = np.mgrid[:side, :side]
    along = np.cos(angle) * column + np.sin(angle) * row
    return np.asarray(each(0, 0.06) * np.sin(2 * np.pi * along / wavelength + phase))


def _furnish(canvas: Singles, generator: np.random.Generator) -> tuple[Singles, int]:
    """Draw distractors, then the object over them; its box and class."""
    side = canvas.shape[-1]
    for _time in range(generator.integers(MOST_DISTRACTORS + 1, size=(side // SIZE) ** 2).sum()):
        box = random_box(side, SMALLEST, generator)
        paint(canvas, box, DISTRACTORS[generator.integers(4)], generator)
    number, box = int(generator.integers(len(OBJECTS))), random_box(side, SMALLEST, generator)
    paint(canvas, box, OBJECTS[number], generator)
    return box, number
