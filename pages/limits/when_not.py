"""When not: wrong labels, balanced data, probabilities, and samplers that already choose."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.noise import NoisyLabels
from focal_ui.controls import knobs
from focal_ui.exhibits import when_not as exhibits
from focal_ui.explained import short_guide
from focal_ui.explained import when_not as explained
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _

TITLE = "When not"
FOLLOWS = knobs.GAMMA
BRIDGE = "It fits your task. What do you set first, and what if it gets worse?"
ASKED = 100
ONCE = "noise"  # what links said before: wrong labels, in percent of the background


def view(gamma: float, missed: int = 10, guess: Guess | None = None) -> View:
    """What the page says at one gamma. missed: unlabelled objects for every 100 labelled."""
    loss, asked = FocalLoss(gamma), gamma == paper.GAMMA.value
    curves = exhibits.wrong_labels(missed, loss)
    return View(
        headline=explained.headline(loss, missed),
        exhibits={"wrong_labels": prediction.draw_on(curves, guess, axis="y", there=asked)},
        explanation=explained.explanation(loss, missed),
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
    short_guide.show()
    page_parts.check_yourself(question_bank.of("when_not"))
    page_parts.code_for(partial(_code, now["gamma"], missed))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("YOLOv3 lost about 2 mAP with focal loss, cause unsure"): (
            "Redmon & Farhadi 2018, arXiv:1804.02767, §4"
        ),
        _("Two stages, and {ratio:g} background boxes sampled to each object").format(
            ratio=explained.SAMPLED
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
        answer=lambda: exhibits.share(ASKED, FocalLoss(paper.GAMMA.value)),
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
    options = knobs.MISSED.options
    missed = np.nan_to_num(100 * wrong * plain.negatives / plain.positives)
    wanted = np.clip(missed, min(options.values()), max(options.values()))
    near = min(options, key=lambda option: abs(np.log(options[option] / wanted)))
    st.session_state[knobs.MISSED.key] = near


def _code(gamma: float, missed: float) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    return snippets.noise_share(NoisyLabels.unlabelled(missed), loss, exhibits.share(missed, loss))
