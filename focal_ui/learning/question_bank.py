"""All questions: right answers are calls of the core, wrong options name the slip behind them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from focal_core import case_files, paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import balancing_alpha, budget, by_slope, negatives_per_positive
from focal_core.case_files import k_sigmoids, sign_slip
from focal_core.curve import anatomy
from focal_core.first_step import FirstStep, Normaliser
from focal_core.noise import NoisyLabels
from focal_core.optimum import equal_slope_p_t, posterior, risk_minimiser, steepest_p_t
from focal_core.population import SIMPLE, SPREAD, EqualScores
from focal_core.probability import logit
from focal_core.related import class_balanced_weight, quality_focal_loss, repairing_temperature
from focal_core.scores import example
from focal_core.star import StarLoss
from focal_core.swap import kept as kept_by
from focal_core.training.config import REFERENCE
from focal_core.training.loss_parts import STEPS, loss_parts
from focal_ui.learning.questions import Question, right, wrong
from focal_ui.words import _, kept, number, percent

FOCAL = FocalLoss(2.0)
PAPERS = FocalLoss(2.0, 0.25)
MISSED = 10  # objects without a label
ASKED = 0.9  # a true probability


def hardest() -> Question:
    """Easy and hard have nothing to do with the class."""
    return Question(
        "hardest",
        _(
            "p is the probability of an object that the model predicts. Which example is the "
            "hardest for the model?"
        ),
        (
            wrong(
                _("an object with p = 0.4"),
                _("Its true class has probability 0.4. Background can be harder than an object."),
            ),
            right(
                _("background with p = 0.7"),
                _("The true class, background, has probability 0.3, the lowest of the four."),
            ),
            wrong(
                _("background with p = 0.1"),
                _(
                    "The model is right and confident: the true class has probability 0.9. A low "
                    "p is not a hard example."
                ),
            ),
            wrong(
                _("an object with p = 0.9"),
                _("The model is right and confident. A high p is not a high loss."),
            ),
        ),
    )


def equal_one() -> Question:
    """Correct is not free."""
    return Question(
        "equal_one",
        _(
            "How many easy background locations (pₜ = 0.9) together have the same cross entropy as "
            "one missed object (pₜ = 0.1)?"
        ),
        (
            wrong("9", _("That compares the probabilities; the loss is their logarithm.")),
            right(
                number(negatives_per_positive(0.9, 0.1, CROSS_ENTROPY)),
                _("With a thousand of them for each object, background makes up most of the sum."),
            ),
            wrong(
                number(negatives_per_positive(0.9, 0.1, FOCAL)),
                _("That is the number under focal loss with γ = 2."),
            ),
            wrong(
                _("no number is enough"),
                _("A correct answer is not free: each adds a little cross entropy."),
            ),
        ),
        terms=("cross entropy", "p_t"),
    )


def reduction() -> Question:
    """The modulating factor."""
    return Question(
        "reduction",
        _("By what number does γ = 2 divide the loss of an example with pₜ = 0.8?"),
        (
            wrong(number(1 / (1 - 0.8)), _("The exponent γ is missing.")),
            wrong(number(1 / 0.8**2), _("That takes pₜ where 1 − pₜ belongs.")),
            right(
                number(float(anatomy(0.8, FOCAL).loss_reduction)),
                _("The factor is (1 − pₜ) to the power of γ."),
            ),
            wrong(
                number(float(anatomy(0.9, FOCAL).loss_reduction)),
                _("That is the number for pₜ = 0.9."),
            ),
        ),
        terms=("p_t",),
    )


def gamma_zero() -> Question:
    """What γ = 0 is."""
    return Question(
        "gamma_zero",
        _("What is focal loss at γ = 0, without α?"),
        (
            wrong(_("zero"), _("γ = 0 switches the factor off, not the loss.")),
            right(
                _("cross entropy"),
                _("Anything to the power of 0 is 1, so the factor is 1."),
            ),
            wrong(
                _("half of cross entropy"),
                _("That would be α = 0.5. No α means weight 1 for both classes."),
            ),
        ),
    )


def weight_ratio() -> Question:
    """Which class α weighs."""
    weights = [float(PAPERS.weight(target)) for target in (0, 1)]
    return Question(
        "weight_ratio",
        _("α = 0.25. How many times as much weight as an object does background get?"),
        (
            right(number(weights[0] / weights[1]), _("0.75 against 0.25.")),
            wrong("1/3", _("Swapped: α is the weight of objects.")),
            wrong("1", _("α is not one factor for all; background gets 1 − α.")),
            wrong("4", _("That is 1/α; background does not get 1, it gets 1 − α.")),
        ),
    )


def larger_gamma() -> Question:
    """What more γ does in the middle."""
    fall = float(FOCAL.value(0, 1) / FocalLoss(5.0).value(0, 1))
    return Question(
        "larger_gamma",
        _("An example has pₜ = 0.5. γ goes from 2 to 5. By what number is its loss divided?"),
        (
            wrong("1", _("γ leaves only examples with pₜ near 0 almost as they are.")),
            wrong(number(2.5), _("γ is an exponent, not a factor.")),
            right(number(fall), _("2 to the power of 3.")),
            wrong("32", _("That compares with cross entropy, not with γ = 2.")),
        ),
    )


def between_thresholds() -> Question:
    """The third kind of anchor."""
    return Question(
        "between_thresholds",
        _("An anchor’s best overlap (IoU) with an object is 0.45. What is it in RetinaNet?"),
        (
            wrong(_("background"), _("There are two thresholds: background ends at 0.4.")),
            wrong(_("an object"), _("An object needs an overlap of 0.5.")),
            right(
                _("neither: it is ignored"), _("Between 0.4 and 0.5 it is left out of the loss.")
            ),
            wrong(_("half of each"), _("Targets are not softened here.")),
        ),
        terms=("anchor", "IoU"),
    )


def empty_image() -> Question:
    """What the sum of an image without objects is divided by."""
    return Question(
        "empty_image",
        _("An image shows no object. By what number is its summed loss divided?"),
        (
            wrong("0", _("That would be NaN.")),
            right(
                number(FirstStep(positives=0).divisor(Normaliser.POSITIVES)),
                _("The number of anchors assigned to an object; implementations take at least 1."),
            ),
            wrong(
                number(paper.LOCATIONS.value),
                _("That counts all anchors; the loss would look tiny."),
            ),
        ),
    )


def falling_alpha() -> Question:
    """α and γ trade off."""
    balanced = [balancing_alpha(SIMPLE.population(), FocalLoss(g)) for g in (0.0, 2.0)]
    return Question(
        "falling_alpha",
        _(
            "*Easy background*: γ grows from 0 to 2. What happens to the α that makes both classes "
            "contribute equally to the loss?"
        ),
        (
            wrong(
                _("it stays at {alpha}").format(alpha=number(balanced[0])),
                _("γ has already down-weighted easy background, so α has less to do."),
            ),
            right(
                _("it falls to {alpha}").format(alpha=number(balanced[1])),
                _("γ takes over a part of what α did. The value differs between scenarios."),
            ),
            wrong(
                _("it rises towards 1"),
                _("The rare class must get more only while the many still dominate."),
            ),
        ),
        terms=("class weight α_t", "scenario"),
    )


def alpha_half() -> Question:
    """α moves the decision threshold."""
    return Question(
        "alpha_half",
        _(
            "The best possible model, trained with α = 0.25, predicts 0.5. What is the true "
            "probability of an object?"
        ),
        (
            wrong(
                number(0.5),
                _("It would be with equal weights: α moves the threshold, γ does not."),
            ),
            right(
                number(float(posterior(0.5, PAPERS))),
                _("Where its output is 0.5, the true probability is 1 − α, for every γ."),
            ),
            wrong(number(0.25), _("That is α. Background has more weight, so it is 1 − α.")),
        ),
        terms=("decision threshold",),
    )


def low_alpha() -> Question:
    """Why the paper's α is low."""
    low = paper.TABLE_1A.where_row(lambda row: row.alpha == paper.ALPHA.value)
    return Question(
        "low_alpha",
        _(
            "In the paper, α = 0.25 is bad for cross entropy ({ap:.1f} AP) and the best with "
            "γ = 2. Why can it be so low?"
        ).format(ap=low.ap),
        (
            right(
                _("γ has already down-weighted easy background"),
                _(
                    "So objects need less extra weight. The value 0.25 was found by trials; 0.5 "
                    "has {less:.1f} AP less."
                ).format(less=paper.ALPHA_HALF_LOSES.value),
            ),
            wrong(
                _("α plays no part"),
                _("It does: at γ = 0, α = 0.25 has {less:.1f} AP less than α = 0.5.").format(
                    less=paper.gain(paper.PLAIN_CROSS_ENTROPY, low)
                ),
            ),
            wrong(
                _("0.25 is the weight of background"),
                _("It is the weight of objects; background gets 0.75."),
            ),
            wrong(
                _("the rare class needs more than 0.5"),
                _("That holds under cross entropy, not for every γ."),
            ),
        ),
        terms=("class weight α_t", "AP"),
    )


