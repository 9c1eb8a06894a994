"""One large image with many objects, which a detector trained on small images is run over whole.

384 pixels a side: 96 x 96 cells of stride 4 and 48 x 48 of stride 8 with nine anchors each, which
are 103,680. Sixteen objects and 24 distractors lie on the texture of the training images (without
their grating), so that nearly all anchors are background, as in a real detector.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from focal_core.training.assignment import (
    IGNORED,
    PER_CELL,
    POSITIVE,
    STRIDES,
    anchor_boxes,
    by_overlap,
    iou,
)
from focal_core.training.drawing import (
    DISTRACTORS,
    OBJECTS,
    as_bytes,
    paint,
    random_box,
    smooth_noise,
)
from focal_core.training.records import Singles

SIDE = 384
CELLS = SIDE // STRIDES[0]
ANCHORS = PER_CELL * sum((SIDE // stride) ** 2 for stride in STRIDES)
OBJECT_COUNT, DISTRACTOR_COUNT = 16, 24
SMALLEST, APART = 10, 2  # pixels: of a shape, and between two
OCTAVES = (3, 8, 16, 24, 48, 96, 192)  # cells across of the texture's smooth noise
SEEDS = (0, 1, 2)
"""The scenes that are recorded: the first three."""

PLAIN, LOOK_ALIKE, NEAR, OBJECT, LEFT_OUT = range(5)
KINDS = (PLAIN, LOOK_ALIKE, NEAR, OBJECT)
"""What an anchor is: plain background, on a distractor, near an object, an object, or ignored."""
LOOK_ALIKE_FROM, NEAR_FROM = 0.3, 0.1  # overlap (IoU) with a distractor, with an object


@dataclass(frozen=True, eq=False)
class Scene:
    """An image and what is in it.

    image: (3, 384, 384) uint8. objects, distractors: boxes x0, y0, x1, y1 in pixels, (16, 4) and
    (24, 4). classes: of the objects, (16,).
    """

    image: NDArray[np.uint8]
    objects: Singles
    classes: NDArray[np.int64]
    distractors: Singles


@lru_cache(maxsize=4)
def make_scene(seed: int) -> Scene:
    """Always the same scene for the same seed, 0 or more."""
    generator = np.random.default_rng(seed)
    (canvas,) = smooth_noise(1, SIDE, OCTAVES, generator).astype(np.float32)
    boxes = _boxes_apart(OBJECT_COUNT + DISTRACTOR_COUNT, generator)
    objects, distractors = boxes[:OBJECT_COUNT], boxes[OBJECT_COUNT:]
    for box in distractors:
        paint(canvas, box, DISTRACTORS[generator.integers(len(DISTRACTORS))], generator)
    classes = generator.integers(len(OBJECTS), size=OBJECT_COUNT)
    for box, number in zip(objects, classes, strict=True):
        paint(canvas, box, OBJECTS[number], generator)
    canvas += generator.normal(0, 0.06, canvas.shape).astype(np.float32)
    made = Scene(as_bytes(canvas), objects, classes, distractors)
    for array in vars(made).values():
        array.flags.writeable = False  # the same arrays serve every visitor
    return made


@dataclass(frozen=True, eq=False)
class Roles:
    """What each of a scene's anchors is trained as.

    kinds: one of KINDS or LEFT_OUT, (103680,). owners: the object of each positive anchor, else
    -1, alike.
    """

    kinds: NDArray[np.int8]
    owners: NDArray[np.int64]

    def targets(self, classes: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the three outputs of each anchor should answer 1, (103680, 3)."""
        hot = np.arange(len(OBJECTS)) == classes[self.owners][:, np.newaxis]
        return np.asarray(hot & (self.kinds == OBJECT)[:, np.newaxis])


def roles_of(scene: Scene) -> Roles:
    """Assigned as in training (assignment.py), each anchor to the object that it overlaps most."""
    overlap = iou(anchor_boxes(SIDE)[:, np.newaxis], scene.objects)
    best, owner = overlap.max(axis=1), overlap.argmax(axis=1)
    trained_as = by_overlap(best)
    for number, anchor in enumerate(overlap.argmax(axis=0)):
        trained_as[anchor], owner[anchor] = POSITIVE, number
    like = iou(anchor_boxes(SIDE)[:, np.newaxis], scene.distractors).max(axis=1)
    kinds = np.select(
        [trained_as == POSITIVE, trained_as == IGNORED, best >= NEAR_FROM, like >= LOOK_ALIKE_FROM],
        [OBJECT, LEFT_OUT, NEAR, LOOK_ALIKE],
        PLAIN,
    )
    return Roles(kinds.astype(np.int8), np.where(trained_as == POSITIVE, owner, -1))


def kinds_of_locations(scene: Scene) -> NDArray[np.int8]:
    """What is at the middle of each location, one of KINDS, (96, 96).

    NEAR: within half a coarse cell's anchor, 8 pixels, of an object's box.
    """
    middle = (np.arange(CELLS) + 0.5) * STRIDES[0]

    def inside(boxes: Singles, around: float = 0.0) -> NDArray[np.bool_]:
        across, down = (
            (middle >= boxes[:, [side]] - around) & (middle < boxes[:, [side + 2]] + around)
            for side in (0, 1)
        )
        return np.asarray((down[:, :, np.newaxis] & across[:, np.newaxis, :]).any(axis=0))

    on = [inside(scene.objects), inside(scene.distractors), inside(scene.objects, 8.0)]
    return np.select(on, [OBJECT, LOOK_ALIKE, NEAR], PLAIN).astype(np.int8)


def crowded_part(scene: Scene, side: int = 96) -> NDArray[np.uint8]:
    """The square of so many pixels that holds most objects and distractors whole, (3, side, side).

    Looked for in steps of half its side; of equals the first from above left.
    """
    boxes = np.concatenate([scene.objects, scene.distractors])
    corners = [(x, y) for y in range(0, SIDE - side + 1, side // 2)
               for x in range(0, SIDE - side + 1, side // 2)]  # fmt: skip

    def holds(corner: tuple[int, int]) -> int:
        inside = (boxes[:, :2] >= corner) & (boxes[:, 2:] <= np.array(corner) + side)
        return int(inside.all(axis=1).sum())

    x, y = max(corners, key=holds)
    return scene.image[:, y : y + side, x : x + side]


def _boxes_apart(count: int, generator: np.random.Generator) -> Singles:
    """So many boxes that do not touch, by drawing again what would."""
    kept: list[Singles] = []
    while len(kept) < count:
        box = random_box(SIDE, SMALLEST, generator)
        if not any(_touch(box, other) for other in kept):
            kept.append(box)
    return np.array(kept)


def _touch(one: Singles, other: Singles) -> bool:
    return bool(np.all(one[:2] < other[2:] + APART) and np.all(other[:2] < one[2:] + APART))
