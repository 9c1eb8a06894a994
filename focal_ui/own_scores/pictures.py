"""The views of Easy negatives, drawn for what a visitor brought."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import cumulative_share
from focal_core.scores import HARDEST_PART
from focal_ui.controls import knobs
from focal_ui.figures import budget as budget_figures
from focal_ui.figures import gradient as gradient_figures
from focal_ui.figures import scores as figures
from focal_ui.own_scores.brought import Brought
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, percent

GAMMAS = knobs.GAMMA.places[::2]
HARDEST_LINES = 10


def picture(look: str, brought: Brought, loss: FocalLoss) -> Exhibit:
    """The picture that was chosen, or the one that can be drawn."""
    return PICTURES[possible(look, brought)](brought, loss)


def possible(look: str, brought: Brought) -> str:
    """The picture that can be drawn: most need rows of both classes."""
    scores = brought.shown
    if look in (knobs.OWN_BY_GAMMA, knobs.BY_GRADIENT) and not scores.both:
        return knobs.BY_CLASS
    if look == knobs.HARDEST_PART and not scores.background:
        return knobs.BY_CLASS
    return look


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
        brought.break_even_gamma(loss.alpha),
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


PICTURES: dict[str, Callable[[Brought, FocalLoss], Exhibit]] = {
    knobs.BY_CLASS: _who_pays,
    knobs.OWN_BY_GAMMA: _by_gamma,
    knobs.BY_GRADIENT: _by_gradient,
    knobs.HARDEST_PART: _hardest_part,
    knobs.HISTOGRAM: _histogram,
    knobs.HARDEST_LINES: _hardest_lines,
}
