"""Scores that somebody brings: a table and a way to read it become logits, targets and lines."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, CumulativeShare, budget, gamma_for_share
from focal_core.checks import Floats, check_between
from focal_core.population import Examples, Population
from focal_core.probability import logit
from focal_core.table import MOST_LABELS, Column, Fault, Table, UnreadableError, read_table

CLOSEST = 1e-7  # to 0 and to 1: beyond it float32 cannot tell a probability from 1
LARGEST_LOGIT = 1e6
FIRST = 5
MANY_ROWS = 20  # from here on what all rows have in common is no accident
FEW_STRAY = 0.05  # of the labels beside 0 and 1: more, and they are a class
_TRUTHS = {"true": True, "false": False}
_MISSING = ("", "nan", "na", "n/a", "null")
_IGNORED = ("-1", "255", "none")  # beside 0 and 1: what counts for neither class


class Kind(Enum):
    """What a score is."""

    PROBABILITY = "probability of an object"
    PERCENT = "the same in %"
    LOGIT = "logit"


class Verdict(Enum):
    """Whether focal loss would change anything for these scores: a rule of thumb, and ours."""

    LITTLE_TO_FADE = "objects make up most of the loss as it is"
    FADES = "background makes up most of it, and fades"
    STAYS = "background makes up most of it, and stays"


def verdict(plain_share: float, focal_share: float) -> Verdict:
    """From background's share of the loss under cross entropy, and under focal loss at gamma 2.

    Both 0 to 1. The border is one half in both.
    """
    check_between("plain_share", plain_share, 0, 1)
    check_between("focal_share", focal_share, 0, 1)
    if plain_share < 0.5:
        return Verdict.LITTLE_TO_FADE
    return Verdict.FADES if focal_share < 0.5 else Verdict.STAYS


@dataclass(frozen=True)
class Reading:
    """How a table is read. score, label: places of the columns, from 0.

    object_label: which label is the object, all others are background; None where labels are 0
    and 1.
    """

    score: int
    label: int
    kind: Kind
    object_label: str | None = None


@dataclass(frozen=True)
class LeftOut:
    """Rows that cannot be used: how many for each reason, and the first five of them."""

    counts: dict[Fault, int]
    first: tuple[tuple[int, Fault], ...]

    @property
    def rows(self) -> int:
        """How many rows they are."""
        return sum(self.counts.values())


@dataclass(frozen=True, eq=False)
class Scores:
    """The rows that can be used, in the order given; all arrays have one entry a row.

    lines: where each row stood. clipped: how many scores lay nearer to certainty than 1e-7 (a
    logit: beyond a million) and were moved there. left_out: the rows that cannot be used.
    """

    logits: NDArray[np.float32]
    targets: NDArray[np.bool]
    lines: NDArray[np.int32]
    clipped: int = 0
    left_out: LeftOut = LeftOut({}, ())

    @property
    def objects(self) -> int:
        """How many rows are objects."""
        return int(np.count_nonzero(self.targets))

    @property
    def upside_down(self) -> bool:
        """Whether objects score lower than background: perhaps another column is the score."""
        if not self.both:
            return False
        return bool(np.median(self.logits[self.targets]) < np.median(self.logits[~self.targets]))

    @property
    def never_low(self) -> bool:
        """Whether each score is at least one half: perhaps it is how sure the winner was."""
        return self.both and self.targets.size >= MANY_ROWS and bool(self.logits.min() >= 0)

    @property
    def background(self) -> int:
        """How many rows are background."""
        return self.targets.size - self.objects

    @property
    def both(self) -> bool:
        """Whether each class has a row; if not, no share is defined."""
        return self.objects > 0 and self.background > 0

    @property
    def probabilities(self) -> Floats:
        """Probability of an object, of each row."""
        return np.asarray(1 / (1 + np.exp(-self.logits.astype(float).clip(-700, 700))))

    def population(self) -> Population:
        """Both classes, each row counted once. Whoever keeps it keeps these scores."""
        return Population(
            negatives=_once(self.logits[~self.targets]), positives=_once(self.logits[self.targets])
        )

    def hardest(self, loss: FocalLoss, most: int) -> NDArray[np.intp]:
        """Places of the rows that pay most, hardest first; the earlier of two equal ones first."""
        return np.argsort(-self.paid(loss), kind="stable")[:most]

    def paid(self, loss: FocalLoss) -> Floats:
        """Loss of each row."""
        return loss.value(self.logits.astype(float), self.targets)

    def by_line(self, loss: FocalLoss) -> dict[str, list[int] | list[float]]:
        """Line, target, probability, logit, both losses and the slope by the logit, of each row."""
        logits = self.logits.astype(float)
        value, gradient = loss.value_and_gradient(logits, self.targets)
        return {
            "line": self.lines.tolist(),
            "target": self.targets.astype(int).tolist(),
            "probability": [float(f"{p:.7g}") for p in self.probabilities],
            "logit": logits.tolist(),
            "cross_entropy": CROSS_ENTROPY.value(logits, self.targets).tolist(),
            "focal_loss": value.tolist(),
            "gradient": gradient.tolist(),
        }


def guess_reading(table: Table) -> Reading:
    """The likeliest way to read a table; the visitor can choose another.

    The labels are the first column that holds only 0 and 1 and is not called a prediction, else
    the one with the fewest different cells, and of two such the one with fewer numbers; the scores
    are the first of the other columns that has most numbers, but for one that numbers the rows or
    holds only 0 and 1. Raises UnreadableError for a single column.
    """
    columns = table.columns
    if len(columns) < 2:
        raise UnreadableError(
            "There is one column, {column}; scores and labels are two, separated by comma, "
            "semicolon or tab.",
            column=columns[0].name,
        )
    places = range(len(columns))
    label = min(
        places,
        key=lambda at: (
            _unlike_labels(columns[at]),
            "pred" in columns[at].name.lower(),
            columns[at].part_numbers,
        ),
    )
    others = [at for at in places if at != label]
    score = max(
        others,
        key=lambda at: (
            round(columns[at].part_numbers, 1),
            not _numbers_rows(columns[at]),
            _unlike_labels(columns[at]) > 0,
            _called_a_score(columns[at].name),
        ),
    )
    return Reading(score, label, guess_kind(columns[score]))


def _called_a_score(name: str) -> int:
    """How much a name sounds like the score of an object; that of class 0 is background's."""
    if re.search(r"(^|\D)0$", name):
        return 0
    if re.search(r"prob|score|conf|logit", name, re.IGNORECASE):
        return 2
    return 1


