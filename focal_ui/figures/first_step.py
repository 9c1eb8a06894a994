"""Pictures of the loss before the first step, over the prior probability that it starts from."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.budget import Budget
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent

INKS = (theme.CROSS_ENTROPY, theme.FOCAL)


def share_by_prior(
    priors: Sequence[float], paid: tuple[Sequence[Budget], Sequence[Budget]], now: int
) -> Exhibit:
    """Background's share at step 0 against the prior, under cross entropy and under focal loss.

    now: the index of the visitor's prior.
    """
    shares = [[budget.negative_share for budget in budgets] for budgets in paid]
    figure = _over_priors(
        priors,
        shares,
        now,
        theme.axis(_("background’s share"), range=[0, 1.04], tickformat=".0%"),
    )
    figure["layout"]["shapes"] = [marks.level(0.5)]
    sentence = _(
        "At π = {prior:g} background carries {before} of the first loss under cross entropy and "
        "**{after}** under focal loss."
    ).format(prior=priors[now], before=percent(shares[0][now]), after=percent(shares[1][now]))
    table: dict[str, Sequence[Any]] = {
        "π": list(priors),
        _("background’s share, cross entropy"): shares[0],
        _("background’s share, focal loss"): shares[1],
    }
    return Exhibit(figure, sentence, table)


def loss_by_prior(
    priors: Sequence[float],
    reported: tuple[Sequence[float], Sequence[float]],
    now: int,
    divided_by: str,
    lowest: float,
) -> Exhibit:
    """The loss that a log prints at step 0 against the prior, on a log axis.

    lowest: loss at the bottom of the picture.
    """
    highest = max(map(max, reported))
    figure = _over_priors(
        priors,
        reported,
        now,
        theme.axis(
            _("loss at step 0"),
            type="log",
            exponentformat="power",
            range=[np.log10(max(lowest, 1e-12 * highest)) - 0.2, np.log10(highest) + 0.3],
        ),
    )
    sentence = _(
        "Divided by {divisor}, the log prints {before} under cross entropy and **{after}** under "
        "focal loss: the same model, the same mistakes."
    ).format(divisor=divided_by, before=number(reported[0][now]), after=number(reported[1][now]))
    table = {
        "π": list(priors),
        _("loss, cross entropy"): list(reported[0]),
        _("loss, focal loss"): list(reported[1]),
    }
    return Exhibit(figure, sentence, table)


def _over_priors(
    priors: Sequence[float],
    curves: Sequence[Sequence[float | None]],
    now: int,
    yaxis: dict[str, Any],
) -> dict[str, Any]:
    names = (_("cross entropy"), _("focal loss"))
    data = [
        marks.line(priors, marks.with_gaps(curve), ink.line())
        for curve, ink in zip(curves, INKS, strict=True)
    ]
    data += [
        marks.dot(priors[now], curve[now], ink.color)
        for curve, ink in zip(curves, INKS, strict=True)
    ]
    return theme.figure(
        data,
        height=320,
        xaxis=theme.axis(
            _("prior probability π"),
            type="log",
            range=[np.log10(priors[0]) - 0.05, np.log10(priors[-1]) + 0.1],
            tickvals=[1e-4, 1e-3, 1e-2, 1e-1, 0.5],
            ticktext=["0.0001", "0.001", "0.01", "0.1", "0.5"],
        ),
        yaxis=yaxis,
        annotations=marks.key(
            (name, ink.color, x) for name, ink, x in zip(names, INKS, (0.0, 0.4), strict=True)
        ),
    )
