"""Every text that a page hands over to be read: shown, drawn, tabulated, or said to a reader."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import zip_longest
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from focal_ui.controls.kinds import SAID
from tests.helpers import families

_NOT_READ = {  # fields of Streamlit's messages, and parts of a picture's
    "id", "element_id", "form_id", "key", "user_key", "query_param_key", "fragment_id", "page",
    "query_string", "url", "url_path", "url_pathname", "file_name", "deferred_file_id", "mime",
    "icon", "language", "type", "style", "format", "color", "spec", "json", "component_name",
    "code_text", "value", "default", "raw_values", "css_content", "js_content", "script_hash",
    "page_script_hash", "levels", "colors", "maps", "href", "steps", "x", "y", "slider", "anchors",
}  # fmt: skip
_STYLE = re.compile(r"<(style|script|code)[^>]*>.*?</\1>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(?:aria-label|data-tip|data-name|alt|title|placeholder)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_MARK = re.compile(
    r"\{[^}]*\}|`[^`]*`|\$[^$]*\$|data:\S+|https?://\S+|:material/\w+:|:[a-z-]+\[|\]\([^)]*\)"
)
_COMMAND = re.compile(r"\\[a-z]{2}")
_IN_FORMULA = re.compile(r"\\text\{([^}]*)\}")


def texts(visit: AppTest) -> Iterator[str]:
    """Without marks, formulas, code and addresses."""
    for raw in _raw(visit):
        yield from filter(str.strip, _read(raw))


def _raw(visit: AppTest) -> Iterator[str]:
    yield from _shown(visit.main)
    yield from _shown(visit.sidebar)
    for table in (*visit.table, *visit.dataframe):
        yield from map(str, table.value.columns)
        yield from (cell for _, column in table.value.items() for cell in map(str, column))
    for family in families(visit):
        yield from _strings(family)


def _read(raw: str) -> Iterator[str]:
    if "<" in raw and ">" in raw:
        raw = _STYLE.sub(" ", raw)
        yield from map(unescape, _ATTRIBUTE.findall(raw))
        raw = unescape(_TAG.sub(" ", raw))
    if _COMMAND.search(raw):
        yield from _IN_FORMULA.findall(raw)
    else:
        yield _MARK.sub(" ", raw)


def _shown(block: Any) -> Iterator[str]:
    """Of an element and all in it, but for options that stand beside their own translation."""
    if hasattr(getattr(block, "proto", None), "ListFields"):
        yield from _fields(block.proto)
    children = list(block.children.values()) if isinstance(block, Block) else []
    for child, after in zip_longest(children, children[1:]):
        if not str(getattr(after, "key", None) or "").startswith(SAID):
            yield from _shown(child)


def _fields(message: Any) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.name in _NOT_READ or (
            field.message_type and field.message_type.GetOptions().map_entry
        ):
            continue
        for each in value if field.is_repeated else [value]:
            if field.type == field.TYPE_MESSAGE:
                yield from _fields(each)
            elif field.type == field.TYPE_STRING:
                yield each


def _strings(part: Any) -> Iterator[str]:
    """Of a picture's message; each place of a slider is a part of it."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in _NOT_READ:
                yield from _strings(value)
    elif isinstance(part, Iterable) and not isinstance(part, bytes):
        for each in part:
            yield from _strings(each)
