"""The whole kit on paper: plan and addresses, board, what to say, quiz key, sheets and keys."""

import html
from collections.abc import Iterator, Sequence

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.curve import Anatomy, anatomy
from focal_core.population import SIMPLE
from focal_ui.class_kit import class_link, lesson, printable, worksheets
from focal_ui.class_kit.lesson import Step
from focal_ui.figures.budget import totals_and_shares
from focal_ui.figures.curve import product
from focal_ui.learning import question_bank
from focal_ui.stage.prose import to_html
from focal_ui.stage.svg.still import still
from focal_ui.words import _, number

P_T = [i / 200 for i in range(1, 200)]
CURSOR = 0.9


def page(base: str) -> str:
    """One HTML file to print. base: where the app lives."""
    title = _("A 45-minute lesson on focal loss")
    sheets = "".join(
        f"<section>{sheet.body(with_key=with_key)}</section>"
        for with_key in (False, True)
        for sheet in worksheets.worksheets()
    )
    return printable.page(title, _plan(title, base) + _board() + _notes() + _quiz() + sheets)


def _plan(title: str, base: str) -> str:
    heads = (_("minutes"), _("activity"), _("what to expect"), _("link"))
    rows = [_row(step, base) for step in lesson.plan()]
    return f"<h1>{printable.text(title)}</h1>{printable.table(heads, *rows, kind='plan')}"


def _board() -> str:
    """The sum in numbers and the two pictures that one would draw, at the paper's gamma."""
    loss, population = FocalLoss(paper.GAMMA.value), SIMPLE.population()
    drawn = {
        "totals": totals_and_shares(budget(population, CROSS_ENTROPY), budget(population, loss)),
        "curve": product(anatomy(P_T, loss), anatomy(CURSOR, loss)),
    }
    pictures = "".join(
        f"<figure>{still(name, exhibit.figure)}"
        f"<figcaption>{to_html(exhibit.sentence)}</figcaption></figure>"
        for name, exhibit in drawn.items()
    )
    heading = _("On the board, γ = {gamma:g}").format(gamma=paper.GAMMA.value)
    return (
        f"<section class=board><h2>{printable.text(heading)}</h2>{_sums(loss)}{pictures}</section>"
    )


def _sums(loss: FocalLoss) -> str:
    """One example of each class and all of them, so that the sum can be followed by hand."""
    heads = (
        _("*Easy background*"), _("cross entropy"), _("× factor"), _("= focal loss"), _("× number"),
        _("= total"), _("under cross entropy"),
    )  # fmt: skip
    rows = [
        (name, *map(number, _multiplied(anatomy(p_t, loss), n)))
        for name, p_t, n in (
            (
                _("a background location, p_t = {p_t:g}").format(p_t=SIMPLE.negative_p_t),
                SIMPLE.negative_p_t,
                SIMPLE.negatives,
            ),
            (
                _("an object, p_t = {p_t:g}").format(p_t=SIMPLE.positive_p_t),
                SIMPLE.positive_p_t,
                SIMPLE.positives,
            ),
        )
    ]
    return printable.table(
        *(tuple(map(printable.text, row)) for row in (heads, *rows)), kind="sums"
    )


def _multiplied(one: Anatomy, n: int) -> tuple[float, ...]:
    before, factor, after = (float(each) for each in (one.cross_entropy, one.factor, one.focal))
    return before, factor, after, n, n * after, n * before


def _row(step: Step, base: str) -> tuple[str, ...]:
    opens = ""
    if step.page:
        link = class_link.build(base, step.page, step.values)
        code = class_link.qr_code(link)
        opens = f"<div class=qr>{code}<span class=small>{html.escape(link)}</span></div>"
    return (*map(printable.text, (step.minutes, step.activity, step.expected)), opens)


def _notes() -> str:
    asked = [
        tuple(map(printable.text, (each.said, each.ask, each.found)))
        for each in lesson.misconceptions()
    ]
    terms = [tuple(map(printable.text, (each.name, each.meaning))) for each in lesson.vocabulary()]
    left_out = [tuple(map(printable.text, pair)) for pair in lesson.simplifications().items()]
    heads = _("students say"), _("ask"), _("they find")
    before = _("Prerequisites: {knowledge}").format(knowledge=lesson.prerequisites())
    return (
        f"<section><h2>{_('After 45 minutes students can')}</h2>"
        f"{printable.bullets(*lesson.goals())}{printable.paragraphs(before)}"
        f"<h2>{_('Common misconceptions')}</h2>{printable.table(heads, *asked)}"
        f"<h2>{_('Glossary')}</h2>{printable.table((_('term'), _('meaning')), *terms)}"
        f"<h2>{_('What the scenarios leave out')}</h2>"
        f"{printable.table((_('scenario'), _('what is simplified')), *left_out)}"
        f"<h2>{_('Extensions and follow-up')}</h2>{printable.bullets(*lesson.further())}"
        f"<h2>{_('Accessibility')}</h2>{printable.bullets(*lesson.access())}</section>"
    )


def _quiz() -> str:
    """The exit quiz, which holds the pre-check: its key, and what each wrong answer tells."""
    rows = [
        tuple(map(printable.text, (question.ask, option.text, option.reason)))
        for question in question_bank.of("exit quiz")
        for option in sorted(question.options, key=lambda option: not option.right)
    ]
    heads = _("question"), _("answer; the right one first"), _("why")
    first = _("The pre-check asks: {questions}").format(
        questions=" ".join(question.ask for question in question_bank.of("pre-check"))
    )
    return (
        f"<section><h2>{_('Exit quiz: key, and what a wrong answer tells')}</h2>"
        f"{printable.paragraphs(first)}{printable.table(heads, *_merged(rows))}</section>"
    )


def _merged(rows: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """What stands in the first column is said once."""
    before = ""
    for first, *others in rows:
        yield ("" if first == before else first, *others)
        before = first
