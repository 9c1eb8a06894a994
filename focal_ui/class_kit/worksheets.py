"""Worksheets to print: tasks for three levels, and keys that the core computes."""

from collections.abc import Callable
from dataclasses import dataclass

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, budget, negatives_per_positive
from focal_core.curve import Anatomy, anatomy
from focal_core.first_step import FirstStep, Normaliser
from focal_core.population import SIMPLE, STUBBORN
from focal_core.training.config import REFERENCE
from focal_core.training.recorded import TrainedScores
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
    return Worksheet(
        "A",
        _("Worksheet A: where the loss comes from"),
        _(
            "Numbers only; no formula is needed. Use the page *Easy negatives*. pₜ is the "
            "probability that the model gives to the true class."
        ),
        (*_hard_background(), *_compared()),
    )


def _hard_background() -> tuple[Item, ...]:
    """One scenario at three gammas."""
    population = STUBBORN.population()

    def summed(gamma: float) -> Callable[[], str]:
        return lambda: _totals(budget(population, FocalLoss(gamma)))

    first = _(
        "Choose *Hard background*: {negatives} background locations with pₜ = {easy:g}, "
        "{positives} objects with pₜ = {hard:g}. Set γ = 0. What is the total loss of the "
        "background, what is that of the objects, and what is background’s share?"
    ).format(
        negatives=number(STUBBORN.negatives),
        positives=number(STUBBORN.positives),
        easy=STUBBORN.negative_p_t,
        hard=STUBBORN.positive_p_t,
    )
    again = _("Set γ = {gamma:g}. The same three numbers?")
    return (
        Item(first, summed(0.0)),
        Item(again.format(gamma=1.0), summed(1.0)),
        Item(again.format(gamma=2.0), summed(2.0)),
        Item(
            _("Is γ = 2 enough to bring background’s share below one half? Say why."),
            lambda: _(
                "No, it is still {share}: at pₜ = {p_t:g} the factor is {factor}, and there are "
                "{ratio} background locations for each object."
            ).format(
                share=percent(budget(population, FocalLoss(2.0)).negative_share),
                p_t=STUBBORN.negative_p_t,
                factor=number(float(anatomy(STUBBORN.negative_p_t, FocalLoss(2.0)).factor)),
                ratio=number(STUBBORN.negatives / STUBBORN.positives),
            ),
        ),
    )


def _compared() -> tuple[Item, ...]:
    """The same question of an easier scenario, and of a detector that was trained."""
    trained = TrainedScores(REFERENCE)
    return (
        Item(
            _(
                "Choose *Easy background* at γ = 2. What is background’s share now? What made the "
                "difference?"
            ),
            lambda: _("{share}: the background is easier, and the objects are harder.").format(
                share=percent(budget(SIMPLE.population(), FocalLoss(2.0)).negative_share)
            ),
        ),
        Item(
            _(
                "Choose *CE detector*, a detector trained with cross entropy, and set γ = 0. What "
                "is background’s share? Why is it not {simple}, as in *Easy background*?"
            ).format(simple=percent(budget(SIMPLE.population(), CROSS_ENTROPY).negative_share)),
            lambda: _(
                "{share}: training has made almost all background much easier than pₜ = {p_t:g}. "
                "Easy background is a thought experiment."
            ).format(
                share=percent(budget(trained.population(), CROSS_ENTROPY).negative_share),
                p_t=SIMPLE.negative_p_t,
            ),
        ),
    )


def _totals(summed: Budget) -> str:
    return _("background {n}, objects {p}, share {share}").format(
        n=number(summed.negatives), p=number(summed.positives), share=percent(summed.negative_share)
    )


def _the_formula() -> Worksheet:
    focal = FocalLoss(2.0)
    easy, hard = anatomy(0.9, focal), anatomy(0.1, focal)
    return Worksheet(
        "B",
        _("Worksheet B: the formula"),
        _("FL(pₜ) = −(1 − pₜ)^γ ln pₜ, natural logarithm. Work by hand, then check in the app."),
        (*_two_losses(easy, hard), *_their_gradients(easy, hard)),
    )


