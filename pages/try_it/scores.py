"""Your own scores: paste or upload, and see who pays, line by line."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import balancing_alpha, budget, by_loss, by_slope, cumulative_share
from focal_core.population import Population
from focal_core.scores import Scores, share_of_loss, tie_gamma, weighted_share
from focal_ui.controls import knobs
from focal_ui.figures import budget as budget_figures
from focal_ui.figures import gradient as gradient_figures
from focal_ui.figures import scores as figures
from focal_ui.frame import page_parts
from focal_ui.learning import question_bank, snippets
from focal_ui.own_scores import upload
from focal_ui.own_scores.upload import Brought, Shares
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent

TITLE = "Your own scores"
GAMMAS = tuple(np.linspace(0, 5, 26).round(1).tolist())
HARDEST_PART = 0.01
HARDEST_LINES = 10
NEED_BOTH = (knobs.OWN_BY_GAMMA, knobs.BY_GRADIENT)
MOVING = (knobs.WHO_PAYS, *NEED_BOTH)


def page() -> None:
    """Every view of Easy negatives, for scores that the visitor brings."""
    headline = st.container()
    brought = upload.ask()
    scores = brought.shown
    st.markdown(_what_is_shown(brought))
    loss = knobs.maybe_weighted_focal_loss()
    population = scores.population()
    share = share_of_loss(population, loss)

    headline.title(_headline(brought, loss, share))
    view = knobs.OWN_SCORES.ask() or knobs.WHO_PAYS
    _picture(view, brought, population, loss)
    _per_line(scores, loss)
    page_parts.what_happened(_explained(brought, population, loss))
    page_parts.check_yourself(question_bank.of("scores"))
    page_parts.code_for(snippets.own_scores(loss, share, example=brought.scores is None))
    page_parts.sources(
        {
            _("Easy negatives swamp cross entropy; focal loss fades them"): paper.PAPER,
            _("Cumulative share of the loss, hardest first"): "Lin et al. 2017, Figure 4",
            _("Every number on this page"): _("computed here from the scores shown"),
            _("The example"): _("drawn from a fixed seed, with three labels left out on purpose"),
        }
    )


def _headline(brought: Brought, loss: FocalLoss, share: float | None) -> str:
    words = {"gamma": f"{loss.gamma:g}", "share": percent(share)}
    if share is None:
        return _("At γ = {gamma}, background’s share of the loss is {share}").format(**words)
    if brought.scores is None:
        return _("At γ = {gamma}, background carries {share} of the example’s loss").format(**words)
    return _("At γ = {gamma}, background carries {share} of your scores’ loss").format(**words)


def _what_is_shown(brought: Brought) -> str:
    scores = brought.shown
    name = _("the example") if brought.scores is None else brought.name
    return _("Shown: {name}. Background lines: {background}, objects: {objects}.").format(
        name=name, background=f"{scores.background:,}", objects=f"{scores.objects:,}"
    )


def _picture(view: str, brought: Brought, population: Population, loss: FocalLoss) -> None:
    """What a visitor brought is drawn anew at each move; only the example is drawn for all."""
    scores = brought.shown
    views: dict[str, Callable[[FocalLoss], Exhibit]] = {
        knobs.WHO_PAYS: lambda each: _who_pays(scores, population, each),
        knobs.OWN_BY_GAMMA: lambda each: _by_gamma(brought, population, each),
        knobs.BY_GRADIENT: lambda each: _by_gradient(population, each),
        knobs.HARDEST_PART: lambda each: _hardest_part(population, each),
        knobs.HISTOGRAM: lambda _each: figures.histogram(
            population.negatives.logits, population.positives.logits
        ),
        knobs.HARDEST_LINES: lambda each: _hardest_lines(scores, each),
    }
    needed = scores.both or (view == knobs.HARDEST_PART and scores.background > 0)
    if view in (*NEED_BOTH, knobs.HARDEST_PART) and not needed:
        st.info(_("That picture needs lines of a class that is not here, so you see the totals."))
        view = knobs.WHO_PAYS
    if view == knobs.HARDEST_LINES:
        st.session_state.setdefault("own_figure_data", True)  # its table is what one came for
    if brought.scores is None and view in MOVING:
        card.follow(
            loss.gamma,
            lambda gamma: views[view](FocalLoss(gamma, loss.alpha)),
            key="own_figure",
            depends_on=(view, loss.alpha),
        )
    else:
        card.show(views[view](loss), key="own_figure", light=True)


def _who_pays(scores: Scores, population: Population, loss: FocalLoss) -> Exhibit:
    before, after = budget(population, CROSS_ENTROPY), budget(population, loss)
    if scores.both:
        return budget_figures.totals_and_shares(before, after)
    return figures.totals(before, after, background=scores.background > 0)


def _by_gamma(brought: Brought, population: Population, loss: FocalLoss) -> Exhibit:
    of_loss, of_slope = _shares(brought, population)
    return budget_figures.share_against_gamma(
        GAMMAS,
        [weighted_share(share, loss.alpha) for share in of_loss],
        [weighted_share(share, loss.alpha) for share in of_slope],
        (loss.gamma, share_of_loss(population, loss)),
        _tie(brought, population, loss.alpha),
    )


def _by_gradient(population: Population, loss: FocalLoss) -> Exhibit:
    names = (_("Cross entropy"), _("Focal loss"))
    losses = (CROSS_ENTROPY, loss)
    paid, pulled = (
        [budget(population, each, pays) for each in losses] for pays in (by_loss, by_slope)
    )
    sentence = _(
        "Under focal loss background carries {loss} of the loss and **{slope}** of the slope, "
        "which is what moves the weights; under cross entropy {ce_loss} and {ce_slope}."
    ).format(
        loss=percent(paid[1].negative_share),
        slope=percent(pulled[1].negative_share),
        ce_loss=percent(paid[0].negative_share),
        ce_slope=percent(pulled[0].negative_share),
    )
    return replace(gradient_figures.who_pulls(names, paid, pulled), sentence=sentence)


def _hardest_part(population: Population, loss: FocalLoss) -> Exhibit:
    before, after = (
        cumulative_share(population.negatives, 0, each) for each in (CROSS_ENTROPY, loss)
    )
    return budget_figures.hardest_first(before, after, HARDEST_PART)


def _hardest_lines(scores: Scores, loss: FocalLoss) -> Exhibit:
    before, after = scores.paid(CROSS_ENTROPY), scores.paid(loss)
    shown = scores.hardest(loss, HARDEST_LINES)
    slopes = loss.gradient(scores.logits[shown].astype(float), scores.targets[shown])
    lines = [
        figures.Line(
            int(scores.lines[at]),
            bool(scores.targets[at]),
            float(scores.probabilities[at]),
            float(before[at]),
            float(after[at]),
            float(slope),
            _part(after, np.array([at])),
        )
        for at, slope in zip(shown, slopes, strict=True)
    ]
    return figures.hardest_lines(
        lines, scores.targets.size, (_part(before, shown), _part(after, shown))
    )


def _part(paid: np.ndarray, shown: np.ndarray) -> float | None:
    total = float(paid.sum())
    return float(paid[shown].sum()) / total if total > 0 else None


def _shares(brought: Brought, population: Population) -> tuple[Shares, Shares]:
    """Background's unweighted share of loss and of slope at each gamma; kept with the scores."""
    if brought.shares is None:
        of_loss, of_slope = (
            [budget(population, FocalLoss(gamma), pays).negative_share for gamma in GAMMAS]
            for pays in (by_loss, by_slope)
        )
        brought.shares = of_loss, of_slope
    return brought.shares


