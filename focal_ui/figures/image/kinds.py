"""The three kinds of a detector's outputs: their names, colours and patterns, on every picture."""

from typing import Any

from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.words import _

INKS = (theme.Ink("#8A90A0", "dot"), theme.Ink("#B5548F", "dash"), theme.Ink("#0A93C4", "solid"))
PATTERNS = ("/", "x", "")


def part_names() -> tuple[str, str, str]:
    """The three kinds of outputs, in the order of the bars."""
    return _("easy background"), _("hard background"), _("objects")


def fill(ink: theme.Ink, pattern: str) -> dict[str, Any]:
    """A bar of one kind. pattern: of PATTERNS."""
    line = {"color": ink.color, "width": 1}
    if not pattern:
        return {"color": ink.color, "line": line}
    look = {"shape": pattern, "fgcolor": ink.color, "bgcolor": theme.CLEAR, "size": 8}
    return {"color": ink.color, "pattern": {**look, "solidity": 0.4}, "line": line}


def pattern_key(panel: str, **place: Any) -> dict[str, Any]:
    """What the patterns mean, along a panel."""
    where = {"xref": f"x{panel} domain", "yref": f"y{panel} domain", **place}
    entries = zip(marks.FILLS, part_names(), strict=True)
    return marks.class_key(entries, colors=[ink.color for ink in INKS], **where)