def _numbers_rows(column: Column) -> bool:
    """Whether it gives each row a whole number of its own, as an index does."""
    numbers = column.numbers
    whole = bool(np.all((numbers >= 0) & (numbers == np.round(numbers))))
    return whole and len(np.unique(numbers)) == numbers.size > 1


def guess_kind(column: Column) -> Kind:
    """Probabilities if at least half of the numbers lie between 0 and 1: of logits few do.

    Many numbers from 0 to 100 without one below 0 are no logits, but per cent.
    """
    numbers = column.numbers[column.faults == Fault.NONE]
    inside = np.mean((numbers >= 0) & (numbers <= 1)) if numbers.size else 1
    if numbers.size >= MANY_ROWS and numbers.min() >= 0 and 1 < numbers.max() <= 100:
        return Kind.PROBABILITY if inside >= 1 - FEW_STRAY else Kind.PERCENT
    return Kind.PROBABILITY if inside >= 0.5 else Kind.LOGIT


def label_choices(column: Column) -> tuple[str, ...]:
    """The labels among which the object has to be named; () where they are 0 and 1.

    Raises UnreadableError if there are more than 50.
    """
    if not column.labels:
        raise UnreadableError(
            "Column {column} has more than {limit} different cells, so it holds no labels.",
            column=column.name,
            limit=MOST_LABELS,
        )
    choices = tuple(text for text in column.labels if text.lower() not in _MISSING)
    return () if _speak_for_themselves(column, choices) else choices