def _two_losses(easy: Anatomy, hard: Anatomy) -> tuple[Item, ...]:
    focal = FocalLoss(2.0)
    return (
        Item(
            _("An easy example has pₜ = 0.9. Compute CE, the factor at γ = 2, and FL."),
            lambda: _multiplied(easy),
        ),
        Item(_("The same for a hard example with pₜ = 0.1."), lambda: _multiplied(hard)),
        Item(
            _(
                "How many easy examples together have the same loss as the hard one, under CE and "
                "under FL?"
            ),
            lambda: _("{ce} and {fl}").format(
                ce=number(negatives_per_positive(0.9, 0.1, CROSS_ENTROPY)),
                fl=number(negatives_per_positive(0.9, 0.1, focal)),
            ),
        ),
        Item(
            _("Does focal loss make the hard example’s loss larger? By how much does it change?"),
            lambda: _("No: it shrinks to {factor} of CE.").format(
                factor=percent(float(hard.factor))
            ),
        ),
    )


def _multiplied(one: Anatomy) -> str:
    return (
        f"{number(float(one.cross_entropy))} × {number(float(one.factor))} = "
        f"{number(float(one.focal))}"
    )


def _their_gradients(easy: Anatomy, hard: Anatomy) -> tuple[Item, ...]:
    return (
        Item(
            _(
                "The gradient, the derivative of FL with respect to the logit, has the size "
                "(1 − pₜ)^γ (1 − pₜ − γ pₜ ln pₜ). What is it at pₜ = 0.9?"
            ),
            lambda: _("{fl}: CE’s {ce} divided by {reduction}").format(
                fl=number(float(easy.focal_slope)),
                reduction=number(float(easy.slope_reduction)),
                ce=number(float(easy.cross_entropy_slope)),
            ),
        ),
        Item(
            _("And at pₜ = 0.1? Is it smaller or larger than CE’s, 1 − pₜ?"),
            lambda: _(
                "{fl}: {larger} times CE’s {ce}. The loss shrinks, the gradient grows."
            ).format(
                fl=number(float(hard.focal_slope)),
                larger=number(1 / float(hard.slope_reduction)),
                ce=number(float(hard.cross_entropy_slope)),
            ),
        ),
    )


def _the_code() -> Worksheet:
    start, papers = FirstStep(paper.PRIOR.value), FocalLoss(2.0, 0.25)
    return Worksheet(
        "C",
        _("Worksheet C: the code"),
        _("Write NumPy or PyTorch; the page *The first step* shows code to compare with."),
        (
            Item(
                _(
                    "Write focal_loss(logits, targets, gamma) from logits. Its value at γ = 2, "
                    "logit 2.2 and y = 1?"
                ),
                lambda: number(float(FocalLoss(2.0).value(2.2, 1))),
            ),
            Item(
                _("And at logit −40 for background (y = 0), γ = 2? Is yours exactly 0? Why?"),
                lambda: _(
                    "{value}; it is 0 if the probability 1 − p is rounded to 1 first. log1p keeps "
                    "the digits."
                ).format(value=number(float(FocalLoss(2.0).value(-40.0, 0)))),
            ),
            Item(
                _("Which bias makes an untrained model predict π = {prior:g}?").format(
                    prior=start.prior
                ),
                lambda: number(start.bias),
            ),
            Item(
                _(
                    "With that bias, {negatives} background anchors and {positives} foreground "
                    "anchors, γ = 2 and α = 0.25: what is the sum of the losses, divided by the "
                    "number of foreground anchors?"
                ).format(negatives=number(start.negatives), positives=number(start.positives)),
                lambda: number(start.reported(papers, Normaliser.POSITIVES)),
            ),
            Item(
                _("The same sum divided by all anchors. Which of the two would you log, and why?"),
                lambda: _("{value}: log the first; this one looks finished and is not.").format(
                    value=number(start.reported(papers, Normaliser.LOCATIONS))
                ),
            ),
        ),
    )
