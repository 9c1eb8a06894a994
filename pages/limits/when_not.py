"""When not: wrong labels, balanced data, probabilities, and samplers that already choose."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.noise import NoisyLabels, Pull
from focal_core.optimum import posterior
from focal_core.population import BALANCED, SIMPLE, EqualScores
from focal_ui.controls import knobs
from focal_ui.figures import limits as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, percent, times

TITLE = "When not"
NOISES = tuple(np.linspace(0, 0.05, 51).tolist())
ASKED = 0.001
SCORE = 0.7
SAMPLED = 3
TOP = "wrong-labels"  # where the guide leads back to


def page() -> None:
    """The cases in which the hard examples are the wrong ones to hear."""
    headline = st.container()
    guess = prediction.ask(
        _(
            "One background label in {n:,.0f} is wrong. What part of the slope is theirs at γ = "
            "{gamma:g}?"
        ).format(n=1 / ASKED, gamma=paper.GAMMA.value),
        knobs.GUESS_NOISE,
        answer=lambda: NoisyLabels(ASKED).pull(FocalLoss(paper.GAMMA.value)).wrong_labels,
        about={knobs.GAMMA.key: paper.GAMMA.value, knobs.NOISE.key: 100 * ASKED},
    )
    noise = knobs.NOISE.ask() / 100
    loss = knobs.focal_loss()
    labels = NoisyLabels(noise)
    before, after = labels.pull(CROSS_ENTROPY), labels.pull(loss)

    headline.title(
        _("At γ = {gamma:g}, {noise:.1%} wrong labels take {share} of the slope").format(
            gamma=loss.gamma, noise=noise, share=percent(after.wrong_labels)
        ),
        anchor=TOP,
    )

    def wrong_labels_at(gamma: float) -> Exhibit:
        focal = FocalLoss(gamma)
        exhibit = figures.wrong_labels(
            NOISES, (_pulls(CROSS_ENTROPY), _pulls(focal)), (noise, before, labels.pull(focal))
        )
        return prediction.draw_on(exhibit, guess, axis="y", there=gamma == paper.GAMMA.value)

    card.follow(
        loss.gamma,
        wrong_labels_at,
        key="wrong_labels",
        depends_on=(noise, guess and guess.said),
    )
    page_parts.what_happened(_explained(loss))
    _guide()
    page_parts.check_yourself(question_bank.of("when_not"))
    page_parts.code_for(snippets.noise_share(labels, loss, after.wrong_labels))
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


@lru_cache(maxsize=64)
def _pulls(loss: FocalLoss) -> list[Pull]:
    return [NoisyLabels(noise).pull(loss) for noise in NOISES]


def _explained(loss: FocalLoss) -> str:
    labels = NoisyLabels(ASKED)
    balanced = [budget(BALANCED.population(), each) for each in (CROSS_ENTROPY, loss)]
    words = _(
        "A wrong label looks like the hardest example there is: the model is sure, and is told "
        "that it errs. Here {negatives} background locations are learned ($p_t$ = {learned}), and "
        "whatever fades them leaves the wrong ones to pull alone. And where classes are balanced "
        "there is nothing to repair"
    )
    if loss == CROSS_ENTROPY:
        words += _(". γ = 0 is cross entropy: move γ up to see them take over.")
    else:
        words += _(
            ": in the Balanced population γ = {gamma:g} takes the total down {total}, and a model "
            "that answers {score} means {true}."
        )
    words += " " + _(
        "Nor where a sampler has chosen already: a two-stage detector trains on about {ratio:g} "
        "background boxes to an object, and at the scores of Simple cross entropy then spends "
        "{sampled} on background, not {all}."
    )
    return words.format(
        ratio=SAMPLED,
        sampled=percent(_background(replace(SIMPLE, negatives=SAMPLED * SIMPLE.positives))),
        all=percent(_background(SIMPLE)),
        negatives=f"{labels.negatives:,}",
        learned=labels.learned_p_t,
        gamma=loss.gamma,
        total=times(balanced[0].total / balanced[1].total),
        score=SCORE,
        true=percent(float(posterior(SCORE, loss))),
    )


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
        _("You need probabilities: use cross entropy, or undo the map"): ("calibration", {}),
        _("Labels are noisy: the hard ones may be the wrong ones"): (
            "", {},
        ),
        _("Classes are balanced: little to gain"): (
            "easy_negatives", {knobs.POPULATION.key: "Balanced"},
        ),
        _("A sampler already picks, or could: compare whom each hears"): (
            "rivals", {knobs.POPULATION.key: "Spread"},
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
                st.markdown(f":material/arrow_upward: [{_('see above')}](#{TOP})", width="content")