def _speak_for_themselves(column: Column, choices: tuple[str, ...]) -> bool:
    """Whether nearly all labels say by themselves what they are; the others are left out."""
    truths = _truths(column.labels)
    counts = np.bincount(column.codes, minlength=len(column.labels))
    asked = {
        text: int(n)
        for text, n in zip(column.labels, counts, strict=True)
        if truths[text] is not None or (text in choices and text.lower() not in _IGNORED)
    }
    said = sum(n for text, n in asked.items() if truths[text] is not None)
    return not choices or (said > 0 and said >= (1 - FEW_STRAY) * sum(asked.values()))


def read_scores(table: Table, reading: Reading) -> Scores:
    """The rows that can be used; what could not be stands in `left_out`.

    Raises UnreadableError, which names the column, if no row is left, if scores and labels are one
    column, or if the object has to be named and is not.
    """
    score, label = table.columns[reading.score], table.columns[reading.label]
    if reading.score == reading.label:
        raise UnreadableError(
            "Column {column} cannot be score and label at once.", column=score.name
        )
    targets, no_label = _targets(label, reading.object_label)
    faults = score.faults.copy()
    numbers = score.numbers / 100 if reading.kind is Kind.PERCENT else score.numbers
    if reading.kind is not Kind.LOGIT:
        faults[(numbers < 0) | (numbers > 1)] = Fault.OUTSIDE
    faults[no_label & (faults == Fault.NONE)] = Fault.NO_LABEL
    faults[table.uneven] = Fault.CELLS
    usable = faults == Fault.NONE
    if not usable.any():
        raise UnreadableError(
            "No row can be used with scores from column {score} and labels from column {label}.",
            score=score.name,
            label=label.name,
        )
    logits, clipped = _logits(numbers[usable], reading.kind)
    return Scores(
        logits, targets[usable], table.lines[usable], clipped, _left_out(faults, table.lines)
    )


def tie_gamma(population: Population, alpha: float | None) -> float | None:
    """The smallest gamma, 0 to 10, at which both classes pay alike under alpha; None if none is.

    With class weights background's unweighted share must be alpha. Nothing is kept: the cache
    of `gamma_for_share` is everybody's and would hold on to one visitor's scores.
    """
    share = 0.5 if alpha is None else alpha
    return gamma_for_share.__wrapped__(population, share) if 0 < share < 1 else None


def weighted_share(share: float | None, alpha: float | None) -> float | None:
    """Background's share under alpha, from its share without class weights."""
    if share is None or alpha is None:
        return share
    negatives, positives = (1 - alpha) * share, alpha * (1 - share)
    return negatives / (negatives + positives) if negatives + positives > 0 else None


def share_of_loss(population: Population, loss: FocalLoss) -> float | None:
    """Background's share of the loss; None where a class has no row or nobody pays."""
    if population.negatives.count == 0 or population.positives.count == 0:
        return None
    return budget(population, loss).negative_share


def example_scores() -> str:
    """CSV of 4,000 background locations and 40 objects, the same at every call.

    Logits follow normal distributions around -4 and -0.3; three background locations score high,
    as if somebody had forgotten to label an object there.
    """
    rng = np.random.default_rng(2)
    logits = np.concatenate(
        [rng.normal(-4, 1.2, 3997), rng.normal(3, 0.5, 3), rng.normal(-0.3, 1.5, 40)]
    )
    targets = np.arange(logits.size) >= 4000
    order = rng.permutation(logits.size)
    rows = zip(1 / (1 + np.exp(-logits[order])), targets[order], strict=True)
    return "score,is_object\n" + "".join(f"{p:.6f},{target:d}\n" for p, target in rows)


@lru_cache(maxsize=1)
def example() -> Scores:
    """The scores of `example_scores`, read once for all."""
    table = read_table(example_scores())
    scores = read_scores(table, guess_reading(table))
    for array in (scores.logits, scores.targets, scores.lines):
        array.flags.writeable = False  # shared by every visitor
    return scores


def _once(logits: NDArray[np.float32]) -> Examples:
    return Examples(logits.astype(float), counts=np.ones(logits.size))


def _truths(labels: tuple[str, ...]) -> dict[str, bool | None]:
    """What each label says by itself: an object, background, or nothing.

    1 and 0, true and false; 1 and -1 where no other number is beside them.
    """
    numbers = {text: _number(text) for text in labels if text.lower() not in _MISSING}
    if set(numbers.values()) == {-1, 1}:
        return {text: None if text not in numbers else numbers[text] == 1 for text in labels}
    return {text: _as_target(text) for text in labels}


