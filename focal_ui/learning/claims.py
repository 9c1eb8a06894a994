"""What the app claims, and errors in published code and texts; numbers are calls of the core."""

from dataclasses import dataclass
from enum import Enum

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import balancing_alpha, budget, inverse_frequency_alpha
from focal_core.case_files import one_hot_of_background
from focal_core.curve import anatomy
from focal_core.first_step import FirstStep, Normaliser
from focal_core.optimum import equal_slope_p_t, posterior, steepest_p_t
from focal_core.population import SIMPLE, SPREAD
from focal_core.probability import logit
from focal_core.related import repairing_temperature
from focal_core.softmax import SoftmaxFocalLoss
from focal_ui.words import _, number, percent

FOCAL = FocalLoss(paper.GAMMA.value)
PAPERS = FocalLoss(paper.GAMMA.value, paper.ALPHA.value)


class Tag(Enum):
    """What a claim rests on."""

    PAPER = "from the paper"
    COMPUTED = "computed here"
    OPINION = "opinion"


@dataclass(frozen=True)
class Claim:
    """One sentence, its kind, and where it comes from."""

    text: str
    tag: Tag
    source: str


@dataclass(frozen=True)
class Trap:
    """What is said, what is right, and a number that shows the difference.

    tag: what the number rests on; None where the wrong one is quoted from where it was seen.
    """

    wrong: str
    right: str
    numbers: str
    tag: Tag | None = Tag.COMPUTED


def claims() -> tuple[Claim, ...]:
    """The main claims of all pages: the paper's, ours, and what is only our view."""
    return (*_from_the_paper(), *_computed_here(), *_opinions())


def traps() -> tuple[Trap, ...]:
    """Errors in published code, notes and threads about focal loss."""
    return (*_traps_in_code(), *_traps_in_words(), *_traps_in_numbers())


def _from_the_paper() -> tuple[Claim, ...]:
    said = (*_said_of_the_loss(), *_said_of_results(), *_said_of_training())
    return tuple(Claim(text, Tag.PAPER, source) for text, source in said)


def _said_of_the_loss() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("At γ = 2 the loss of an example with pₜ = 0.9 is divided by {n}.").format(
                n=number(paper.EASY_REDUCTION.value)
            ),
            paper.EASY_REDUCTION.where,
        ),
        (
            _(
                "At γ = 2 the loss of an example with pₜ of at most 0.5 is divided by at most {n}."
            ).format(n=number(paper.HARD_REDUCTION.value)),
            paper.HARD_REDUCTION.where,
        ),
        (
            _("The loss is numerically more stable where the sigmoid is computed inside it."),
            paper.STABLE_SOURCE,
        ),
    )


def _said_of_results() -> tuple[tuple[str, str], ...]:
    table = paper.TABLE_1B
    return (
        (
            _("γ = {gamma:g} with α = {alpha:g} does best, {ap:.1f} AP.").format(
                gamma=table.best.gamma, alpha=table.best.alpha, ap=table.best.ap
            ),
            table.where,
        ),
        (
            _("That is {gain:.1f} points over cross entropy with its best α.").format(
                gain=paper.gain(table.best, paper.TABLE_1A.best)
            ),
            _("Lin et al. 2017, Tables 1a and 1b"),
        ),
        (
            _("Results are robust to γ from {low:g} to {high:g}.").format(
                low=paper.ROBUST_GAMMAS.low, high=paper.ROBUST_GAMMAS.high
            ),
            paper.ROBUST_GAMMAS.where,
        ),
        (_("With α the results are slightly better than without."), paper.ALPHA_HELPS_SOURCE),
        (_("γ and α are selected together."), paper.TOGETHER_SOURCE),
        (
            _("Focal loss is {gap:.1f} points of AP ahead of the best hard example mining.").format(
                gap=paper.gain(paper.FOCAL_WITHOUT_MINING, paper.BEST_MINING)
            ),
            paper.TABLE_1D.where,
        ),
        (
            _("The exact form is not crucial: FL* comes within {gap:.1f} points.").format(
                gap=paper.gain(table.best, paper.BEST_STAR)
            ),
            paper.STAR_SOURCE,
        ),
    )


