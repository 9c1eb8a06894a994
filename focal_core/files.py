"""Whatever files come together: one table, or boxes and what was labelled."""

from collections.abc import Sequence

from focal_core.boxes import Boxes
from focal_core.columns import Table
from focal_core.detections import from_yolo, of_no_boxes
from focal_core.received import LARGEST, Note, UnreadableError, check_size, text_of
from focal_core.records import begins_like_json, from_json
from focal_core.table import table_of_text

MOST_FILES = 2_000
MOST_BYTES = 2 * LARGEST  # of all files together


def read_file(content: str | bytes, name: str = "") -> Table | Boxes:
    """What one file or a pasted text holds: a table of text, JSON, or boxes of COCO or YOLO.

    Raises UnreadableError as `read_table` does.
    """
    notes: list[Note] = []
    text_file = name.lower().endswith(".txt")
    if text_file and not content.strip():
        boxes = from_yolo("", name)  # nothing in that image
    else:
        text = text_of(content, notes)
        if begins_like_json(text):
            found = from_json(text, notes)
            if found is not None:
                return found
        boxes = from_yolo(text, name) if text_file else None
        if boxes is None:
            return table_of_text(text, notes)
    assert boxes is not None  # noqa: S101
    return boxes


def read_files(files: Sequence[tuple[str, str | bytes]]) -> Table | tuple[Boxes, ...]:
    """The one table, or the boxes, that files hold which came together.

    Raises UnreadableError, which for one of several files knows its name, and for more than 2,000
    files or 10 MB in all.
    """
    if len(files) > MOST_FILES:
        raise UnreadableError(
            "There are {rows} files; at most {limit} can be read.",
            rows=f"{len(files):,}",
            limit=f"{MOST_FILES:,}",
        )
    check_size(sum(len(content) for _name, content in files), MOST_BYTES)
    parts = [
        _one(name, content, alone=len(files) == 1)
        for name, content in files
        if len(files) == 1 or not of_no_boxes(name)
    ]
    tables = [part for part in parts if isinstance(part, Table)]
    if tables and len(parts) > 1:
        raise UnreadableError(
            "{n} files came together, and not all of them hold boxes; send one table at a time.",
            n=len(parts),
        )
    return tables[0] if tables else tuple(part for part in parts if isinstance(part, Boxes))


def _one(name: str, content: str | bytes, *, alone: bool) -> Table | Boxes:
    try:
        return read_file(content, name)
    except UnreadableError as error:
        if not alone:
            error.file = name
        raise
