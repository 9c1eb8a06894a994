"""Rivals: mining, harmonised gradients, class frequencies and others, each as weights."""

from functools import lru_cache

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import Floats
from focal_core.class_frequency import ClassBalanced, LogitAdjustment
from focal_core.population import SPREAD, EqualScores, Examples, Population, Recipe
from focal_core.probability import logit
from focal_core.sampling import (
    Asymmetric,
    Bootstrapping,
    ByLoss,
    HarmonizedGradient,
    KeepHardest,
    KeepRatio,
    Listening,
    Rule,
    listening,
)
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import TrainedScores
from focal_ui.controls import knobs, populations
from focal_ui.figures import limits as figures
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, percent

TITLE = "Rivals"
P_T = np.arange(1, 200) / 200
EASY, HARDEST = 0.95, 0.01
CE_ALPHA = 0.75  # the best for cross entropy in the paper's table 1a
WEIGHTED = ByLoss(FocalLoss(0.0, CE_ALPHA))
NOT_DRAWN = {WEIGHTED, ClassBalanced(), KeepRatio()}  # flat; and the last is cut off like mining
KEPT = 0.004  # part of all examples that mining keeps


def page() -> None:
    """Every rule answers one question: who is worth hearing."""
    headline = st.container()
    guess = prediction.ask(
        _("Keep the hardest {kept} of Spread. What part of what is heard is background?").format(
            kept=percent(KEPT)
        ),
        knobs.GUESS_RIVALS,
        answer=_mined_background,
        about={knobs.POPULATION.key: "Spread"},
    )
    recipe = knobs.recipe()
    st.caption(populations.in_words(recipe))
    loss = knobs.focal_loss()
    plain, focal = _heard(recipe, ByLoss(CROSS_ENTROPY)), _heard(recipe, ByLoss(loss))

    headline.title(
        _(
            "Objects are {focal} of what focal loss hears, {plain} of what cross entropy does"
        ).format(
            focal=percent(focal.positives if focal else None),
            plain=percent(plain.positives if plain else None),
        )
    )

    def heard_at(gamma: float) -> Exhibit:
        rules = _rules(FocalLoss(gamma), recipe)
        heard = [_heard(recipe, rule) for rule in rules.values()]
        exhibit = figures.what_each_hears(list(rules), heard, HARDEST)
        return prediction.draw_on(exhibit, guess, axis="x", there=recipe == SPREAD)

    card.follow(
        loss.gamma,
        heard_at,
        key="what_each_hears",
        depends_on=(recipe, guess and guess.said),
    )
    card.follow(
        loss.gamma,
        lambda gamma: _weights(_rules(FocalLoss(gamma), recipe), recipe),
        key="weights",
        depends_on=(recipe,),
    )
    page_parts.what_happened(_explained() + " " + _after_training())
    page_parts.check_yourself(question_bank.of("rivals"))
    share = None if focal is None else focal.easy_negatives + focal.hard_negatives
    page_parts.code_for(snippets.background_share(recipe, loss, share))
    page_parts.sources(
        {
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
    )


def _rules(loss: FocalLoss, recipe: Recipe) -> dict[str, Rule]:
    return {
        _("cross entropy"): ByLoss(CROSS_ENTROPY),
        _("focal loss"): ByLoss(loss),
        _("α = {alpha:g}, CE").format(alpha=CE_ALPHA): WEIGHTED,
        _("bootstrapping"): Bootstrapping(),
        _("hardest {part}").format(part=percent(KEPT)): _mining(recipe),
        _("3 to 1"): KeepRatio(),
        _("GHM-C"): HarmonizedGradient(),
        _("ASL"): Asymmetric(),
        _("class-balanced"): ClassBalanced(),
        _("logit adjustment"): LogitAdjustment(),
    }


def _mining(recipe: Recipe) -> KeepHardest:
    """Online hard example mining, in step with how many there are."""
    population = recipe.population()
    everybody = population.negatives.count + population.positives.count
    return KeepHardest(max(1, round(KEPT * everybody)))


@lru_cache(maxsize=512)
def _heard(recipe: Recipe, rule: Rule) -> Listening | None:
    """Kept, as most rules do not know gamma and a class asks the same."""
    return listening(recipe.population(), rule, HARDEST)


def _weights(rules: dict[str, Rule], recipe: Recipe) -> Exhibit:
    """The rules whose weight follows from p_t, drawn as curves over the visitor's population."""
    curves = {name: _curve(rule, recipe) for name, rule in rules.items() if rule not in NOT_DRAWN}
    at = recipe.negative_p_t if isinstance(recipe, EqualScores) else EASY
    return figures.weight_by_difficulty(P_T, curves, at)


@lru_cache(maxsize=512)
def _curve(rule: Rule, recipe: Recipe) -> Floats:
    """The weight of one more background location at each p_t; it counts for nothing itself."""
    population = recipe.population()
    seen = Population(
        Examples(
            np.concatenate((-logit(P_T), population.negatives.logits)),
            np.concatenate((np.zeros(P_T.shape), population.negatives.counts)),
        ),
        population.positives,
    )
    return rule.weights(seen).negatives[: len(P_T)]


def _mined_background() -> float:
    heard = listening(SPREAD.population(), _mining(SPREAD))
    return 0.0 if heard is None else heard.easy_negatives + heard.hard_negatives


def _after_training() -> str:
    """What training leaves for a rule to do."""
    plain, focal = (
        _heard(TrainedScores(name), ByLoss(CROSS_ENTROPY)) for name in (REFERENCE, PAPERS)
    )
    return _(
        "Two of the populations are detectors trained here. Cross entropy’s own leaves it "
        "{plain} background to hear, and focal loss’s would give it {focal}: focal loss stops "
        "pushing easy background down once it is easy enough, and cross entropy goes on."
    ).format(plain=_background(plain), focal=_background(focal))


def _background(heard: Listening | None) -> str:
    return percent(None if heard is None else 1 - heard.positives)


def _explained() -> str:
    return _(
        "Cross entropy hears everybody, so the crowd wins. Bootstrapping and mining cut: an "
        "example counts in full or not at all, and what is cut teaches nothing. Focal loss and ASL "
        "fade instead of cutting. GHM asks how crowded a difficulty is, so it fades the crowd "
        "*and* very hard examples if there are many of them, as wrong labels would be. α and "
        "class-balanced weights ask for the class alone, easy or hard. Logit adjustment moves "
        "every logit by the log odds of an object, so that background must be wrong by far to "
        "be heard. In the paper focal loss beat mining on COCO; that is a result about one "
        "detector, not about these bars."
    )
