"""Images of one size, the same ones for every loss and seed."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from focal_core.training.assignment import POSITIVE, anchor_boxes, assign
from focal_core.training.images import CLASSES, Data, Split, make_split
from focal_core.training.imbalance.plan import DATA_SEED, TEST, TRAIN, VALIDATION

AT_ONCE = 25  # images that are drawn before they are turned into bytes


@lru_cache(maxsize=1)
def data_of(side: int, train: int = TRAIN, validation: int = VALIDATION, test: int = TEST) -> Data:
    """So many images of `side` pixels in each split, each from a generator of its own."""
    generators = np.random.default_rng((DATA_SEED, side)).spawn(3)
    counts = (train, validation, test)
    return Data(
        *(
            _joined([*_pieces(count, side, generator)])
            for count, generator in zip(counts, generators, strict=True)
        )
    )


def outputs_of(side: int) -> int:
    """How many sigmoid outputs an image of `side` pixels has: one for each anchor and class."""
    return len(anchor_boxes(side)) * len(CLASSES)


def positives_of(data: Data) -> float:
    """Positive outputs of a training image, on average: one for each positive anchor."""
    return float((assign(data.train.boxes, data.train.side) == POSITIVE).sum(axis=1).mean())


def _pieces(count: int, side: int, generator: np.random.Generator) -> Iterator[Split]:
    for start in range(0, count, AT_ONCE):
        yield make_split(min(AT_ONCE, count - start), generator, side)


def _joined(pieces: list[Split]) -> Split:
    return Split(
        *(
            np.concatenate([getattr(piece, name) for piece in pieces])
            for name in ("images", "boxes", "classes")
        )
    )
