"""What a visitor has brought: it lives in this visit's session alone, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from focal_core.binary import FocalLoss
from focal_core.boxes import Boxes
from focal_core.columns import Table
from focal_core.detections import WantsMoreError, joined, labelled
from focal_core.files import read_files
from focal_core.labels import object_labels
from focal_core.likely import Guess, Kind, Reading, guess_reading
from focal_core.received import Note, UnreadableError
from focal_core.scores import (
    HardestFirst,
    Scores,
    Sums,
    example,
    first_rows,
    read_scores,
    tie_gamma,
)

NO_MEMORY = "The server has too little memory for it now; try fewer rows, or later."

File = tuple[str, str | bytes]


@dataclass(frozen=True)
class ReadAs:
    """How the shown scores were read. score, label: names of the columns, as the visitor has them.

    objects: the labels that are objects. first: line, probability and whether it is an object, of
    the first rows.
    """

    score: str
    label: str
    kind: Kind
    objects: tuple[str, ...]
    first: tuple[tuple[int, float, bool], ...]
    notes: tuple[Note, ...]

    @classmethod
    def of(cls, table: Table, reading: Reading, scores: Scores) -> "ReadAs":
        """What was done with this table."""
        score, label = table.columns[reading.score], table.columns[reading.label]
        objects = object_labels(label, reading.object_label)
        first = tuple(first_rows(scores))
        return cls(score.name, label.name, reading.kind, objects, first, table.notes)


@dataclass(eq=False)
class Brought:
    """What a visitor has brought.

    scores: what is shown; None for the example. name: what it is called, as harmless Markdown.
    read_as: how it was read. rows, sums, tie: what the page has found out about them and would take
    long to find again. messages: what the browser needs to follow the sliders, for this visitor
    alone.
    waiting: files that have come and are still to be read. parts: boxes whose other half is to
    come, and what is wanted of the visitor for it.
    table, guess: the last table read, and the likeliest way to read it. reading, outcome: how it
    was read, and what came of that. problem: why the last file or text could not be read, with its
    name.
    """

    scores: Scores | None = None
    name: str = ""
    read_as: ReadAs | None = None
    rows: HardestFirst | None = None
    sums: dict[float, Sums] = field(default_factory=dict)
    tie: tuple[float | None, float | None] | None = None
    messages: dict[str, bytes] = field(default_factory=dict)
    waiting: tuple[File, ...] = ()
    parts: tuple[Boxes, ...] = ()
    wanted: WantsMoreError | None = None
    table: Table | None = None
    guess: Guess | None = None
    table_name: str = ""
    tables: int = 0
    files: int = 0
    reading: Reading | None = None
    outcome: Scores | UnreadableError | None = None
    problem: tuple[str, UnreadableError] | None = None

    def __repr__(self) -> str:
        """Short: it names what is kept of these scores."""
        return f"Brought({self.name!r})"

    def sums_at(self, gamma: float) -> Sums:
        """What both classes add to loss and gradient at this gamma, without class weight."""
        if self.rows is None:
            self.rows = HardestFirst.of(self.shown)
        if gamma not in self.sums:
            self.sums[gamma] = self.rows.sums(gamma)
        return self.sums[gamma]

    def background_share(self, loss: FocalLoss) -> float | None:
        """Of the loss; None where only one class has rows, or nothing is lost."""
        if not self.shown.both:
            return None
        return self.sums_at(loss.gamma).weighted(loss.alpha).negative_share

    def break_even_gamma(self, alpha: float | None) -> float | None:
        """At which both classes make up half of the loss; the last one found is kept."""
        if self.tie is None or self.tie[0] != alpha:
            self.tie = alpha, tie_gamma(self.shown.population(), alpha)
        return self.tie[1]

    @property
    def shown(self) -> Scores:
        """The scores that the page is about."""
        return example() if self.scores is None else self.scores

    def take(self, files: Sequence[File], name: str) -> bool:
        """Read what came; what was there stays if that fails. Whether there is a table to read."""
        self.problem = self.wanted = None
        try:
            found = read_files(files)
            if not isinstance(found, Table):
                self.parts = joined(self.parts, found)
                found = labelled(self.parts)
            guess = guess_reading(found)
        except WantsMoreError as more:
            self.wanted = more
            return False
        except UnreadableError as error:
            self.problem = (name, error)
            return False
        except MemoryError:
            self.problem = (name, UnreadableError(NO_MEMORY))
            return False
        self.table, self.table_name, self.guess = found, name, guess
        self.tables += 1
        self.reading = self.outcome = None
        self.parts = ()
        return True

    def read(self, reading: Reading) -> Scores | UnreadableError:
        """What comes of reading the table this way; the last answer is kept."""
        if self.table is not None and (reading != self.reading or self.outcome is None):
            self.reading = reading
            try:
                self.outcome = read_scores(self.table, reading)
            except UnreadableError as error:
                self.outcome = error
            except MemoryError:
                self.outcome = UnreadableError(NO_MEMORY)
        assert self.outcome is not None  # noqa: S101
        return self.outcome

    def show(self, scores: Scores) -> None:
        """Let the page be about these scores, which the last reading gave."""
        if scores is not self.scores:
            assert self.table is not None and self.reading is not None  # noqa: S101, PT018
            self.scores, self.name = scores, self.table_name
            self.read_as = ReadAs.of(self.table, self.reading, scores)
            self.rows = self.tie = None
            self.sums.clear()
            self.messages.clear()
