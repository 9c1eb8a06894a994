"""Rivals: how loud objects are under each rule, and what training leaves for a rule to do."""

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.class_frequency import ClassBalanced
from focal_core.population import Recipe
from focal_core.sampling import ByLoss, Rule
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import TrainedScores
from focal_ui.exhibits import rivals as exhibits
from focal_ui.words import _, percent, sentences

LESS_EVEN = 0.9999  # another beta for the class-balanced weights


def headline(loss: FocalLoss, recipe: Recipe) -> str:
    """The objects' share under focal loss, and under cross entropy."""
    plain, focal = (_objects(recipe, ByLoss(each)) for each in (CROSS_ENTROPY, loss))
    return _(
        "At γ = {gamma:g} objects make up **{focal}** of focal loss, and {plain} of cross entropy"
    ).format(gamma=loss.gamma, focal=focal, plain=plain)


def explanation(recipe: Recipe) -> str:
    """How the rules differ, and what training leaves for a rule to do."""
    return sentences(_how_they_differ(recipe), _after_training())


def _how_they_differ(recipe: Recipe) -> str:
    even, less_even = (
        _objects(recipe, ClassBalanced(beta)) for beta in (ClassBalanced().beta, LESS_EVEN)
    )
    return _(
        "Under cross entropy every example counts, so the many easy ones win. Bootstrapping and "
        "OHEM (online hard example mining) cut: an example counts in full or not at all, and what "
        "is cut teaches nothing. Focal loss and ASL (asymmetric loss) fade instead. GHM "
        "(harmonised gradients) looks at how many examples share a difficulty, so it fades the "
        "many easy ones *and* very hard ones if there are many of them, as wrong labels would be. "
        "α and class-balanced weights depend on the class alone; the latter hang on β, which is "
        "not tuned here: at β = {beta:g} objects make up {even}, at β = {other:g} {less_even}. "
        "Logit adjustment moves every logit by the log odds of an object, so that background must "
        "be badly wrong before it counts. In the paper focal loss leads the best of {settings} "
        "settings of OHEM by {lead:.1f} AP on COCO; that is a result about one detector, not "
        "about these bars."
    ).format(
        beta=ClassBalanced().beta,
        even=even,
        other=LESS_EVEN,
        less_even=less_even,
        settings=sum(row.method != "FL" for row in paper.TABLE_1D.rows),
        lead=paper.gain(paper.FOCAL_WITHOUT_MINING, paper.BEST_MINING),
    )


def _after_training() -> str:
    plain, focal = (
        percent(exhibits.background(TrainedScores(name), ByLoss(CROSS_ENTROPY)))
        for name in (REFERENCE, PAPERS)
    )
    return _(
        "Two of the scenarios are detectors trained here. Scored with cross entropy, background "
        "makes up {plain} of the loss of the one that cross entropy trained, and {focal} of the "
        "other: focal loss stops pushing easy background down once it is easy enough, and cross "
        "entropy goes on."
    ).format(plain=plain, focal=focal)


def _objects(recipe: Recipe, rule: Rule) -> str:
    """Their share of the loss under the rule, in words."""
    heard = exhibits.heard(recipe, rule)
    return percent(None if heard is None else heard.positives)
