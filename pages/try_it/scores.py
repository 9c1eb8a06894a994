"""Your own scores: paste or upload, and see where their loss comes from, row by row."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, cumulative_share
from focal_core.scores import HARDEST_PART, Verdict, tie_gamma, verdict
from focal_ui.controls import knobs
from focal_ui.figures import budget as budget_figures
from focal_ui.figures import gradient as gradient_figures
from focal_ui.figures import scores as figures
from focal_ui.frame import page_parts
from focal_ui.learning import question_bank, snippets
from focal_ui.own_scores import upload
from focal_ui.own_scores.brought import Brought
from focal_ui.stage import card
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import Exhibit, View
from focal_ui.words import _, as_now, count, later, number, percent

TITLE = "Your own scores"
FOLLOWS = knobs.GAMMA
BRIDGE = "Can you find the numbers without being shown them?"
GAMMAS = FOLLOWS.places[::2]
HARDEST_LINES = 10
SLOW = (knobs.HARDEST_PART, knobs.HARDEST_LINES)  # each place of the slider sorts all rows anew
MANY = 20_000  # rows from which the slow ones wait for the slider to be let go
PICTURES: dict[str, Callable[[Brought, FocalLoss], Exhibit]] = {}


def view(
    gamma: float, brought: Brought, look: str = knobs.BY_CLASS, alpha: float | None = None
) -> View:
    """What the page says of what a visitor brought, at one gamma."""
    loss = FocalLoss(gamma, alpha)
    return View(
        headline=_headline(brought, loss),
        exhibits={"own_figure": PICTURES[_possible(look, brought)](brought, loss)},
        explanation=_explained(brought, loss),
    )


def variants() -> dict[str, Callable[..., View]]:
    """The example, as it stands before somebody brings scores."""
    return {_("the example"): partial(view, brought=Brought())}


def page() -> None:
    """Every view of Easy negatives, for scores that the visitor brings."""
    look = st.session_state.get(knobs.OWN_SCORES.key) or knobs.BY_CLASS
    still = look in SLOW and upload.brought_so_far().shown.targets.size > MANY
    stage = Stage(None if still else FOLLOWS, shown_elsewhere=True)
    with stage.controls:
        brought = upload.ask()
        st.markdown(_what_is_shown(brought))
        upload.tell_how_read(brought)
        look = knobs.OWN_SCORES.ask() or knobs.BY_CLASS
        others: dict[str, Any] = {"gamma": FOLLOWS.ask()} if still else {}
        if knobs.WEIGHTED.ask() == "on":
            stage.ask(knobs.ALPHA)
        else:
            others["alpha"] = None
    if not still and look in SLOW and brought.shown.targets.size > MANY:
        st.rerun()  # the rows have just come: each place of the slider would sort them
    if _possible(look, brought) != look:
        st.info(
            _("That picture needs rows of a class that is missing here, so you see the totals.")
        )
    if look == knobs.HARDEST_LINES:
        card.open_at_first("own_figure")
    _add_up(brought)
    now = stage.show(view, brought.messages, brought=brought, look=look, **others)
    loss = FocalLoss(now["gamma"], now["alpha"])
    _per_line(brought, loss)
    page_parts.check_yourself(question_bank.of("scores"))
    page_parts.code_for(partial(_code, brought, loss))
    page_parts.sources(_sources())


def _add_up(brought: Brought) -> None:
    """Find what every place of the slider needs of many rows, and say so if it takes a while."""
    rows = brought.shown.targets.size
    if rows <= MANY or len(brought.sums) >= len(FOLLOWS.places):
        return
    with st.spinner(_("Adding up the loss of {n} rows …").format(n=count(rows))):
        for gamma in FOLLOWS.places:
            brought.sums_at(gamma)


def _sources() -> dict[str, str]:
    return {
        _("Easy background makes up most of cross entropy; focal loss makes it small"): paper.PAPER,
        _("Cumulative share of the loss, hardest rows first"): later(
            "Lin et al. 2017, Figure 4, which begins with the easiest"
        ),
        _("Every number on this page"): _("computed here from the scores shown"),
        _("The example"): _(
            "drawn from a fixed seed; three objects are labelled as background on purpose"
        ),
    }


def _possible(look: str, brought: Brought) -> str:
    """The picture that can be drawn: most need rows of both classes."""
    scores = brought.shown
    if look in (knobs.OWN_BY_GAMMA, knobs.BY_GRADIENT) and not scores.both:
        return knobs.BY_CLASS
    if look == knobs.HARDEST_PART and not scores.background:
        return knobs.BY_CLASS
    return look


def _code(brought: Brought, loss: FocalLoss) -> snippets.Snippets:
    share = _share(brought, loss)
    return snippets.own_scores(loss, share, example=brought.scores is None)


def _headline(brought: Brought, loss: FocalLoss) -> str:
    share = _share(brought, loss)
    if share is None:
        words = _("At γ = {gamma:g}, background’s share of the loss is **{share}**")
    elif brought.scores is None:
        words = _("At γ = {gamma:g}, background makes up **{share}** of the example’s loss")
    else:
        words = _("At γ = {gamma:g}, background makes up **{share}** of your scores’ loss")
    return words.format(gamma=loss.gamma, share=percent(share))


def _share(brought: Brought, loss: FocalLoss) -> float | None:
    """Background's share of the loss; None where only one class has rows, or nothing is lost."""
    if not brought.shown.both:
        return None
    return brought.sums_at(loss.gamma).weighted(loss.alpha).negative_share


