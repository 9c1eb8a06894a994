"""The populations that come with the app, and any population in words."""

from focal_core.population import (
    BALANCED,
    SIMPLE,
    SPREAD,
    STUBBORN,
    VERY_EASY,
    EqualScores,
    Recipe,
    SpreadScores,
)
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import TrainedScores
from focal_core.training.scored_scene import SceneScores
from focal_ui.words import _, number, short

PRESETS: dict[str, Recipe] = {
    "Simple": SIMPLE,
    "Very easy": VERY_EASY,
    "Spread": SPREAD,
    "Balanced": BALANCED,
    "Stubborn": STUBBORN,
    "FL detector": TrainedScores(PAPERS),
    "CE detector": TrainedScores(REFERENCE),
    "The image": SceneScores(PAPERS),
}


def in_words(recipe: Recipe) -> str:
    """Counts and scores, in one line."""
    if isinstance(recipe, EqualScores):
        return _(
            "{negatives} background locations at $p_t$ = {easy:g}, {positives} objects at "
            "$p_t$ = {hard:g}"
        ).format(
            negatives=number(recipe.negatives),
            positives=number(recipe.positives),
            easy=recipe.negative_p_t,
            hard=recipe.positive_p_t,
        )
    if isinstance(recipe, SpreadScores):
        return _(
            "{negatives} background locations with logits {n_mean} ± {n_spread:g}, {positives} "
            "objects with {p_mean} ± {p_spread:g} (mean ± standard deviation)"
        ).format(
            negatives=number(recipe.negatives),
            positives=number(recipe.positives),
            n_mean=short(recipe.negative_mean),
            n_spread=recipe.negative_spread,
            p_mean=short(recipe.positive_mean),
            p_spread=recipe.positive_spread,
        )
    if isinstance(recipe, TrainedScores | SceneScores):
        population = recipe.population()
        seen = _(
            "{negatives} outputs on background and {positives} on objects: what a detector trained "
            "here with {name} answers to images that it has never seen"
        )
        image = _(
            "{negatives} outputs on background and {positives} on objects: the image of Start, as "
            "the detector scores it that was trained with {name}"
        )
        return (image if isinstance(recipe, SceneScores) else seen).format(
            negatives=number(population.negatives.count),
            positives=number(population.positives.count),
            name=recipe.name,
        )
    raise TypeError(f"no words for a {type(recipe).__name__}")
