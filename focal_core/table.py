"""A table that somebody brings: text or bytes become columns, or one sentence says what is wrong.

Read with `csv` alone, which cuts; what to cut at and what the first line is are found here, by what
the cells then are. A row of another length is an error, never shifted; every limit is checked
before the work that it limits.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from focal_core.columns import Table, is_number, table_of
from focal_core.received import Note, UnreadableError, check_rows, lines_of, text_of

MOST_COLUMNS = 50
MOST_UNEVEN = 0.1  # of the rows: more, and the whole is read wrong
MOST_LINES_A_ROW = 10  # a quotation mark that closes later was forgotten

NO_HEADING = "The first line is no heading, so it was read as a row and the columns were numbered."
COMMENTS = "Lines left out because they begin with #: {n}."
INDEX = (
    "Rows have one cell more than the heading, so the first column was taken as one without name."
)
_SEPARATORS = "\t;,| "  # tried in this order
_SAMPLE = 20  # lines from which separator and heading are found
_AT_ONCE = 5_000  # rows
_RULE = re.compile(r"[\s|:+=-]*-[\s|:+=-]*")
_MISSING = ("", "nan", "na", "n/a", "null", "none", "inf", "-inf")

Row = tuple[int, list[str]]


def read_table(content: str | bytes) -> Table:
    """Columns separated by comma, semicolon, tab, | or blanks, one line a row, perhaps a heading.

    Blank lines, lines that start with #, Excel's `sep=;`, rules between rows and a column without
    name and content are left out; a quoted cell may hold a line break.

    Raises UnreadableError, which names the line or the column, for more than 5 MB, 200,000 rows, 50
    columns or 10,000 characters a line, for more than a tenth of uneven rows, and for what is no
    text.
    """
    notes: list[Note] = []
    return table_of_text(text_of(content, notes), notes)


def table_of_text(text: str, notes: list[Note]) -> Table:
    """The same for text that has been received, with what was noted of it."""
    lines, named, heading = _without_preface(lines_of(text))
    separator = named or _separator(lines)
    lines = _undressed(lines, separator)
    first = next(at for at, line in enumerate(lines) if line.strip())
    sample = [row for _line, row in islice(_rows(lines[first:], separator), _SAMPLE + 1)]
    _check_columns(sample[0], first + 1)
    names = [cell.strip() for cell in sample[0]]
    headed = _is_heading(names, sample[1:])
    check_rows(sum(map(bool, map(str.strip, lines))) - headed)  # before all of it is cut
    if not headed:
        names = _heading_above(heading, separator, names) or [""] * len(names)
        if not any(names):
            notes.append(Note(NO_HEADING))
    names = _with_index(names, sample[headed:], notes)
    rows = _Rows(len(names), comments=not _starts_with_hash(sample[headed:]))
    rows.take(islice(_rows(lines, separator), headed, None))
    if not rows.lines:
        raise UnreadableError(
            "There is a heading in line {line}, but no row below it.", line=first + 1
        )
    if rows.comments:
        notes.append(Note(COMMENTS, {"n": rows.comments}))
    places = np.array(rows.lines, dtype=np.int32)
    return table_of(names, rows.columns, places, notes, rows.uneven())


class _Rows:
    """Rows turned into columns as they come: few lists at a time, many cost the collector much."""

    def __init__(self, width: int, *, comments: bool) -> None:
        self.columns: list[list[str]] = [[] for _column in range(width)]
        self.lines: list[int] = []
        self.comments = 0
        self._width = width
        self._has_comments = comments
        self._uneven: dict[int, tuple[int, int]] = {}  # place: line and cells

    def take(self, rows: Iterator[Row]) -> None:
        while chunk := list(islice(rows, _AT_ONCE)):
            even = [row for each in chunk if (row := self._even(*each)) is not None]
            for place, cells in enumerate(zip(*even, strict=True)):
                self.columns[place].extend(map(str.strip, cells))

    def _even(self, line: int, row: list[str]) -> list[str] | None:
        """The row, empty if it has another length; None for a comment."""
        if self._has_comments and row[0].startswith("#"):
            self.comments += 1
            return None
        if len(row) != self._width:
            self._uneven[len(self.lines)] = line, len(row)
            row = [""] * self._width
        self.lines.append(line)
        return row

    def uneven(self) -> NDArray[np.bool]:
        """Which rows had another length. UnreadableError if they are too many."""
        if len(self._uneven) > MOST_UNEVEN * len(self.lines):
            line, cells = next(iter(self._uneven.values()))
            raise UnreadableError(
                "Line {line} has {cells} cells, but the first line has {width}.",
                line=line,
                cells=cells,
                width=self._width,
            )
        uneven = np.zeros(len(self.lines), dtype=bool)
        uneven[list(self._uneven)] = True
        return uneven


def _starts_with_hash(rows: Sequence[list[str]]) -> bool:
    """Whether a row starts with # since it is named so, and not as a comment."""
    return bool(rows) and rows[0][0].startswith("#")


