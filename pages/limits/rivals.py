"""Rivals: mining, harmonised gradients, class frequencies and others, each as weights."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.class_frequency import ClassBalanced, LogitAdjustment
from focal_core.population import VERY_EASY, Recipe
from focal_core.sampling import ByLoss, Rule
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import TrainedScores
from focal_ui.controls import knobs, populations
from focal_ui.exhibits import rivals as exhibits
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets, terms
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, percent, sentences

TITLE = "Rivals"
FOLLOWS = knobs.GAMMA
BRIDGE = "And when is focal loss the wrong choice?"
LESS_EVEN = 0.9999  # another beta for the class-balanced weights
METHODS = (
    "bootstrapping", "OHEM", "GHM", "ASL", "class-balanced weight", "logit adjustment",
)  # fmt: skip


def view(gamma: float, recipe: Recipe, guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    loss = FocalLoss(gamma)
    plain, focal = (_objects(recipe, ByLoss(each)) for each in (CROSS_ENTROPY, loss))
    bars = exhibits.what_each_hears(loss, recipe)
    return View(
        headline=_(
            "At γ = {gamma:g} objects make up **{focal}** of focal loss, and {plain} of cross "
            "entropy"
        ).format(gamma=gamma, focal=focal, plain=plain),
        exhibits={
            "what_each_hears": prediction.draw_on(bars, guess, axis="x", there=recipe == VERY_EASY),
            "weights": exhibits.weights(loss, recipe),
        },
        explanation=sentences(_explained(recipe), _after_training()),
    )


def variants() -> dict[str, Callable[..., View]]:
    """The populations that come with the app."""
    return {name: partial(view, recipe=recipe) for name, recipe in populations.PRESETS.items()}


def page() -> None:
    """Every rule answers one question: which examples count."""
    stage = Stage(FOLLOWS)
    with stage.controls:
        recipe = knobs.recipe(knobs.POPULATION_FROM_SPREAD)
        st.caption(populations.in_words(recipe))
        st.caption(_("What the names of the methods mean"), help=terms.help_of(*METHODS))
    with stage.beside:
        guess = _guess()
    now = stage.show(view, recipe=recipe, guess=guess)
    page_parts.check_yourself(question_bank.of("rivals"))
    page_parts.code_for(partial(_code, now["gamma"], recipe))
    page_parts.sources(_sources())


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "OHEM keeps the hardest {kept} of all examples: in *Very easy background* the "
            "{objects} objects, and {background} of the background with pₜ = {easy:g}. What "
            "share of the loss is background then?"
        ).format(
            kept=percent(exhibits.KEPT),
            objects=VERY_EASY.positives,
            background=exhibits.mining(VERY_EASY).keep - VERY_EASY.positives,
            easy=VERY_EASY.negative_p_t,
        ),
        knobs.GUESS_RIVALS,
        answer=lambda: _background(VERY_EASY, exhibits.mining(VERY_EASY)) or 0.0,
        about={knobs.POPULATION.key: populations.VERY_EASY},
    )


def _code(gamma: float, recipe: Recipe) -> snippets.Snippets:
    loss = FocalLoss(gamma)
    return snippets.background_share(recipe, loss, _background(recipe, ByLoss(loss)))


def _sources() -> dict[str, str]:
    return {
        _("Bootstrapping and mining as the usual remedies"): paper.PAPER,
        _("OHEM (here without suppression of overlaps)"): "Shrivastava et al., CVPR 2016",
        _("Three negatives to a positive"): "Liu et al. (SSD), ECCV 2016",
        _("Harmonised gradients, GHM-C"): "Li et al., AAAI 2019",
        _("Asymmetric loss, with its code’s defaults"): "Ridnik et al., ICCV 2021",
        _("Class-balanced weights by effective number, β = {beta:g}").format(
            beta=ClassBalanced().beta
        ): "Cui et al., CVPR 2019",
        _("Logit adjustment with τ = {tau:g}, two classes").format(
            tau=LogitAdjustment().tau
        ): "Menon et al., ICLR 2021",
        _("No winner is declared; the comparison is of weights, not of accuracy"): _("opinion"),
        _("Every number on this page"): _("computed here"),
    }


def _after_training() -> str:
    """What training leaves for a rule to do."""
    plain, focal = (
        percent(_background(TrainedScores(name), ByLoss(CROSS_ENTROPY)))
        for name in (REFERENCE, PAPERS)
    )
    return _(
        "Two of the scenarios are detectors trained here. Scored with cross entropy, background "
        "makes up {plain} of the loss of the one that cross entropy trained, and {focal} of the "
        "other: focal loss stops pushing easy background down once it is easy enough, and cross "
        "entropy goes on."
    ).format(plain=plain, focal=focal)


def _explained(recipe: Recipe) -> str:
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


def _objects(recipe: Recipe, rule: Rule) -> str:
    """Their share of the loss under the rule, in words."""
    heard = exhibits.heard(recipe, rule)
    return percent(None if heard is None else heard.positives)


def _background(recipe: Recipe, rule: Rule) -> float | None:
    """Its share of the loss under the rule; None where nobody has a loss."""
    heard = exhibits.heard(recipe, rule)
    return None if heard is None else heard.negatives
