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
    the same for a smaller number, where that would break what is asked; None for the same.
    """

    key: str
    ask: str
    answer: Callable[[], float]
    tolerance: float
    hint: str
    page: str
    below: float | None = None

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


def _who_pays() -> tuple[Task, ...]:
    simple, focal = SIMPLE.population(), FocalLoss(2.0)
    return (
        Task(
            "t11",
            _("Easy background: the smallest γ at which background makes up < 10% of the loss"),
            lambda: _some(gamma_for_share(simple, 0.1)),
            knobs.GAMMA.step,
            _("Move γ on *Easy negatives* until the headline says less than 10%."),
            "easy_negatives",
            below=0.005,
        ),
        Task(
            "t12",
            _("Easy background: the γ at which background and objects pay alike"),
            lambda: _some(break_even_gamma(simple)),
            0.05,
            _("The second picture of *Easy negatives* marks it."),
            "easy_negatives",
        ),
        Task(
            "t13",
            _(
                "Cross entropy: how many background locations at pₜ = 0.9 cost as much as one "
                "object at pₜ = 0.1?"
            ),
            lambda: negatives_per_positive(0.9, 0.1, CROSS_ENTROPY),
            0.5,
            _("Divide the two losses: −ln 0.1 by −ln 0.9."),
            "curve",
        ),
        Task(
            "t14",
            _("The same at γ = 2"),
            lambda: negatives_per_positive(0.9, 0.1, focal),
            20.0,
            _("Both losses get their factor: 0.1² and 0.9²."),
            "curve",
        ),
        Task(
            "t15",
            _("Hard background: the γ at which background and objects pay alike"),
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
            _("γ = 2, pₜ = 0.8: by what is the loss divided?"),
            lambda: float(anatomy(0.8, focal).loss_reduction),
            0.1,
            _("Set pₜ on *The curve* to it."),
            "curve",
        ),
        Task(
            "t22",
            _("γ = 2: the pₜ at which the loss is exactly 1,000 times smaller"),
            lambda: p_t_for_loss_reduction(1000.0, focal),
            0.0005,
            _("Solve (1 − pₜ)² = 1/1000."),
            "curve",
        ),
        Task(
            "t23",
            _("γ = 2, a hard example with pₜ = 0.1: what is its factor?"),
            lambda: float(anatomy(0.1, focal).factor),
            0.005,
            _("It is below 1: hard examples shrink too."),
            "curve",
        ),
        Task(
            "t24",
            _("γ = 1: the pₜ at which both slopes are equal"),
            lambda: _some(equal_slope_p_t(FocalLoss(1.0))),
            0.005,
            _("*The gradient* marks it in the second picture."),
            "gradient",
        ),
        Task(
            "t25",
            _("γ = 2, pₜ = 0.9: by what is the slope divided?"),
            lambda: float(anatomy(0.9, focal).slope_reduction),
            0.5,
            _("Less than the loss. The headline of *The gradient* says it."),
            "gradient",
        ),
    )


def _class_weights() -> tuple[Task, ...]:
    simple = SIMPLE.population()
    return (
        Task(
            "t31",
            _("Easy background, γ = 1: the α at which both classes pay alike"),
            lambda: _some(balancing_alpha(simple, FocalLoss(1.0))),
            0.005,
            _("It is background’s share without weights."),
            "class_weights",
        ),
        Task(
            "t32",
            _("Easy background, γ = 0, α = 0.75: background’s share of the loss, in percent"),
            lambda: 100 * _some(budget(simple, FocalLoss(0.0, 0.75)).negative_share),
            0.1,
            _("Read the headline of *Class weights*."),
            "class_weights",
        ),
        Task(
            "t33",
            _("Easy background, γ = 2: the α at which both classes pull alike (by slope)"),
            lambda: _some(balancing_alpha(simple, FocalLoss(2.0), by_slope)),
            0.005,
            _("There is a button for it."),
            "class_weights",
        ),
        Task(
            "t34",
            _("α = 0.25, any γ: the true probability behind an answer of 0.5"),
            lambda: float(posterior(0.5, FocalLoss(2.0, 0.25))),
            0.005,
            _("The decision point moves to 1 − α."),
            "class_weights",
        ),
        Task(
            "t35",
            _("Easy background: α by inverse class frequency"),
            lambda: _some(inverse_frequency_alpha(simple)),
            0.0005,
            _("Background’s part of all examples."),
            "class_weights",
        ),
    )


def _a_detector() -> tuple[Task, ...]:
    focal = FocalLoss(2.0)
    return (
        Task(
            "t41",
            _("The bias that makes an untrained model answer π = 0.01"),
            lambda: FirstStep(0.01).bias,
            0.01,
            _("−ln((1 − π)/π): it is negative."),
            "first_step",
        ),
        Task(
            "t42",
            _("π = 0.01, cross entropy: background’s share of the first loss, in percent"),
            lambda: 100 * _some(FirstStep(0.01).paid(CROSS_ENTROPY).negative_share),
            0.5,
            _("The blue dot on *The first step*."),
            "first_step",
        ),
        Task(
            "t43",
            _("π = 0.01, γ = 2, α = 0.25: the first loss per object"),
            lambda: FirstStep(0.01).reported(FocalLoss(2.0, 0.25), Normaliser.POSITIVES),
            0.01,
            _("Switch α on and divide by objects."),
            "first_step",
        ),
        Task(
            "t44",
            _("Logits 2, 1, 0, the first is true, γ = 2: the softmax form of focal loss"),
            lambda: float(SoftmaxFocalLoss(2.0).value((2.0, 1.0, 0.0), 0)),
            0.0005,
            _("The default of *Many classes*."),
            "many_classes",
        ),
        Task(
            "t45",
            _("One background anchor, 80 classes all at 0.01, γ = 2: its loss, in 1/100,000"),
            lambda: 1e5 * k_sigmoids([float(logit(0.01))] * 80, None, focal),
            0.1,
            _("80 × 0.01² × −ln 0.99."),
            "many_classes",
        ),
    )


LEVELS: dict[str, Callable[[], tuple[Task, ...]]] = dict(
    zip(knobs.LEVELS, (_who_pays, _one_example, _class_weights, _a_detector), strict=True)
)