def _said_of_training() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("A one-stage detector scores about {n} anchors in an image.").format(
                n=number(paper.LOCATIONS.value)
            ),
            paper.LOCATIONS.where,
        ),
        (
            _("Without the prior, training with plain cross entropy diverges."),
            paper.WITHOUT_PRIOR_SOURCE,
        ),
        (_("The exact value of the prior hardly matters."), paper.ANY_PRIOR_SOURCE),
        (
            _("The summed loss is divided by the number of anchors assigned to an object."),
            paper.NORMALISER_SOURCE,
        ),
    )


def _computed_here() -> tuple[Claim, ...]:
    return (
        *_about_totals(),
        *_about_one_example(),
        *_about_answers(),
        *_about_the_first_step(),
        _about_the_gain(),
    )


def _about_totals() -> tuple[Claim, ...]:
    simple, spread = SIMPLE.population(), SPREAD.population()
    return _computed_in(
        "focal_core/budget.py",
        _(
            "In *Easy background*, a thought experiment, background makes up {before} of the loss "
            "under cross entropy, {after} at γ = 2."
        ).format(
            before=percent(budget(simple, CROSS_ENTROPY).negative_share),
            after=percent(budget(simple, FOCAL).negative_share),
        ),
        _("In *Spread-out scores* it still makes up {share} at γ = 2: the hard part.").format(
            share=percent(budget(spread, FOCAL).negative_share)
        ),
        _(
            "In *Easy background* the α that balances both classes falls from {before} to {after}."
        ).format(
            before=number(balancing_alpha(simple, CROSS_ENTROPY)),
            after=number(balancing_alpha(simple, FOCAL)),
        ),
    )


def _about_one_example() -> tuple[Claim, ...]:
    easy, hard = anatomy(0.9, FOCAL), anatomy(0.1, FOCAL)
    return _computed_in(
        "focal_core/curve.py",
        _("Where γ = 2 divides the loss by {loss}, it divides the gradient by {slope}.").format(
            loss=number(float(easy.loss_reduction)),
            slope=number(float(easy.slope_reduction)),
        ),
        _(
            "The loss of hard examples shrinks, too (at pₜ = 0.1 the factor is {factor}); their "
            "gradient grows a little (there {larger} times cross entropy’s)."
        ).format(factor=number(float(hard.factor)), larger=number(1 / float(hard.slope_reduction))),
    )


def _about_answers() -> tuple[Claim, ...]:
    return (
        *_computed_in(
            "focal_core/optimum.py",
            _(
                "As a function of the logit, the loss at γ = 2 is steepest at pₜ = {p_t} and not "
                "convex below."
            ).format(p_t=number(steepest_p_t(FOCAL))),
        ),
        *_computed_in(
            _("focal_core/optimum.py, after Charoenphakdee et al. 2021"),
            _(
                "Where the best possible model, trained with α = 0.25, predicts 0.5, the true "
                "probability is {truth}."
            ).format(truth=number(float(posterior(0.5, PAPERS)))),
        ),
        *_computed_in(
            _("focal_core/related.py, in the spirit of Komisarenko & Kull 2024"),
            _("Multiplying the logits by {t} nearly recalibrates a model of γ = 2.").format(
                t=number(repairing_temperature(paper.GAMMA.value))
            ),
        ),
    )


