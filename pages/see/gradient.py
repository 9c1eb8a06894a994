"""The gradient: what the optimiser feels is the slope, not the height of the loss."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget, by_slope
from focal_core.case_files import lost_digits, nan_below_one
from focal_core.curve import Anatomy, anatomy
from focal_core.optimum import equal_slope_p_t, steepest_p_t
from focal_core.population import SIMPLE, SPREAD, VERY_EASY, Recipe
from focal_core.star import StarLoss
from focal_ui.controls import knobs
from focal_ui.figures import gradient as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, times

TITLE = "The gradient"
P_T = np.concatenate((np.geomspace(1e-3, 0.05, 20), np.linspace(0.055, 0.995, 95)))
UNDECIDED = 0.5
STAR = StarLoss(*paper.STAR)
OVERFLOWING_LOGIT, EASY_LOGIT, MANY = 100.0, -20.0, 100_000


def page() -> None:
    """Three floors over one axis."""
    headline = st.container()
    guess = prediction.ask(
        _(
            "The truth gets {p_t}, and γ = {gamma:g} divides the loss by {loss:g}. And the slope?"
        ).format(gamma=paper.GAMMA.value, p_t=UNDECIDED, loss=float(_undecided().loss_reduction)),
        knobs.GUESS_SLOPE,
        answer=lambda: float(_undecided().slope_reduction),
        shown=number,
        gap_shown=number,
        about={knobs.GAMMA.key: paper.GAMMA.value, knobs.P_T.key: UNDECIDED},
    )
    loss = knobs.focal_loss()
    picture = st.container()
    p_t = knobs.P_T.ask()
    cursor = anatomy(p_t, loss)

    headline.title(_headline(cursor, loss))

    def floors_at(gamma: float) -> Exhibit:
        focal = FocalLoss(gamma)
        return figures.three_floors(
            _whole(focal), _whole(STAR), anatomy(p_t, focal), _turn(steepest_p_t, focal)
        )

    def reductions_at(gamma: float) -> Exhibit:
        focal = FocalLoss(gamma)
        ratios = figures.reductions(
            _whole(focal), anatomy(p_t, focal), _turn(equal_slope_p_t, focal), 1 + gamma
        )
        asked = gamma == paper.GAMMA.value
        return prediction.draw_on(ratios, guess, axis="y", log=True, there=asked)

    with picture:
        card.follow(loss.gamma, floors_at, key="floors", depends_on=(p_t,))
    card.follow(
        loss.gamma,
        reductions_at,
        key="reductions",
        depends_on=(p_t, guess and guess.said),
    )
    card.follow(loss.gamma, lambda gamma: _who_pulls(FocalLoss(gamma)), key="who_pulls")
    page_parts.what_happened(_explained(loss))
    _case_files()
    page_parts.check_yourself(question_bank.of("gradient"))
    page_parts.code_for(snippets.one_slope(p_t, loss, float(cursor.focal_slope)))
    page_parts.sources(
        {
            _("Slope of cross entropy, focal loss and FL*, equations 9 to 11"): paper.PAPER,
            _("FL* with γ = {gamma:g}, β = {beta:g}").format(
                gamma=STAR.gamma, beta=STAR.beta
            ): paper.STAR_SOURCE,
            _("Curvature, and every number on this page"): _("computed here"),
        }
    )


def _undecided() -> Anatomy:
    return anatomy(UNDECIDED, FocalLoss(paper.GAMMA.value))


def _headline(cursor: Anatomy, loss: FocalLoss) -> str:
    if loss == CROSS_ENTROPY:
        return _("At γ = 0 loss and slope are cross entropy’s")
    return _(
        "At $p_t$ = {p_t:g}, γ = {gamma:g} divides the loss by {loss} and the slope by {slope}"
    ).format(
        p_t=float(cursor.p_t),
        gamma=loss.gamma,
        loss=number(float(cursor.loss_reduction)),
        slope=number(float(cursor.slope_reduction)),
    )


def _who_pulls(loss: FocalLoss) -> Exhibit:
    recipes: dict[str, Recipe] = {
        _("Simple"): SIMPLE,
        _("Very easy"): VERY_EASY,
        _("Spread"): SPREAD,
    }
    populations = [recipe.population() for recipe in recipes.values()]
    return figures.who_pulls(
        list(recipes),
        [budget(population, loss) for population in populations],
        [budget(population, loss, by_slope) for population in populations],
    )


@lru_cache(maxsize=64)
def _whole(loss: FocalLoss | StarLoss) -> Anatomy:
    return anatomy(P_T, loss)


@lru_cache(maxsize=256)
def _turn(find: Callable[[FocalLoss], float | None], loss: FocalLoss) -> float | None:
    """Where a curve turns; found by trial, so the answers are kept."""
    return find(loss)


def _explained(loss: FocalLoss) -> str:
    equal, steepest = _turn(equal_slope_p_t, loss), _turn(steepest_p_t, loss)
    if equal is None or steepest is None:
        return _(
            "At γ = 0 focal loss is cross entropy: its slope is 1 − $p_t$, it is convex "
            "everywhere, and the worst example pulls hardest."
        )
    hard = anatomy(steepest, loss)
    return _(
        "The slope has two parts: cross entropy’s slope, faded by the factor, and the factor’s own "
        "fall, which adds to it. So the slope fades less than the loss, and below $p_t$ = {equal} "
        "it even **exceeds** cross entropy’s. It is steepest at $p_t$ = {steepest} ({slope} of "
        "cross entropy’s there); below that, in the shaded strip, focal loss is not convex, and an "
        "example that is wrong beyond doubt pulls less again."
    ).format(
        equal=number(equal), steepest=number(steepest), slope=times(1 / float(hard.slope_reduction))
    )


def _case_files() -> None:
    page_parts.case_file(
        _("NaN for γ below 1"),
        "case_nan",
        _(
            "The product rule in p divides by a power of 1 − p. An object at logit {x:g} is enough."
        ).format(x=OVERFLOWING_LOGIT),
        "(1 - p)**(gamma - 1) * gamma * log(p) - (1 - p)**gamma / p   # gamma = 0.5, p rounds to 1",
        nan_below_one(0.5, OVERFLOWING_LOGIT),
    )
    page_parts.case_file(
        _("easy background loses its digits"),
        "case_digits",
        _(
            "In float32, cross entropy as x − log sigmoid(x) cancels to nothing for easy "
            "background. Here is the sum over {n} locations at logit {x:g}. Harmless in training, "
            "wrong on a page that adds them up."
        ).format(n=number(MANY), x=EASY_LOGIT),
        "(1 - t) * x - log_sigmoid(x)",
        lost_digits(EASY_LOGIT, MANY),
    )
