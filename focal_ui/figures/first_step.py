"""Pictures of the loss before the first step, over the prior probability that it starts from."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.checks import Floats
from focal_ui.figures import both_losses, marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent, short


def share_by_prior(
    priors: Sequence[float],
    shares: tuple[Floats, Floats],
    pulls: Sequence[float | None],
    now: int,
) -> Exhibit:
    """Background's share at step 0 against the prior, under cross entropy and under focal loss.

    pulls: its share of the summed absolute gradients under each, at the visitor's prior; now: that
    prior's index.
    """
    figure = _over_priors(
        priors,
        shares,
        now,
        theme.axis(_("background’s share"), range=[0, 1.04], tickformat=".0%"),
        both_losses.beside(priors, shares, (0.006, 0.05), above=(True, True), log="x"),
    )
    figure["layout"]["shapes"] = [marks.level(0.5)]
    sentence = _(
        "At π = {prior:g} background makes up {before} of the first loss under cross entropy and "
        "**{after}** under focal loss. Of the gradients with respect to the logit, summed over all "
        "anchors without their signs, it makes up {pull_before} and {pull_after}."
    ).format(
        prior=priors[now],
        before=percent(float(shares[0][now])),
        after=percent(float(shares[1][now])),
        pull_before=percent(pulls[0]),
        pull_after=percent(pulls[1]),
    )
    table: dict[str, Any] = {
        "π": list(priors),
        _("background’s share, cross entropy"): shares[0],
        _("background’s share, focal loss"): shares[1],
    }
    return Exhibit(figure, sentence, table)


def loss_by_prior(
    priors: Sequence[float],
    reported: tuple[Floats, Floats],
    now: int,
    divided_by: str,
    lowest: float,
) -> Exhibit:
    """The loss that a training log shows at step 0 against the prior, on a log axis.

    divided_by: what the sum is divided by, in words; lowest: loss at the bottom of the picture.
    """
    figure = _over_priors(
        priors,
        reported,
        now,
        theme.axis(
            _("loss at step 0"),
            type="log",
            exponentformat="power",
            range=[np.log10(lowest), np.log10(max(reported[0])) + 0.3],
        ),
        both_losses.beside(priors, reported, (0.03, 0.03), log="xy"),
    )
    sentence = _(
        "{divided}, the training log shows {before} under cross entropy and **{after}** under "
        "focal loss: the same model, the same mistakes."
    ).format(
        divided=divided_by,
        before=number(float(reported[0][now])),
        after=number(float(reported[1][now])),
    )
    table: dict[str, Any] = {
        "π": list(priors),
        _("loss, cross entropy"): reported[0],
        _("loss, focal loss"): reported[1],
    }
    return Exhibit(figure, sentence, table)


def _over_priors(
    priors: Sequence[float],
    pair: tuple[Floats, Floats],
    now: int,
    yaxis: dict[str, Any],
    named: list[dict[str, Any]],
) -> dict[str, Any]:
    here = float(pair[0][now]), float(pair[1][now])
    return theme.figure(
        both_losses.curves(priors, pair, priors[now], here),
        height=320,
        xaxis=theme.axis(
            _("prior probability π"),
            type="log",
            range=[np.log10(priors[0]) - 0.05, np.log10(priors[-1]) + 0.1],
            tickvals=[1e-4, 1e-3, 1e-2, 1e-1, 0.5],
            ticktext=[short(prior) for prior in (1e-4, 1e-3, 1e-2, 1e-1, 0.5)],
        ),
        yaxis=yaxis,
        annotations=named,
    )