def _about_the_first_step() -> tuple[Claim, ...]:
    start, with_prior = FirstStep(0.5), FirstStep(paper.PRIOR.value)
    slip = one_hot_of_background([float(logit(0.01))] * 80, FOCAL)
    return (
        *_computed_in(
            "focal_core/first_step.py",
            _(
                "Where every anchor predicts 0.5, background makes up {ce} of the loss under cross "
                "entropy and {fl} at γ = 2: γ shrinks all losses alike."
            ).format(
                ce=percent(start.paid(CROSS_ENTROPY).negative_share),
                fl=percent(start.paid(FOCAL).negative_share),
            ),
            _(
                "With the prior π = {prior:g} background makes up {ce} of the first loss under "
                "cross entropy and {fl} at γ = 2: it starts easy, so γ down-weights it at once."
            ).format(
                prior=with_prior.prior,
                ce=percent(with_prior.paid(CROSS_ENTROPY).negative_share),
                fl=percent(with_prior.paid(FOCAL).negative_share),
            ),
            _(
                "The prior makes the first loss small: under cross entropy {small} per foreground "
                "anchor instead of {large}, which it is where every anchor predicts 0.5."
            ).format(
                small=number(with_prior.reported(CROSS_ENTROPY, Normaliser.POSITIVES)),
                large=number(start.reported(CROSS_ENTROPY, Normaliser.POSITIVES)),
            ),
        ),
        *_computed_in(
            "focal_core/case_files.py",
            _(
                "For a background anchor, a sum over the one true class gives {wrong}, one sigmoid "
                "per class {right}."
            ).format(wrong=number(slip.wrong), right=number(slip.right)),
        ),
    )


def _about_the_gain() -> Claim:
    return Claim(
        _("Over plain cross entropy with the prior, focal loss gains {gain:.1f} points.").format(
            gain=paper.gain(paper.TABLE_1B.best, paper.PLAIN_CROSS_ENTROPY)
        ),
        Tag.COMPUTED,
        _("subtracted: Lin et al. 2017, Tables 1a (α = 0.5) and 1b"),
    )


def _computed_in(source: str, *texts: str) -> tuple[Claim, ...]:
    return tuple(Claim(text, Tag.COMPUTED, source) for text in texts)


def _opinions() -> tuple[Claim, ...]:
    source = _("the authors of this app")
    return tuple(
        Claim(text, Tag.OPINION, source)
        for text in (
            _("Where the loss comes from is a better first look at focal loss than its curve."),
            _("The paper selects γ and α together; to start, keep γ = 2 and try α."),
            _("Many examples of one class are no reason for focal loss; many easy ones may be."),
            _("Where probabilities matter, begin with cross entropy."),
            _("γ from 0 to 5 is enough to learn from; the mathematics takes any γ from 0 on."),
        )
    )


def _traps_in_code() -> tuple[Trap, ...]:
    return (*_other_formulas(), *_alpha_misplaced(), *_names_and_numbers_misread())


def _other_formulas() -> tuple[Trap, ...]:
    easy = anatomy(0.9, FOCAL)
    detached = float(easy.factor * easy.cross_entropy_slope)
    detached_answer = 1 / (1 + float((1 - 0.9) / 0.9) ** (1 / (1 + FOCAL.gamma)))
    return (
        Trap(
            _("pₜ is detached inside the factor (Active-Passive-Losses)."),
            _("The factor has a gradient, too; without it another model is best."),
            _(
                "gradient at 0.9: {wrong} instead of {right}; where the true probability is 0.9 "
                "the detached loss settles at {answer}"
            ).format(
                wrong=number(detached),
                right=number(float(easy.focal_slope)),
                answer=number(detached_answer),
            ),
        ),
        Trap(
            _("Recalibration with logit(v) where log(v) belongs (nitorch, e0b8b66)."),
            _("φ(v) = (1 − v)^γ − γ(1 − v)^(γ − 1) v log v."),
            _("where the true probability is 0.9: “probabilities” 1.156 and −0.156"),
            tag=None,
        ),
    )


def _alpha_misplaced() -> tuple[Trap, ...]:
    simple = SIMPLE.population()
    swapped = FocalLoss(FOCAL.gamma, 1 - paper.ALPHA.value)
    return (
        Trap(
            _("α = [α, 1 − α], indexed by class: 0.25 lands on background."),
            _("α is the weight of objects (y = 1), 1 − α that of background."),
            _("background’s share in Easy background: {wrong} instead of {right}").format(
                wrong=percent(budget(simple, swapped).negative_share),
                right=percent(budget(simple, PAPERS).negative_share),
            ),
        ),
        Trap(
            _("Keras BinaryFocalCrossentropy uses α = 0.25."),
            _("By default apply_class_balancing is off, and α is ignored."),
            _("loss at 0.5: {wrong} instead of {right}").format(
                wrong=number(float(FOCAL.value(0, 1))), right=number(float(PAPERS.value(0, 1)))
            ),
        ),
        Trap(
            _("One α for all classes, inside the sum over classes."),
            _("A constant factor balances nothing; α_t must depend on the class."),
            _("background’s share in Easy background: {share}, with it and without").format(
                share=percent(budget(simple, FOCAL).negative_share)
            ),
        ),
    )


