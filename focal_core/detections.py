"""What a detector found and what was labelled, brought together: each predicted box gets a label.

YOLO's text files are read here (a box a line: class, centre, width, height and, of a prediction,
the confidence); COCO's come from `records`.
"""

from collections.abc import Sequence
from pathlib import PurePath

import numpy as np

from focal_core.boxes import Boxes, matched
from focal_core.columns import Table, is_number, table_of
from focal_core.received import Note, UnreadableError, check_rows

MATCHED = (
    "Each predicted box was matched with a labelled box of the same image and class that it "
    "overlaps by at least half (IoU ≥ 0.5), the most confident box first. A matched box counts as "
    "an object, any other as background."
)
MISSED = (
    "Labelled objects that no box found: {missed} of {labelled}. They have no score, so no number "
    "here counts them."
)
ONLY_WHAT_IS_LEFT = (
    "A detector hands on only the boxes above its own threshold, so most of the background that a "
    "training loss adds up is not here."
)
OUTSIDE = "Boxes left out, in a crowd or in an image without annotations: {n}."
NO_LABEL_FILE = "Images without a label file, taken as images without objects: {n}."
COCO_WANTS_LABELS = (
    "These are COCO results: they have scores, but no labels. Add the annotations file, in which "
    "“annotations” lists the labelled boxes."
)
COCO_WANTS_SCORES = (
    "These are COCO annotations: they have labels, but no scores. Add the results file, an array "
    "of boxes with image_id, category_id, bbox and score."
)
YOLO_WANTS_LABELS = (
    "These are YOLO predictions: they have scores, but no labels. Add the label files of the same "
    "images. If it is a table, save it as .csv."
)
YOLO_WANTS_SCORES = (
    "These are YOLO boxes without a confidence. Add the predictions of the same images with it "
    "(save_txt=True, save_conf=True). If it is a table, save it as .csv."
)
_NO_BOXES = ("classes.txt", "obj.names", "readme.txt")


class WantsMoreError(UnreadableError):
    """What came is half of what is needed; nothing is wrong with it."""


def of_no_boxes(name: str) -> bool:
    """Whether a file that lies among YOLO's by custom holds no boxes."""
    return PurePath(name).name.lower() in _NO_BOXES


def from_yolo(text: str, name: str) -> Boxes | None:
    """The boxes of one image; None if the lines are no boxes of YOLO."""
    rows = [line.split() for line in text.split("\n") if line.strip()]
    width = len(rows[0]) if rows else 5
    if width not in (5, 6) or any(len(row) != width for row in rows):
        return None
    check_rows(len(rows))
    if not all(row[0].isdigit() and all(map(is_number, row)) for row in rows):
        return None
    numbers = np.array(rows, dtype=float).reshape(-1, width)
    if np.any(numbers[:, 1:] < 0) or np.any(numbers[:, 1:] > 1):
        return None
    centre, half = numbers[:, 1:3], numbers[:, 3:5] / 2
    image = PurePath(name).stem
    return Boxes(
        (image,) * len(rows), tuple(str(int(row[0])) for row in rows),
        np.hstack([centre - half, centre + half]), numbers[:, 5] if width == 6 else None,
        np.zeros(len(rows), dtype=bool), frozenset([image]), "YOLO",
    )  # fmt: skip


def joined(earlier: Sequence[Boxes], new: Sequence[Boxes]) -> tuple[Boxes, ...]:
    """All of them, but for earlier ones that the new ones replace: of the same images, or style."""
    return (*(part for part in earlier if not any(_replaces(each, part) for each in new)), *new)


def _replaces(new: Boxes, earlier: Boxes) -> bool:
    if new.style != earlier.style:
        return True
    same = (new.scores is None) == (earlier.scores is None)
    return same and bool(new.pictured & earlier.pictured)


def labelled(parts: Sequence[Boxes]) -> Table:
    """Each predicted box as a row: its score, and whether it found an object.

    Raises WantsMoreError where labels or scores are still to come, and UnreadableError where both
    do not go together.
    """
    styles = {part.style for part in parts}
    if len(styles) > 1:
        raise UnreadableError("Boxes of COCO and of YOLO came together; send one of them.")
    (style,) = styles
    predicted = [part for part in parts if part.scores is not None]
    truth = [part for part in parts if part.scores is None]
    if not truth:
        raise WantsMoreError(COCO_WANTS_LABELS if style == "COCO" else YOLO_WANTS_LABELS)
    if not predicted:
        raise WantsMoreError(COCO_WANTS_SCORES if style == "COCO" else YOLO_WANTS_SCORES)
    return _table(_merged(predicted), _merged(truth))


def _merged(parts: Sequence[Boxes]) -> Boxes:
    scores = [part.scores for part in parts if part.scores is not None]
    merged = Boxes(
        tuple(image for part in parts for image in part.images),
        tuple(name for part in parts for name in part.classes),
        np.concatenate([part.corners for part in parts]),
        np.concatenate(scores) if scores else None,
        np.concatenate([part.crowd for part in parts]),
        frozenset().union(*(part.pictured for part in parts)),
        parts[0].style,
    )
    check_rows(len(merged.images))
    return merged


def _table(predicted: Boxes, truth: Boxes) -> Table:
    assert predicted.scores is not None  # noqa: S101
    alone = predicted.pictured - truth.pictured
    if alone == predicted.pictured:
        raise UnreadableError(
            "No image of the predictions is among the labelled ones: {image} is not.",
            image=min(alone, default="?"),
        )
    if truth.classes and not set(predicted.classes) & set(truth.classes):
        raise UnreadableError(
            "No class of the predictions is among the labelled ones: {name} is not.",
            name=min(predicted.classes, default="?"),
        )
    notes = []
    if alone and predicted.style == "YOLO":  # no file is how YOLO says that nothing is there
        notes.append(Note(NO_LABEL_FILE, {"n": len(alone)}))
        truth = _merged([truth, _without_boxes(truth, alone)])
    found = matched(predicted, truth)
    kept = np.flatnonzero(~found.ignored)
    if not kept.size:
        raise UnreadableError("No predicted box is left: all lie in crowds, or there is none.")
    if kept.size < found.ignored.size:
        notes.append(Note(OUTSIDE, {"n": found.ignored.size - kept.size}))
    told = Note(MISSED, {"missed": found.missed, "labelled": found.labelled})
    return table_of(
        ("score", "is_object"),
        (
            [repr(float(score)) for score in predicted.scores[kept]],
            ["1" if each else "0" for each in found.objects[kept]],
        ),
        (kept + 1).astype(np.int32),
        (Note(MATCHED), told, Note(ONLY_WHAT_IS_LEFT), *notes),
    )


def _without_boxes(like: Boxes, images: frozenset[str]) -> Boxes:
    return Boxes((), (), np.empty((0, 4)), None, np.zeros(0, dtype=bool), images, like.style)
