"""Many classes: which weights rare classes need once gamma has raised the hard ones."""

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.long_tail import LongTail
from focal_ui.controls import knobs, populations
from focal_ui.figures import trouble as figures
from focal_ui.learning import snippets
from focal_ui.learning.prediction import Guess
from focal_ui.situations.advice import Advice
from focal_ui.situations.situation import Situation
from focal_ui.stage.view import View
from focal_ui.words import _, later, number, percent

TAIL = LongTail()
BETA = 0.999


def view(gamma: float, _guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    loss, frequency = FocalLoss(gamma), TAIL.by_frequency()
    shares = {
        _("cross entropy"): TAIL.shares(CROSS_ENTROPY),
        _("focal loss"): TAIL.shares(loss),
        _("inverse frequency"): TAIL.shares(loss, frequency),
        _("effective number"): TAIL.shares(loss, TAIL.by_effective_number(BETA)),
    }
    plain, weighted = (float(list(shares.values())[i][-1]) for i in (1, 2))
    return View(
        headline=_(
            "At γ = {gamma:g} the rarest of {classes} classes makes up {plain} of the loss, and "
            "**{weighted}** with weights by inverse frequency"
        ).format(
            gamma=gamma,
            classes=TAIL.classes,
            plain=percent(plain),
            weighted=percent(weighted),
        ),
        exhibits={"many_classes": figures.shares_of_classes(TAIL.counts, shares)},
        explanation=_which_weights(loss),
    )


def advice() -> Advice:
    """What to do, in this order."""
    return {
        _("**Softmax or sigmoids?** A softmax needs a class of its own for background"): (
            "many_classes", {knobs.TRUTH.key: knobs.BACKGROUND},
        ),
        _("**γ first,** without weights; then weights, and compare on validation data"): (
            "class_weights", {},
        ),
        _("**Other rules** for rare classes: effective number, logit adjustment"): (
            "rivals", {knobs.POPULATION.key: populations.SPREAD_OUT},
        ),
    }  # fmt: skip


def code(gamma: float) -> snippets.Snippets:
    """The rarest class's share under weights by inverse frequency."""
    loss = FocalLoss(gamma)
    share = float(TAIL.shares(loss, TAIL.by_frequency())[-1])
    return snippets.rarest_share(TAIL, loss, share)


def _which_weights(loss: FocalLoss) -> str:
    balancing, plain = (float(TAIL.balancing(each)[-1]) for each in (loss, CROSS_ENTROPY))
    words = _(
        "**One α for all classes balances nothing:** in a softmax it multiplies every class alike. "
        "Give a list of {classes} weights. By **inverse frequency** the rarest class weighs "
        "{frequency} times as much as the most frequent one, by **effective number** "
        "(β = {beta:g}) {effective} times. But rare classes are often harder, too: here $p_t$ "
        "falls from {easy:g} in the most frequent class to {hard:g} in the rarest. For equal "
        "shares of these two, cross entropy needs a weight of {plain}"
    )
    if loss == CROSS_ENTROPY:
        words += _(". Move γ up: it raises the share of hard classes by itself. ")
    else:
        words += _(
            ", and focal loss at γ = {gamma:g} a weight of **{balancing}**: γ raises the share of "
            "hard classes by itself. So choose γ first, then milder weights than without it. "
        )
    words += _(
        "With one sigmoid per class, α stands between yes and no of each class; weights of the "
        "classes come on top."
    )
    return words.format(
        classes=TAIL.classes,
        frequency=number(float(TAIL.by_frequency()[-1])),
        beta=BETA,
        effective=number(float(TAIL.by_effective_number(BETA)[-1])),
        easy=TAIL.easy,
        hard=TAIL.hard,
        plain=number(plain),
        balancing=number(balancing),
        gamma=loss.gamma,
    )


SITUATION = Situation(view, later("Choose in this order"), advice, code)
