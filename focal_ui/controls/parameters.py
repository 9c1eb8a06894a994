"""All that an address can say, as a table: on the page Class kit, and in docs/parameters.md."""

import sys
from dataclasses import dataclass
from itertools import groupby

from focal_ui.controls import link_check
from focal_ui.controls.by_page import KNOBS, pages_with
from focal_ui.controls.kinds import Knob
from focal_ui.frame import settings
from focal_ui.learning.questions import LINK
from focal_ui.words import _

_HEAD = """\
# What a link can say

An address is the name of a page (Start has none), `?`, and parameters with `&` between them:
`/curve?gamma=2&p_t=0.9` opens The curve at γ = 2 and p_t = 0.9. A space is written `+`, a
percent sign `%25`. Each parameter means the same on every page. One that is left out is at its
default; a value that cannot be used is named in one line and replaced; the older name of an option
still opens it. The page Class kit builds such links.

| parameter | meaning | values | on |
|---|---|---|---|
"""
_FOOT = """
Written by `python -m focal_ui.controls.parameters >docs/parameters.md`.
"""


@dataclass(frozen=True)
class Row:
    """A parameter: what it means, what it may say, and where.

    options: what it may say one by one, where that can be listed.
    """

    key: str
    meaning: str
    values: str
    pages: str
    options: tuple[str, ...] = ()


def rows() -> tuple[Row, ...]:
    """One for each control, then what holds for the whole visit."""
    knobs = [_row(knob, ", ".join(pages_with(knob))) for knob in KNOBS.values()]
    everywhere = _("every page")
    settled = [
        Row(settings.HIDE,
            _("Controls that are hidden and keep their value; menu: links to other pages"),
            _("parameters or menu, separated by commas"), everywhere),
        *(_row(knob, everywhere) for knob in link_check.SETTINGS),
        Row(f"{LINK}…", _("Answer to a question"), "A, B, C, D",
            _("every page with questions")),
    ]  # fmt: skip
    return tuple(knobs + settled)


def _row(knob: Knob, pages: str) -> Row:
    return Row(knob.key, _(knob.name), knob.values, pages, tuple(getattr(knob, "options", ())))


def as_markdown() -> str:
    """The same as a document; parameters that differ in their key alone share a line."""
    alike = groupby(rows(), lambda row: (row.meaning, _listed(row), row.pages))
    lines = [
        f"| {', '.join(f'`{row.key}`' for row in group)} | {' | '.join(shared)} |"
        for shared, group in alike
    ]
    return _HEAD + "\n".join(lines) + "\n" + _FOOT


def _listed(row: Row) -> str:
    return ", ".join(f"`{option}`" for option in row.options) or row.values


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
