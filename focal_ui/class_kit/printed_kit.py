"""The whole kit on paper: the plan with its addresses, what to say, the sheets and their keys."""

import html

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.curve import anatomy
from focal_core.population import SIMPLE
from focal_ui.class_kit import class_link, lesson, printable, worksheets
from focal_ui.class_kit.lesson import Step
from focal_ui.class_kit.offline import CURSOR, P_T
from focal_ui.figures.budget import totals_and_shares
from focal_ui.figures.curve import product
from focal_ui.stage.prose import to_html
from focal_ui.stage.svg.still import still
from focal_ui.words import _


def page(base: str) -> str:
    """One HTML file to print. base: where the app lives."""
    title = _("Focal loss: a class of 45 minutes")
    sheets = "".join(
        f"<section>{sheet.body(with_key=with_key)}</section>"
        for with_key in (False, True)
        for sheet in worksheets.worksheets()
    )
    return printable.page(title, _plan(title, base) + _board() + _notes() + sheets)


def _plan(title: str, base: str) -> str:
    heads = (_("minutes"), _("what happens"), _("what comes out"), _("opens"))
    rows = [_row(step, base) for step in lesson.plan()]
    return f"<h1>{printable.text(title)}</h1>{printable.table(heads, *rows, kind='plan')}"


def _board() -> str:
    """The two pictures that one would draw on the board, at the paper's gamma."""
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
    return f"<section class=board><h2>{printable.text(heading)}</h2>{pictures}</section>"


def _row(step: Step, base: str) -> tuple[str, ...]:
    opens = ""
    if step.page:
        link = class_link.build(base, step.page, step.values)
        code = class_link.qr_code(link)
        opens = f"<div class=qr>{code}<span class=small>{html.escape(link)}</span></div>"
    return (*map(printable.text, (step.minutes, step.what, step.outcome)), opens)


def _notes() -> str:
    asked = [
        tuple(map(printable.text, (each.said, each.probe, each.outcome)))
        for each in lesson.misconceptions()
    ]
    words = [tuple(map(printable.text, (each.name, each.meaning))) for each in lesson.vocabulary()]
    left_out = [tuple(map(printable.text, pair)) for pair in lesson.simplifications().items()]
    heads = _("they say"), _("you ask"), _("what comes out")
    return (
        f"<section><h2>{_('After 45 minutes a learner can')}</h2>"
        f"{printable.bullets(*lesson.goals())}"
        f"{printable.paragraphs(_('Brings along: ') + lesson.prior_knowledge())}"
        f"<h2>{_('What goes wrong in heads')}</h2>{printable.table(heads, *asked)}"
        f"<h2>{_('Words')}</h2>{printable.table((_('word'), _('meaning')), *words)}"
        f"<h2>{_('What the populations leave out')}</h2>"
        f"{printable.table((_('population'), _('what is simplified')), *left_out)}"
        f"<h2>{_('Further')}</h2>{printable.bullets(*lesson.further())}"
        f"<h2>{_('For everybody')}</h2>{printable.bullets(*lesson.access())}</section>"
    )
