"""When not: what wrong labels make up, and why balanced or sampled classes leave little to do."""

from dataclasses import replace

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.noise import NoisyLabels
from focal_core.optimum import posterior
from focal_core.population import BALANCED, SIMPLE, EqualScores
from focal_ui.exhibits.when_not import share
from focal_ui.words import _, count, kept, number, percent

SAMPLED = 3  # background boxes for each object
FEW = 2  # unlabelled objects for every 100 labelled
SCORE = 0.7


def headline(loss: FocalLoss, missed: float) -> str:
    """What the unlabelled objects make up. missed: how many there are for every 100 labelled."""
    words = _(
        "{missed} unlabelled objects for every 100 labelled make up **{share}** of the gradient "
        "under cross entropy"
    )
    if loss.gamma:
        words = _(
            "{missed} unlabelled objects for every 100 labelled make up **{share}** of the "
            "gradient at γ = {gamma:g}, and {plain} under cross entropy"
        )
    return words.format(
        missed=number(missed),
        share=percent(share(missed, loss)),
        plain=percent(share(missed, CROSS_ENTROPY)),
        gamma=loss.gamma,
    )


def explanation(loss: FocalLoss, missed: float) -> str:
    """Wrong labels, balanced classes, and background that is sampled already."""
    return _wrong_labels(missed) + _balanced(loss) + _sampled()


def _wrong_labels(missed: float) -> str:
    labels = NoisyLabels.unlabelled(missed)
    return _(
        "**Wrong labels.** An object without a label is trained as background. The model is "
        "confident that it is an object, and is told that it is wrong: it looks like the hardest "
        "example there is. Here {wrong} of {negatives} background labels are of that kind; the "
        "rest of the background is learned ($p_t$ = {learned}), and the {positives} labelled "
        "objects are half learned ($p_t$ = {half}). Whatever fades the easy examples leaves the "
        "wrong ones to dominate: even {few} for every 100 make up {few_after} under focal loss at "
        "γ = {papers:g}, and {few_before} under cross entropy. "
    ).format(
        negatives=count(labels.negatives),
        positives=count(labels.positives),
        wrong=count(labels.negatives * labels.noise),
        learned=labels.learned_p_t,
        half=labels.positive_p_t,
        few=FEW,
        papers=paper.GAMMA.value,
        few_after=percent(share(FEW, FocalLoss(paper.GAMMA.value))),
        few_before=percent(share(FEW, CROSS_ENTROPY)),
    )


@kept(maxsize=64)
def _balanced(loss: FocalLoss) -> str:
    if loss == CROSS_ENTROPY:
        return _("γ = 0 is cross entropy: move γ up to see them take over. ")
    plain, focal = (budget(BALANCED.population(), each) for each in (CROSS_ENTROPY, loss))
    return _(
        "**Balanced classes.** There is little to repair: in *Balanced classes* γ = {gamma:g} "
        "divides the total by {total}, and a predicted {score} then means a true probability "
        "of {true}. "
    ).format(
        gamma=loss.gamma,
        total=number(plain.total / focal.total),
        score=SCORE,
        true=percent(float(posterior(SCORE, loss))),
    )


@kept(maxsize=8)
def _sampled() -> str:
    sampled = replace(SIMPLE, negatives=SAMPLED * SIMPLE.positives)
    return _(
        "**Sampled background.** A detector of two stages trains on about {ratio:g} background "
        "boxes for each object; in *Easy background* they then make up {sampled} of cross entropy, "
        "not {all}."
    ).format(ratio=SAMPLED, sampled=percent(_background(sampled)), all=percent(_background(SIMPLE)))


def _background(recipe: EqualScores) -> float | None:
    """Its share of cross entropy."""
    return budget(recipe.population(), CROSS_ENTROPY).negative_share