def _tie(brought: Brought, population: Population, alpha: float | None) -> float | None:
    """Break-even gamma; the last one is kept with the scores."""
    if brought.tie is None or brought.tie[0] != alpha:
        brought.tie = alpha, tie_gamma(population, alpha)
    return brought.tie[1]


def _per_line(scores: Scores, loss: FocalLoss) -> None:
    st.download_button(
        _("Loss and gradient of every line as CSV"),
        data=lambda: card.as_csv(scores.by_line(loss)),
        file_name="loss_by_line.csv",
        mime="text/csv",
        key="loss_by_line",
        on_click="ignore",
        icon=":material/download:",
    )
    st.markdown(_("Lines are counted as in your editor or spreadsheet: a heading is line 1."))


def _explained(brought: Brought, population: Population, loss: FocalLoss) -> str:
    if not brought.shown.both:
        return _(
            "Only one class has lines, so nobody shares the loss and neither a break-even γ nor a "
            "balancing α is defined. Totals, histogram and the hardest lines are."
        )
    tie = _tie(brought, population, loss.alpha)
    even = (
        _("No γ from 0 to 10 makes both classes pay alike.")
        if tie is None
        else _("Both classes pay alike at γ = **{gamma}**.").format(gamma=number(tie))
    )
    pulled = budget(population, loss, by_slope).negative_share
    curve = cumulative_share(population.negatives, 0, loss)
    return _(
        "{even} At γ = {gamma:g} the balancing α is **{alpha}**. The optimiser feels the slope: "
        "background carries **{slope}** of it. The hardest {part:.0%} of the background carries "
        "{hard} of background’s focal loss. **What pays most is either hard or wrongly labelled: "
        "look at the hardest lines before you raise γ.**"
    ).format(
        even=even,
        gamma=loss.gamma,
        alpha=number(balancing_alpha(population, loss)),
        slope=percent(pulled),
        part=HARDEST_PART,
        hard=percent(None if curve is None else curve.of_hardest(HARDEST_PART)),
    )
