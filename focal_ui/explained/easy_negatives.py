"""Easy negatives: who makes up the loss, what focusing leaves of it, how real the scores are."""

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import break_even_gamma, hardest_share
from focal_core.population import SPREAD, EqualScores, Recipe, SpreadScores
from focal_ui.exhibits import easy_negatives as exhibits
from focal_ui.words import _, number, percent


def headline(recipe: Recipe, loss: FocalLoss) -> str:
    """Background's share of the loss."""
    return _("At γ = {gamma:g}, background makes up **{share}** of the total loss").format(
        gamma=loss.gamma, share=percent(exhibits.paid(recipe, loss).negative_share)
    )


def explanation(recipe: Recipe, loss: FocalLoss) -> str:
    """Who stands against whom, what focusing does to them, and how real the scores are."""
    return _against_each_other(recipe) + _the_hardest(loss) + _honestly(recipe)


def _against_each_other(recipe: Recipe) -> str:
    population = recipe.population()
    return _(
        "{negatives} negatives (background) stand against {positives} positives (objects). {tie} "
    ).format(
        negatives=number(population.negatives.count),
        positives=number(population.positives.count),
        tie=_tie(recipe),
    )


def _tie(recipe: Recipe) -> str:
    """Where both classes contribute equally."""
    gamma = break_even_gamma(recipe.population())
    if gamma is not None:
        return _("Both classes contribute equally at γ = **{gamma}**.").format(gamma=number(gamma))
    if (exhibits.paid(recipe, CROSS_ENTROPY).negative_share or 0.0) < 0.5:
        return _("Background makes up less than half at every γ.")
    return _("No γ from 0 to 10 makes both classes contribute equally.")


def _the_hardest(loss: FocalLoss) -> str:
    """What a small part of the background makes up, where scores are spread out."""
    before, after = (
        hardest_share(SPREAD, each, exhibits.HARDEST) for each in (CROSS_ENTROPY, loss)
    )
    if loss == CROSS_ENTROPY:
        words = _(
            "Each easy location adds little, but there are many; γ = 0 is cross entropy. With "
            "*Spread-out scores* the hardest {part} of the background makes up {before} of its "
            "loss. **Move γ up and see which of them still count.** "
        )
    else:
        words = _(
            "With *Spread-out scores* background still leads, but its hardest {part} makes up "
            "{before} of background’s loss under cross entropy and {after} at γ = {gamma:g}. **The "
            "many easy examples fade and the few hard ones are left: that is what focusing "
            "means.** "
        )
    return words.format(
        gamma=loss.gamma,
        part=percent(exhibits.HARDEST),
        before=percent(before),
        after=percent(after),
    )


def _honestly(recipe: Recipe) -> str:
    """What the scenario is and is not a picture of."""
    if not isinstance(recipe, EqualScores | SpreadScores):
        return _(
            "These are the scores of one small detector after its training; other detectors differ."
        )
    return _(
        "This is **a thought experiment**, not a detector in training: an untrained one that "
        "starts with the paper’s prior, a probability of {prior:g} for an object, already gives "
        "background $p_t$ = {start:g}, and each step of training changes the scores."
    ).format(prior=paper.PRIOR.value, start=1 - paper.PRIOR.value)
