"""What a visitor's labels say: an object, background, nothing; or somebody has to be asked."""

import numpy as np
from numpy.typing import NDArray

from focal_core.columns import MOST_LABELS, Column, cell_of
from focal_core.received import UnreadableError

FEW_STRAY = 0.05  # of the labels beside 0 and 1: more, and they are a class
_TRUTHS = {"true": True, "false": False, "np.true_": True, "np.false_": False}
_PAIRS = (  # object and background; each says so only beside the other
    ("t", "f"), ("yes", "no"), ("y", "n"), ("positive", "negative"), ("pos", "neg"), ("+", "-"),
    ("object", "background"), ("foreground", "background"), ("fg", "bg"), ("sí", "no"),
    ("si", "no"), ("是", "否"),
)  # fmt: skip
_MISSING = ("", "nan", "na", "n/a", "#n/a", "<na>", "null", "nat", "?")
_WORDS_FOR_IGNORED = (
    "ignore", "ignored", "unlabeled", "unlabelled", "crowd", "dontcare", "don't care", "void",
)  # fmt: skip
_IGNORED = (  # beside 0 and 1: what counts for neither class
    "-1", "-2", "-100", "255", "none", "unknown", "difficult", "uncertain", "-", ".",
    *_WORDS_FOR_IGNORED,
)  # fmt: skip


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no label."""
    return text.lower() in _MISSING


def label_choices(column: Column) -> tuple[str, ...]:
    """The labels among which the object has to be named; () where they are 0 and 1.

    Raises UnreadableError if there are more than 50.
    """
    choices = all_labels(column)
    return () if _speak_for_themselves(column, choices) else choices


def all_labels(column: Column) -> tuple[str, ...]:
    """The labels, without what stands for a missing one. Raises UnreadableError for over 50."""
    if not column.labels:
        raise UnreadableError(
            "Column {column} has more than {limit} different cells, so it holds no labels.",
            column=column.name,
            limit=MOST_LABELS,
        )
    return tuple(text for text in column.labels if not is_missing(text))


def likely_ignored(choices: tuple[str, ...]) -> tuple[str, ...]:
    """Those among the labels that by their name count for neither class."""
    return tuple(text for text in choices if text.lower() in _WORDS_FOR_IGNORED)


def truths(labels: tuple[str, ...]) -> dict[str, bool | None]:
    """What each label says by itself: an object, background, or nothing.

    1 and 0, true and false; 1 and -1 where no other number is beside them; yes and no and their
    like where both are there.
    """
    present = {text.lower() for text in labels if not is_missing(text)}
    numbers = {text: _number(text) for text in labels if not is_missing(text)}
    if set(numbers.values()) == {-1, 1}:
        return {text: None if text not in numbers else numbers[text] == 1 for text in labels}
    words = dict(_TRUTHS)
    for pair in _PAIRS:
        if present.issuperset(pair):
            words |= {pair[0]: True, pair[1]: False}
    return {text: _truth(text, numbers.get(text), words) for text in labels}


def _truth(text: str, number: float | None, words: dict[str, bool]) -> bool | None:
    return bool(number) if number in (0, 1) else words.get(text.lower())


def targets(
    column: Column, object_label: str | None, left_out: tuple[str, ...] = ()
) -> tuple[NDArray[np.bool], NDArray[np.bool]]:
    """Whether each row is an object, and whether it has no label.

    object_label: None where labels say by themselves what they are; else all others but those left
    out are background. Raises UnreadableError if the object has to be named and is not.
    """
    choices = all_labels(column)
    if object_label not in choices and (object_label is not None or label_choices(column)):
        raise UnreadableError(
            "Column {column} has other labels than 0 and 1: say which one is the object.",
            column=column.name,
        )
    said: dict[str, bool | None] = truths(column.labels)
    if object_label is not None:
        said = {text: text == object_label if text in choices else None for text in column.labels}
    said |= dict.fromkeys(left_out)
    is_object = np.array([said[text] is True for text in column.labels], dtype=bool)
    missing = np.array([said[text] is None for text in column.labels], dtype=bool)
    return is_object[column.codes], missing[column.codes]


def object_labels(column: Column, object_label: str | None) -> tuple[str, ...]:
    """The labels that are objects: the one that was named, or those that say so."""
    if object_label is not None:
        return (object_label,)
    return tuple(text for text, truth in truths(column.labels).items() if truth)


def are_told(column: Column) -> bool:
    """Whether all labels, and there is one, say by themselves what they are."""
    said = [truth for text, truth in truths(column.labels).items() if not is_missing(text)]
    return bool(said) and None not in said


def _speak_for_themselves(column: Column, choices: tuple[str, ...]) -> bool:
    """Whether nearly all labels say by themselves what they are; the others are left out."""
    said = truths(column.labels)
    counts = np.bincount(column.codes, minlength=len(column.labels))
    asked = {
        text: int(n)
        for text, n in zip(column.labels, counts, strict=True)
        if said[text] is not None or (text in choices and text.lower() not in _IGNORED)
    }
    clear = sum(n for text, n in asked.items() if said[text] is not None)
    return not choices or (clear > 0 and clear >= (1 - FEW_STRAY) * sum(asked.values()))


def _number(text: str) -> float | None:
    number = float("nan") if text.endswith("%") else cell_of(text).number
    return None if np.isnan(number) else number
