"""Worksheets to print: tasks for three levels, and keys that the core computes."""

from collections.abc import Callable
from dataclasses import dataclass

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, budget, negatives_per_positive
from focal_core.curve import anatomy
from focal_core.first_step import FirstStep, Normaliser
from focal_core.population import SIMPLE, STUBBORN
from focal_ui.class_kit import printable
from focal_ui.words import _, number, percent


@dataclass(frozen=True)
class Item:
    """A task, and its key: what to write, computed when asked for."""

    ask: str
    key: Callable[[], str]


@dataclass(frozen=True)
class Worksheet:
    """One sheet: what it is for, and its tasks in order."""

    letter: str
    title: str
    purpose: str
    items: tuple[Item, ...]

    def as_markdown(self, *, with_key: bool) -> str:
        """The sheet as Markdown, with lines to write on or with the key."""
        lines = [f"# {self.heading(with_key=with_key)}", "", self.purpose, ""]
        for i, item in enumerate(self.items, start=1):
            answer = f"**{item.key()}**" if with_key else "____________________"
            lines += [f"{i}. {item.ask}", "", f"   {answer}", ""]
        return "\n".join(lines)

    def as_html(self, *, with_key: bool) -> str:
        """The sheet as one HTML file to print."""
        return printable.page(self.heading(with_key=with_key), self.body(with_key=with_key))

    def body(self, *, with_key: bool) -> str:
        """The sheet as a part of an HTML file."""
        items = "".join(
            f"<li>{printable.text(item.ask)}<p class=answer>"
            f"{printable.text(item.key()) if with_key else '&nbsp;'}</p></li>"
            for item in self.items
        )
        name = "" if with_key else f"<p class=name>{_('Name')}: ______________________________</p>"
        return (
            f"{name}<h1>{printable.text(self.heading(with_key=with_key))}</h1>"
            f"{printable.paragraphs(self.purpose)}<ol class=tasks>{items}</ol>"
        )

    def heading(self, *, with_key: bool) -> str:
        """The title, and whether this is the key."""
        return _("{title} (key)").format(title=self.title) if with_key else self.title


def worksheets() -> tuple[Worksheet, ...]:
    """A: numbers only. B: the formula. C: code."""
    return (_numbers_only(), _the_formula(), _the_code())


def _numbers_only() -> Worksheet:
    population = STUBBORN.population()

    def paid(gamma: float) -> Callable[[], str]:
        return lambda: _totals(budget(population, FocalLoss(gamma)))

    crowd = _(
        "{negatives} background locations score {easy} for the truth, {positives} objects score "
        "{hard}. Open Easy negatives, choose Hard background, set γ = {gamma:g}. What do background "
        "and objects pay, and what is background’s share?"
    )
    asks = [
        crowd.format(
            negatives=number(STUBBORN.negatives),
            positives=number(STUBBORN.positives),
            easy=STUBBORN.negative_p_t,
            hard=STUBBORN.positive_p_t,
            gamma=gamma,
        )
        for gamma in (0.0, 1.0, 2.0)
    ]
    return Worksheet(
        "A",
        _("Worksheet A: who pays?"),
        _("Numbers only. Use the page Easy negatives; no formula is needed."),
        (
            Item(asks[0], paid(0.0)),
            Item(asks[1], paid(1.0)),
            Item(asks[2], paid(2.0)),
            Item(
                _("Is γ = 2 enough to make background pay less than half? Say why."),
                lambda: _("No: it still pays {share}.").format(
                    share=percent(budget(population, FocalLoss(2.0)).negative_share)
                ),
            ),
            Item(
                _("Choose Easy background at γ = 2. What is background’s share now? What made the change?"),
                lambda: _("{share}: the background is easier, the objects are harder.").format(
                    share=percent(budget(SIMPLE.population(), FocalLoss(2.0)).negative_share)
                ),
            ),
        ),
    )


def _totals(paid: Budget) -> str:
    return _("background {n}, objects {p}, share {share}").format(
        n=number(paid.negatives), p=number(paid.positives), share=percent(paid.negative_share)
    )


def _the_formula() -> Worksheet:
    focal = FocalLoss(2.0)
    easy, hard = anatomy(0.9, focal), anatomy(0.1, focal)
    return Worksheet(
        "B",
        _("Worksheet B: the formula"),
        _("FL(pₜ) = −(1 − pₜ)^γ ln pₜ, natural logarithm. Work by hand, then check in the app."),
        (
            Item(
                _("An easy example has pₜ = 0.9. Compute CE, the factor at γ = 2, and FL."),
                lambda: (
                    f"{number(float(easy.cross_entropy))} × {number(float(easy.factor))} = "
                    f"{number(float(easy.focal))}"
                ),
            ),
            Item(
                _("The same for a hard example with pₜ = 0.1."),
                lambda: (
                    f"{number(float(hard.cross_entropy))} × {number(float(hard.factor))} = "
                    f"{number(float(hard.focal))}"
                ),
            ),
            Item(
                _("How many of the easy ones cost as much as the hard one, under CE and under FL?"),
                lambda: _("{ce} and {fl}").format(
                    ce=number(negatives_per_positive(0.9, 0.1, CROSS_ENTROPY)),
                    fl=number(negatives_per_positive(0.9, 0.1, focal)),
                ),
            ),
            Item(
                _(
                    "Does focal loss make the hard example’s loss larger? By how much does it "
                    "change?"
                ),
                lambda: _("No: it shrinks to {factor} of CE.").format(
                    factor=percent(float(hard.factor))
                ),
            ),
            Item(
                _("The slope by the logit is (1 − pₜ)^γ (1 − pₜ − γ pₜ ln pₜ). At pₜ = 0.9?"),
                lambda: _("{fl}, {times} times less than CE’s {ce}").format(
                    fl=number(float(easy.focal_slope)),
                    times=number(float(easy.slope_reduction)),
                    ce=number(float(easy.cross_entropy_slope)),
                ),
            ),
        ),
    )


def _the_code() -> Worksheet:
    start, papers = FirstStep(0.01), FocalLoss(2.0, 0.25)
    return Worksheet(
        "C",
        _("Worksheet C: the code"),
        _("Write NumPy or PyTorch; the page The first step shows code to compare with."),
        (
            Item(
                _(
                    "Write focal_loss(logits, targets, gamma) from logits. Its value at γ = 2, "
                    "logit 2.2 and y = 1?"
                ),
                lambda: number(float(FocalLoss(2.0).value(2.2, 1))),
            ),
            Item(
                _("And at logit −40 for background (y = 0), γ = 2? Is yours exactly 0? Why not?"),
                lambda: _("{value}: log1p keeps the digits").format(
                    value=number(float(FocalLoss(2.0).value(-40.0, 0)))
                ),
            ),
            Item(
                _("Which bias makes an untrained model answer π = 0.01?"),
                lambda: number(start.bias),
            ),
            Item(
                _(
                    "With that bias, 100,000 background locations and 100 objects, γ = 2 and "
                    "α = 0.25: what does the log print per object?"
                ),
                lambda: number(start.reported(papers, Normaliser.POSITIVES)),
            ),
            Item(
                _("The same divided by all locations. Which of the two would you print, and why?"),
                lambda: _("{value}: per object, or it looks finished").format(
                    value=number(start.reported(papers, Normaliser.LOCATIONS))
                ),
            ),
        ),
    )
