"""A table that somebody brings: text or bytes become columns, or one sentence says what is wrong.

Read with `csv` alone, one line a row. A row of another length is an error, never shifted; what is
no number stays known as such; every limit is checked before the work that it limits.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

LARGEST = 5 * 2**20  # bytes
MOST_ROWS = 200_000
MOST_COLUMNS = 50
LONGEST_LINE = 10_000
MOST_LABELS = 50
MOST_UNEVEN = 0.1  # of the rows: more, and the whole is read wrong

WINDOWS = "This is not UTF-8, so it was read as Windows-1252."
DECIMAL_COMMA = "A comma inside a number was read as its decimal comma."
NO_HEADING = "The first line holds numbers, so the columns were numbered."
PERCENT = "A number with % was read as so many hundredths."
_SEPARATORS = "\t;,| "  # tried in this order

_FORMATS = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip or Excel",
    b"PAR1": "Parquet",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"%PDF": "PDF",
    b"\x93NUMPY": "NumPy",
}
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# float() would also take 1_0 and the digits of other scripts.
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_WITH_COMMA = re.compile(
    r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE
)
_PRINTED = re.compile(r"(?:\[|tensor\(|(?:np|numpy)\.float\d+\()([^,()\[\]]+)[\])]")
_JSON = re.compile(r"\s*(?:\{|\[\s*[\[{])")
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)


class UnreadableError(ValueError):
    """What is wrong and where, in one sentence.

    sentence: with names in braces, so that it can be translated; facts: what they stand for. A
    fact that is text may be the visitor's own.
    """

    def __init__(self, sentence: str, **facts: str | int) -> None:  # noqa: D107
        super().__init__(sentence.format(**facts))
        self.sentence = sentence
        self.facts = facts


class Fault(IntEnum):
    """Why a cell is no number that can be used."""

    NONE = 0
    EMPTY = 1
    NO_NUMBER = 2
    INFINITE = 3
    OUTSIDE = 4  # a probability below 0 or above 1
    NO_LABEL = 5
    CELLS = 6  # more or fewer than the first line has


@dataclass(frozen=True, eq=False)
class Column:
    """One column, as numbers and as labels; all arrays have one entry a row.

    numbers: NaN where `faults` says why. labels: the different cells in order of appearance, ()
    if there are more than 50; codes: each cell's place in labels.
    """

    name: str
    numbers: NDArray[np.float64]
    faults: NDArray[np.uint8]
    labels: tuple[str, ...]
    codes: NDArray[np.uint8]

    @property
    def part_numbers(self) -> float:
        """How much of the column is finite numbers, 0 to 1."""
        return float(np.mean(self.faults == Fault.NONE))

    @property
    def is_empty(self) -> bool:
        """Whether no row has anything here."""
        return bool(np.all(self.faults == Fault.EMPTY))


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length. lines: where each row stood, as an editor or a spreadsheet counts.

    notes: what was assumed while reading, a sentence each. uneven: rows with more or fewer cells
    than the first line; theirs are empty here.
    """

    columns: tuple[Column, ...]
    lines: NDArray[np.int32]
    notes: tuple[str, ...]
    uneven: NDArray[np.bool]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.lines.size


