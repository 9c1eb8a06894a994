"""The likeliest way to read a table, by the names of its columns and by what is in them.

Each column gets points as labels and as scores; where the second comes near the first, nobody can
tell, and the visitor is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from focal_core.columns import Column, Fault, Table
from focal_core.labels import FEW_STRAY, are_told, is_missing
from focal_core.received import UnreadableError

MANY_ROWS = 20  # from here on what all rows have in common is no accident
MARGIN = 1  # points by which a column must lead by more, or it is asked for
_HALF_OF_TEN = 10.0  # no score of a class is a logit as large, but a percentage often is

_LABEL = re.compile(
    r"label|target|truth|^true$|actual|^gt$|ground|outcome|etiqueta|objetivo|verdad|真|标签|標籤"
)
_PERHAPS_LABEL = re.compile(
    r"^(y|t|class|classes|category|cls|annotation|response|object|positive|clase|real|类别|類別)$"
)
_PREDICTED = re.compile(r"pred|^hat$|^yhat$|guess|decision|vote|predicho|预测|預測")
_NO_LABEL = re.compile(
    r"fold|split|flag|^train$|^test$|^valid|crowd|difficult|count|^error$|^n$|^id$|^index$"
)
_PROBABILITY = re.compile(r"prob|概率|likelihood|softmax|sigmoid|percent|pct")
_SCORE = re.compile(r"scor|conf|logit|certainty|objectness|puntua|puntaje|得分|分数|分數|置信")
_PERHAPS_SCORE = re.compile(r"^(p|q|z|yhat|hat|output|outputs|margin|raw|value|decision|p1)$|pred")
_NO_SCORE = re.compile(
    r"^(id|idx|index|row|line|nr|no|num|number|count|n|fold|split|epoch|step|batch|seed|iou|age|"
    r"threshold|label|target|truth|true|actual|gt|time|date|weight|loss|entropy|gradient|flag)$"
    r"|^inst$"
)
_NO_SCORE_ALONE = re.compile(
    r"^(image|img|file|filename|frame|x|y|w|h|t|[xy]\d|[xy]min|[xy]max|left|top|right|bottom|width|"
    r"height|area|bbox|class|category)$"
)
_OF_BACKGROUND = re.compile(r"^(0|neg|negative|bg|background|no|false|not)$")
_OF_OBJECT = re.compile(r"^(1|pos|positive|obj|object|fg|foreground|yes|true)$")


class Kind(Enum):
    """What a score is."""

    PROBABILITY = "probability of an object"
    PERCENT = "probability in %"
    LOGIT = "logit"


class Unsure(Enum):
    """What about a reading the visitor should be asked, since others are about as likely."""

    LABEL = "which column holds the labels"
    SCORE = "which column holds the scores"
    KIND = "what a score is"


@dataclass(frozen=True)
class Reading:
    """How a table is read. score, label: places of the columns, from 0.

    object_label: which label is the object, all others but those left out are background; None
    where labels say by themselves what they are. left_out: labels that count for neither class.
    """

    score: int
    label: int
    kind: Kind
    object_label: str | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guess:
    """The likeliest reading, and what about it is not clear."""

    reading: Reading
    unsure: frozenset[Unsure]


def guess_reading(table: Table) -> Guess:
    """The likeliest way to read a table; the visitor can choose another.

    Raises UnreadableError for a single column.
    """
    columns = table.columns
    if len(columns) < 2:
        raise UnreadableError(
            "There is one column, {column}; scores and labels are two, separated by comma, "
            "semicolon, tab or blanks.",
            column=columns[0].name,
        )
    as_label = [_points_as_label(column) for column in columns]
    label = int(np.argmax(as_label))
    score, clear = guess_score(table, label)
    unsure = {
        Unsure.LABEL: as_label[label] <= 0 or _rivals(as_label, label),
        Unsure.SCORE: not clear,
        Unsure.KIND: not kind_is_clear(columns[score]),
    }
    reading = Reading(score, label, guess_kind(columns[score]))
    return Guess(reading, frozenset(what for what, asked in unsure.items() if asked))


def guess_score(table: Table, label: int, object_label: str | None = None) -> tuple[int, bool]:
    """The likeliest column of scores beside these labels, and whether it leads clearly.

    A column that is named after the object's label is preferred.
    """
    columns = table.columns
    points = [
        _points_as_score(column) + _named_alike(column, columns[label], object_label)
        for column in columns
    ]
    points[label] = min(points) - 1
    best = int(np.argmax(points))
    rivals = [
        at for at in range(len(points)) if at not in (label, best) and _near(points, at, best)
    ]
    same = all(_same_order(columns[best], columns[at]) for at in rivals)
    return best, (points[best] > 0 or len(columns) == 2) and same


def guess_kind(column: Column) -> Kind:
    """Probabilities if at least half of the numbers lie between 0 and 1: of logits few do.

    Numbers from 0 to 100 without one below 0 are no logits, but per cent, if they are many or one
    of them is large.
    """
    numbers = _numbers(column)
    words = _words(column.name)
    inside = np.mean((numbers >= 0) & (numbers <= 1)) if numbers.size else 1
    positive = numbers.size > 0 and numbers.min() >= 0
    if positive and 1 < numbers.max() <= 100:
        named = any(re.search("percent|pct", word) for word in words) or "%" in column.name
        many = numbers.size >= MANY_ROWS and inside < 1 - FEW_STRAY
        if named or many or (inside < 0.5 and numbers.max() > _HALF_OF_TEN):
            return Kind.PERCENT
    if positive and inside == 1 and "logit" in column.name.lower() and numbers.size < MANY_ROWS:
        return Kind.LOGIT
    return Kind.PROBABILITY if inside >= 0.5 else Kind.LOGIT


def kind_is_clear(column: Column) -> bool:
    """Whether name and numbers agree in what a score is."""
    numbers, kind, words = _numbers(column), guess_kind(column), _words(column.name)
    if not numbers.size:
        return True
    said_logit = any(re.search("logit|margin", word) for word in words)
    said_log = any(word in ("log", "ln", "logprob", "logprobs") for word in words)
    said_probability = any(_PROBABILITY.search(word) for word in words) and not said_log
    if kind is Kind.PROBABILITY:
        return not said_logit
    if kind is Kind.LOGIT:
        spread = numbers.min() < 0 or said_logit
        return spread and not said_probability and not said_log
    return numbers.size >= MANY_ROWS or "%" in column.name or not said_logit


def predicted_labels(table: Table, reading: Reading) -> Column | None:
    """A column with the class that a model chose, beside scores and labels; None if there is none.

    It holds no label that the labels do not hold, and is called a prediction.
    """
    known = set(table.columns[reading.label].labels)
    for at, column in enumerate(table.columns):
        if at in (reading.score, reading.label) or not column.labels:
            continue
        named = any(_PREDICTED.search(word) for word in _words(column.name))
        if named and known.issuperset(text for text in column.labels if not is_missing(text)):
            return column
    return None


def _points_as_label(column: Column) -> float:
    if column.is_empty or not column.labels:
        return -10
    words = _words(column.name)
    points = 0.0
    if any(_LABEL.search(word) for word in words):
        points += 4
    elif any(_PERHAPS_LABEL.search(word) for word in words):
        points += 2
    if any(_PREDICTED.search(word) or _NO_LABEL.search(word) for word in words):
        points -= 6
    if any(_PROBABILITY.search(word) or _SCORE.search(word) for word in words):
        points -= 4
    return points + _label_values(column)


def _label_values(column: Column) -> float:
    """Points for what is in a column: 0 and 1 are labels, and so are a few words that come back."""
    different = len([text for text in column.labels if not is_missing(text)])
    if are_told(column):
        return 4 if different > 1 else 3
    numbers = _numbers(column)
    if np.any(numbers != np.round(numbers)):
        return -4
    if 1 < different == column.codes.size and different > 2:
        return -2  # another in each row: a name, or a number of the row
    return 2 if different > 1 else 0


def _points_as_score(column: Column) -> float:
    return _score_name(_words(column.name)) + _score_values(column)


def _score_name(words: Sequence[str]) -> float:
    points = 0.0
    if any(_PROBABILITY.search(word) for word in words):
        points = 5
    elif any(_SCORE.search(word) for word in words):
        points = 4
    elif any(_PERHAPS_SCORE.search(word) for word in words):
        points = 2
    elif any(_NO_SCORE_ALONE.search(word) for word in words):
        points = -4
    if any(_NO_SCORE.search(word) for word in words):
        points -= 6
    if points > -4 and words:
        if points > 0 or len(words) == 1:
            points += bool(_OF_OBJECT.search(words[-1]))
        points -= 3 * any(_OF_BACKGROUND.search(word) for word in (words[0], words[-1]))
    return points


def _score_values(column: Column) -> float:
    numbers = _numbers(column)
    if column.part_numbers < 0.5:
        return -10
    whole = numbers == np.round(numbers)
    if np.all(whole):
        if np.all((numbers == 0) | (numbers == 1)):
            return -3
        own = len(np.unique(numbers)) == numbers.size
        return -5 if own and numbers.min() >= 0 and numbers.size > 1 else -2
    inside = float(np.mean((numbers >= 0) & (numbers <= 1)))
    return 3 if inside > 0.5 else 2 if numbers.min() < 0 else 1


def _named_alike(column: Column, label: Column, object_label: str | None) -> float:
    """A point for t_cat beside s_cat, and more for prob_cat where cat is the object."""
    words = _words(column.name)
    if object_label is not None and words[-1:] == _words(object_label)[-1:] != []:
        return 4
    mine = words[-1:] if len(words) > 1 else []
    return 1.5 if mine and mine == _words(label.name)[-1:] and len(_words(label.name)) > 1 else 0


def _rivals(points: Sequence[float], best: int) -> bool:
    return any(_near(points, at, best) for at in range(len(points)) if at != best)


def _near(points: Sequence[float], at: int, best: int) -> bool:
    return points[at] > 0 and points[at] >= points[best] - MARGIN


def _same_order(one: Column, other: Column) -> bool:
    """Whether two columns rank the rows alike, as a logit and its probability do."""
    if np.any(one.faults != Fault.NONE) or np.any(other.faults != Fault.NONE):
        return False
    order = np.argsort(one.numbers, kind="stable")
    rises = np.diff(other.numbers[order]) >= -1e-6
    return bool(np.all(rises | (np.diff(one.numbers[order]) == 0)))


def _numbers(column: Column) -> np.ndarray:
    return np.asarray(column.numbers[column.faults == Fault.NONE])


def _words(name: str) -> list[str]:
    """The words of a name: y_true, yTrue and "P(1)" are two each."""
    return [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-zà-ÿ]+|\d+|[一-鿿]+", name)]
