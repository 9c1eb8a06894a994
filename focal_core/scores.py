"""Scores that somebody brings: a table and a way to read it become logits, targets and lines."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, CumulativeShare, budget, gamma_for_share
from focal_core.checks import Floats, check_between
from focal_core.columns import Fault, Table
from focal_core.labels import targets
from focal_core.likely import MANY_ROWS, Kind, Reading, guess_reading, predicted_labels
from focal_core.population import Examples, Population
from focal_core.probability import logit
from focal_core.received import UnreadableError
from focal_core.table import read_table

CLOSEST = 1e-7  # to 0 and to 1: beyond it float32 cannot tell a probability from 1
LARGEST_LOGIT = 1e6
FIRST = 5


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


class Doubt(Enum):
    """What speaks against a reading, so that the visitor is asked before it is shown."""

    UPSIDE_DOWN = "objects score lower than background"
    WINNER = "the score is that of the predicted class"
    NEVER_LOW = "no score is below one half"
    DECIDED = "each score is 0 or 1"


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
    def decided(self) -> bool:
        """Whether each score is a decision, 0 or 1: no score at all."""
        certain = logit(np.array([CLOSEST, 1 - CLOSEST])).astype(np.float32)
        return self.clipped == self.logits.size > 1 and bool(np.isin(self.logits, certain).all())

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
        """Places of the rows with the largest loss, hardest first; of equal ones the earlier."""
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


def doubt(table: Table, reading: Reading, scores: Scores) -> Doubt | None:
    """What speaks against this reading, the plainest first; None where nothing does."""
    if scores.decided:
        return Doubt.DECIDED
    if _of_the_winner(table, reading, scores):
        return Doubt.WINNER
    if scores.upside_down:
        return Doubt.UPSIDE_DOWN
    return Doubt.NEVER_LOW if scores.never_low else None


def _of_the_winner(table: Table, reading: Reading, scores: Scores) -> bool:
    """Whether rows in which another class was predicted score above one half: P(object) cannot."""
    predicted = predicted_labels(table, reading)
    if predicted is None or not scores.both:
        return False
    at = np.searchsorted(table.lines, scores.lines)
    label = table.columns[reading.label]
    of_objects = {label.labels[code] for code in np.unique(label.codes[at[scores.targets]])}
    is_object = np.array([text in of_objects for text in predicted.labels], dtype=bool)
    others = ~is_object[predicted.codes[at]]
    return bool(others.any() and np.mean(scores.logits[others] > 0) > 0.5)


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
    is_object, no_label = targets(label, reading.object_label, reading.left_out)
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
        logits, is_object[usable], table.lines[usable], clipped, _left_out(faults, table.lines)
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
    scores = read_scores(table, guess_reading(table).reading)
    for array in (scores.logits, scores.targets, scores.lines):
        array.flags.writeable = False  # shared by every visitor
    return scores


def first_rows(scores: Scores, most: int = 3) -> list[tuple[int, float, bool]]:
    """The first rows as they were read: line, probability of an object, whether it is one."""
    return [
        (int(line), float(p), bool(is_object))
        for line, p, is_object in zip(
            scores.lines[:most], scores.probabilities[:most], scores.targets[:most], strict=True
        )
    ]


def _once(logits: NDArray[np.float32]) -> Examples:
    return Examples(logits.astype(float), counts=np.ones(logits.size))


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