def read_table(content: str | bytes) -> Table:
    """Columns separated by comma, semicolon, tab, | or blanks, one line a row, perhaps a heading.

    Blank lines, lines that start with # above the first row, Excel's `sep=;` and a column without
    name and content are left out. A number may stand as 93% or as tensor(0.93), as it was printed.

    Raises UnreadableError, which names the line or the column, for more than 5 MB, 200,000 rows, 50
    columns or 10,000 characters a line, for more than a tenth of uneven rows, and for what is no
    text.
    """
    _check_size(content)
    notes: list[str] = []
    lines = _lines(content if isinstance(content, str) else _decoded(content, notes))
    lines, separator = _without_preface(lines)
    separator = separator or _separator(lines)
    pattern = _NUMBER if separator == "," else _WITH_COMMA
    start = next(at for at, line in enumerate(lines) if line.strip()) + 1
    ((_line, first),) = _rows(lines[:start], separator)
    names = [cell.strip() for cell in first]
    headed = _is_heading(names, pattern)
    if len(lines) - headed > MOST_ROWS:
        raise UnreadableError(
            "There are {rows} rows; at most {limit} can be read.",
            rows=f"{len(lines) - headed:,}",
            limit=f"{MOST_ROWS:,}",
        )
    if not headed:
        names = [""] * len(names)
        notes.append(NO_HEADING)
    unnamed = [not name for name in names]
    names = _named(names)
    rows = _rows(lines, separator)[headed:]
    if not rows:
        raise UnreadableError("There is a heading in line {line}, but no row below it.", line=start)
    rows, uneven = _evened(rows, len(names))
    cells = zip(*(row for _line, row in rows), strict=True)
    columns = tuple(
        _column(name, [cell.strip() for cell in each], pattern)
        for name, each in zip(names, cells, strict=True)
    )
    columns = tuple(
        column
        for column, is_unnamed in zip(columns, unnamed, strict=True)
        if not (is_unnamed and column.is_empty)
    )
    if any(cell.rstrip().endswith("%") for _line, row in rows for cell in row):
        notes.append(PERCENT)
    if separator != "," and any(_has_comma(cell) for _line, row in rows for cell in row):
        notes.append(DECIMAL_COMMA)
    places = np.array([line for line, _row in rows], dtype=np.int32)
    return Table(columns, places, tuple(notes), uneven)


def _without_preface(lines: list[str]) -> tuple[list[str], str]:
    """The lines with what stands above the table emptied, and the separator it names, or ""."""
    lines, named = list(lines), ""
    for at, line in enumerate(lines):
        said = re.fullmatch(r'"?sep=(.)"?', line.strip() if line.strip() != "sep=" else "sep=\t")
        if said:
            named = said[1]
        elif line.strip() and not line.lstrip().startswith("#"):
            break
        lines[at] = ""
    if not any(line.strip() for line in lines):
        raise UnreadableError("There is nothing to read: it is empty.")
    return lines, named


def _is_heading(names: Sequence[str], pattern: re.Pattern[str]) -> bool:
    """Whether a first row names columns. Names may be whole numbers, as those of classes are."""
    numbers = [name for name in names if pattern.fullmatch(name)]
    return len(numbers) < len(names) and all(name.isdigit() for name in numbers)


def _evened(
    rows: list[tuple[int, list[str]]], width: int
) -> tuple[list[tuple[int, list[str]]], NDArray[np.bool]]:
    """The same rows, with those of another length emptied, and which these are."""
    uneven = np.array([len(row) != width for _line, row in rows])
    if uneven.mean() > MOST_UNEVEN:
        line, row = rows[int(uneven.argmax())]
        raise UnreadableError(
            "Line {line} has {cells} cells, but the first line has {width}.",
            line=line,
            cells=len(row),
            width=width,
        )
    empty = [""] * width
    return [(line, row if len(row) == width else empty) for line, row in rows], uneven


