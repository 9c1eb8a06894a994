"""Tasks that are solved by exploring, each checked against the core: four levels of five."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import (
    balancing_alpha,
    break_even_gamma,
    budget,
    by_slope,
    gamma_for_share,
    inverse_frequency_alpha,
    negatives_per_positive,
)
from focal_core.case_files import k_sigmoids
from focal_core.curve import anatomy
from focal_core.first_step import FirstStep, Normaliser
from focal_core.optimum import equal_slope_p_t, p_t_for_loss_reduction, posterior
from focal_core.population import SIMPLE, STUBBORN
from focal_core.probability import logit
from focal_core.softmax import SoftmaxFocalLoss
from focal_ui.controls import knobs
from focal_ui.words import _, number


@dataclass(frozen=True)
class Task:
    """A number to find.

    page: where it can be found; tolerance: how far off still counts, in the answer's unit. below:
    the same for a smaller number, where that would break what is asked; None for the same. terms:
    those of the glossary that must be known to understand the task.
    """

    key: str
    ask: str
    answer: Callable[[], float]
    tolerance: float
    hint: str
    page: str
    below: float | None = None
    terms: tuple[str, ...] = ()

    def solved_by(self, given: float) -> bool:
        """Whether the given number is close enough."""
        answer = self.answer()
        low = answer - (self.tolerance if self.below is None else self.below)
        return math.isfinite(given) and low <= given <= answer + self.tolerance

    @property
    def shown_answer(self) -> str:
        """The right number, with the digits that the tolerance asks for."""
        return number(self.answer())


def _some(value: float | None) -> float:
    return math.nan if value is None else value


def _where_the_loss_comes_from() -> tuple[Task, ...]:
    simple, focal = SIMPLE.population(), FocalLoss(2.0)
    return (
        Task(
            "t11",
            _(
                "*Easy background*: what is the smallest γ at which background makes up less than "
                "10% of the loss?"
            ),
            lambda: _some(gamma_for_share(simple, 0.1)),
            knobs.GAMMA.step,
            _("Move γ on *Easy negatives* until the headline says less than 10%."),
            "easy_negatives",
            below=0.005,
            terms=("share of the loss",),
        ),
        Task(
            "t12",
            _(
                "*Easy background*: what is the γ at which background and objects contribute "
                "equally to the loss?"
            ),
            lambda: _some(break_even_gamma(simple)),
            0.05,
            _("The second picture of *Easy negatives* marks it."),
            "easy_negatives",
            terms=("share of the loss",),
        ),
        Task(
            "t13",
            _(
                "How many background locations at pₜ = 0.9 together have the same cross entropy as "
                "one object at pₜ = 0.1?"
            ),
            lambda: negatives_per_positive(0.9, 0.1, CROSS_ENTROPY),
            0.5,
            _("Divide the two losses: −ln 0.1 by −ln 0.9."),
            "curve",
            terms=("cross entropy", "p_t"),
        ),
        Task(
            "t14",
            _(
                "And under focal loss with γ = 2: how many background locations at pₜ = 0.9 have "
                "the same loss as one object at pₜ = 0.1?"
            ),
            lambda: negatives_per_positive(0.9, 0.1, focal),
            20.0,
            _("Multiply each of the two losses by its factor: 0.1² and 0.9²."),
            "curve",
        ),
        Task(
            "t15",
            _(
                "*Hard background*: what is the γ at which background and objects contribute "
                "equally to the loss?"
            ),
            lambda: _some(break_even_gamma(STUBBORN.population())),
            0.05,
            _("Choose *Hard background* on *Easy negatives*: here γ = 2 is not enough."),
            "easy_negatives",
        ),
    )


def _one_example() -> tuple[Task, ...]:
    focal = FocalLoss(2.0)
    return (
        Task(
            "t21",
            _("By what number does γ = 2 divide the loss at pₜ = 0.8?"),
            lambda: float(anatomy(0.8, focal).loss_reduction),
            0.1,
            _("Set pₜ to 0.8 on *The curve*."),
            "curve",
        ),
        Task(
            "t22",
            _("What is the pₜ at which γ = 2 divides the loss by 1,000?"),
            lambda: p_t_for_loss_reduction(1000.0, focal),
            0.0005,
            _("Solve (1 − pₜ)² = 1/1000."),
            "curve",
        ),
        Task(
            "t23",
            _("What is the factor of a hard example with pₜ = 0.1 at γ = 2?"),
            lambda: float(anatomy(0.1, focal).factor),
            0.005,
            _("It is below 1: the loss of hard examples shrinks, too."),
            "curve",
            terms=("modulating factor",),
        ),
        Task(
            "t24",
            _(
                "What is the pₜ at which the gradients of cross entropy and of focal loss with "
                "γ = 1 are equal?"
            ),
            lambda: _some(equal_slope_p_t(FocalLoss(1.0))),
            0.005,
            _("*The gradient* marks it in the second picture."),
            "gradient",
            terms=("gradient",),
        ),
        Task(
            "t25",
            _("By what number does γ = 2 divide the gradient at pₜ = 0.9?"),
            lambda: float(anatomy(0.9, focal).slope_reduction),
            0.5,
            _("Less than the loss. The headline of *The gradient* says it."),
            "gradient",
            terms=("gradient",),
        ),
    )


def _class_weights() -> tuple[Task, ...]:
    simple = SIMPLE.population()
    return (
        Task(
            "t31",
            _(
                "*Easy background*, γ = 1: what is the α at which both classes contribute equally "
                "to the loss?"
            ),
            lambda: _some(balancing_alpha(simple, FocalLoss(1.0))),
            0.005,
            _("It is background’s share of the loss without weights."),
            "class_weights",
            terms=("class weight α_t",),
        ),
        Task(
            "t32",
            _(
                "*Easy background*, γ = 0, α = 0.75: what is background’s share of the loss, in "
                "percent?"
            ),
            lambda: 100 * _some(budget(simple, FocalLoss(0.0, 0.75)).negative_share),
            0.1,
            _("Read the headline of *Class weights*."),
            "class_weights",
        ),
        Task(
            "t33",
            _(
                "*Easy background*, γ = 2: what is the α at which both classes contribute equally "
                "to the gradient?"
            ),
            lambda: _some(balancing_alpha(simple, FocalLoss(2.0), by_slope)),
            0.005,
            _("On *Class weights* the button *equal gradient* sets it."),
            "class_weights",
            terms=("class weight α_t", "gradient"),
        ),
        Task(
            "t34",
            _(
                "The best possible model, trained with α = 0.25, predicts 0.5. What is the true "
                "probability?"
            ),
            lambda: float(posterior(0.5, FocalLoss(2.0, 0.25))),
            0.005,
            _("The decision threshold moves to 1 − α, whatever γ is."),
            "class_weights",
            terms=("decision threshold",),
        ),
        Task(
            "t35",
            _("*Easy background*: what is α by inverse class frequency?"),
            lambda: _some(inverse_frequency_alpha(simple)),
            0.0005,
            _("It is background’s share of all examples."),
            "class_weights",
        ),
    )


def _a_detector() -> tuple[Task, ...]:
    focal = FocalLoss(2.0)
    return (
        Task(
            "t41",
            _("Which bias makes an untrained model predict π = 0.01?"),
            lambda: FirstStep(0.01).bias,
            0.01,
            _("−ln((1 − π)/π): it is negative."),
            "first_step",
            terms=("prior",),
        ),
        Task(
            "t42",
            _(
                "π = 0.01: what is background’s share of the first loss under cross entropy, in "
                "percent?"
            ),
            lambda: 100 * _some(FirstStep(0.01).paid(CROSS_ENTROPY).negative_share),
            0.5,
            _("The blue dot in the second picture of *The first step* shows it."),
            "first_step",
            terms=("prior", "cross entropy"),
        ),
        Task(
            "t43",
            _("π = 0.01, γ = 2, α = 0.25: what is the first loss per foreground anchor?"),
            lambda: FirstStep(0.01).reported(FocalLoss(2.0, 0.25), Normaliser.POSITIVES),
            0.01,
            _("Switch α on and divide by foreground anchors."),
            "first_step",
            terms=("prior", "foreground"),
        ),
        Task(
            "t44",
            _(
                "Three classes have the logits 2, 1, 0, and the first is true. What is the softmax "
                "form of focal loss at γ = 2?"
            ),
            lambda: float(SoftmaxFocalLoss(2.0).value((2.0, 1.0, 0.0), 0)),
            0.0005,
            _("*Many classes* opens with it."),
            "many_classes",
            terms=("logit", "softmax"),
        ),
        Task(
            "t45",
            _(
                "A background anchor has p = 0.01 for each of 80 classes. What is the sum of its "
                "losses at γ = 2, in units of 10⁻⁵?"
            ),
            lambda: 1e5 * k_sigmoids([float(logit(0.01))] * 80, None, focal),
            0.1,
            _("80 × 0.01² × −ln 0.99."),
            "many_classes",
            terms=("anchor", "sigmoid"),
        ),
    )


LEVELS: dict[str, Callable[[], tuple[Task, ...]]] = dict(
    zip(
        knobs.LEVELS,
        (_where_the_loss_comes_from, _one_example, _class_weights, _a_detector),
        strict=True,
    )
)
