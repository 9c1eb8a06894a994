"""Many classes: a softmax picks one class, a detector asks one sigmoid per class."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.case_files import sign_slip, weight_taken_for_probability
from focal_core.softmax import SoftmaxFocalLoss
from focal_ui.controls import knobs
from focal_ui.controls.kinds import Slider
from focal_ui.exhibits import many_classes as exhibits
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, listed, number, percent, short

TITLE = "Many classes"
FOLLOWS = knobs.GAMMA
BRIDGE = "That is the loss. What does it do to a detector that is really trained?"
EXAMPLE, BETWEEN = (2.0, 1.0, 0.0), 1.0
HALF, HARD = 0.5, 0.1
NARROW = 150  # pixels of a slider


def view(
    gamma: float,
    truth: int | None = 0,
    anchor_classes: int = 80,
    guess: Guess | None = None,
    **given: float,
) -> View:
    """What the page says at one gamma.

    truth: which class is true, from 0; None for background. given: logits z1, z2 … and weights
    weight1, weight2 … of as many classes as there are; those of the example where none are.
    """
    logits = _given(given, knobs.LOGITS) or EXAMPLE
    weights = _given(given, knobs.WEIGHTS) or (1.0,) * len(logits)
    asked = gamma == BETWEEN and logits == EXAMPLE and truth == 0 and set(weights) == {1.0}
    forms = exhibits.two_forms(gamma, logits, weights, truth)
    return View(
        headline=_headline(gamma, logits, weights, truth),
        exhibits={
            "two_forms": prediction.draw_on(forms, guess, axis="y", there=asked),
            "negative_outputs": exhibits.negative_outputs(anchor_classes, gamma),
        },
        explanation=_explained(anchor_classes, gamma),
    )


def variants() -> dict[str, Callable[..., View]]:
    """An object of the first class, and background."""
    return {_("class 1 is true"): view, _("background is true"): partial(view, truth=None)}


def page() -> None:
    """One example, two forms of the loss."""
    stage = Stage(FOLLOWS, shown_elsewhere=True)
    with stage.controls:
        sliders = st.container(gap="small")  # under the picture that they move
        count, truth = _count_and_truth()
        for row in (knobs.LOGITS, knobs.WEIGHTS):
            for slider, place in zip(row, _side_by_side(sliders, count), strict=False):
                with place:
                    stage.ask(slider)
        stage.ask(knobs.ANCHOR_CLASSES)
    with stage.beside:
        guess = _guess()
    now = stage.show(view, truth=truth, guess=guess)
    _case_files()
    page_parts.check_yourself(question_bank.of("many_classes"))
    page_parts.code_for(partial(_code, now))
    page_parts.sources(_sources())


def _sources() -> dict[str, str]:
    return {
        _("One sigmoid per class, and an anchor without any is background"): paper.PAPER,
        _("The softmax form"): _("ours; the paper calls the extension straightforward"),
        _("A softmax with a class of its own for background"): (
            "Ren et al. (Faster R-CNN), NeurIPS 2015; Liu et al. (SSD), ECCV 2016"
        ),
        _("Every number on this page"): _("computed here"),
    }


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "Logits {logits} and the first is true: the loss is {ce} at γ = 0 and {fl} at γ = "
            "{gamma:g}. And at γ = {between:g}?"
        ).format(
            logits=listed(list(map(short, EXAMPLE))),
            ce=number(_of_the_example(0.0)),
            fl=number(_of_the_example(paper.GAMMA.value)),
            gamma=paper.GAMMA.value,
            between=BETWEEN,
        ),
        knobs.GUESS_CLASSES,
        answer=lambda: _of_the_example(BETWEEN),
        shown=number,
        gap_shown=number,
        about=_the_example(),
    )


def _given(given: Mapping[str, float], sliders: Sequence[Slider]) -> tuple[float, ...]:
    return tuple(given[slider.key] for slider in sliders if slider.key in given)


def _the_example() -> dict[str, float | str]:
    """The controls that take the picture to what is asked."""
    logits = {knob.key: value for knob, value in zip(knobs.LOGITS, EXAMPLE, strict=False)}
    weights = {knob.key: 1.0 for knob in knobs.WEIGHTS[: len(EXAMPLE)]}
    classes = {knobs.CLASSES.key: str(len(EXAMPLE)), knobs.TRUTH.key: "1"}
    return {knobs.GAMMA.key: BETWEEN} | classes | logits | weights


def _of_the_example(gamma: float) -> float:
    return float(SoftmaxFocalLoss(gamma).value(EXAMPLE, 0))


def _side_by_side(under: DeltaGenerator, count: int) -> list[DeltaGenerator]:
    """Places in a row that wraps: on a phone two stand side by side."""
    row = under.container(horizontal=True, gap="small")
    return [row.container(width=NARROW) for _place in range(count)]


def _count_and_truth() -> tuple[int, int | None]:
    """How many classes there are, and which is true, from 0; None for background."""
    left, right = st.columns(2)
    with left:
        count = knobs.CLASSES.ask()
    with right:
        chosen = knobs.TRUTH.ask() or "1"
    if chosen == knobs.BACKGROUND:
        return count, None
    if int(chosen) > count:
        right.caption(
            _("There are only {count} classes: class {count} is true.").format(count=count)
        )
    return count, min(int(chosen), count) - 1


def _code(now: Mapping[str, Any]) -> snippets.Snippets:
    logits, weights = _given(now, knobs.LOGITS), _given(now, knobs.WEIGHTS)
    gamma, truth = now["gamma"], now["truth"]
    if truth is None:
        focal = FocalLoss(gamma)
        total = float(exhibits.sigmoid_terms(logits, None, focal).sum())
        return snippets.background_of_sigmoids(logits, focal, total)
    loss = SoftmaxFocalLoss(gamma, weights)
    return snippets.many_classes(logits, truth, loss, float(loss.value(logits, truth)))


def _headline(
    gamma: float, logits: tuple[float, ...], weights: tuple[float, ...], truth: int | None
) -> str:
    softmax, sigmoids = (
        number(float(terms.sum()))
        for terms in (
            exhibits.softmax_terms(logits, truth, SoftmaxFocalLoss(gamma, weights)),
            exhibits.sigmoid_terms(logits, truth, FocalLoss(gamma)),
        )
    )
    words = _("At γ = {gamma:g} one softmax gives a loss of **{softmax}**, {k} sigmoids {sigmoids}")
    if truth is None:
        words = _(
            "Background gets a loss of **{softmax}** from a softmax without a class for it, "
            "{sigmoids} from {k} sigmoids"
        )
    return words.format(gamma=gamma, softmax=softmax, sigmoids=sigmoids, k=len(logits))


def _explained(classes: int, gamma: float) -> str:
    shares = exhibits.AT_ONCE.share_of_no([1, classes], FocalLoss(gamma))
    alone, all_of_them = map(percent, shares.tolist())
    return _(
        "The softmax form $-\\sum_i \\alpha_i (1-p_i)^\\gamma\\, t_i \\ln p_i$ looks like "
        "a sum over classes, but the label t is 1 for the true class only, so one term is left. "
        "For a background anchor every t is 0 and the sum is empty: a softmax over the object "
        "classes alone never learns to say “nothing here”. Two ways out: a **class of its own for "
        "background** inside the softmax (SSD and Faster R-CNN do that, and focal loss works "
        "there), or **one sigmoid per class**, as in RetinaNet: each asks yes or no, and “no” has "
        "its own loss, K times for a background anchor and K − 1 times for an object’s (with α, "
        "each of these is weighted by 1 − α). So classes add to the imbalance: at γ = {gamma:g} "
        "the outputs that should say “no” make up {alone} of the first loss with one class and "
        "{all_of_them} with {classes}. Choose *background* as the true class to see the empty sum."
    ).format(gamma=gamma, alone=alone, all_of_them=all_of_them, classes=classes)


def _case_files() -> None:
    page_parts.case_file(
        _("one minus sign too many"),
        "case_sign",
        _(
            "Found in a tutorial: one minus sign stands outside the sum and another inside. At "
            "pₜ = {p:g}:"
        ).format(p=HALF),
        "-sum(-alpha[i] * (1 - p[i])**gamma * t[i] * log(p[i]) for i in range(C))",
        sign_slip(HALF, FocalLoss(paper.GAMMA.value, paper.ALPHA.value)),
    )
    page_parts.case_file(
        _("pₜ taken from a weighted cross entropy"),
        "case_weighted",
        _(
            "exp(−CE) is pₜ only for the plain cross entropy. With a class weight inside, a hard "
            "example (pₜ = {p:g}) passes for an easy one:"
        ).format(p=HARD),
        "ce = cross_entropy(logits, targets, weight=w)\n"
        "p_t = exp(-ce)\n"
        "loss = (1 - p_t)**gamma * ce",
        weight_taken_for_probability(HARD, paper.ALPHA.value, paper.GAMMA.value),
    )
