"""JSON that somebody brings: records become a table, results and annotations of COCO boxes.

Read by `json`. What pandas writes in any of its orientations, JSON lines, and one list of records
inside of an object are rows; cells then mean what they mean in a table of text.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from focal_core.boxes import Boxes
from focal_core.columns import Table, table_of
from focal_core.received import Note, UnreadableError, check_rows

MOST_FIELDS = 50
DEEPEST = 3  # records inside of records

RECORDS = "Rows are numbered in the order of the records, from 1."
NESTED = "Fields left out because they hold lists: {n}."
_BEGINS = re.compile(r"\s*(?:\{|\[\s*[\[{\]]|\[[^\n\]]*,[^\n\]]*\]\s*(?:\n|$))")
_OF_RECORDS = re.compile(r"\s*\[?\s*\{")
_LABELS = frozenset({"label", "target", "y_true", "is_object", "tp", "matched", "truth", "y"})
_WITH_SCORE = frozenset({"bbox", "score", "image_id"})


def begins_like_json(text: str) -> bool:
    """Whether a text may be JSON: an object, or an array of arrays or objects."""
    return _BEGINS.match(text) is not None


def from_json(text: str, notes: list[Note]) -> Table | Boxes | None:
    """The table or the boxes in a JSON text; None if it is no JSON after all but may be a table.

    Raises UnreadableError, which names the line, where JSON breaks off, and for JSON without rows.
    """
    try:
        data, lines = _parsed(text)
    except RecursionError:
        raise UnreadableError("This JSON is nested too deeply to be read.") from None
    except json.JSONDecodeError as error:
        if not _OF_RECORDS.match(text):
            return None  # as [0.93],1 begins
        raise UnreadableError(
            "This begins like JSON, but line {line} is no JSON.", line=error.lineno
        ) from None
    except ValueError:
        raise UnreadableError("This JSON holds a number that is too long to be read.") from None
    boxes = _boxes(data)
    if boxes is not None:
        return boxes
    rows = _records(data)
    if lines is None:
        notes.append(Note(RECORDS))
        lines = range(1, len(rows) + 1)
    return _table(rows, lines, notes)


def _parsed(text: str) -> tuple[Any, Sequence[int] | None]:
    """What the text holds; for JSON lines also in which line each value stands."""
    try:
        return json.loads(text, parse_constant=str), None
    except json.JSONDecodeError as whole:
        if not whole.msg.startswith("Extra data"):
            raise
        found, places = [], []
        for place, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            try:
                found.append(json.loads(line, parse_constant=str))
            except json.JSONDecodeError as error:
                raise json.JSONDecodeError(
                    error.msg, "\n" * (place - 1) + line, place - 1
                ) from None
            places.append(place)
        return found, places


def _records(data: Any) -> Sequence[Mapping[str, Any]]:
    """The rows of whatever shape holds them, each as names and values."""
    if isinstance(data, list) and data:
        if all(isinstance(row, dict) for row in data):
            check_rows(len(data))
            return data
        if all(isinstance(row, list) for row in data):
            return _named_rows(data)
    if isinstance(data, dict) and data:
        if isinstance(data.get("columns"), list) and isinstance(data.get("data"), list):
            return _named_rows([data["columns"], *data["data"]])
        values = list(data.values())
        if all(isinstance(each, dict) for each in values):
            return _pandas(data)
        if _are_columns(values):
            return [dict(zip(data, row, strict=True)) for row in zip(*values, strict=True)]
        inside = [each for each in values if isinstance(each, list) and each]
        if len(inside) == 1 and isinstance(inside[0][0], dict):
            return _records(inside[0])
    raise UnreadableError(
        "This JSON holds no rows; what can be read is an array of records, one for each score."
    )


def _are_columns(values: Sequence[Any]) -> bool:
    """Whether these are arrays of plain values, all of one length."""
    return (
        all(isinstance(each, list) for each in values)
        and len(set(map(len, values))) == 1
        and not any(isinstance(each, (dict, list)) for each in values[0][:1])
    )


def _named_rows(rows: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
    """Rows that are arrays, under a first one of names if there is one."""
    check_rows(len(rows))
    width = len(rows[0]) if isinstance(rows[0], list) else 0
    headed = width > 0 and all(isinstance(name, str) for name in rows[0])
    names = rows[0] if headed else [f"column {at}" for at in range(1, width + 1)]
    for at, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != width:
            raise UnreadableError("Record {row} has not as many values as the first.", row=at)
    return [dict(zip(names, row, strict=True)) for row in rows[headed:]]


def _pandas(data: Mapping[str, Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Column by column under each row's name, as `DataFrame.to_json` writes, or the other way."""
    first = next(iter(data.values()))
    if len(data) > len(first):
        return list(data.values())
    return [{name: column.get(row) for name, column in data.items()} for row in first]