def many_for_one() -> Question:
    """The power of the sum."""
    return Question(
        "many_for_one",
        _("How many examples at pₜ = 0.99 together have the same loss as one at 0.5, at γ = 2?"),
        (
            right(
                number(negatives_per_positive(0.99, 0.5, FOCAL)),
                _("Both the factor and the logarithm are smaller."),
            ),
            wrong(
                number(negatives_per_positive(0.99, 0.5, CROSS_ENTROPY)),
                _("That is the number under cross entropy."),
            ),
            wrong(number((0.5 / 0.01) ** 2), _("That is the factor alone.")),
        ),
    )


def slope_at_half() -> Question:
    """Loss and gradient are two things."""
    middle = anatomy(0.5, FOCAL)
    return Question(
        "slope_at_half",
        _("At pₜ = 0.5 and γ = 2, by what number is the gradient divided?"),
        (
            wrong(
                number(float(middle.loss_reduction)),
                _("That is the loss. The gradient has a second part: the factor itself falls."),
            ),
            right(
                number(float(middle.slope_reduction)),
                _("Less than the loss, since the falling factor adds to the gradient."),
            ),
            wrong(
                "1",
                _("γ does not leave it alone: the factor at 0.5 is {factor}.").format(
                    factor=number(float(middle.factor))
                ),
            ),
        ),
        terms=("gradient",),
    )


