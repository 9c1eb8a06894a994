"""It got worse: by how much the usual suspects are off, and in which order to check them."""

from dataclasses import replace

from focal_core import swap
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.optimum import posterior
from focal_core.population import SIMPLE, SPREAD
from focal_core.special import expit
from focal_ui.controls import knobs, populations
from focal_ui.figures import trouble as figures
from focal_ui.learning import snippets
from focal_ui.learning.prediction import Guess
from focal_ui.situations.advice import Advice
from focal_ui.situations.checks import HALF, LABELLED_FOR_A_MISSED_ONE, MISSED, SAMPLED, checks
from focal_ui.situations.situation import Situation
from focal_ui.stage.view import View
from focal_ui.words import _, later, number, percent

SCORE = 0.7  # another one, to say what it stands for


def view(gamma: float, _guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    loss = swap.with_papers_alpha(gamma)
    smaller = number(1 / swap.kept(SPREAD.population(), loss).everything)
    return View(
        headline=_(
            "Swapped in at γ = {gamma:g} and α = {alpha:g}, all else kept: the gradient is "
            "**{smaller} times smaller**"
        ).format(gamma=gamma, alpha=loss.alpha, smaller=smaller),
        exhibits={"got_worse": figures.off_by(checks(loss))},
        explanation=_what_is_wrong(loss),
    )


def advice() -> Advice:
    """What to do, in this order."""
    return {
        _("**Mean over all anchors:** sum, and divide by the foreground anchors"): (
            "first_step", {knobs.NORMALISER.key: knobs.BY_LOCATIONS},
        ),
        _("**No prior:** the first loss is huge or NaN; set the bias"): (
            "first_step", {knobs.PRIOR.key: "0.5"},
        ),
        _("**Sigmoid twice:** the loss stops falling early; pass logits"): ("gradient", {}),
        _("**α on the wrong side:** objects must get α, background 1 − α"): (
            "class_weights", {},
        ),
        _("**Same learning rate:** training is slow; raise it, or the weight of this loss"): (
            "train", {knobs.SHOWN.key: knobs.GRADIENT_NORM},
        ),
        _("**Same threshold:** recall at {half:g} falls, AP need not; choose it again").format(
            half=HALF
        ): (
            "calibration", {knobs.WEIGHTED.key: "on"},
        ),
        _("**Sampler kept:** a sampler has thinned the background out; use one of the two"): (
            "rivals", {knobs.POPULATION.key: populations.SPREAD_OUT},
        ),
        _("**Wrong labels:** look at the examples of the largest loss, try a smaller γ"): (
            "when_not", {},
        ),
        _("**Still worse?** See where the loss of your own scores comes from"): ("scores", {}),
    }  # fmt: skip


def code(gamma: float) -> snippets.Snippets:
    """What is left of cross entropy's gradient."""
    loss = swap.with_papers_alpha(gamma)
    return snippets.gradient_left(SPREAD, loss, swap.kept(SPREAD.population(), loss).everything)


def _what_is_wrong(loss: FocalLoss) -> str:
    background, swapped = (
        percent(budget(SIMPLE.population(), each).negative_share)
        for each in (loss, replace(loss, alpha=1 - (loss.alpha or 0)))
    )
    drawn = replace(SIMPLE, negatives=SAMPLED * SIMPLE.positives).population()
    left = swap.kept(SPREAD.population(), loss)
    return _(
        "**Same learning rate:** in *Spread-out scores* all gradients together are {all} times "
        "smaller than under cross entropy, those of the objects {objects} times. "
        "**Sigmoid twice:** the loss wants logits. If it gets probabilities, its own sigmoid makes "
        "{lowest:g} to {highest} of 0 to 1, so no background ever becomes easy. **α:** it is the "
        "weight of objects. A list [α, 1 − α] that is indexed by class gives it to background: in "
        "*Easy background* that makes {swapped} of the loss then, {background} if done right. "
        "**Threshold:** γ alone keeps {lowest:g} where it was; with α = {alpha:g} a score of "
        "{lowest:g} means a true probability of {decision}, and a score of {score:g} means {true}. "
        "**Sampler:** with {ratio:g} sampled background boxes to an object, background makes up "
        "{sampled} of cross entropy, so little is left to fade. **Wrong labels:** with one object "
        "missed for every {labelled:g} labelled, they make up {few_before} of the gradient under "
        "cross entropy and {few} under focal loss."
    ).format(
        all=number(1 / left.everything),
        objects=number(1 / left.positives),
        lowest=HALF,
        highest=number(float(expit(1.0))),
        swapped=swapped,
        background=background,
        alpha=loss.alpha,
        decision=percent(float(posterior(HALF, loss))),
        score=SCORE,
        true=percent(float(posterior(SCORE, loss))),
        ratio=SAMPLED,
        sampled=percent(budget(drawn, CROSS_ENTROPY).negative_share),
        labelled=LABELLED_FOR_A_MISSED_ONE,
        few_before=percent(MISSED.pull(CROSS_ENTROPY).wrong_labels),
        few=percent(MISSED.pull(loss).wrong_labels),
    )


SITUATION = Situation(view, later("Check these, in this order"), advice, code)