def _table(records: Sequence[Mapping[str, Any]], lines: Iterable[int], notes: list[Note]) -> Table:
    check_rows(len(records))
    flat = [_flat(record) for record in records]
    names = dict.fromkeys(name for record in flat for name in record)
    nested = {
        name for name in names if any(isinstance(record.get(name), (list, dict)) for record in flat)
    }
    if nested:
        notes.append(Note(NESTED, {"n": len(nested)}))
    kept = [name for name in names if name not in nested]
    if len(kept) > MOST_FIELDS:
        raise UnreadableError(
            "The records have {columns} fields; at most {limit} can be read.",
            columns=f"{len(kept):,}",
            limit=MOST_FIELDS,
        )
    if not kept:
        raise UnreadableError(
            "This JSON holds no rows; what can be read is an array of records, one for each score."
        )
    cells = ([_cell(record.get(name)) for record in flat] for name in kept)
    return table_of(kept, cells, np.array(list(lines), dtype=np.int32), notes)


def _flat(record: Mapping[str, Any], before: str = "", depth: int = 1) -> dict[str, Any]:
    """A record without records inside: their fields are named with a dot."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        alone = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(alone, dict) and depth < DEEPEST:
            flat |= _flat(alone, f"{before}{name}.", depth + 1)
        else:
            flat[f"{before}{name}".strip()] = alone
    return flat


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else repr(value)


def _boxes(data: Any) -> Boxes | None:
    """COCO results or annotations; None if it is neither."""
    if isinstance(data, dict) and isinstance(data.get("annotations"), list):
        listed = data.get("images")
        images = (
            [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        )
        known = [_name(each.get("id")) for each in images]
        return _read_boxes(data["annotations"], known, scored=False)
    if not isinstance(data, list) or not data or not isinstance(data[0], dict):
        return None
    keys = data[0].keys()
    if _LABELS & {key.lower() for key in keys} or not keys >= _WITH_SCORE - {"score"}:
        return None
    return _read_boxes(data, [], scored="score" in keys)


def _read_boxes(records: Sequence[Any], images: Sequence[str], *, scored: bool) -> Boxes:
    check_rows(len(records))
    corners, scores, crowd = np.empty((len(records), 4)), np.empty(len(records)), []
    image_of, class_of = [], []
    names: dict[Any, str] = {}
    for at, record in enumerate(records):
        try:
            corners[at] = record["bbox"]
            scores[at] = record["score"] if scored else 0.0
            crowd.append(bool(record.get("iscrowd", 0)))
            image, kind = record["image_id"], record.get("category_id", "")
            image_of.append(names.setdefault(image, _name(image)))  # one text for all its boxes
            class_of.append(names.setdefault(kind, _name(kind)))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UnreadableError(
                "Record {row} is no box of COCO: it needs bbox (four numbers), image_id and, in "
                "results, score.",
                row=at + 1,
            ) from None
    corners[:, 2:] += corners[:, :2]  # COCO gives width and height
    if not (np.isfinite(corners).all() and np.isfinite(scores).all()):
        raise UnreadableError("A box or a score in this JSON is not finite.")
    return Boxes(
        tuple(image_of), tuple(class_of), corners, scores if scored else None,
        np.array(crowd, dtype=bool), frozenset(images) | frozenset(image_of), "COCO",
    )  # fmt: skip


def _name(value: Any) -> str:
    """An id as text, so that 7 and "7" are one."""
    return str(value).strip()
