"""When not: wrong labels, balanced data, probabilities, and samplers that already choose."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.noise import NoisyLabels, Pull
from focal_core.optimum import posterior
from focal_core.population import BALANCED, SIMPLE, EqualScores
from focal_ui.controls import knobs, populations
from focal_ui.figures import limits as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, count, kept, number, percent, times

TITLE = "When not"
FOLLOWS = knobs.GAMMA
BRIDGE = "It fits your task. What do you set first, and what if it gets worse?"
NOISES = tuple(np.concatenate(([0], np.geomspace(1e-5, 0.05, 160))).tolist())
ASKED = 0.001
SCORE = 0.7
SAMPLED = 3
LABELLED_FOR_A_MISSED_ONE = 10


def view(gamma: float, noise: float = knobs.NOISE.default, guess: Guess | None = None) -> View:
    """What the page says at one gamma. noise: percent of the background labels that are wrong."""
    loss, part = FocalLoss(gamma), noise / 100
    labels, asked = NoisyLabels(part), gamma == paper.GAMMA.value
    before, after = labels.pull(CROSS_ENTROPY), labels.pull(loss)
    curves = figures.wrong_labels(
        NOISES, (_pulls(CROSS_ENTROPY), _pulls(loss)), (part, before, after)
    )
    return View(
        headline=_(
            "At γ = {gamma:g}, wrong labels, {missed} for each labelled object, make up "
            "**{share}** of the gradient"
        ).format(
            gamma=gamma, missed=number(_for_each_object(labels)), share=percent(after.wrong_labels)
        ),
        exhibits={"wrong_labels": prediction.draw_on(curves, guess, axis="y", there=asked)},
        explanation=_explained(loss, labels),
    )


def variants() -> dict[str, Callable[..., View]]:
    """One wrong label in a thousand, and in a hundred."""
    return {
        _("{noise:g}% wrong labels").format(noise=noise): partial(view, noise=noise)
        for noise in (100 * ASKED, knobs.NOISE.default)
    }


def page() -> None:
    """The cases in which the hard examples are the wrong ones."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        noise = stage.ask(knobs.NOISE)
    with stage.beside:
        guess = _guess()
    now = stage.show(view, guess=guess)
    _guide()
    page_parts.check_yourself(question_bank.of("when_not"))
    page_parts.code_for(partial(_code, now["gamma"], noise))
    page_parts.sources(
        {
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
    )


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "One background label in {n:,.0f} is wrong. What share of the gradient do these labels "
            "make up at γ = {gamma:g}?"
        ).format(n=1 / ASKED, gamma=paper.GAMMA.value),
        knobs.GUESS_NOISE,
        answer=lambda: NoisyLabels(ASKED).pull(FocalLoss(paper.GAMMA.value)).wrong_labels,
        about={knobs.GAMMA.key: paper.GAMMA.value, knobs.NOISE.key: 100 * ASKED},
    )


def _code(gamma: float, noise: float) -> snippets.Snippets:
    labels, loss = NoisyLabels(noise / 100), FocalLoss(gamma)
    return snippets.noise_share(labels, loss, labels.pull(loss).wrong_labels)


@lru_cache(maxsize=64)
def _pulls(loss: FocalLoss) -> list[Pull]:
    return NoisyLabels().pull_at(NOISES, loss)


def _explained(loss: FocalLoss, labels: NoisyLabels) -> str:
    words = _(
        "**Wrong labels.** A wrong label looks like the hardest example there is: the model is "
        "confident, and is told that it is wrong. Here {negatives} background locations are "
        "learned ($p_t$ = {learned}); {wrong} of them carry a wrong label, beside {positives} "
        "labelled objects. Whatever fades the others leaves the wrong ones to dominate, and few "
        "are enough: with one object missed for every {labelled:g} that are labelled they make up "
        "{few} under focal loss at γ = {papers:g}, and {few_before} under cross entropy. "
    )
    if loss == CROSS_ENTROPY:
        words += _("γ = 0 is cross entropy: move γ up to see them take over. ")
    else:
        words += _(
            "**Balanced classes.** There is little to repair: in the Balanced population γ = "
            "{gamma:g} makes the total {total} smaller, and a predicted {score} means {true}. "
        )
    words += _(
        "**Sampled background.** A detector of two stages trains on about {ratio:g} background "
        "boxes for each object; in *Easy background* they then make up {sampled} of cross entropy, "
        "not {all}."
    )
    balanced, sampled, everything = _elsewhere(loss)
    few, few_before = _with_few_missed()
    return words.format(
        ratio=SAMPLED,
        sampled=sampled,
        all=everything,
        negatives=count(labels.negatives),
        positives=count(labels.positives),
        wrong=count(labels.negatives * labels.noise),
        learned=labels.learned_p_t,
        labelled=LABELLED_FOR_A_MISSED_ONE,
        papers=paper.GAMMA.value,
        few=few,
        few_before=few_before,
        gamma=loss.gamma,
        total=balanced,
        score=SCORE,
        true=percent(float(posterior(SCORE, loss))),
    )


def _for_each_object(labels: NoisyLabels) -> float:
    return labels.negatives * labels.noise / labels.positives


@kept(maxsize=1)
def _with_few_missed() -> tuple[str, str]:
    """The gradient's part of the wrong labels where annotators miss an object now and then."""
    plain = NoisyLabels()
    missed = plain.positives / LABELLED_FOR_A_MISSED_ONE
    labels = replace(plain, noise=missed / plain.negatives)
    pulls = (labels.pull(each) for each in (FocalLoss(paper.GAMMA.value), CROSS_ENTROPY))
    focal, before = (percent(pull.wrong_labels) for pull in pulls)
    return focal, before


@kept(maxsize=64)
def _elsewhere(loss: FocalLoss) -> tuple[str, str, str]:
    """How much balanced classes lose, and background's share with and without a sampler."""
    plain, focal = (budget(BALANCED.population(), each) for each in (CROSS_ENTROPY, loss))
    sampled = replace(SIMPLE, negatives=SAMPLED * SIMPLE.positives)
    shares = percent(_background(sampled)), percent(_background(SIMPLE))
    return times(plain.total / focal.total), *shares


def _background(recipe: EqualScores) -> float | None:
    return budget(recipe.population(), CROSS_ENTROPY).negative_share


def _guide() -> None:
    st.header(_("A short guide"))
    branches: dict[str, tuple[str, dict[str, str]]] = {
        _("Many easy negatives, few objects, dense scoring: **try it**, with the prior"): (
            "easy_negatives", {},
        ),
        _("Training diverges in the first steps: set the **prior** first"): (
            "first_step", {knobs.PRIOR.key: "0.5"},
        ),
        _("You need probabilities: use cross entropy, or recalibrate"): ("calibration", {}),
        _("Labels are noisy: the hard ones may be the wrong ones"): (
            "", {},
        ),
        _("Classes are balanced: little to gain"): (
            "easy_negatives", {knobs.POPULATION.key: populations.BALANCED},
        ),
        _("A sampler already picks, or could: compare what each counts"): (
            "rivals", {knobs.POPULATION.key: populations.SPREAD_OUT},
        ),
        _("Mining is at hand: try it, too"): (
            "train", {knobs.COMPARE.key: knobs.MINING},
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