def _what_is_shown(brought: Brought) -> str:
    scores = brought.shown
    name = _("the example") if brought.scores is None else brought.name
    return _("Shown: {name}. Background rows: {background}, object rows: {objects}.").format(
        name=name, background=count(scores.background), objects=count(scores.objects)
    )


def _who_pays(brought: Brought, loss: FocalLoss) -> Exhibit:
    before, after = brought.sums_at(0.0).loss, brought.sums_at(loss.gamma).weighted(loss.alpha)
    if brought.shown.both:
        return budget_figures.totals_and_shares(before, after)
    return figures.totals(before, after, background=brought.shown.background > 0)


def _by_gamma(brought: Brought, loss: FocalLoss) -> Exhibit:
    sums = [brought.sums_at(gamma) for gamma in GAMMAS]
    return budget_figures.share_against_gamma(
        GAMMAS,
        [each.weighted(loss.alpha).negative_share for each in sums],
        [each.weighted_slope(loss.alpha).negative_share for each in sums],
        (loss.gamma, brought.sums_at(loss.gamma).weighted(loss.alpha).negative_share),
        _tie(brought, loss.alpha),
    )


def _by_gradient(brought: Brought, loss: FocalLoss) -> Exhibit:
    names = (_("Cross entropy"), _("Focal loss"))
    plain, focal = brought.sums_at(0.0), brought.sums_at(loss.gamma)
    made = [plain.loss, focal.weighted(loss.alpha)]
    pulled = [plain.slope, focal.weighted_slope(loss.alpha)]
    sentence = _(
        "Under focal loss background makes up {loss} of the loss and **{slope}** of the gradient, "
        "which is what moves the weights; under cross entropy {ce_loss} and {ce_slope}."
    ).format(
        loss=percent(made[1].negative_share),
        slope=percent(pulled[1].negative_share),
        ce_loss=percent(made[0].negative_share),
        ce_slope=percent(pulled[0].negative_share),
    )
    return replace(gradient_figures.who_pulls(names, made, pulled), sentence=sentence)


def _histogram(brought: Brought, _loss: FocalLoss) -> Exhibit:
    population = brought.shown.population()
    return figures.histogram(population.negatives.logits, population.positives.logits)


def _hardest_part(brought: Brought, loss: FocalLoss) -> Exhibit:
    negatives = brought.shown.population().negatives
    before, after = (cumulative_share(negatives, 0, each) for each in (CROSS_ENTROPY, loss))
    return budget_figures.hardest_first(before, after, HARDEST_PART)