def sign() -> Question:
    """One minus sign too many."""
    slip = sign_slip(0.5, PAPERS)
    return Question(
        "sign",
        _("What is −Σ −α_i (1 − p_i)^γ t_i ln p_i at pₜ = 0.5, γ = 2, α = 0.25?"),
        (
            right(
                number(slip.wrong),
                _("Two minus signs. Minimising it drives pₜ to 0 and the loss to −∞."),
            ),
            wrong(
                number(slip.right),
                _("That is the right loss. The formula has one minus sign too many."),
            ),
            wrong(
                number(float(-FOCAL.value(0.0, 1))), _("The sign is as printed, but α is missing.")
            ),
        ),
    )


def one_hot() -> Question:
    """Background belongs to no class."""
    anchor = [float(logit(0.01))] * 80
    return Question(
        "one_hot",
        _(
            "A background anchor has p = 0.01 for each of 80 classes, none of which is background. "
            "What is the sum over the true class at γ = 2?"
        ),
        (
            right(
                "0",
                _("Every t_i is 0, so background adds nothing. A background class would."),
            ),
            wrong(
                number(k_sigmoids(anchor, None, CROSS_ENTROPY)),
                _("That is cross entropy with one sigmoid per class."),
            ),
            wrong(
                number(k_sigmoids(anchor, None, FOCAL)),
                _("That is focal loss with one sigmoid per class."),
            ),
        ),
        terms=("anchor", "one-hot"),
    )


def background_class() -> Question:
    """What SSD and Faster R-CNN do instead of sigmoids."""
    return Question(
        "background_class",
        _("How can a detector with one softmax for all classes learn background?"),
        (
            right(
                _("background is one more class"),
                _(
                    "As in SSD and Faster R-CNN: it is then the true class of a background anchor, "
                    "and focal loss works as for any class."
                ),
            ),
            wrong(_("it cannot: every t_i is 0"), _("That holds only without a background class.")),
            wrong(
                _("all its probabilities become small"),
                _("Those of a softmax sum to 1. One sigmoid per class can do it."),
            ),
            wrong(
                _("background gets a larger weight"),
                _("Without a background class there is no term that it could multiply."),
            ),
        ),
    )