def _as_target(text: str) -> bool | None:
    number = _number(text)
    return _TRUTHS.get(text.lower(), bool(number) if number in (0, 1) else None)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text.isascii() and "_" not in text else None
    except ValueError:
        return None


def _unlike_labels(column: Column) -> int:
    """0 for a column of 0 and 1 alone, else how many different cells it has."""
    truths = [truth for text, truth in _truths(column.labels).items() if text]
    if truths and None not in truths:
        return 0
    return MOST_LABELS + 1 if column.is_empty else len(column.labels) or MOST_LABELS + 1


def _targets(column: Column, object_label: str | None) -> tuple[NDArray[np.bool], NDArray[np.bool]]:
    """Whether each row is an object, and whether it has no label."""
    choices = label_choices(column)
    if choices and object_label not in choices:
        raise UnreadableError(
            "Column {column} has other labels than 0 and 1: say which one is the object.",
            column=column.name,
        )
    truths: dict[str, bool | None] = (
        {text: text == object_label if text in choices else None for text in column.labels}
        if choices
        else _truths(column.labels)
    )
    is_object = np.array([truth is True for truth in truths.values()], dtype=bool)
    missing = np.array([truth is None for truth in truths.values()], dtype=bool)
    return is_object[column.codes], missing[column.codes]


def _logits(numbers: NDArray[np.float64], kind: Kind) -> tuple[NDArray[np.float32], int]:
    low, high = (-LARGEST_LOGIT, LARGEST_LOGIT) if kind is Kind.LOGIT else (CLOSEST, 1 - CLOSEST)
    within = numbers.clip(low, high)
    logits = within if kind is Kind.LOGIT else logit(within)
    return logits.astype(np.float32), int(np.count_nonzero(within != numbers))


def _left_out(faults: NDArray[np.uint8], lines: NDArray[np.int32]) -> LeftOut:
    bad = np.flatnonzero(faults)
    counts = {
        fault: n for fault in Fault if fault and (n := int(np.count_nonzero(faults == fault)))
    }
    return LeftOut(counts, tuple((int(lines[at]), Fault(faults[at])) for at in bad[:FIRST]))


@dataclass(frozen=True)
class Sums:
    """What both classes add up to at one gamma, without class weight.

    hardest_part: share of background's focal loss that its hardest hundredth makes up; None without
    background.
    """

    loss: Budget
    slope: Budget
    hardest_part: float | None

    def weighted(self, alpha: float | None) -> Budget:
        """The loss with class weight alpha."""
        return _weighted(self.loss, alpha)

    def weighted_slope(self, alpha: float | None) -> Budget:
        """The absolute gradient with class weight alpha."""
        return _weighted(self.slope, alpha)


HARDEST_PART = 0.01


@dataclass(frozen=True, eq=False)
class HardestFirst:
    """Logits of each class; the background's from the largest on, (n,): hardest at every gamma.

    Sorted once, so that each further gamma costs one pass over the rows.
    """

    background: Floats
    objects: Floats

    @classmethod
    def of(cls, scores: Scores) -> "HardestFirst":
        """Both classes of the scores."""
        logits = scores.logits.astype(float)
        return cls(np.sort(logits[~scores.targets])[::-1], logits[scores.targets])

    def sums(self, gamma: float) -> Sums:
        """All that a page says of the scores at this gamma."""
        loss = FocalLoss(gamma)
        paid, slope = loss.value_and_gradient(self.background, 0)
        paid_by_objects, slope_of_objects = loss.value_and_gradient(self.objects, 1)
        curve = CumulativeShare.of(paid, np.ones(len(paid)))
        return Sums(
            Budget(float(paid.sum()), float(paid_by_objects.sum())),
            Budget(float(slope.sum()), float(np.abs(slope_of_objects).sum())),
            None if curve is None else curve.of_hardest(HARDEST_PART),
        )


def _weighted(unweighted: Budget, alpha: float | None) -> Budget:
    if alpha is None:
        return unweighted
    return Budget((1 - alpha) * unweighted.negatives, alpha * unweighted.positives)
