"""Many classes: a softmax picks one class, a detector asks one sigmoid per class."""

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.case_files import k_sigmoids, sign_slip, weight_taken_for_probability
from focal_core.checks import Floats
from focal_core.probability import logit
from focal_core.softmax import SoftmaxFocalLoss
from focal_ui.controls import knobs
from focal_ui.figures import many_classes as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number

TITLE = "Many classes"
ANCHOR_COUNTS = (1, 3, 10, 20, 80, 200)
EXAMPLE, BETWEEN = (2.0, 1.0, 0.0), 1.0
HALF, HARD = 0.5, 0.1


def page() -> None:
    """One example, two forms of the loss."""
    headline = st.container()
    guess = prediction.ask(
        _(
            "Logits {logits} and the first is true: the loss is {ce} at γ = 0 and {fl} at γ = "
            "{gamma:g}. And at γ = {between:g}?"
        ).format(
            logits=", ".join(f"{each:g}" for each in EXAMPLE),
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
    loss = knobs.focal_loss()
    picture = st.container()
    logits, weights, truth = _controls()
    softmax = SoftmaxFocalLoss(loss.gamma, weights)
    plain = _softmax_terms(logits, truth, SoftmaxFocalLoss(0.0, weights))

    headline.title(_headline(plain, _softmax_terms(logits, truth, softmax), truth))

    def forms_at(gamma: float) -> Exhibit:
        focal = _softmax_terms(logits, truth, SoftmaxFocalLoss(gamma, weights))
        exhibit = figures.two_forms(
            [_("class {i}").format(i=i + 1) for i in range(len(logits))],
            (plain, focal),
            (
                _sigmoid_terms(logits, truth, CROSS_ENTROPY),
                _sigmoid_terms(logits, truth, FocalLoss(gamma)),
            ),
            _("background") if truth is None else _("class {i}").format(i=truth + 1),
        )
        asked = gamma == BETWEEN and logits == EXAMPLE and truth == 0 and set(weights) == {1.0}
        return prediction.draw_on(exhibit, guess, axis="y", there=asked)

    with picture:
        card.follow(
            loss.gamma,
            forms_at,
            key="two_forms",
            depends_on=(logits, weights, truth, guess and guess.said),
        )
    anchor_classes = knobs.ANCHOR_CLASSES.ask()
    card.follow(
        loss.gamma,
        lambda gamma: _anchor(anchor_classes, FocalLoss(gamma)),
        key="background_anchor",
        depends_on=(anchor_classes,),
    )
    page_parts.what_happened(_explained())
    _case_files()
    page_parts.check_yourself(question_bank.of("many_classes"))
    page_parts.code_for(_code(logits, truth, softmax))
    page_parts.sources(
        {
            _("One sigmoid per class, and an anchor without any is background"): paper.PAPER,
            _("The softmax form"): _("ours; the paper calls the extension straightforward"),
            _("Every number on this page"): _("computed here"),
        }
    )


def _the_example() -> dict[str, float | str]:
    """The controls that take the picture to what is asked."""
    logits = {knob.key: value for knob, value in zip(knobs.LOGITS, EXAMPLE, strict=False)}
    weights = {knob.key: 1.0 for knob in knobs.WEIGHTS[: len(EXAMPLE)]}
    classes = {knobs.CLASSES.key: str(len(EXAMPLE)), knobs.TRUTH.key: "1"}
    return {knobs.GAMMA.key: BETWEEN} | classes | logits | weights


def _of_the_example(gamma: float) -> float:
    return float(SoftmaxFocalLoss(gamma).value(EXAMPLE, 0))


def _controls() -> tuple[tuple[float, ...], tuple[float, ...], int | None]:
    truth = knobs.TRUTH.ask() or "1"
    count = knobs.CLASSES.ask()
    logits, weights = [], []
    for i, column in enumerate(st.columns(count)):
        with column:
            logits.append(knobs.LOGITS[i].ask())
            weights.append(knobs.WEIGHTS[i].ask())
    if truth == knobs.BACKGROUND:
        return tuple(logits), tuple(weights), None
    if int(truth) > count:
        st.caption(
            _("There is no class {truth} among {count}: the last one is taken for true.").format(
                truth=truth, count=count
            )
        )
    return tuple(logits), tuple(weights), min(int(truth), count) - 1


def _softmax_terms(logits: tuple[float, ...], truth: int | None, loss: SoftmaxFocalLoss) -> Floats:
    """The one-hot sum, term by term: only the true class has one, background has none."""
    terms = np.zeros(len(logits))
    if truth is not None:
        terms[truth] = loss.value(logits, truth)
    return terms


def _sigmoid_terms(logits: tuple[float, ...], truth: int | None, loss: FocalLoss) -> Floats:
    targets = np.zeros(len(logits))
    if truth is not None:
        targets[truth] = 1
    return loss.value(logits, targets)


def _code(
    logits: tuple[float, ...], truth: int | None, loss: SoftmaxFocalLoss
) -> snippets.Snippets:
    if truth is None:
        focal = FocalLoss(loss.gamma)
        total = float(_sigmoid_terms(logits, None, focal).sum())
        return snippets.background_of_sigmoids(logits, focal, total)
    return snippets.many_classes(logits, truth, loss, float(loss.value(logits, truth)))


def _headline(plain: Floats, focal: Floats, truth: int | None) -> str:
    if truth is None:
        return _("The softmax sum charges a background anchor {nothing:g}").format(
            nothing=focal.sum()
        )
    return _("The true class costs {focal} under focal loss, {plain} under cross entropy").format(
        focal=number(float(focal.sum())), plain=number(float(plain.sum()))
    )


def _anchor(classes: int, loss: FocalLoss) -> Exhibit:
    prior = float(logit(paper.PRIOR.value))
    before, after = (
        [k_sigmoids([prior] * count, None, each) for count in ANCHOR_COUNTS]
        for each in (CROSS_ENTROPY, loss)
    )
    return figures.background_anchor(
        ANCHOR_COUNTS, (before, after), paper.PRIOR.value, ANCHOR_COUNTS.index(classes)
    )


def _explained() -> str:
    return _(
        "The softmax form $-\\sum_i \\alpha_i (1-p_i)^\\gamma\\, t_i \\ln p_i$ looks like a sum "
        "over classes, but t is 1 for the true class only, so one term is left. A detector’s "
        "background anchor belongs to no class: every t is 0 and the sum is empty, so the model "
        "would never learn to say “nothing here”. RetinaNet therefore asks **one sigmoid per "
        "class**: each is a question with yes or no, and “no” has a loss of its own. Choose "
        "*background* as the truth to see it."
    )


def _case_files() -> None:
    page_parts.case_file(
        _("a minus too many"),
        "case_sign",
        _(
            "Found in a tutorial: the sum carries a minus outside and one inside. At p_t = {p:g}:"
        ).format(p=HALF),
        "-sum(-alpha[i] * (1 - p[i])**gamma * t[i] * log(p[i]) for i in range(C))",
        sign_slip(HALF, FocalLoss(paper.GAMMA.value, paper.ALPHA.value)),
    )
    page_parts.case_file(
        _("p_t taken from a weighted cross entropy"),
        "case_weighted",
        _(
            "exp(−CE) is p_t only for the plain cross entropy. With a class weight inside, a hard "
            "example (p_t = {p:g}) passes for an easy one:"
        ).format(p=HARD),
        "ce = cross_entropy(logits, targets, weight=w)\n"
        "p_t = exp(-ce)\n"
        "loss = (1 - p_t)**gamma * ce",
        weight_taken_for_probability(HARD, paper.ALPHA.value, paper.GAMMA.value),
    )
