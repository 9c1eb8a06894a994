"""What a question is, and a result to print."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from focal_ui.class_kit import printable
from focal_ui.words import _

LETTERS = "ABCDEF"
_MARKS = {True: "✓", False: "✗", None: "–"}
LINK = "q_"  # what a question’s URL parameter starts with


@dataclass(frozen=True)
class Option:
    """An answer, and why it is right or which slip leads to it."""

    text: str
    reason: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked, and the options in the order shown; exactly one is right.

    terms: those of the glossary that must be known to understand the question.
    """

    key: str
    ask: str
    options: tuple[Option, ...]
    terms: tuple[str, ...] = ()

    @property
    def link_key(self) -> str:
        """Where the answer stands in the link."""
        return LINK + self.key

    @property
    def lettered(self) -> dict[str, Option]:
        """The options by letter; where they start differs, so that no letter is always right."""
        first = crc32(self.key.encode()) % len(self.options)
        turned = self.options[first:] + self.options[:first]
        return dict(zip(LETTERS, turned, strict=False))


def right(text: str, reason: str) -> Option:
    """The right option."""
    return Option(text, reason, right=True)


def wrong(text: str, reason: str) -> Option:
    """An option that names a slip."""
    return Option(text, reason)


def score(answers: Sequence[bool | None], *, marked: bool) -> str:
    """How many are right, or while answers are kept back, how many are given.

    answers: whether each is right; None where there is none.
    """
    if marked:
        return _("{n} of {asked} right").format(n=answers.count(True), asked=len(answers))
    given = len(answers) - answers.count(None)
    return _("{n} of {asked} answered").format(n=given, asked=len(answers))


def printable_result(
    name: str, asked: Sequence[Question], given: Mapping[str, object], *, marked: bool = True
) -> str:
    """One HTML file with each question, the answer given, whether it is right, and why.

    given: link key -> letter. marked: False keeps back what is right.
    """
    options = [question.lettered.get(str(given.get(question.link_key) or "")) for question in asked]
    title = _("Focal Loss Lab, exit quiz")
    result = score([None if each is None else each.right for each in options], marked=marked)
    items = "".join(_item(*pair, marked=marked) for pair in zip(asked, options, strict=True))
    return printable.page(
        title,
        f"<h1>{printable.text(title)}</h1><p>{html.escape(name)}</p>"
        f"<p><strong>{printable.text(result)}</strong></p><ol class=tasks>{items}</ol>",
    )


def _item(question: Question, option: Option | None, *, marked: bool) -> str:
    chosen = option.text if option else _("no answer")
    lines = [f"{_MARKS[None if option is None else option.right]} {chosen}" if marked else chosen]
    if marked:
        lines += [option.reason] if option else []
        lines += [
            _("Right: {answer}. {reason}").format(answer=each.text, reason=each.reason)
            for each in question.options
            if each.right and each is not option
        ]
    return f"<li><strong>{printable.text(question.ask)}</strong>{printable.paragraphs(*lines)}</li>"
