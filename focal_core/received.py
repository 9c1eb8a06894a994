"""What somebody sends, as text: bytes are decoded, and what is no text is refused in a sentence."""

from dataclasses import dataclass, field

LARGEST = 5 * 2**20  # bytes
MOST_ROWS = 200_000
LONGEST_LINE = 10_000

WINDOWS = "This is not UTF-8, so it was read as Windows-1252."

_FORMATS = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip or Excel",
    b"PAR1": "Parquet",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"%PDF": "PDF",
    b"\x93NUMPY": "NumPy",
    b"\x89HDF": "HDF5",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
}
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


class UnreadableError(ValueError):
    """What is wrong and where, in one sentence.

    sentence: with names in braces, so that it can be translated; facts: what they stand for. A
    fact that is text may be the visitor's own. file: in which of several files, if there are such.
    """

    def __init__(self, sentence: str, **facts: str | int) -> None:  # noqa: D107
        super().__init__(sentence.format(**facts))
        self.sentence = sentence
        self.facts = facts
        self.file = ""


@dataclass(frozen=True)
class Note:
    """What was assumed while reading: a sentence with names in braces, and what they stand for."""

    sentence: str
    facts: dict[str, int] = field(default_factory=dict)


def text_of(content: str | bytes, notes: list[Note]) -> str:
    r"""The text, with line ends as \n and without what stands around it.

    Raises UnreadableError for more than 5 MB, for a known format that is no text, and for nothing.
    """
    size = len(content)
    if isinstance(content, str) and size <= LARGEST:
        size = len(content.encode("utf-8", "surrogatepass"))
    check_size(size)
    text = content if isinstance(content, str) else _decoded(content, notes)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n ")
    if not text.strip():
        raise UnreadableError("There is nothing to read: it is empty.")
    if "\0" in text:
        raise UnreadableError(
            "Line {line} holds a NUL character, so this is no text; save it as CSV in UTF-8.",
            line=text.count("\n", 0, text.index("\0")) + 1,
        )
    return text


def lines_of(text: str) -> list[str]:
    """The lines of a text; UnreadableError for one of more than 10,000 characters."""
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


def check_size(size: int, limit: int = LARGEST) -> None:
    """Raise UnreadableError for more bytes than the limit."""
    if size > limit:
        raise UnreadableError(
            "This has {size} MB; at most {limit} MB can be read.",
            size=f"{size / 2**20:,.1f}",
            limit=limit // 2**20,
        )


def check_rows(rows: int) -> None:
    """Raise UnreadableError for more than 200,000 rows."""
    if rows > MOST_ROWS:
        raise UnreadableError(
            "There are {rows} rows; at most {limit} can be read.",
            rows=f"{rows:,}",
            limit=f"{MOST_ROWS:,}",
        )


def _decoded(content: bytes, notes: list[Note]) -> str:
    for start, name in _FORMATS.items():
        if content.startswith(start):
            raise UnreadableError("This is a {format} file; save it as CSV first.", format=name)
    for start, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(start):
            return _as(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        notes.append(Note(WINDOWS))
        return _as(content, "cp1252")


def _as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(
            "Line {line} is not text that can be read; save it as CSV in UTF-8.",
            line=content.count(b"\n", 0, error.start) + 1,
        ) from None