def _without_preface(lines: list[str]) -> tuple[list[str], str, str]:
    """The lines with what stands above the table emptied; the separator that it names, or "".

    And the last line above that starts with #: it may be the heading.
    """
    lines, named, heading = list(lines), "", ""
    for at, line in enumerate(lines):
        said = re.fullmatch(r'"?sep=(.)"?', line.strip() if line.strip() != "sep=" else "sep=\t")
        if said:
            named = said[1]
        elif line.lstrip().startswith("#"):
            heading = line.lstrip().lstrip("# ")
        elif line.strip():
            break
        lines[at] = ""
    if not any(line.strip() for line in lines):
        raise UnreadableError("There is nothing to read: it is empty.")
    return lines, named, heading


def _separator(lines: Sequence[str]) -> str:
    """What cuts the first lines most alike, and into most numbers; the first of equals."""
    sample = [line for line in lines if line.strip()][:_SAMPLE]
    fits = {separator: _fit(sample, separator) for separator in _SEPARATORS}
    best = max(fits, key=fits.__getitem__)
    return best if fits[best] else ","


def _fit(sample: Sequence[str], separator: str) -> float:
    try:
        rows = [
            [cell for cell in row if cell.strip()] if separator == " " else row
            for _line, row in _rows(_undressed(sample, separator), separator)
        ]
    except UnreadableError:  # a quotation mark that only another separator closes
        return 0
    if not rows:
        return 0
    ((width, alike),) = Counter(map(len, rows)).most_common(1)
    if width < 2 or len(rows[0]) < 2:
        return 0
    cells = [cell for row in rows for cell in row]
    return alike / len(rows) * (0.1 + sum(map(is_number, cells)) / len(cells))


def _undressed(lines: Sequence[str], separator: str) -> list[str]:
    """Without the bars around a row and the rules between rows that printed tables have."""
    if separator == " ":
        return ["" if _RULE.fullmatch(line) else line.strip() for line in lines]
    if separator != "|":
        return list(lines)
    lines = ["" if _RULE.fullmatch(line) else line.strip() for line in lines]
    full = [line for line in lines if line]
    if all(line.startswith("|") and line.endswith("|") for line in full):
        return [line[1:-1] if line else line for line in lines]
    return lines


def _check_columns(row: Sequence[str], line: int) -> None:
    if len(row) > MOST_COLUMNS:
        raise UnreadableError(
            "Line {line} has {columns} columns; at most {limit} can be read.",
            line=line,
            columns=f"{len(row):,}",
            limit=MOST_COLUMNS,
        )


def _rows(lines: Sequence[str], separator: str) -> Iterator[Row]:
    """Each row with the line in which it starts; blank lines are left out."""
    broken = any('"' in line for line in lines)  # perhaps: only then can a row be several lines
    reader = csv.reader(
        (line + "\n" for line in lines) if broken else lines,
        delimiter=separator,
        skipinitialspace=True,
        strict=True,
    )
    line = 1
    try:
        for row in reader:
            last = reader.line_num
            if last - line >= MOST_LINES_A_ROW:
                break
            if lines[line - 1].strip():
                yield line, row
            line = last + 1
        else:
            return
    except csv.Error:
        pass
    raise UnreadableError(
        "Line {line} has a quotation mark that does not close before the next separator.",
        line=line,
    )


def _is_heading(names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a first row names columns. Names may be whole numbers, as those of classes are."""
    numbers = [at for at, name in enumerate(names) if is_number(name)]
    if len(numbers) == len(names):
        return False
    if not numbers:
        return True
    if not all(names[at].isdigit() for at in numbers):
        return False
    under = [
        [row[at] for row in below if at < len(row) and row[at].strip()] for at in range(len(names))
    ]
    if any(
        at not in numbers and name.lower() not in _MISSING and any(map(is_number, under[at]))
        for at, name in enumerate(names)
    ):
        return True
    counted = [int(names[at]) for at in numbers] == list(range(len(numbers)))
    whole = any(cell.strip().isdigit() for at in numbers for cell in under[at])
    return counted and len(numbers) > 1 and not whole


def _heading_above(heading: str, separator: str, first: Sequence[str]) -> list[str]:
    """The names in a line with # above the first row, if they go with it; else none."""
    try:
        rows = list(_rows([heading], separator))
    except UnreadableError:
        return []
    names = [cell.strip() for cell in rows[0][1]] if rows else []
    fits = len(names) == len(first) and all(names) and not any(map(is_number, names))
    return names if fits else []


def _with_index(names: list[str], rows: Sequence[list[str]], notes: list[Note]) -> list[str]:
    """Names for rows that all have one cell more: a separator at the end, or an index in front."""
    width = len(names) + 1
    if len(rows) < 2 or any(len(row) != width for row in rows):
        return names
    if not any(row[-1].strip() for row in rows):
        return [*names, ""]
    if len(names) < 2:
        return names
    notes.append(Note(INDEX))
    return ["", *names]