def _check_size(content: str | bytes) -> None:
    size = len(content)
    if isinstance(content, str) and size <= LARGEST:
        size = len(content.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        raise UnreadableError(
            "This has {size} MB; at most {limit} MB can be read.",
            size=f"{size / 2**20:,.1f}",
            limit=LARGEST // 2**20,
        )


def _decoded(content: bytes, notes: list[str]) -> str:
    for start, name in _FORMATS.items():
        if content.startswith(start):
            raise UnreadableError("This is a {format} file; save it as CSV first.", format=name)
    for start, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(start):
            return _as(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        notes.append(WINDOWS)
        return _as(content, "cp1252")


def _as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(
            "Line {line} is not text that can be read; save it as CSV in UTF-8.",
            line=content.count(b"\n", 0, error.start) + 1,
        ) from None


def _lines(text: str) -> list[str]:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n ")
    if _JSON.match(text):
        raise UnreadableError("This is JSON; save it as CSV first, one line for each score.")
    if not text.strip():
        raise UnreadableError("There is nothing to read: it is empty.")
    if "\0" in text:
        raise UnreadableError(
            "Line {line} holds a NUL character, so this is no text; save it as CSV in UTF-8.",
            line=text.count("\n", 0, text.index("\0")) + 1,
        )
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise UnreadableError(
                "Line {line} has {length} characters; at most {limit} can be read.",
                line=number,
                length=f"{len(line):,}",
                limit=f"{LONGEST_LINE:,}",
            )
    return lines


def _separator(lines: Sequence[str]) -> str:
    """The first that cuts the first two lines alike."""
    first_two = [line for line in lines if line.strip()][:2]
    cutting = []
    for separator in _SEPARATORS:
        try:
            widths = {len(row) for _line, row in _rows(first_two, separator, check=False)}
        except UnreadableError:  # a quotation mark that only another separator closes
            continue
        if widths and min(widths) > 1:
            cutting += [separator]
            if len(widths) == 1:
                return separator
    return cutting[0] if cutting else ","


def _rows(
    lines: Sequence[str], separator: str, *, check: bool = True
) -> list[tuple[int, list[str]]]:
    """Each row with its line; blank lines are left out.

    check: whether the first must be within the limit of columns.
    """
    rows: list[tuple[int, list[str]]] = []
    for line, row in _cut(lines, separator):
        if not lines[line - 1].strip():
            continue
        if check and not rows and len(row) > MOST_COLUMNS:
            raise UnreadableError(
                "Line {line} has {columns} columns; at most {limit} can be read.",
                line=line,
                columns=f"{len(row):,}",
                limit=MOST_COLUMNS,
            )
        rows.append((line, row))
    return rows


def _cut(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    line = 0
    try:
        for row in reader:
            line += 1
            if reader.line_num > line:
                break
            yield line, row
        else:
            return
    except csv.Error:
        line += 1
    raise UnreadableError(
        "Line {line} has a quotation mark that does not close before the next separator.",
        line=line,
    )


def _named(names: Sequence[str]) -> list[str]:
    full = [name or f"column {at}" for at, name in enumerate(names, start=1)]
    for at, name in enumerate(full):
        if name in full[:at]:
            raise UnreadableError(
                "Columns {first} and {second} have the same name, {name}.",
                first=full.index(name) + 1,
                second=at + 1,
                name=name,
            )
    return full


def _column(name: str, cells: Sequence[str], pattern: re.Pattern[str]) -> Column:
    numbers = np.full(len(cells), np.nan)
    faults = np.zeros(len(cells), dtype=np.uint8)
    for at, cell in enumerate(cells):
        if pattern.fullmatch(cell):  # as nearly all do: asked first
            numbers[at] = float(cell.replace(",", "."))
            continue
        printed = _PRINTED.fullmatch(cell)
        text = printed[1] if printed else cell
        plain = text.removesuffix("%").rstrip()
        if pattern.fullmatch(plain):
            numbers[at] = float(plain.replace(",", ".")) / (1 if plain == text else 100)
        else:
            faults[at] = _fault(text)
    too_large = np.isinf(numbers)  # 1e400
    numbers[too_large] = np.nan
    faults[too_large] = Fault.INFINITE
    labels, codes = _labels(cells)
    return Column(name, numbers, faults, labels, codes)


def _has_comma(cell: str) -> bool:
    return "," in cell and _WITH_COMMA.fullmatch(cell.strip()) is not None


def _fault(cell: str) -> Fault:
    if not cell:
        return Fault.EMPTY
    return Fault.INFINITE if _INFINITE.fullmatch(cell) else Fault.NO_NUMBER


def _labels(cells: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
    places: dict[str, int] = {}
    codes = np.zeros(len(cells), dtype=np.uint8)
    for at, cell in enumerate(cells):
        place = places.setdefault(cell, len(places))
        if place >= MOST_LABELS:
            return (), np.zeros(0, dtype=np.uint8)
        codes[at] = place
    return tuple(places), codes
