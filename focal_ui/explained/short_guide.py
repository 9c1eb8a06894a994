"""When not: a short guide from what somebody has to what to do, with the way to the reason."""

import streamlit as st

from focal_ui.controls import knobs, populations
from focal_ui.situations import advice
from focal_ui.situations.advice import Advice
from focal_ui.training import by_imbalance
from focal_ui.words import _


def show() -> None:
    """A card for each case; this page is the reason for one of them."""
    st.header(_("A short guide"))
    advice.show(_advice())


def _advice() -> Advice:
    return {
        _("Many easy negatives, few objects, dense scoring: **try it**, with the prior"): (
            "easy_negatives", {},
        ),
        by_imbalance.advice(): ("train", {knobs.PART.key: knobs.IMBALANCE}),
        _("Training diverges in the first steps: set the **prior** first"): (
            "first_step", {knobs.PRIOR.key: "0.5"},
        ),
        _("You need true probabilities: use cross entropy, or recalibrate"): ("calibration", {}),
        _("Some objects have no label: the hard examples may be the wrong ones"): (
            "#picture-wrong_labels", {},
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
