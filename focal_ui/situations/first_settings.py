"""First settings: what prior, gamma, alpha and divisor make of the first loss."""

from dataclasses import replace

from focal_core import paper, swap
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.first_step import UNTRAINED, FirstStep, Normaliser
from focal_core.training.config import PAPERS
from focal_core.training.recorded import TrainedScores
from focal_ui.controls import knobs
from focal_ui.figures import trouble as figures
from focal_ui.figures.trouble import Row
from focal_ui.learning import snippets
from focal_ui.learning.prediction import Guess
from focal_ui.situations.advice import Advice
from focal_ui.situations.situation import Situation
from focal_ui.stage.view import View
from focal_ui.words import _, count, later, number

START = FirstStep(paper.PRIOR.value)


def view(gamma: float, _guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    loss = swap.with_papers_alpha(gamma)
    rows = _first_losses(loss)
    return View(
        headline=_(
            "Prior π = {prior:g}, γ = {gamma:g} and α = {alpha:g} take the first loss from "
            "{untrained} to **{first}** per foreground anchor"
        ).format(
            prior=START.prior,
            gamma=gamma,
            alpha=loss.alpha,
            untrained=number(rows[0].before),
            first=number(rows[2].after),
        ),
        exhibits={"first_settings": figures.losses_at_step_0(rows)},
        explanation=_what_to_set(loss),
    )


def advice() -> Advice:
    """What to do, in this order."""
    return {
        _("**Prior:** bias b = −ln((1 − π)/π) in the last layer, π = {prior:g}").format(
            prior=START.prior
        ): ("first_step", {}),
        _("**γ and α together:** first γ = {gamma:g}, α = {alpha:g}; then a smaller γ").format(
            gamma=paper.GAMMA.value, alpha=paper.ALPHA.value
        ): ("class_weights", {}),
        _("**Divisor:** sum the loss, divide by the foreground anchors"): (
            "first_step", {knobs.NORMALISER.key: knobs.BY_LOCATIONS},
        ),
        _("**Logits, not probabilities,** go into the loss"): ("gradient", {}),
        _("**Learning rate and loss weight:** choose them again, on validation data"): (
            "train", {},
        ),
    }  # fmt: skip


def code(gamma: float) -> snippets.Snippets:
    """The loss that is reported first."""
    loss, by = swap.with_papers_alpha(gamma), Normaliser.POSITIVES
    return snippets.first_step(START, loss, START.divisor(by), START.reported(loss, by))


def _first_losses(loss: FocalLoss) -> list[Row]:
    """Per foreground anchor, one setting after the other; cross entropy is never weighted."""
    plain, unweighted = CROSS_ENTROPY, FocalLoss(loss.gamma)
    untrained = replace(START, prior=UNTRAINED)
    by, mean = Normaliser.POSITIVES, Normaliser.LOCATIONS
    before = START.reported(plain, by)
    return [
        _first_loss(
            _("No prior: π = {prior:g}").format(prior=UNTRAINED),
            untrained.reported(plain, by),
            untrained.reported(unweighted, by),
        ),
        _first_loss(
            _("Prior π = {prior:g}").format(prior=START.prior),
            before,
            START.reported(unweighted, by),
        ),
        _first_loss(
            _("And α = {alpha:g}").format(alpha=loss.alpha),
            before,
            START.reported(loss, by),
        ),
        _first_loss(
            _("Mean over all anchors"),
            START.reported(plain, mean),
            START.reported(loss, mean),
        ),
    ]


def _first_loss(name: str, before: float, after: float) -> Row:
    shown = _("CE {before}, FL {after}").format(before=number(before), after=number(after))
    return Row(name, before, after, shown)


def _what_to_set(loss: FocalLoss) -> str:
    first = swap.kept(START.scores.population(), loss)
    trained = swap.kept(TrainedScores(PAPERS).population(), loss)
    return _(
        "**1. Prior:** start the bias of the last layer at b = −ln((1 − π)/π) = {bias}. **2. γ "
        "with its α:** begin with the paper’s γ = {papers:g} and α = {papers_alpha:g}; the picture "
        "takes the α that was best at the nearest γ of its table. **3. Divisor:** sum the loss and "
        "divide by the {positives} foreground anchors, not by all {anchors}. **4. Learning rate "
        "and loss weight:** compared with cross entropy, the gradient of all anchors together is "
        "{first_all} times smaller before training, and {later_all} times smaller in a detector "
        "trained here. For background that is the aim. But the gradient of the objects gets "
        "smaller, too: {first_objects} and {later_objects} times. So choose the learning rate "
        "again. The paper adds this loss to the box loss as it is; if the classes learn too "
        "slowly, try a weight of up to {weight} on it. Adam makes up for a smaller loss, but not "
        "for its balance with a box loss."
    ).format(
        bias=number(START.bias),
        papers=paper.GAMMA.value,
        papers_alpha=paper.ALPHA.value,
        positives=count(START.positives),
        anchors=count(START.positives + START.negatives),
        first_all=number(1 / first.everything),
        later_all=number(1 / trained.everything),
        first_objects=number(1 / first.positives),
        later_objects=number(1 / trained.positives),
        weight=number(1 / min(first.positives, trained.positives)),
    )


SITUATION = Situation(view, later("Set these, in this order"), advice, code)
