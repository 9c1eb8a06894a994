"""The question bank: right answers are calls of the core, wrong options name the slip."""

from dataclasses import dataclass

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import balancing_alpha, budget, by_slope, negatives_per_positive
from focal_core.case_files import k_sigmoids, sign_slip
from focal_core.curve import anatomy
from focal_core.first_step import FirstStep
from focal_core.optimum import equal_slope_p_t, posterior, steepest_p_t
from focal_core.population import SIMPLE, SPREAD, EqualScores
from focal_core.probability import logit
from focal_ui.words import _, number, percent


@dataclass(frozen=True)
class Option:
    """An answer, and why it is right or which slip leads to it."""

    text: str
    reason: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked, and the options in the order shown; exactly one is right."""

    key: str
    ask: str
    options: tuple[Option, ...]


def for_start() -> tuple[Question, ...]:
    """Two questions that need no formula."""
    per_object = negatives_per_positive(0.9, 0.1, CROSS_ENTROPY)
    return (
        Question(
            "hardest",
            _("Which example is the hardest for the model?"),
            (
                Option(
                    _("an object scored 0.4"),
                    _("Its truth gets 0.4. Background can be harder than an object."),
                ),
                Option(
                    _("background scored 0.7"),
                    _("Yes: the truth, background, gets only 0.3."),
                    right=True,
                ),
                Option(
                    _("background scored 0.1"),
                    _("That is right and sure: the truth gets 0.9. Low is not hard."),
                ),
                Option(
                    _("an object scored 0.9"),
                    _("That is right and sure. A high score is not a high loss."),
                ),
            ),
        ),
        Question(
            "equal_one",
            _(
                "How many easy background locations (truth gets 0.9) cost as much as one missed "
                "object (truth gets 0.1) under cross entropy?"
            ),
            (
                Option("9", _("That compares the probabilities; the loss is their logarithm.")),
                Option(
                    number(per_object),
                    _("Yes. With a thousand of them to an object, background wins."),
                    right=True,
                ),
                Option(
                    number(negatives_per_positive(0.9, 0.1, FocalLoss(2.0))),
                    _("That is so under focal loss with γ = 2."),
                ),
                Option(
                    _("no number is enough"),
                    _("Correct is not free: cross entropy charges every example a little."),
                ),
            ),
        ),
    )


def for_curve() -> tuple[Question, ...]:
    """What gamma does to one example."""
    easy = anatomy(0.8, FocalLoss(2.0))
    return (
        Question(
            "reduction",
            _("By how much does γ = 2 divide the loss of an example with p_t = 0.8?"),
            (
                Option(number(1 / (1 - 0.8)), _("The exponent γ is missing.")),
                Option(number(1 / 0.8**2), _("That takes p_t where 1 − p_t belongs.")),
                Option(
                    number(float(easy.loss_reduction)),
                    _("Yes: the factor is (1 − p_t) to the power of γ."),
                    right=True,
                ),
                Option(
                    number(float(anatomy(0.9, FocalLoss(2.0)).loss_reduction)),
                    _("That is the figure for p_t = 0.9."),
                ),
            ),
        ),
        Question(
            "gamma_zero",
            _("What is focal loss at γ = 0, without α?"),
            (
                Option(_("zero"), _("γ = 0 switches the factor off, not the loss.")),
                Option(
                    _("cross entropy"),
                    _("Yes: anything to the power of 0 is 1, so the factor is gone."),
                    right=True,
                ),
                Option(
                    _("half of cross entropy"),
                    _("That would be α = 0.5. No α means weight 1 for both classes."),
                ),
            ),
        ),
    )


def for_class_weights() -> tuple[Question, ...]:
    """What alpha does, alone and with gamma."""
    balanced = [balancing_alpha(SIMPLE.population(), FocalLoss(g)) for g in (0.0, 2.0)]
    true_half = float(posterior(0.5, FocalLoss(2.0, 0.25)))
    return (
        Question(
            "falling_alpha",
            _("γ grows from 0 to 2. How does the α that balances both classes change?"),
            (
                Option(
                    _("it stays at {alpha}").format(alpha=number(balanced[0])),
                    _("γ has already faded the easy background, so it needs less weighing down."),
                ),
                Option(
                    _("it falls to {alpha}").format(alpha=number(balanced[1])),
                    _("Yes, in the Simple population. The direction is general, the value is not."),
                    right=True,
                ),
                Option(
                    _("it rises towards 1"),
                    _("The rare class must get more only while the many still dominate."),
                ),
            ),
        ),
        Question(
            "alpha_half",
            _("A model trained with α = 0.25 answers 0.5. How probable is an object?"),
            (
                Option(
                    number(0.5),
                    _("So it would be with equal weights: α moves the decision point, γ does not."),
                ),
                Option(
                    number(true_half),
                    _("Yes: at an output of 0.5 the true probability is 1 − α, for every γ."),
                    right=True,
                ),
                Option(
                    number(0.25),
                    _("That is α; the model leans towards background, so it is 1 − α."),
                ),
            ),
        ),
    )


def for_easy_negatives() -> tuple[Question, ...]:
    """What sums up."""
    crowd = EqualScores(1_000_000, 100, 0.99, 0.1)
    shares = [budget(crowd.population(), FocalLoss(g)).negative_share for g in (0.0, 2.0)]
    slope = budget(SIMPLE.population(), FocalLoss(2.0), by_slope).negative_share
    spread = budget(SPREAD.population(), FocalLoss(2.0)).negative_share
    return (
        Question(
            "crowd",
            _(
                "A million background locations at p_t = 0.99 and 100 objects at p_t = 0.1: what "
                "does background carry at γ = 2?"
            ),
            (
                Option(percent(shares[0]), _("So it is under cross entropy.")),
                Option(percent(0.5), _("Neither counts nor scores alone decide: the sum does.")),
                Option(
                    percent(shares[1]), _("Yes: each of them has all but vanished."), right=True
                ),
            ),
        ),
        Question(
            "spread_share",
            _(
                "With spread scores background carries {share} even at γ = 2. So focal loss failed?"
            ).format(share=percent(spread)),
            (
                Option(
                    _("Yes, it should have been below half."),
                    _("The aim is not fewer points for background but attention to hard examples."),
                ),
                Option(
                    _("No: now it is the hard background that pays."),
                    _("Yes. That is what focusing means: the easy crowd is silent."),
                    right=True,
                ),
                Option(
                    _("No: the gradient is balanced all the same."),
                    _(
                        "It is not. Even in the Simple population background carries {slope} of "
                        "the slope at γ = 2, more than of the loss."
                    ).format(slope=percent(slope)),
                ),
            ),
        ),
    )


def for_gradient() -> tuple[Question, ...]:
    """What the optimiser feels."""
    middle = anatomy(0.5, FocalLoss(2.0))
    steepest = steepest_p_t(FocalLoss(2.0)) or 0.0
    equal = equal_slope_p_t(FocalLoss(2.0)) or 0.0
    return (
        Question(
            "slope_at_half",
            _("At p_t = 0.5 and γ = 2, by how much is the slope divided?"),
            (
                Option(
                    number(float(middle.loss_reduction)),
                    _("That is the loss. The slope has a second part, from the factor itself."),
                ),
                Option(
                    number(float(middle.slope_reduction)),
                    _("Yes: less than the loss, since a falling factor adds to the slope."),
                    right=True,
                ),
                Option("1", _("Hard examples are not untouched, and 0.5 is not hard.")),
            ),
        ),
        Question(
            "steepest",
            _("Where is focal loss steepest at γ = 2?"),
            (
                Option(
                    "p_t = 0",
                    _("So it is for cross entropy. Focal loss flattens again where p_t is tiny."),
                ),
                Option(
                    f"p_t = {number(steepest)}", _("Yes: there its curvature is 0."), right=True
                ),
                Option(f"p_t = {number(equal)}", _("There it is only as steep as cross entropy.")),
                Option("p_t = 0.5", _("That is the middle of the axis, not of the slope.")),
            ),
        ),
    )


def for_first_step() -> tuple[Question, ...]:
    """What the prior does."""
    half = FirstStep(0.5).paid(FocalLoss(2.0)).negative_share
    return (
        Question(
            "half_everywhere",
            _("Every location answers 0.5. What does background carry at γ = 2?"),
            (
                Option(
                    percent(half),
                    _("Yes, as under cross entropy: where all p_t are equal, γ weighs all alike."),
                    right=True,
                ),
                Option(
                    percent(budget(SIMPLE.population(), FocalLoss(2.0)).negative_share),
                    _("That is for a trained model with easy background."),
                ),
                Option(percent(0.5), _("γ does not balance classes; it sees only p_t.")),
            ),
        ),
        Question(
            "bias",
            _("Which bias makes an untrained model answer π = 0.1?"),
            (
                Option(number(FirstStep(0.1).bias), _("Yes: −ln(0.9/0.1)."), right=True),
                Option(number(-FirstStep(0.1).bias), _("The sign: this answers 0.9.")),
                Option(number(FirstStep(0.01).bias), _("That is for π = 0.01.")),
                Option("-0.1", _("A bias is a logit, not a probability.")),
            ),
        ),
    )


def for_many_classes() -> tuple[Question, ...]:
    """Softmax or sigmoids."""
    anchor = [logit(0.01).item()] * 80
    right = k_sigmoids(anchor, None, FocalLoss(2.0))
    slip = sign_slip(0.5, FocalLoss(2.0, 0.25))
    return (
        Question(
            "one_hot",
            _("A background anchor, 80 classes, all answered 0.01: the one-hot sum at γ = 2 is"),
            (
                Option("0", _("Yes: every t_i is 0, so background is never learned."), right=True),
                Option(
                    number(k_sigmoids(anchor, None, CROSS_ENTROPY)),
                    _("That is cross entropy with one sigmoid per class."),
                ),
                Option(number(right), _("That is focal loss with one sigmoid per class.")),
            ),
        ),
        Question(
            "sign",
            _("−Σ −α_i (1 − p_i)^γ t_i ln p_i at p_t = 0.5, γ = 2, α = 0.25: what comes out?"),
            (
                Option(
                    number(slip.wrong),
                    _("Yes: two minuses. Minimising it drives p_t to 0 without bound."),
                    right=True,
                ),
                Option(number(slip.right), _("So it should be; one minus is too many.")),
                Option(
                    number(float(-FocalLoss(2.0).value(0.0, 1))),
                    _("The sign is right, α is missing."),
                ),
            ),
        ),
    )
