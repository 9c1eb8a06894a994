"""What the synthetic images are drawn with: smooth noise, shapes, and boxes to draw them in."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from focal_core.training.records import Singles

Mask = NDArray[np.bool_]
Shape = Callable[[Singles, Singles], Mask]
"""Whether a place lies inside: a function of coordinates that run from -1 to 1 inside the box."""


def smooth_noise(
    count: int, size: int, cells: Sequence[int], generator: np.random.Generator
) -> NDArray[np.float64]:
    """A colour and octaves of smooth noise: (count, 3, size, size), about 0 to 1.

    cells: how many each octave has across.
    """
    canvases = generator.uniform(0.3, 0.7, (count, 3, 1, 1))
    for across in cells:
        grid = generator.normal(0, 0.05, (count, 3, across + 1, across + 1))
        stretch = _bilinear(across + 1, size)
        canvases = canvases + stretch @ grid @ stretch.T
    return np.asarray(canvases)


def as_bytes(canvas: Singles) -> NDArray[np.uint8]:
    """Brightness 0 to 1 as 0 to 255; what lies outside is cut off."""
    return (np.clip(canvas, 0, 1) * 255).round().astype(np.uint8)


def random_box(size: int, smallest: float, generator: np.random.Generator) -> Singles:
    """A box inside the image: x0, y0, x1, y1 in pixels.

    The geometric mean of its sides is `smallest` to 20 pixels.
    """
    side, stretch = generator.uniform(smallest, 20), np.exp(generator.uniform(-0.45, 0.45))
    extent = np.array([side * stretch, side / stretch])
    corner = generator.uniform(0, size - extent)
    return np.concatenate([corner, corner + extent]).astype(np.float32)


def paint(canvas: Singles, box: Singles, shape: Shape, generator: np.random.Generator) -> None:
    """Shift the colour inside the shape, which lies in the box, of a canvas (3, size, size)."""
    left, top = (max(0, int(low)) for low in box[:2])
    right, bottom = (int(high) + 1 for high in box[2:])
    pixels = np.arange(canvas.shape[-1], dtype=np.float32) + 0.5
    u = (2 * pixels[left:right] - box[0] - box[2]) / (box[2] - box[0])
    v = (2 * pixels[top:bottom] - box[1] - box[3]) / (box[3] - box[1])
    inside = shape(u[np.newaxis, :], v[:, np.newaxis])
    offset = generator.uniform(0.12, 0.4, 3) * generator.choice([-1, 1], 3)
    canvas[:, top:bottom, left:right] += (
        inside * offset.astype(np.float32)[:, np.newaxis, np.newaxis]
    )


def _bilinear(points: int, size: int) -> NDArray[np.float64]:
    """The matrix (size, points) that interpolates linearly between points."""
    places = np.linspace(0, points - 1, size)
    return np.asarray(np.maximum(0, 1 - np.abs(places[:, np.newaxis] - np.arange(points))))


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


OBJECTS: tuple[Shape, ...] = (_ellipse, _rectangle, _triangle)
DISTRACTORS: tuple[Shape, ...] = (_plus, _ring, _ell, _diamond)