def crowd() -> Question:
    """A million that have vanished."""
    million = EqualScores(1_000_000, 100, 0.99, 0.1).population()
    return Question(
        "crowd",
        _(
            "A million background locations have pₜ = 0.99, and 100 objects have pₜ = 0.1. What "
            "share of the loss does background make up at γ = 2?"
        ),
        (
            wrong(
                percent(budget(million, CROSS_ENTROPY).negative_share),
                _("That is the share under cross entropy."),
            ),
            wrong(percent(0.5), _("Neither counts nor scores alone decide: the sum does.")),
            right(
                percent(budget(million, FOCAL).negative_share),
                _("The loss of each of them has almost vanished."),
            ),
        ),
        terms=("share of the loss",),
    )


def halved_miss() -> Question:
    """Near certainty, focal loss is a power."""
    miss = [float(FOCAL.value(logit(p_t), 1)) for p_t in (0.9, 0.95)]
    plain = [float(CROSS_ENTROPY.value(logit(p_t), 1)) for p_t in (0.9, 0.95)]
    return Question(
        "halved_miss",
        _("1 − pₜ falls from 0.1 to 0.05 at γ = 2. By what number is the loss divided?"),
        (
            wrong("4", _("That is the factor alone; the logarithm shrinks, too.")),
            right(
                number(miss[0] / miss[1]),
                _("About 2³: near pₜ = 1, FL is almost (1 − pₜ) to the power of γ + 1."),
            ),
            wrong(number(plain[0] / plain[1]), _("That is cross entropy.")),
        ),
    )


def class_counts() -> Question:
    """Weights by effective number."""
    ratio = class_balanced_weight(10, 0.999) / class_balanced_weight(1000, 0.999)
    return Question(
        "class_counts",
        _(
            "Class-balanced weights with β = 0.999: how many times as much weight does a class of "
            "10 get as one of 1,000?"
        ),
        (
            wrong("100", _("That is inverse frequency.")),
            right(number(ratio), _("Examples resemble each other, so 1,000 count as fewer.")),
            wrong("10", _("That is the square root of inverse frequency.")),
        ),
        terms=("class-balanced weight",),
    )


def steepest() -> Question:
    """Where the gradient is largest."""
    return Question(
        "steepest",
        _("As a function of the logit: where is focal loss at γ = 2 steepest?"),
        (
            wrong(
                _("towards pₜ = 0"),
                _(
                    "Cross entropy is; focal loss flattens again where pₜ is tiny. As a function "
                    "of pₜ itself both are steepest there."
                ),
            ),
            right(
                _("at pₜ = {p_t}").format(p_t=number(steepest_p_t(FOCAL))),
                _("There its gradient is largest, and its curvature is 0."),
            ),
            wrong(
                _("at pₜ = {p_t}").format(p_t=number(equal_slope_p_t(FOCAL))),
                _("There its gradient equals cross entropy’s."),
            ),
            wrong(_("at pₜ = 0.5"), _("That is where the logit is 0.")),
        ),
        terms=("logit", "gradient"),
    )


def star_at_zero() -> Question:
    """FL* by hand."""
    star = StarLoss(*paper.STAR)
    value = float(star.value(0, 1))
    return Question(
        "star_at_zero",
        _("What is the paper’s FL* with γ = 2 and β = 1 at logit 0?"),
        (
            right(number(value), _("−ln sigmoid(1), divided by γ.")),
            wrong(number(value * star.gamma), _("The division by γ is missing.")),
            wrong(number(float(FOCAL.value(0, 1))), _("That is focal loss.")),
            wrong(number(float(CROSS_ENTROPY.value(0, 1))), _("That is cross entropy.")),
        ),
        terms=("FL*",),
    )


def true_behind() -> Question:
    """Recalibration."""
    return Question(
        "true_behind",
        _(
            "The best possible model, trained with γ = 5, predicts 0.6. What is the true "
            "probability?"
        ),
        (
            wrong(
                number(0.6),
                _("Focal loss is not proper: its best prediction is not the true probability."),
            ),
            right(
                number(float(posterior(0.6, FocalLoss(5.0)))),
                _("Focal loss pulled the prediction towards 0.5."),
            ),
            wrong(
                number(float(posterior(0.6, FOCAL))),
                _("That is the true probability behind 0.6 at γ = 2."),
            ),
        ),
        terms=("posterior η",),
    )


