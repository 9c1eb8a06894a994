"""The scenarios that come with the app, and any scenario in words."""

from focal_core import population
from focal_core.population import EqualScores, Recipe, SpreadScores
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import TrainedScores
from focal_core.training.scored_scene import SceneScores
from focal_ui.words import _, number, short

EASY, VERY_EASY, SPREAD_OUT = "Easy background", "Very easy background", "Spread-out scores"
BALANCED, HARD = "Balanced classes", "Hard background"
PRESETS: dict[str, Recipe] = {
    EASY: population.SIMPLE,
    VERY_EASY: population.VERY_EASY,
    SPREAD_OUT: population.SPREAD,
    BALANCED: population.BALANCED,
    HARD: population.STUBBORN,
    "FL detector": TrainedScores(PAPERS),
    "CE detector": TrainedScores(REFERENCE),
    "The image": SceneScores(PAPERS),
}


def compared() -> dict[str, Recipe]:
    """Those that one picture shows side by side, by short names."""
    return {
        _("Easy"): population.SIMPLE,
        _("Very easy"): population.VERY_EASY,
        _("Spread-out"): population.SPREAD,
    }


def in_words(recipe: Recipe) -> str:
    """Counts and scores, in one line."""
    if isinstance(recipe, EqualScores):
        return _(
            "{negatives} background locations with $p_t$ = {easy:g}, {positives} objects with "
            "$p_t$ = {hard:g} ($p_t$: probability that the model gives to the true class)"
        ).format(
            negatives=number(recipe.negatives),
            positives=number(recipe.positives),
            easy=recipe.negative_p_t,
            hard=recipe.positive_p_t,
        )
    if isinstance(recipe, SpreadScores):
        return _(
            "{negatives} background locations and {positives} objects. The logit, the score before "
            "the sigmoid, is {n_mean} ± {n_spread:g} on background and {p_mean} ± {p_spread:g} on "
            "objects (mean ± standard deviation)"
        ).format(
            negatives=number(recipe.negatives),
            positives=number(recipe.positives),
            n_mean=short(recipe.negative_mean),
            n_spread=recipe.negative_spread,
            p_mean=short(recipe.positive_mean),
            p_spread=recipe.positive_spread,
        )
    if isinstance(recipe, TrainedScores | SceneScores):
        scored = recipe.population()
        seen = _(
            "{negatives} negative and {positives} positive outputs: what a detector trained here "
            "with {name} predicts for images that it has never seen"
        )
        image = _(
            "{negatives} negative and {positives} positive outputs: what a detector trained here "
            "with {name} predicts for the image of *Start*"
        )
        return (image if isinstance(recipe, SceneScores) else seen).format(
            negatives=number(scored.negatives.count),
            positives=number(scored.positives.count),
            name=_(recipe.name),
        )
    raise TypeError(f"no words for a {type(recipe).__name__}")
