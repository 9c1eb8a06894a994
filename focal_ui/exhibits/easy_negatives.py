"""Easy negatives: the loss summed over each class, and four closer looks at that sum."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import (
    Budget,
    break_even_gamma,
    break_even_negatives,
    budget,
    by_slope,
    cumulative_share,
    hardest_share,
    negative_share_by_gamma,
)
from focal_core.population import Recipe
from focal_ui.controls import knobs, populations
from focal_ui.figures import budget as figures
from focal_ui.stage.view import Exhibit

GAMMAS = tuple(np.linspace(0, 5, 26).round(1).tolist())
COUNTS = np.geomspace(1, 1e7, 29)
HARDEST = 0.01  # part of the background that is called its hardest


def totals(recipe: Recipe, loss: FocalLoss) -> Exhibit:
    """Both classes' loss, and their shares of it."""
    return figures.totals_and_shares(paid(recipe, CROSS_ENTROPY), paid(recipe, loss))


def closer_look(look: str, recipe: Recipe, loss: FocalLoss) -> Exhibit:
    """The picture that the visitor has chosen. look: an option of the knob."""
    return LOOKS[look](recipe, loss)


@lru_cache(maxsize=512)
def paid(recipe: Recipe, loss: FocalLoss) -> Budget:
    """What each class contributes; kept, since pictures and sentences all ask for it."""
    return budget(recipe.population(), loss)


def _by_gamma(recipe: Recipe, loss: FocalLoss) -> Exhibit:
    return figures.share_against_gamma(
        GAMMAS,
        negative_share_by_gamma(recipe, GAMMAS),
        negative_share_by_gamma(recipe, GAMMAS, None, by_slope),
        (loss.gamma, paid(recipe, loss).negative_share),
        break_even_gamma(recipe.population()),
    )


def _by_number(recipe: Recipe, loss: FocalLoss) -> Exhibit:
    population = recipe.population()
    both = [paid(recipe, each) for each in (CROSS_ENTROPY, loss)]
    of_one = [each.negatives / max(population.negatives.count, 1) for each in both]
    return figures.total_against_negatives(
        COUNTS.tolist(),
        ((COUNTS * of_one[0]).tolist(), (COUNTS * of_one[1]).tolist()),
        (both[0].positives, both[1].positives),
        (break_even_negatives(population, CROSS_ENTROPY), break_even_negatives(population, loss)),
    )


def _hardest_first(recipe: Recipe, loss: FocalLoss) -> Exhibit:
    negatives = recipe.population().negatives
    before, after = (cumulative_share(negatives, 0, each) for each in (CROSS_ENTROPY, loss))
    return figures.hardest_first(before, after, HARDEST)


def _scenarios(_recipe: Recipe, loss: FocalLoss) -> Exhibit:
    compared = populations.compared()
    return figures.scenarios(
        list(compared),
        [(paid(recipe, CROSS_ENTROPY), paid(recipe, loss)) for recipe in compared.values()],
        [
            (hardest_share(recipe, CROSS_ENTROPY, HARDEST), hardest_share(recipe, loss, HARDEST))
            for recipe in compared.values()
        ],
        HARDEST,
    )


LOOKS: dict[str, Callable[[Recipe, FocalLoss], Exhibit]] = {
    knobs.BY_GAMMA: _by_gamma,
    knobs.BY_NUMBER: _by_number,
    knobs.HARDEST_FIRST: _hardest_first,
    knobs.SCENARIOS: _scenarios,
}