def underconfident() -> Question:
    """Why predictions draw back towards 0.5."""
    output = float(risk_minimiser(ASKED, FOCAL))
    easy, hard = (float(anatomy(p_t, FOCAL).focal_slope) for p_t in (output, 1 - output))
    return Question(
        "underconfident",
        _(
            "The true probability of an object is {truth:g}. Why does the best possible model at "
            "γ = 2 predict only {output}?"
        ).format(truth=ASKED, output=number(output)),
        (
            right(
                _("one example in ten is background, and hard"),
                _(
                    "At {output} its gradient is {hard}, and that of each of the nine objects is "
                    "{easy}. So the one balances the nine."
                ).format(output=number(output), hard=number(hard), easy=number(easy)),
            ),
            wrong(
                _("it stops before it is sure"),
                _("It does not stop: if all ten were objects, it would predict 1."),
            ),
            wrong(
                _("α is missing"),
                _("α moves predictions towards one class; γ alone moves them towards 0.5."),
            ),
        ),
        terms=("posterior η",),
    )


def one_number() -> Question:
    """A temperature nearly repairs it."""
    factor = repairing_temperature(2.0)
    return Question(
        "one_number",
        _("What one change nearly recalibrates the scores of γ = 2?"),
        (
            right(
                _("logits times {t}").format(t=number(factor)),
                _("Focal loss acts almost like a temperature."),
            ),
            wrong(_("logits times 2"), _("γ is not the temperature.")),
            wrong(
                _("logits divided by {t}").format(t=number(factor)),
                _("The scores are underconfident, so logits must grow."),
            ),
            wrong(_("a shift of the logits"), _("A shift recalibrates α, not γ.")),
        ),
        terms=("logit",),
    )


def soft_quality() -> Question:
    """Quality focal loss."""
    plain = float(CROSS_ENTROPY.value(logit(0.7), 0.7))
    return Question(
        "soft_quality",
        _("What is quality focal loss at an overlap (IoU) of 0.7 and a score of 0.7?"),
        (
            right(number(quality_focal_loss(0.7, 0.7)), _("Its factor is the gap of the two, 0.")),
            wrong(number(plain), _("That is cross entropy without the factor.")),
            wrong(number(0.3**2 * plain), _("The factor is the gap of 0.7 and 0.7, not 1 − 0.7.")),
        ),
        terms=("IoU",),
    )


def bend() -> Question:
    """Where it is not convex."""
    return Question(
        "bend",
        _("What is the curvature with respect to the logit at pₜ = 0.02, γ = 2?"),
        (
            right(
                number(float(anatomy(0.02, FOCAL).focal_curvature)),
                _("Below 0: as a function of the logit focal loss is not convex there."),
            ),
            wrong(
                number(float(anatomy(0.02, FOCAL).cross_entropy_curvature)),
                _("That is cross entropy’s."),
            ),
            wrong("0", _("It looks flat, but it bends down.")),
        ),
        terms=("logit", "Hessian"),
    )


def spread_share() -> Question:
    """Where the loss comes from when scores are spread out."""
    spread = budget(SPREAD.population(), FOCAL).negative_share
    slope = budget(SIMPLE.population(), FOCAL, by_slope).negative_share
    return Question(
        "spread_share",
        _(
            "In *Spread-out scores* background makes up {share} of the loss even at γ = 2. Has "
            "focal loss failed?"
        ).format(share=percent(spread)),
        (
            wrong(
                _("Yes: the share should be below half."),
                _("The aim is not a small share of background but weight on hard examples."),
            ),
            right(
                _("No: now that loss comes from hard background."),
                _("This is what focusing means: the many easy examples are down-weighted."),
            ),
            wrong(
                _("No: the gradient is balanced all the same."),
                _(
                    "It is not. Even in *Easy background*, background makes up {slope} of the "
                    "gradient at γ = 2, more than of the loss."
                ).format(slope=percent(slope)),
            ),
        ),
    )


def half_everywhere() -> Question:
    """γ at the first step."""
    return Question(
        "half_everywhere",
        _(
            "Before training every anchor predicts 0.5. What share of the loss does background "
            "make up at γ = 2?"
        ),
        (
            right(
                percent(FirstStep(0.5).paid(FOCAL).negative_share),
                _("As under cross entropy: all pₜ are equal, so γ shrinks all losses alike."),
            ),
            wrong(
                percent(budget(SIMPLE.population(), FOCAL).negative_share),
                _("That is *Easy background*, where pₜ is {easy:g} and {hard:g}.").format(
                    easy=SIMPLE.negative_p_t, hard=SIMPLE.positive_p_t
                ),
            ),
            wrong(percent(0.5), _("γ does not balance classes; it sees only pₜ.")),
        ),
        terms=("anchor", "prior"),
    )