def _hardest_lines(brought: Brought, loss: FocalLoss) -> Exhibit:
    scores = brought.shown
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
    parts = _part(before, shown), _part(after, shown)
    return figures.hardest_lines(lines, scores.targets.size, parts)


def _part(paid: np.ndarray, shown: np.ndarray) -> float | None:
    total = float(paid.sum())
    return float(paid[shown].sum()) / total if total > 0 else None


PICTURES |= {
    knobs.BY_CLASS: _who_pays,
    knobs.OWN_BY_GAMMA: _by_gamma,
    knobs.BY_GRADIENT: _by_gradient,
    knobs.HARDEST_PART: _hardest_part,
    knobs.HISTOGRAM: _histogram,
    knobs.HARDEST_LINES: _hardest_lines,
}


def _tie(brought: Brought, alpha: float | None) -> float | None:
    """Break-even gamma; the last one is kept with the scores."""
    if brought.tie is None or brought.tie[0] != alpha:
        brought.tie = alpha, tie_gamma(brought.shown.population(), alpha)
    return brought.tie[1]


def _per_line(brought: Brought, loss: FocalLoss) -> None:
    st.download_button(
        _("Loss and gradient of every row as CSV"),
        data=as_now(lambda: card.as_csv(brought.shown.by_line(loss))),
        file_name="loss_by_line.csv",
        mime="text/csv",
        key="loss_by_line",
        on_click="ignore",
        icon=":material/download:",
    )
    st.markdown(_("Row numbers match your spreadsheet: a heading is row 1."))


def _explained(brought: Brought, loss: FocalLoss) -> str:
    if not brought.shown.both:
        return _(
            "Only one class is present, so shares, break-even γ and balancing α are not defined. "
            "Totals, the histogram and the hardest rows are."
        )
    sums, tie = brought.sums_at(loss.gamma), _tie(brought, loss.alpha)
    advice = _advice(brought)
    even = (
        _("There is no break-even γ from 0 to 10, at which both classes make up half of the loss.")
        if tie is None
        else _("At the break-even γ = **{gamma}** both classes make up half of the loss.").format(
            gamma=number(tie)
        )
    )
    return advice + _(
        "{even} At γ = {gamma:g} the balancing α, which gives both classes half, is **{alpha}**. "
        "Background makes up **{slope}** of the gradient by the logit, which moves the weights. "
        "The hardest {part:.0%} of the background makes up {hard} of background’s focal loss. **"
        "The rows with the largest loss are either hard or wrongly labelled: inspect them before "
        "you raise γ.**"
    ).format(
        even=even,
        gamma=loss.gamma,
        alpha=number(_balancing(sums.loss)),
        slope=percent(sums.weighted_slope(loss.alpha).negative_share),
        part=HARDEST_PART,
        hard=percent(sums.hardest_part),
    )


def _advice(brought: Brought) -> str:
    """Would focal loss change anything for these scores, and what to look at first."""
    plain, focal = (brought.sums_at(g).loss.negative_share for g in (0.0, paper.GAMMA.value))
    if plain is None or focal is None:
        return ""
    words = {
        Verdict.LITTLE_TO_FADE: _(
            "**Focal loss would change little here**: objects make up most of cross entropy "
            "already (background {plain}). Look at the hardest objects first. "
        ),
        Verdict.FADES: _(
            "**Focal loss would change much here**: background makes up {plain} of cross entropy, "
            "but {focal} of focal loss at γ = {gamma:g}, since most of it is easy. Train with each "
            "of the two, both with a prior, and compare. "
        ),
        Verdict.STAYS: _(
            "**γ alone would not help here**: background makes up {plain} of cross entropy and "
            "still {focal} of focal loss at γ = {gamma:g}, so much of it is hard. Look at its "
            "hardest rows first: some may be labelled wrongly. "
        ),
    }
    return words[verdict(plain, focal)].format(
        plain=percent(plain), focal=percent(focal), gamma=paper.GAMMA.value
    )


def _balancing(unweighted: Budget) -> float | None:
    """The class weight that gives both classes half: background's share without weights."""
    return unweighted.negative_share
