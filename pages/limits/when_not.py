"""When not: wrong labels, balanced data, probabilities, and samplers that already choose."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.noise import NoisyLabels
from focal_core.optimum import posterior
from focal_core.population import BALANCED, SIMPLE, EqualScores
from focal_ui.controls import knobs, populations
from focal_ui.exhibits import when_not as exhibits
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.training import by_imbalance
from focal_ui.words import _, count, kept, number, percent

TITLE = "When not"
FOLLOWS = knobs.GAMMA
BRIDGE = "It fits your task. What do you set first, and what if it gets worse?"
ASKED, FEW = 100, 2
SCORE = 0.7
SAMPLED = 3
ONCE = "noise"  # what links said before: wrong labels, in percent of the background


def view(gamma: float, missed: int = 10, guess: Guess | None = None) -> View:
    """What the page says at one gamma. missed: unlabelled objects for every 100 labelled."""
    loss, asked = FocalLoss(gamma), gamma == paper.GAMMA.value
    curves = exhibits.wrong_labels(missed, loss)
    return View(
        headline=_headline(loss, missed),
        exhibits={"wrong_labels": prediction.draw_on(curves, guess, axis="y", there=asked)},
        explanation=_explained(loss, missed),
    )


def variants() -> dict[str, Callable[..., View]]:
    """One object in eleven without a label, and every second."""
    return {
        _("{missed} unlabelled objects for every 100 labelled").format(missed=missed): partial(
            view, missed=missed
        )
        for missed in (10, ASKED)
    }


def page() -> None:
    """The cases in which the hard examples are the wrong ones."""
    stage = Stage(FOLLOWS)
    _open_old_link()
    with stage.controls:
        missed = stage.ask(knobs.MISSED)
    with stage.beside:
        guess = _guess()
    now = stage.show(view, guess=guess)
    _guide()
    page_parts.check_yourself(question_bank.of("when_not"))
    page_parts.code_for(partial(_code, now["gamma"], missed))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("YOLOv3 lost about 2 mAP with focal loss, cause unsure"): (
            "Redmon & Farhadi 2018, arXiv:1804.02767, §4"
        ),
        _("Two stages, and {ratio:g} background boxes sampled to each object").format(
            ratio=SAMPLED
        ): paper.PAPER,
        _("Scores of focal loss are not probabilities"): paper.PROPERNESS,
        _("The guide"): _("opinion, from what the pages compute"),
        _("Every number on this page"): _("computed here, from simplified populations"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "As many objects have no label as have one. What share of the gradient do the "
            "unlabelled ones make up at γ = {gamma:g}?"
        ).format(gamma=paper.GAMMA.value),
        knobs.GUESS_NOISE,
        answer=lambda: _share(ASKED, FocalLoss(paper.GAMMA.value)),
        about={knobs.GAMMA.key: paper.GAMMA.value, knobs.MISSED.key: str(ASKED)},
    )


def _open_old_link() -> None:
    """What a link once said in percent is taken to the nearest number of objects."""
    try:
        wrong = float(st.query_params.get(ONCE, "")) / 100
    except ValueError:
        return
    del st.query_params[ONCE]
    plain = NoisyLabels()
    wanted = max(100 * wrong * plain.negatives / plain.positives, min(exhibits.MANY))
    options = knobs.MISSED.options
    near = min(options, key=lambda option: abs(np.log(options[option] / wanted)))
    st.session_state[knobs.MISSED.key] = near


def _code(gamma: float, missed: float) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    return snippets.noise_share(NoisyLabels.unlabelled(missed), loss, _share(missed, loss))


def _share(missed: float, loss: FocalLoss) -> float:
    """Of the gradient, what the unlabelled objects make up."""
    return NoisyLabels.unlabelled(missed).pull(loss).wrong_labels


def _headline(loss: FocalLoss, missed: float) -> str:
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
        share=percent(_share(missed, loss)),
        plain=percent(_share(missed, CROSS_ENTROPY)),
        gamma=loss.gamma,
    )


def _explained(loss: FocalLoss, missed: float) -> str:
    words = _(
        "**Wrong labels.** An object without a label is trained as background. The model is "
        "confident that it is an object, and is told that it is wrong: it looks like the hardest "
        "example there is. Here {wrong} of {negatives} background labels are of that kind; the "
        "rest of the background is learned ($p_t$ = {learned}), and the {positives} labelled "
        "objects are half learned ($p_t$ = {half}). Whatever fades the easy examples leaves the "
        "wrong ones to dominate: even {few} for every 100 make up {few_after} under focal loss at "
        "γ = {papers:g}, and {few_before} under cross entropy. "
    )
    if loss == CROSS_ENTROPY:
        words += _("γ = 0 is cross entropy: move γ up to see them take over. ")
    else:
        words += _(
            "**Balanced classes.** There is little to repair: in *Balanced classes* γ = {gamma:g} "
            "divides the total by {total}, and a predicted {score} then means a true probability "
            "of {true}. "
        )
    words += _(
        "**Sampled background.** A detector of two stages trains on about {ratio:g} background "
        "boxes for each object; in *Easy background* they then make up {sampled} of cross entropy, "
        "not {all}."
    )
    balanced, sampled, everything = _elsewhere(loss)
    labels = NoisyLabels.unlabelled(missed)
    return words.format(
        ratio=SAMPLED,
        sampled=sampled,
        all=everything,
        negatives=count(labels.negatives),
        positives=count(labels.positives),
        wrong=count(labels.negatives * labels.noise),
        learned=labels.learned_p_t,
        half=labels.positive_p_t,
        few=FEW,
        papers=paper.GAMMA.value,
        few_after=percent(_share(FEW, FocalLoss(paper.GAMMA.value))),
        few_before=percent(_share(FEW, CROSS_ENTROPY)),
        gamma=loss.gamma,
        total=balanced,
        score=SCORE,
        true=percent(float(posterior(SCORE, loss))),
    )


@kept(maxsize=64)
def _elsewhere(loss: FocalLoss) -> tuple[str, str, str]:
    """What divides balanced classes' total; background's share with and without a sampler."""
    plain, focal = (budget(BALANCED.population(), each) for each in (CROSS_ENTROPY, loss))
    sampled = replace(SIMPLE, negatives=SAMPLED * SIMPLE.positives)
    shares = percent(_background(sampled)), percent(_background(SIMPLE))
    return number(plain.total / focal.total), *shares


def _background(recipe: EqualScores) -> float | None:
    return budget(recipe.population(), CROSS_ENTROPY).negative_share


def _guide() -> None:
    st.header(_("A short guide"))
    branches: dict[str, tuple[str, dict[str, str]]] = {
        _("Many easy negatives, few objects, dense scoring: **try it**, with the prior"): (
            "easy_negatives", {},
        ),
        by_imbalance.advice(): ("train", {knobs.PART.key: knobs.IMBALANCE}),
        _("Training diverges in the first steps: set the **prior** first"): (
            "first_step", {knobs.PRIOR.key: "0.5"},
        ),
        _("You need true probabilities: use cross entropy, or recalibrate"): ("calibration", {}),
        _("Some objects have no label: the hard examples may be the wrong ones"): (
            "", {},
        ),
        _("Classes are balanced: little to gain"): (
            "easy_negatives", {knobs.POPULATION.key: populations.BALANCED},
        ),
        _("You already sample or mine: compare which examples each method counts"): (
            "rivals", {knobs.POPULATION.key: populations.SPREAD_OUT},
        ),
        _("Hard example mining (OHEM) is at hand: try it, too"): (
            "train", {knobs.PART.key: knobs.RESULT, knobs.COMPARE.key: knobs.MINING},
        ),
    }  # fmt: skip
    for advice, (where, values) in branches.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(advice, width="stretch")
            if where:
                page_parts.link(where, _("see why"), **values)
            else:
                st.markdown(
                    f":material/arrow_upward: [{_('see above')}](#picture-wrong_labels)",
                    width="content",
                )
