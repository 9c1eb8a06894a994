"""What a question is, and a result to print."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from focal_ui.words import _

LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Option:
    """An answer, and why it is right or which slip leads to it."""

    text: str
    reason: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked, and the options in the order shown; exactly one is right."""

    key: str
    ask: str
    options: tuple[Option, ...]

    @property
    def link_key(self) -> str:
        """Where the answer stands in the link."""
        return f"q_{self.key}"

    @property
    def lettered(self) -> dict[str, Option]:
        """The options by letter."""
        return dict(zip(LETTERS, self.options, strict=False))


def right(text: str, reason: str) -> Option:
    """The right option."""
    return Option(text, reason, right=True)


def wrong(text: str, reason: str) -> Option:
    """An option that names a slip."""
    return Option(text, reason)


def printable_result(name: str, asked: Sequence[Question], given: Mapping[str, object]) -> str:
    """One HTML file with each question, the answer given, and whether it is right.

    given: link key -> letter.
    """
    rows = []
    for question in asked:
        letter = str(given.get(question.link_key) or "")
        option = question.lettered.get(letter)
        mark = "–" if option is None else ("✓" if option.right else "✗")
        cells = (question.ask, option.text if option else "", mark)
        rows.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in cells) + "</tr>")
    count = sum(
        bool(option and option.right)
        for question in asked
        for option in [question.lettered.get(str(given.get(question.link_key) or ""))]
    )
    title = html.escape(_("Focal Loss Lab, exit quiz"))
    score = html.escape(_("{right} of {asked} right").format(right=count, asked=len(asked)))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<body style="font:12pt/1.5 system-ui,sans-serif;max-width:42em;margin:2em auto">'
        f"<h1>{title}</h1><p>{html.escape(name)}</p><p><strong>{score}</strong></p>"
        f"<table cellpadding=6>{''.join(rows)}</table></body></html>"
    )
