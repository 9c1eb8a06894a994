"""Many classes: what each form makes of one example, what it makes of “no”, and two known bugs."""

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.case_files import sign_slip, weight_taken_for_probability
from focal_ui.controls.one_example import Example
from focal_ui.exhibits import many_classes as exhibits
from focal_ui.frame import page_parts
from focal_ui.words import _, number, percent

HALF, HARD = 0.5, 0.1


def headline(example: Example, gamma: float) -> str:
    """The loss of one softmax, and that of a sigmoid for each class."""
    words = _("At γ = {gamma:g} one softmax gives a loss of **{softmax}**, {k} sigmoids {sigmoids}")
    if example.truth is None:
        words = _(
            "Background gets a loss of **{softmax}** from a softmax without a class for it, "
            "{sigmoids} from {k} sigmoids"
        )
    return words.format(
        gamma=gamma,
        softmax=number(float(exhibits.softmax_terms(example, gamma).sum())),
        sigmoids=number(float(exhibits.sigmoid_terms(example, gamma).sum())),
        k=len(example.logits),
    )


def explanation(classes: int, gamma: float) -> str:
    """Why a softmax learns no background, and what a sigmoid for each class adds to it."""
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


def case_files() -> None:
    """Two bugs of published code, a drawer for each."""
    _one_minus_sign_too_many()
    _probability_of_a_weighted_loss()


def _one_minus_sign_too_many() -> None:
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


def _probability_of_a_weighted_loss() -> None:
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
