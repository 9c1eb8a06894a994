"""Small synthetic images: one object on a textured background, and distractors coloured alike.

The object is an ellipse, a rectangle or a triangle, 8 to 20 pixels; up to three distractors (plus,
ring, L, diamond) are background, and hard. Each split comes from its own generator, so that no
setting can be chosen by the test images, which only a finished run is measured on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from focal_core.checks import check_whole
from focal_core.training.records import Singles

SIZE = 48
CLASSES = ("ellipse", "rectangle", "triangle")
SEED = 2017
TRAIN, VALIDATION, TEST = 2000, 300, 500

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Split:
    """Images and their one object each.

    images: (n, 3, 48, 48) uint8. boxes: x0, y0, x1, y1 in pixels, (n, 4). classes: (n,).
    """

    images: NDArray[np.uint8]
    boxes: Singles
    classes: NDArray[np.int64]

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


def make_split(count: int, generator: np.random.Generator) -> Split:
    """Draw `count` images."""
    canvases = _backgrounds(count, generator)
    drawn = [_furnish(canvas, generator) for canvas in canvases]
    canvases += generator.normal(0, 0.06, canvases.shape).astype(np.float32)
    split = Split(
        images=(np.clip(canvases, 0, 1) * 255).round().astype(np.uint8),
        boxes=np.array([box for box, _class in drawn], dtype=np.float32),
        classes=np.array([number for _box, number in drawn]),
    )
    for array in (split.images, split.boxes, split.classes):
        array.flags.writeable = False  # the same arrays serve every run
    return split


@lru_cache(maxsize=16)
def scene(box: tuple[float, float, float, float] | None, seed: int = 28) -> NDArray[np.uint8]:
    """An image (3, 48, 48) with distractors and one ellipse in the box x0, y0, x1, y1, in pixels.

    Drawn as the training images are, but where the box is told; None: without an ellipse.
    ValueError for an empty box.
    """
    if box and not (box[0] < box[2] and box[1] < box[3]):
        raise ValueError(f"box must have x0 < x1 and y0 < y1, got {box}")
    generator = np.random.default_rng(seed)
    (canvas,) = _backgrounds(1, generator)
    for shape in DISTRACTORS[:3]:
        _paint(canvas, _box(generator), shape, generator)
    if box:
        _paint(canvas, np.array(box, dtype=np.float32), _ellipse, generator)
    canvas += generator.normal(0, 0.03, canvas.shape).astype(np.float32)
    return np.asarray((np.clip(canvas, 0, 1) * 255).round().astype(np.uint8))


# --- background ----------------------------------------------------------------------------------


def _backgrounds(count: int, generator: np.random.Generator) -> Singles:
    """A colour, five octaves of smooth noise and a grating: (count, 3, 48, 48), about 0 to 1."""
    canvases = generator.uniform(0.3, 0.7, (count, 3, 1, 1))
    for cells in (2, 3, 6, 12, 24):
        grid = generator.normal(0, 0.05, (count, 3, cells + 1, cells + 1))
        stretch = _bilinear(cells + 1)
        canvases = canvases + stretch @ grid @ stretch.T
    return (canvases + _gratings(count, generator)).astype(np.float32)


def _bilinear(points: int) -> NDArray[np.float64]:
    """The matrix (48, points) that interpolates linearly between points."""
    places = np.linspace(0, points - 1, SIZE)
    return np.asarray(np.maximum(0, 1 - np.abs(places[:, np.newaxis] - np.arange(points))))


def _gratings(count: int, generator: np.random.Generator) -> NDArray[np.float64]:
    def each(low: float, high: float) -> NDArray[np.float64]:
        return generator.uniform(low, high, (count, 1, 1, 1))

    angle, wavelength, phase = each(0, np.pi), each(6, 20), each(0, 2 * np.pi)
    row, column = np.mgrid[:SIZE, :SIZE]
    along = np.cos(angle) * column + np.sin(angle) * row
    return np.asarray(each(0, 0.06) * np.sin(2 * np.pi * along / wavelength + phase))


# --- shapes: functions of coordinates that run from -1 to 1 inside the box ----------------------


def _ellipse(u: Singles, v: Singles) -> Mask:
    return u**2 + v**2 <= 1


def _rectangle(u: Singles, v: Singles) -> Mask:
    return np.maximum(np.abs(u), np.abs(v)) <= 1


def _triangle(u: Singles, v: Singles) -> Mask:
    return (np.abs(u) <= (v + 1) / 2) & (v <= 1)


def _plus(u: Singles, v: Singles) -> Mask:
    return _rectangle(u, v) & (np.minimum(np.abs(u), np.abs(v)) <= 0.3)


def _ring(u: Singles, v: Singles) -> Mask:
    return _ellipse(u, v) & (u**2 + v**2 >= 0.4)


def _ell(u: Singles, v: Singles) -> Mask:
    return _rectangle(u, v) & ((u <= -0.3) | (v >= 0.3))


def _diamond(u: Singles, v: Singles) -> Mask:
    return np.abs(u) + np.abs(v) <= 1


OBJECTS: tuple[Callable[[Singles, Singles], Mask], ...] = (_ellipse, _rectangle, _triangle)
DISTRACTORS: tuple[Callable[[Singles, Singles], Mask], ...] = (_plus, _ring, _ell, _diamond)


def _furnish(canvas: Singles, generator: np.random.Generator) -> tuple[Singles, int]:
    """Draw distractors, then the object over them; its box and class."""
    for _time in range(generator.integers(4)):
        _paint(canvas, _box(generator), DISTRACTORS[generator.integers(4)], generator)
    number, box = int(generator.integers(len(OBJECTS))), _box(generator)
    _paint(canvas, box, OBJECTS[number], generator)
    return box, number


def _box(generator: np.random.Generator) -> Singles:
    """A box inside the image whose geometric mean side is 8 to 20 pixels."""
    side, stretch = generator.uniform(8, 20), np.exp(generator.uniform(-0.45, 0.45))
    extent = np.array([side * stretch, side / stretch])
    corner = generator.uniform(0, SIZE - extent)
    return np.concatenate([corner, corner + extent]).astype(np.float32)


def _paint(
    canvas: Singles,
    box: Singles,
    shape: Callable[[Singles, Singles], Mask],
    generator: np.random.Generator,
) -> None:
    pixels = np.arange(SIZE, dtype=np.float32) + 0.5
    u = (2 * pixels - box[0] - box[2]) / (box[2] - box[0])
    v = (2 * pixels - box[1] - box[3]) / (box[3] - box[1])
    inside = shape(u[np.newaxis, :], v[:, np.newaxis])
    offset = generator.uniform(0.12, 0.4, 3) * generator.choice([-1, 1], 3)
    canvas += inside * offset.astype(np.float32)[:, np.newaxis, np.newaxis]
