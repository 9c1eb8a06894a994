"""Cells of text as columns of numbers and labels: what a table is, once it has been cut.

A cell is a number by one ASCII pattern, whatever it is dressed in: 93%, tensor(0.93), 1.234,5, −1.
What is no number stays known as such.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from focal_core.received import Note, UnreadableError

MOST_LABELS = 50

DECIMAL_COMMA = "A comma inside a number was read as its decimal comma."
PERCENT = "A number with % was read as so many hundredths."
PRINTED = "What was printed around a number, as in tensor(0.5), was left out."
THOUSANDS = "Marks between thousands, as in 1.234,5, were left out."

# float() would also take 1_0 and the digits of other scripts.
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_PLAIN = frozenset("0123456789+-.eE\n")  # of these, float() takes what the pattern takes
_PRINTED = re.compile(
    r"(?:(?:torch|np|numpy|jnp|tf)\.)?(?:tensor|(?:as)?array|bool_?|(?:float|int)\d*)?[\[(]+\s*",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\]),\s]*(?:(?:dtype|device|grad_fn|requires_grad)=[^,]*(?:,\s*|$))*")
_GROUPS = re.compile(  # marks between thousands that cannot be decimal marks
    r"[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:,\d{3})+\.\d+|(?:\.\d{3}){2,}|(?:,\d{3}){2,}"
    r"|(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?)",
    re.ASCII,
)
_DOTTED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
_NAME = re.compile(r"(?!(?:as)?array|bool|float|inf|int|jnp|np|numpy|tensor|tf|torch)[a-z]", re.I)
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_SIGNS = str.maketrans({"\u2212": "-", "\uff0d": "-", "\uff0b": "+", "\uff05": "%"})


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

    notes: what was assumed while reading. uneven: rows with more or fewer cells than the first
    line; theirs are empty here.
    """

    columns: tuple[Column, ...]
    lines: NDArray[np.int32]
    notes: tuple[Note, ...]
    uneven: NDArray[np.bool]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.lines.size


class Cell(NamedTuple):
    """One cell, read. text: without what was printed around it. note: what had to be assumed."""

    number: float
    fault: Fault
    text: str
    note: str = ""


def is_number(cell: str) -> bool:
    """Whether a cell is a finite number, in whatever dress."""
    return cell_of(cell).fault == Fault.NONE


def cell_of(cell: str, *, dots_group: bool = False) -> Cell:
    """What a cell says. dots_group: whether 1.234 is a thousand and more, as beside 1.234,5."""
    cell = cell.strip()
    if _NAME.match(cell):
        return Cell(np.nan, Fault.NO_NUMBER, cell)
    bare = cell.translate(_SIGNS)
    printed = _bare(bare)
    if printed is not None:
        bare = printed
    hundredths = bare.endswith("%")
    number, note = _number(bare.removesuffix("%").rstrip() if hundredths else bare, dots_group)
    if number is None:
        told = printed is not None and printed.lower() in ("true", "false")
        return Cell(np.nan, _fault(bare), bare if told else cell)
    if np.isinf(number):  # 1e400
        return Cell(np.nan, Fault.INFINITE, bare)
    if hundredths:
        return Cell(number / 100, Fault.NONE, bare, PERCENT)
    return Cell(number, Fault.NONE, bare, PRINTED if printed is not None else note)


def _number(text: str, dots_group: bool) -> tuple[float | None, str]:
    """The number, if it is one, and what was assumed."""
    if dots_group and _DOTTED.fullmatch(text):
        return float(text.replace(".", "")), THOUSANDS
    if _NUMBER.fullmatch(text):
        return float(text), ""
    if _COMMA.fullmatch(text):
        return float(text.replace(",", ".")), DECIMAL_COMMA
    if _GROUPS.fullmatch(text):
        mark = max(text.rfind("."), text.rfind(","))
        alone = text.count(text[mark]) == 1  # else it stands between thousands, too
        whole, rest = (text[:mark], text[mark + 1 :]) if mark >= 0 and alone else (text, "")
        return float(re.sub(r"[^\d+-]", "", whole) + "." + rest), THOUSANDS
    return None, ""


def _bare(cell: str) -> str | None:
    """What stands inside [0.5], tensor(0.5, device='cpu'), ="0.5"; None if nothing is around it."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1].strip()
    start = _PRINTED.match(cell)
    if start is None:
        return None
    inside = re.split(r"[\[\](),]", cell[start.end() :], maxsplit=1)[0]
    rest = cell[start.end() + len(inside) :]
    return inside.strip() if rest and _AFTER.fullmatch(rest) else None


def _fault(cell: str) -> Fault:
    if not cell:
        return Fault.EMPTY
    return Fault.INFINITE if _INFINITE.fullmatch(cell) else Fault.NO_NUMBER


def column_of(name: str, cells: Sequence[str], notes: set[str]) -> Column:
    """The column of these cells; what had to be assumed is added to the notes."""
    numbers = _all_plain(cells)
    if numbers is None and (numbers := _all_with_comma(cells)) is not None:
        notes.add(DECIMAL_COMMA)
    if numbers is not None:
        labels, codes = _labels(cells)
        return Column(name, numbers, np.zeros(len(cells), dtype=np.uint8), labels, codes)
    different = set(cells)
    dots_group = any(_means_groups(cell) for cell in different)
    read = {cell: cell_of(cell, dots_group=dots_group) for cell in different}
    notes.update(each.note for each in read.values() if each.note)
    n = len(cells)
    labels, codes = _labels([read[cell].text for cell in cells])
    return Column(
        name,
        np.fromiter((read[cell].number for cell in cells), float, n),
        np.fromiter((read[cell].fault for cell in cells), np.uint8, n),
        labels,
        codes,
    )


def _means_groups(cell: str) -> bool:
    """Whether a comma is the decimal mark here, so that a dot is none."""
    if "," not in cell:
        return False
    cell = cell.strip().translate(_SIGNS)
    return (_COMMA.fullmatch(cell) or _GROUPS.fullmatch(cell)) is not None and (
        cell.rfind(",") > cell.rfind(".")
    )


def _all_plain(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """All cells as numbers, where no one needs a second look: as nearly always."""
    if not _PLAIN.issuperset("\n".join(cells)):
        return None
    try:
        numbers = np.fromiter(map(float, cells), float, len(cells))
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def _all_with_comma(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """The same where a comma is the decimal mark and nothing stands between thousands."""
    joined = "\n".join(cells)
    if "," not in joined or "." in joined or not cells:
        return None
    return _all_plain(joined.replace(",", ".").split("\n"))


def _labels(cells: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
    if len(set(cells)) > MOST_LABELS:
        return (), np.zeros(0, dtype=np.uint8)
    places = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
    return tuple(places), np.fromiter(map(places.__getitem__, cells), np.uint8, len(cells))


def table_of(
    names: Sequence[str],
    columns: Iterable[Sequence[str]],
    lines: NDArray[np.int32],
    notes: Sequence[Note],
    uneven: NDArray[np.bool] | None = None,
) -> Table:
    """A table of cut and stripped cells.

    A column without name is numbered, and left out if nothing is in it. Raises UnreadableError
    for two columns of one name.
    """
    assumed: set[str] = set()
    read = [
        column_of(name, cells, assumed) for name, cells in zip(_named(names), columns, strict=True)
    ]
    return Table(
        tuple(
            column for name, column in zip(names, read, strict=True) if name or not column.is_empty
        ),
        lines,
        (*notes, *(Note(each) for each in sorted(assumed))),
        np.zeros(lines.size, dtype=bool) if uneven is None else uneven,
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
