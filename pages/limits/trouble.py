"""Settings and trouble: what to set first, why it got worse, many classes, and segmentation."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from focal_core import paper, swap
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.first_step import UNTRAINED, FirstStep, Normaliser
from focal_core.long_tail import LongTail
from focal_core.noise import NoisyLabels
from focal_core.optimum import posterior
from focal_core.population import SIMPLE, SPREAD
from focal_core.segmentation import Disc
from focal_core.special import expit
from focal_core.training.config import PAPERS
from focal_core.training.recorded import TrainedScores
from focal_ui.controls import knobs, populations
from focal_ui.figures import trouble as figures
from focal_ui.figures.trouble import Row, factor
from focal_ui.frame import page_parts, settings
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, count, number, percent

TITLE = "Settings and trouble"
FOLLOWS = knobs.GAMMA
BRIDGE = "What would focal loss change for your own scores?"
START = FirstStep(paper.PRIOR.value)
TAIL, DISC = LongTail(), Disc()
LARGER = replace(DISC, foreground=0.1)
LABELLED_FOR_A_MISSED_ONE = 10
MISSED = NoisyLabels(START.positives / LABELLED_FOR_A_MISSED_ONE / START.negatives)
SAMPLED = 3
HALF, SCORE = 0.5, 0.7
BETA = 0.999
ASKED_GAMMA = 1.0
Advice = dict[str, tuple[str, dict[str, str]]]
"""What to do -> the page that shows why, and the values it opens with."""


def view(gamma: float, situation: str = knobs.FIRST_SETTINGS, guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    if situation == knobs.SEGMENTATION:
        return _segmentation(gamma, guess)
    return {
        knobs.FIRST_SETTINGS: _first_settings,
        knobs.GOT_WORSE: _got_worse,
        knobs.K_CLASSES: _many_classes,
    }[situation](gamma)


def variants() -> dict[str, Callable[..., View]]:
    """The four situations."""
    return {_(name): partial(view, situation=name) for name in knobs.SITUATION.options}


def page() -> None:
    """For who wants to use the loss."""
    stage = Stage(FOLLOWS)
    with stage.controls if settings.projector() else stage.above:  # a room needs the height
        situation = knobs.SITUATION.ask() or knobs.FIRST_SETTINGS
    with stage.beside:
        guess = _guess()
    now = stage.show(view, situation=situation, guess=guess)
    title, advice = ADVICE[situation]()
    _show(title, advice)
    page_parts.check_yourself(question_bank.of("trouble"))
    page_parts.code_for(partial(_code, now["gamma"], situation))
    page_parts.sources(_sources())


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "Segmentation: an object covers {part} of an image, and all is learned but {band:g} "
            "pixels on each side of its boundary. These are {boundary} of the pixels. What share "
            "of the gradient do they make up at γ = {gamma:g}?"
        ).format(
            part=percent(DISC.foreground),
            band=DISC.band,
            boundary=percent(DISC.boundary_part),
            gamma=ASKED_GAMMA,
        ),
        knobs.GUESS_BOUNDARY,
        answer=lambda: DISC.shares(FocalLoss(ASKED_GAMMA)).boundary,
        about={knobs.SITUATION.key: knobs.SEGMENTATION, knobs.GAMMA.key: ASKED_GAMMA},
    )


def _code(gamma: float, situation: str) -> snippets.Snippets:
    loss, weighted = FocalLoss(gamma), swap.with_papers_alpha(gamma)
    if situation == knobs.GOT_WORSE:
        left = swap.kept(SPREAD.population(), weighted).everything
        return snippets.gradient_left(SPREAD, weighted, left)
    if situation == knobs.K_CLASSES:
        share = float(TAIL.shares(loss, TAIL.by_frequency())[-1])
        return snippets.rarest_share(TAIL, loss, share)
    if situation == knobs.SEGMENTATION:
        return snippets.boundary_share(DISC, loss, DISC.shares(loss).boundary)
    by = Normaliser.POSITIVES
    return snippets.first_step(START, weighted, START.divisor(by), START.reported(weighted, by))


def _sources() -> dict[str, str]:
    return {
        _("Prior π = {prior:g}").format(prior=paper.PRIOR.value): paper.PRIOR.where,
        _("γ = {gamma:g} with α = {alpha:g}; the best α at each γ").format(
            gamma=paper.GAMMA.value, alpha=paper.ALPHA.value
        ): paper.GAMMA.where,
        _("γ from {low:g} to {high:g} works about as well").format(
            low=paper.ROBUST_GAMMAS.low, high=paper.ROBUST_GAMMAS.high
        ): paper.ROBUST_GAMMAS.where,
        _("The sum is divided by the anchors assigned to an object"): paper.NORMALISER_SOURCE,
        _("The sigmoid belongs inside the loss"): paper.STABLE_SOURCE,
        _("Which true probability a score stands for"): paper.PROPERNESS,
        _(
            "Effective number, and the class counts of long-tailed CIFAR-10"
        ): "Cui et al., CVPR 2019",
        _("Adam’s steps do not depend on the scale of the loss"): (
            "Kingma & Ba, ICLR 2015, arXiv:1412.6980"
        ),
        _("The class loss is added to the box loss"): paper.BOX_LOSS_SOURCE,
        _("Dice loss"): "Milletari et al. (V-Net), 3DV 2016, arXiv:1606.04797",
        _("Tversky loss"): "Salehi et al., MLMI 2017, arXiv:1706.05721",
        _("Focal Tversky loss"): "Abraham & Khan, ISBI 2019, arXiv:1810.07842",
        _("Focal loss and Dice loss together, 20 : 1"): (
            "Kirillov et al. (SAM), ICCV 2023, arXiv:2304.02643"
        ),
        _("What to set, to check and to try first; how hard classes and pixels are"): _("opinion"),
        _("Every number on this page"): _("computed here, from simplified populations"),
    }


def _first_settings(gamma: float) -> View:
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
    later = swap.kept(TrainedScores(PAPERS).population(), loss)
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
        later_all=number(1 / later.everything),
        first_objects=number(1 / first.positives),
        later_objects=number(1 / later.positives),
        weight=number(1 / min(first.positives, later.positives)),
    )


def _got_worse(gamma: float) -> View:
    loss = swap.with_papers_alpha(gamma)
    smaller = number(1 / swap.kept(SPREAD.population(), loss).everything)
    return View(
        headline=_(
            "Swapped in at γ = {gamma:g} and α = {alpha:g}, all else kept: the gradient is "
            "**{smaller} times smaller**"
        ).format(gamma=gamma, alpha=loss.alpha, smaller=smaller),
        exhibits={"got_worse": figures.off_by(_checks(loss))},
        explanation=_what_is_wrong(loss),
    )


def _checks(loss: FocalLoss) -> list[Row]:
    """What to look at, in this order: slips first, then what comes with the loss."""
    plain, scores = CROSS_ENTROPY, SPREAD.population()
    mean, sampled = swap.of_a_mean(START), partial(swap.of_sampling, scores, SAMPLED)
    return [
        _check(_("Mean over all anchors"), _("gradient"), mean, mean),
        _check(
            _("No prior"),
            _("first loss"),
            *(swap.without_prior(START, each) for each in (plain, loss)),
        ),
        _check(
            _("Sigmoid twice"),
            _("object’s gradient"),
            *(swap.of_a_second_sigmoid(HALF, each) for each in (plain, loss)),
        ),
        _check(
            _("α on the wrong side"),
            _("objects’ weight"),
            *(swap.of_swapped_alpha(each) for each in (plain, loss)),
        ),
        _check(
            _("Same learning rate"),
            _("gradient"),
            *(swap.kept(scores, each).everything for each in (plain, loss)),
        ),
        _check(
            _("Threshold kept at {half:g}").format(half=HALF),
            _("true odds"),
            *(swap.of_a_kept_threshold(HALF, each) for each in (plain, loss)),
        ),
        _check(
            _("Sampler kept, {ratio:g} : 1").format(ratio=SAMPLED),
            _("background"),
            sampled(plain),
            sampled(loss),
        ),
        _check(
            _("Wrong labels"),
            _("their share"),
            *(swap.of_wrong_labels(MISSED, each) for each in (plain, loss)),
        ),
    ]


def _check(name: str, quantity: str, before: float, after: float) -> Row:
    told = {"quantity": quantity, "before": factor(before), "after": factor(after)}
    if told["before"] == told["after"]:
        return Row(name, before, after, _("{quantity} {after}").format(**told))
    if before == 1:
        return Row(name, before, after, _("{quantity} {after}, CE 1").format(**told))
    return Row(name, before, after, _("{quantity} {after}, CE {before}").format(**told))


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


def _many_classes(gamma: float) -> View:
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


def _segmentation(gamma: float, guess: Guess | None) -> View:
    shares = {
        _("cross entropy"): DISC.shares(CROSS_ENTROPY),
        _("focal loss"): DISC.shares(FocalLoss(gamma)),
        _("Dice loss"): DISC.dice_shares(),
    }
    picture = figures.parts_of_the_image(shares, DISC.boundary_part)
    return View(
        headline=_(
            "At γ = {gamma:g} the boundary of the object, {part} of the pixels, makes up "
            "**{share}** of the gradient"
        ).format(
            gamma=gamma,
            part=percent(DISC.boundary_part),
            share=percent(DISC.shares(FocalLoss(gamma)).boundary),
        ),
        exhibits={
            "segmentation": prediction.draw_on(picture, guess, axis="x", there=gamma == ASKED_GAMMA)
        },
        explanation=_which_pixels(FocalLoss(gamma)),
    )


def _which_pixels(loss: FocalLoss) -> str:
    return _(
        "Every pixel is an example, as every anchor is one in a detector. Here a disc covers "
        "{part} of {side} × {side} pixels. Background is learned ($p_t$ = {background:g}), the "
        "inside of the disc, too ({interior:g}), but {band:g} pixels on each side of the boundary "
        "are not ({boundary:g}). γ fades what is learned, and the boundary is what is left: where "
        "people who label agree least, so part of it may be wrong labels. With an object of "
        "{larger} of the image the boundary makes up {share_larger}. So begin with a small γ, set "
        "the prior to the share of the object, and divide by its {pixels} pixels: a mean over all "
        "makes the loss {mean} times smaller. **Dice loss** measures the overlap of prediction "
        "and object; it does not fade easy pixels: other background makes up {dice} of its "
        "gradient here. **Tversky loss** weighs missed and false pixels apart. Such a loss is "
        "often added to focal loss, as in the sources below."
    ).format(
        part=percent(DISC.foreground),
        side=DISC.side,
        background=DISC.background_p_t,
        interior=DISC.interior_p_t,
        band=DISC.band,
        boundary=DISC.boundary_p_t,
        larger=percent(LARGER.foreground),
        share_larger=percent(LARGER.shares(loss).boundary),
        pixels=count(DISC.foreground * DISC.side**2),
        mean=number(1 / DISC.foreground),
        dice=percent(DISC.dice_shares().background),
    )


def _show(title: str, advice: Advice) -> None:
    st.header(title)
    for what, (where, values) in advice.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(what, width="stretch")
            page_parts.link(where, _("open") if where == "scores" else _("see why"), **values)


def _settings_in_order() -> tuple[str, Advice]:
    return _("Set these, in this order"), {
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


def _checks_in_order() -> tuple[str, Advice]:
    return _("Check these, in this order"), {
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


def _weights_in_order() -> tuple[str, Advice]:
    return _("Choose in this order"), {
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


def _pixels_in_order() -> tuple[str, Advice]:
    return _("Try in this order"), {
        _("**Cross entropy or Dice loss first:** a baseline that needs no γ"): (
            "rivals", {},
        ),
        _("**Focal loss with a small γ,** prior set, divided by the object’s pixels"): (
            "first_step", {},
        ),
        _("**Careful labels at the boundary,** or leave uncertain pixels out"): (
            "when_not", {},
        ),
    }  # fmt: skip


ADVICE: dict[str, Callable[[], tuple[str, Advice]]] = {
    knobs.FIRST_SETTINGS: _settings_in_order,
    knobs.GOT_WORSE: _checks_in_order,
    knobs.K_CLASSES: _weights_in_order,
    knobs.SEGMENTATION: _pixels_in_order,
}