def why_prior() -> Question:
    """What the prior is for."""
    first, untrained = (
        FirstStep(prior).reported(CROSS_ENTROPY, Normaliser.POSITIVES)
        for prior in (paper.PRIOR.value, 0.5)
    )
    return Question(
        "why_prior",
        _(
            "Why does the paper’s detector predict π = {prior:g} for every anchor before training?"
        ).format(prior=paper.PRIOR.value),
        (
            right(
                _("so that the first loss is small"),
                _(
                    "Under cross entropy it is {first} per foreground anchor; with 0.5 it would be "
                    "{untrained}, and training would be unstable."
                ).format(first=number(first), untrained=number(untrained)),
            ),
            wrong(
                _("because 1% of the anchors are objects"),
                _("About one in a thousand is. The exact value of π hardly matters in the paper."),
            ),
            wrong(
                _("because γ has no effect where all predict 0.5"),
                _(
                    "It has: γ = 2 divides every loss by {n} there. Only the shares stay as they "
                    "are."
                ).format(n=number(float(anatomy(0.5, FOCAL).loss_reduction))),
            ),
        ),
        terms=("prior", "anchor"),
    )


def bias() -> Question:
    """From prior to bias."""
    return Question(
        "bias",
        _("Which bias makes an untrained model predict π = 0.1?"),
        (
            right(number(FirstStep(0.1).bias), _("−ln(0.9/0.1).")),
            wrong(number(-FirstStep(0.1).bias), _("The sign is wrong: this predicts 0.9.")),
            wrong(number(FirstStep(0.01).bias), _("That is for π = 0.01.")),
            wrong(number(-0.1), _("A bias is a logit, not a probability.")),
        ),
        terms=("prior",),
    )


def bank_fraud() -> Question:
    """When not to use it."""
    return Question(
        "bank_fraud",
        _(
            "1,000 of a million payments are fraud, and the bank needs probabilities. Should it "
            "train with focal loss?"
        ),
        (
            wrong(
                _("Yes: rare classes need it."),
                _("Rare is not the same as easy; imbalance alone is no reason."),
            ),
            right(
                _("No, or only with recalibration."),
                _("Focal loss moves predictions away from the true probabilities."),
            ),
            wrong(
                _("Yes, with α = 0.999."),
                _("Then an output of 0.5 means a true probability of {truth}.").format(
                    truth=number(float(posterior(0.5, FocalLoss(2.0, 0.999))))
                ),
            ),
        ),
    )


def missed_labels() -> Question:
    """When not to use it, where probabilities are not the reason."""
    labels = NoisyLabels(noise=MISSED / 100_000)
    before, after = (percent(labels.pull(loss).wrong_labels) for loss in (CROSS_ENTROPY, FOCAL))
    return Question(
        "missed_labels",
        _(
            "For {labelled} labelled objects, {missed} more have no label and count as background; "
            "the model gives each of them probability {p:g}. Under cross entropy these {missed} "
            "make up {share} of the gradient. And at γ = 2?"
        ).format(labelled=labels.positives, missed=MISSED, p=labels.learned_p_t, share=before),
        (
            wrong(
                _("{share}, as before").format(share=before),
                _("γ counts hard examples more than easy ones, and these look the hardest."),
            ),
            wrong(
                _("less: focal loss shrinks every loss"),
                _("That of the easy examples it shrinks far more, so the share of the rest grows."),
            ),
            right(after, _("Focal loss cannot tell a hard example from a wrong label.")),
        ),
        terms=("gradient",),
    )


def swapped_in() -> Question:
    """Why a swap needs another learning rate."""
    left = kept_by(SPREAD.population(), PAPERS)
    return Question(
        "swapped_in",
        _(
            "Cross entropy is swapped for focal loss with γ = 2 and α = 0.25; all else is kept. "
            "What happens to the sum of all gradients in *Spread-out scores*?"
        ),
        (
            wrong(
                _("nothing: only the shares change"),
                _(
                    "γ fades the many gradients of background, and α those of the objects. The sum "
                    "falls, too."
                ),
            ),
            wrong(
                _("it is divided by 4"),
                _("α = 0.25 alone divides the objects’ gradients by 4; γ fades background on top."),
            ),
            right(
                _("it is divided by {n}").format(n=number(1 / left.everything)),
                _("With plain SGD and the old learning rate every step gets that much shorter."),
            ),
        ),
        terms=("gradient",),
    )