def _names_and_numbers_misread() -> tuple[Trap, ...]:
    easy = anatomy(0.9, FOCAL)
    misread = 0.9**FOCAL.gamma * float(easy.cross_entropy)
    return (
        Trap(
            _("The variable pt of a mmdetection function, read as pₜ."),
            _("There it is 1 − pₜ."),
            _("loss at 0.9: {wrong} instead of {right}").format(
                wrong=number(misread), right=number(float(easy.focal))
            ),
        ),
        Trap(
            _("A worked test says that [0.7, 1] gives 0.2374 (click4ai)."),
            _("The formula beside it gives another number."),
            _("0.2374 instead of {right}").format(right=number(float(PAPERS.value(logit(0.7), 1)))),
            tag=None,
        ),
    )


def _traps_in_words() -> tuple[Trap, ...]:
    hard, half = anatomy(0.1, FOCAL), SoftmaxFocalLoss(FOCAL.gamma).value((0.0, 0.0), 1)
    return (
        Trap(
            _("Focal loss makes the loss of hard examples larger."),
            _(
                "It makes every loss smaller, that of easy ones most. What grows is the gradient "
                "below pₜ = {equal}."
            ).format(equal=number(equal_slope_p_t(FOCAL))),
            _("at pₜ = 0.1: loss × {factor}, gradient × {larger}").format(
                factor=number(float(hard.factor)), larger=number(1 / float(hard.slope_reduction))
            ),
        ),
        Trap(
            _("With a softmax a detector cannot learn background."),
            _("It can, if background is a class of its own, as in SSD and Faster R-CNN."),
            _(
                "loss of a background anchor with pₜ = 0.5: {without} without that class, {having} "
                "with it"
            ).format(without=number(0.0), having=number(float(half))),
        ),
    )


def _traps_in_numbers() -> tuple[Trap, ...]:
    inverse = inverse_frequency_alpha(SIMPLE.population()) or 0.0
    table = paper.TABLE_1A
    at_inverse = table.where_row(lambda row: row.alpha == round(inverse, 3))
    usual = paper.TABLE_1E.where_row(lambda row: (row.depth, row.size) == (50, 600))
    return (
        Trap(
            _("α = 0.25 is inverse frequency: the rare class counts four times as much."),
            _("0.25 gives objects the smaller weight; at 1 : 1,000 inverse frequency is 0.999."),
            _("cross entropy with α = {alpha:.3f}: {ap:.1f} AP (Table 1a)").format(
                alpha=inverse, ap=at_inverse.ap
            ),
            tag=Tag.PAPER,
        ),
        Trap(
            _("36.0 in Table 1d and 36.0 in Table 1e are one result."),
            _("1d is scored on minival, 1e on test-dev."),
            _("one model, ResNet-50 at 600 pixels: {minival:.1f} and {test_dev:.1f}").format(
                minival=paper.TABLE_1B.best.ap, test_dev=usual.ap
            ),
            tag=Tag.PAPER,
        ),
        Trap(
            _("3 scales × 3 ratios were the best anchors."),
            _("{scales} × {ratios} were; 3 × 3 is the default.").format(
                scales=paper.TABLE_1C.best.scales, ratios=paper.TABLE_1C.best.ratios
            ),
            _("{best:.1f} against {usual:.1f} AP (Table 1c)").format(
                best=paper.TABLE_1C.best.ap, usual=paper.DEFAULT_ANCHORS.ap
            ),
            tag=Tag.PAPER,
        ),
    )
