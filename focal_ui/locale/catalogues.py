"""The catalogues: made from the code, merged into what is translated, compiled, and checked."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from focal_ui.locale.speech import DOMAIN, FOLDER

ROOT = FOLDER.parents[1]
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
KEYWORDS = {"_": None, "later": None, "ngettext": (1, 2), "UnreadableError": (1,)}
_THEN = datetime(2026, 1, 1, tzinfo=UTC)  # a date that changes would change every file
_MARKS = {
    "bold": re.compile(r"\*\*"),
    "formula": re.compile(r"\$[^$]+\$"),
    "code": re.compile(r"`[^`]+`"),
    "tag": re.compile(r"</?\w+[^>]*>"),
    "icon": re.compile(r":[a-z]+/[a-z_]+:"),
    "link": re.compile(r"\]\([^)]*\)"),
    "line": re.compile(r"\n"),
}


def file_of(tag: str) -> Path:
    """A language's catalogue, as translators know it."""
    return FOLDER / tag / "LC_MESSAGES" / f"{DOMAIN}.po"


def extracted() -> Catalog:
    """All messages of the app."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    found = Catalog(project="Focal Loss Lab", charset="utf-8", creation_date=_THEN, fuzzy=False)
    found.header_comment = "# The messages of Focal Loss Lab; made by focal_ui.locale.update."
    messages = extract_from_dir(ROOT, methods, options, KEYWORDS, ("For translators:",))
    for file, _line, text, comments, context in sorted(messages, key=lambda each: each[:2]):
        found.add(text, None, [(file, 1)], auto_comments=comments, context=context)
    return found


def read(file: Path, tag: str | None = None) -> Catalog:
    """A catalogue, or an empty one where there is none."""
    if not file.exists():
        return Catalog(locale=tag, project="Focal Loss Lab", charset="utf-8", creation_date=_THEN)
    with file.open("rb") as text:
        return read_po(text, locale=tag)


def merged(tag: str, template: Catalog) -> Catalog:
    """A language's catalogue with the messages of today; what changed a little is marked fuzzy."""
    catalogue = read(file_of(tag), tag)
    catalogue.update(template, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.revision_date = _THEN
    catalogue.header_comment = f"# Focal Loss Lab in {catalogue.locale_identifier}."
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """As translators edit it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, include_lineno=False, sort_by_file=True)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """As the app reads it: without what is missing or fuzzy."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def messages(catalogue: Catalog) -> list[Message]:
    """Without the heading."""
    return [message for message in catalogue if message.id]


def problems(catalogue: Catalog) -> Iterator[str]:
    """What keeps a language from being finished: one line each."""
    for message in messages(catalogue):
        for said, english in _pairs(message):
            if not said.strip():
                yield f"missing: {english!r}"
                continue
            for kind in _differences(english, said):
                yield f"{kind} differs: {english!r} -> {said!r}"
        if message.fuzzy:
            yield f"fuzzy: {message.id!r}"


def _pairs(message: Message) -> list[tuple[str, str]]:
    """Each form with the English that it stands for."""
    if isinstance(message.id, str):
        return [(str(message.string or ""), message.id)]
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return [(said or "", message.id[-1]) for said in forms]


def _differences(english: str, said: str) -> Iterator[str]:
    if placeholders(english) != placeholders(said):
        yield "placeholder"
    for kind, mark in _MARKS.items():
        if Counter(mark.findall(english)) != Counter(mark.findall(said)):
            yield kind


def placeholders(text: str) -> set[tuple[str, str]]:
    """Names in braces, with how they are written."""
    try:
        return {(part[1], part[2] or "") for part in Formatter().parse(text) if part[1]}
    except ValueError:
        return {("unbalanced braces", "")}


def words_by_file(template: Catalog) -> dict[str, tuple[int, int]]:
    """Messages and English words of each file; a message of several files counts in the first."""
    counts: dict[str, tuple[int, int]] = {}
    for message in messages(template):
        english = message.id if isinstance(message.id, str) else message.id[-1]
        file = message.locations[0][0]
        n, words = counts.get(file, (0, 0))
        counts[file] = n + 1, words + len(re.findall(r"[A-Za-z]+", english))
    return counts