def little_left() -> Question:
    """What the recorded runs leave for gamma to fade."""
    first, last = (loss_parts(REFERENCE).at(step).easy for step in (STEPS[0], STEPS[-1]))
    return Question(
        "little_left",
        _(
            "With the prior π = 0.01 the easiest 90% of background make up {first} of cross "
            "entropy’s loss at step 1 and {last} at step {steps}. What does that say of γ?"
        ).format(first=percent(round(first, 2)), last=percent(round(last, 4)), steps=STEPS[-1]),
        (
            wrong(
                _("γ should be larger"),
                _(
                    "So little easy background is left that a larger γ would fade what is harder: "
                    "the examples that still teach."
                ),
            ),
            right(
                _("late in training it has little easy background left to fade"),
                _(
                    "The model has learned its easy background without γ. Whether γ helped before "
                    "that, only runs with and without it can tell."
                ),
            ),
            wrong(
                _("easy background never mattered"),
                _("At step 1 it made up most of the loss, and so of what the first steps learn."),
            ),
        ),
        terms=("prior π",),
    )


def one_alpha() -> Question:
    """What a single α does in a softmax."""
    return Question(
        "one_alpha",
        _("A softmax focal loss over ten classes gets a single α = 0.25. What does it balance?"),
        (
            wrong(
                _("rare classes against frequent ones"),
                _("For that each class needs a weight of its own: a list of ten numbers."),
            ),
            wrong(
                _("the true class against the others"),
                _("Only the true class has a term in the softmax form."),
            ),
            right(
                _("nothing: it acts like a smaller learning rate"),
                _("Every loss gets the same factor, so all shares stay as they are."),
            ),
        ),
        terms=("class weight α_t",),
    )


def logarithm() -> Question:
    """A printed value with the wrong logarithm."""
    case = case_files.common_logarithm(0.9)
    return Question(
        "logarithm",
        _("A review prints {n} as the cross entropy at pₜ = 0.9. What went wrong?").format(
            n=number(case.wrong)
        ),
        (
            right(
                _("logarithm to base 10 for ln: it is {n}").format(n=number(case.right)),
                _("Ratios stay right, values do not."),
            ),
            wrong(_("nothing"), _("Compute −ln 0.9.")),
            wrong(_("pₜ and 1 − pₜ are swapped"), _("Then it would be above 2.")),
        ),
    )


def forgotten_exponent() -> Question:
    """A branch without γ."""
    case = case_files.forgotten_exponent(0.3, FOCAL.gamma)
    return Question(
        "forgotten_exponent",
        _("A notebook prints {n} for background with p = 0.3 at γ = 2. What went wrong?").format(
            n=number(case.wrong)
        ),
        (
            right(
                _("its background branch forgets the exponent: it is {n}").format(
                    n=number(case.right)
                ),
                _("It multiplies by p instead of p to the power of γ."),
            ),
            wrong(_("nothing"), _("Background’s factor is p², not p.")),
            wrong(_("α is missing"), _("No α was asked for.")),
        ),
    )


def factor_named_pt() -> Question:
    """A variable that is not what it is called."""
    case = case_files.factor_of_p_t(0.9, FOCAL.gamma)
    return Question(
        "factor_named_pt",
        _(
            "`loss = pt**gamma * ce` with pt read as pₜ gives {n} at pₜ = 0.9 and γ = 2. What is "
            "wrong?"
        ).format(n=number(case.wrong)),
        (
            right(
                _("pt must be 1 − pₜ: it is {n}").format(n=number(case.right)),
                _("With pₜ, easy examples keep their loss and hard ones lose it."),
            ),
            wrong(_("the exponent must be 1 − gamma"), _("The exponent is right.")),
            wrong(_("nothing"), _("The loss of an easy example should almost vanish.")),
        ),
    )


def logit_as_probability() -> Question:
    """What a column holds must be known."""
    return Question(
        "logit_as_probability",
        _(
            "A background row has the logit 0.9, but it is read as a probability. What does its "
            "cross entropy become?"
        ),
        (
            wrong(
                number(float(CROSS_ENTROPY.value(0.9, 0))),
                _("That is its true cross entropy: the logit 0.9 is a probability of 0.711."),
            ),
            right(
                number(float(CROSS_ENTROPY.value(logit(0.9), 0))),
                _("Its true class seems to have probability 0.1, so the row looks hard."),
            ),
            wrong(
                number(float(CROSS_ENTROPY.value(logit(0.9), 1))),
                _("That is for an object; for background pₜ is 1 − 0.9."),
            ),
        ),
        terms=("logit",),
    )


