"""Rivals: what each method listens to, and the weight it gives an example by its difficulty."""

from functools import lru_cache

import numpy as np

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import Floats
from focal_core.class_frequency import ClassBalanced, LogitAdjustment
from focal_core.population import EqualScores, Recipe
from focal_core.sampling import (
    Asymmetric,
    Bootstrapping,
    ByLoss,
    HarmonizedGradient,
    KeepHardest,
    KeepRatio,
    Listening,
    Rule,
    listening,
    weights_by_p_t,
)
from focal_ui.figures import limits as figures
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, percent

P_T = np.arange(1, 200) / 200
EASY, HARDEST = 0.99, 0.01
CE_ALPHA = 0.75  # the best for cross entropy in the paper's table 1a
WEIGHTED = ByLoss(FocalLoss(0.0, CE_ALPHA))
NOT_DRAWN = {WEIGHTED, ClassBalanced(), KeepRatio()}  # flat; and the last is cut off like mining
KEPT = 0.004  # part of all examples that mining keeps


def what_each_hears(loss: FocalLoss, recipe: Recipe) -> Exhibit:
    """Each rule's share of easy background, hard background and objects."""
    rules = _rules(loss, recipe)
    return figures.what_each_hears(
        list(rules), [heard(recipe, rule) for rule in rules.values()], HARDEST
    )


def weights(loss: FocalLoss, recipe: Recipe) -> Exhibit:
    """The rules whose weight follows from p_t, drawn as curves over the visitor's population."""
    rules = _rules(loss, recipe)
    curves = {name: _curve(rule, recipe) for name, rule in rules.items() if rule not in NOT_DRAWN}
    at = recipe.negative_p_t if isinstance(recipe, EqualScores) else EASY
    return figures.weight_by_difficulty(P_T, curves, at)


@lru_cache(maxsize=512)
def heard(recipe: Recipe, rule: Rule) -> Listening | None:
    """Kept, as most rules do not know gamma and many visitors ask the same."""
    return listening(recipe.population(), rule, HARDEST)


def background(recipe: Recipe, rule: Rule) -> float | None:
    """Its share of the loss under the rule; None where nobody has a loss."""
    shares = heard(recipe, rule)
    return None if shares is None else shares.negatives


def mining(recipe: Recipe) -> KeepHardest:
    """Online hard example mining, in step with how many there are."""
    population = recipe.population()
    everybody = population.negatives.count + population.positives.count
    return KeepHardest(max(1, round(KEPT * everybody)))


def _rules(loss: FocalLoss, recipe: Recipe) -> dict[str, Rule]:
    return {
        _("cross entropy"): ByLoss(CROSS_ENTROPY),
        _("focal loss"): ByLoss(loss),
        _("CE, α = {alpha:g}").format(alpha=CE_ALPHA): WEIGHTED,
        _("bootstrapping"): Bootstrapping(),
        _("OHEM, hardest {part}").format(part=percent(KEPT)): mining(recipe),
        _("SSD, {n:g} negatives to 1").format(n=KeepRatio().ratio): KeepRatio(),
        _("GHM-C"): HarmonizedGradient(),
        _("ASL"): Asymmetric(),
        _("class-balanced, β = {beta:g}").format(beta=ClassBalanced().beta): ClassBalanced(),
        _("logit adjustment"): LogitAdjustment(),
    }


@lru_cache(maxsize=512)
def _curve(rule: Rule, recipe: Recipe) -> Floats:
    return weights_by_p_t(recipe.population(), rule, P_T)