def forgotten_label() -> Question:
    """Focusing means wrong labels, too."""
    lines = example()
    wrongly = ~lines.targets & (lines.probabilities > 0.9)
    ce, fl = (
        percent(float(paid[wrongly].sum() / paid.sum()))
        for paid in (lines.paid(CROSS_ENTROPY), lines.paid(FOCAL))
    )
    return Question(
        "forgotten_label",
        _(
            "In the example {n} background rows have p above 0.9, as if an object had not been "
            "labelled. γ goes from 0 to 2. What share of the loss do they make up?"
        ).format(n=int(wrongly.sum())),
        (
            wrong(
                _("{ce}, as before").format(ce=ce),
                _("The loss of the others shrinks more than theirs, so their share grows."),
            ),
            wrong(
                _("less: every loss shrinks"), _("Every loss does, but theirs shrinks the least.")
            ),
            right(
                _("{fl} instead of {ce}").format(fl=fl, ce=ce),
                _("Focal loss cannot tell hard from wrong. Check the hardest rows first."),
            ),
        ),
    )


def _before(make: Callable[[], Question]) -> Question:
    """The question as it is asked before the class."""
    question = make()
    return replace(question, key=f"pre_{question.key}")


BANK: dict[str, Callable[[], Question]] = {
    make.__name__: make
    for make in (
        hardest, gamma_zero, reduction, weight_ratio, larger_gamma, between_thresholds,
        empty_image, bias, low_alpha, many_for_one, slope_at_half, sign, one_hot, crowd,
        halved_miss, class_counts, steepest, star_at_zero, true_behind, one_number, soft_quality,
        bend, equal_one, falling_alpha, alpha_half, spread_share, half_everywhere, bank_fraud,
        missed_labels, background_class, underconfident, why_prior, swapped_in, one_alpha,
        little_left,
        logarithm, forgotten_exponent, factor_named_pt, logit_as_probability, forgotten_label,
    )
}  # fmt: skip
# The same questions before and after the class, with an answer of their own each time.
PRE_CHECK = ("hardest", "reduction", "crowd")
BANK |= {f"pre_{key}": partial(_before, BANK[key]) for key in PRE_CHECK}

ON_PAGE: dict[str, tuple[str, ...]] = {
    "start": ("hardest", "equal_one"),
    "curve": ("reduction", "gamma_zero", "larger_gamma", "halved_miss"),
    "class_weights": ("falling_alpha", "alpha_half", "weight_ratio", "low_alpha", "true_behind"),
    "easy_negatives": ("crowd", "spread_share", "many_for_one"),
    "gradient": ("slope_at_half", "steepest", "bend", "star_at_zero", "one_number"),
    "anchors": ("between_thresholds", "empty_image"),
    "when_not": ("missed_labels", "bank_fraud", "true_behind"),
    "rivals": ("low_alpha", "class_counts"),
    "calibration": ("true_behind", "underconfident", "one_number", "alpha_half"),
    "train": ("little_left", "low_alpha", "half_everywhere"),
    "first_step": ("half_everywhere", "why_prior", "bias", "empty_image", "between_thresholds"),
    "many_classes": ("one_hot", "background_class", "sign", "class_counts", "soft_quality"),
    "trouble": ("swapped_in", "one_alpha", "alpha_half", "empty_image"),
    "scores": ("logit_as_probability", "forgotten_label"),
    "spot the bug": ("sign", "logarithm", "forgotten_exponent", "factor_named_pt", "one_hot"),
    "pre-check": tuple(f"pre_{key}" for key in PRE_CHECK),
    "exit quiz": (
        "hardest",
        "reduction",
        "crowd",
        "falling_alpha",
        "slope_at_half",
        "half_everywhere",
        "missed_labels",
        "bank_fraud",
    ),
}


@kept(maxsize=64)
def of(page: str) -> tuple[Question, ...]:
    """The questions of a page, or of a part of Challenges; computed once, as they never change."""
    return tuple(BANK[key]() for key in ON_PAGE[page])
