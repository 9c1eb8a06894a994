"""Pictures of what focal loss makes a model predict, and of recalibrating it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.checks import Floats
from focal_core.training.showcase import CalibrationErrors, Reliability
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, count, entry, listed, number, percent, points, sentences

EXACT = 1e-9  # what is off by less is rounding
INKS = (theme.CROSS_ENTROPY, theme.FOCAL, theme.THIRD)
SYMBOLS = {
    "circle-open": {"size": 15, "beside": 0.0},
    "circle": {"size": 7, "beside": 0.0},
    "diamond": {"size": 9, "beside": 0.36},
}
"""A dot in a ring, and a diamond beside them: three values are seen also where they are equal."""


def answers(
    true: Floats,
    answered: Floats,
    undone: Floats,
    now: tuple[float, float],
    decision: float,
) -> Exhibit:
    """The prediction at the loss's optimum against the true probability, and recalibrated.

    undone: recalibrated by one number. now: the visitor's true probability and the prediction
    there. decision: the true probability behind a prediction of 0.5.
    """
    truth, answer = now
    names = (_("true value (CE)"), _("focal loss"), _("recalibrated"))
    figure = theme.figure(
        [
            marks.line(true, undone, theme.THIRD.line(5), name=names[2]),
            marks.line(true, true, theme.CROSS_ENTROPY.line(2), name=names[0]),
            marks.line(true, answered, theme.FOCAL.line(4), name=names[1]),
            marks.dot(truth, answer, theme.FOCAL.color, name=names[1]),
            marks.dot(truth, truth, theme.CROSS_ENTROPY.color, name=names[0]),
        ],
        height=430,
        xaxis=theme.axis(_("true probability of an object"), range=[0, 1], showgrid=False),
        yaxis=theme.axis(_("what the model predicts"), range=[0, 1]),
        shapes=[marks.upright(decision), marks.level(0.5)],
        annotations=[
            *marks.key(
                (name, ink.color, x)
                for name, ink, x in zip(names, INKS, (0.0, 0.4, 0.68), strict=True)
            ),
        ],
    )
    sentence = _(
        "Where the true probability is {truth}, the ideal model under focal loss predicts "
        "**{answer}**. Its threshold of 0.5 stands at a true probability of {decision}."
    ).format(truth=percent(truth), answer=percent(answer), decision=percent(decision))
    if not np.allclose(answered, true) and np.all(np.isfinite(undone)):
        off = float(abs(undone - true).max())
        missed = _(
            "Recalibrating by one number misses the true probability by {off} at most; the exact "
            "inverse by none."
        )
        if off < EXACT:
            missed = _("Recalibrating brings the true probability back.")
        sentence = sentences(sentence, missed.format(off=points(off)))
    table: dict[str, Any] = {
        _("true probability"): true,
        _("prediction under focal loss"): answered,
        _("recalibrated by one number"): _filled(undone),
    }
    return Exhibit(figure, sentence, table)


def ten_classes(names: Sequence[str], true: Floats, answered: Floats, undone: Floats) -> Exhibit:
    """True probabilities of several classes, predicted and recalibrated ones, on a log axis."""
    groups = {_("true"): true, _("predicted"): answered, _("recalibrated"): undone}
    figure = theme.figure(
        [
            _class_marks(values, name, ink, symbol, **look)
            for (name, values), ink, (symbol, look) in zip(
                groups.items(), INKS, SYMBOLS.items(), strict=True
            )
        ],
        height=300,
        xaxis=theme.axis(
            _("class"),
            range=[-0.6, len(names) - 0.4],
            showgrid=False,
            **marks.named(names, range(len(names))),
        ),
        yaxis=theme.axis(_("probability"), type="log", range=[-3, 0]),
        annotations=marks.key(
            (f"{sign} {name}", ink.color, x)
            for name, ink, sign, x in zip(groups, INKS, "○●◆", (0.0, 0.3, 0.65), strict=True)
        ),
    )
    sentence = _(
        "A class with a true probability of {true} is predicted **{answered}**: lower, not "
        "higher. With many classes a small probability can be pushed down further."
    ).format(true=percent(float(true[-1])), answered=percent(float(answered[-1])))
    table: dict[str, Any] = {
        _("class"): list(names),
        **groups,
    }
    return Exhibit(figure, sentence, table)


def _class_marks(
    values: Floats, name: str, ink: theme.Ink, symbol: str, *, size: float, beside: float
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": (np.arange(len(values)) + beside).tolist(),
        "y": theme.series(values),
        "marker": {"color": ink.color, "size": size, "symbol": symbol, "line": {"width": 3}},
        "name": name,
        "tip": [entry(name, percent(float(value))) for value in values],
        "hoverinfo": "y+name",
    }


def reliability(
    before: Reliability,
    after: Reliability,
    errors: tuple[CalibrationErrors, CalibrationErrors],
    over_all: Sequence[float],
    low: float,
) -> Exhibit:
    """Observed frequency against score on a trained model, as trained and recalibrated.

    errors: of this model and of one trained with cross entropy, over the outputs whose recalibrated
    score is low or more; over_all: the same three errors over all outputs.
    """
    names = (_("focal loss’s score"), _("recalibrated"))
    figure = theme.figure(
        [
            marks.line([0, 1], [0, 1], {"color": theme.FAINT, "dash": "dot", "width": 2}),
            _bins(before, theme.FOCAL, names[0]),
            _bins(after, theme.THIRD, names[1]),
        ],
        height=380,
        xaxis=theme.axis(_("score"), range=[0, 1], showgrid=False),
        yaxis=theme.axis(_("observed frequency"), range=[0, 1]),
        annotations=marks.key(
            zip(names, (theme.FOCAL.color, theme.THIRD.color), (0.0, 0.45), strict=True)
        ),
    )
    focal, plain = errors
    helped = (
        _("recalibrating helps here")
        if focal.after < focal.before
        else _("recalibrating does not help here: the model is far from the ideal one")
    )
    sentence = _(
        "One recorded detector, one seed. The expected calibration error (ECE) is the mean gap "
        "between score and observed frequency. Over the {outputs} outputs whose recalibrated score "
        "is {low:g} or more it is {before} as trained and **{after}** recalibrated; {helped}. A "
        "detector trained with cross entropy has {plain} over its own {others} such outputs. Over "
        "all outputs, nearly all sure background, the three are {all}. The rightmost green point "
        "rests on {few} outputs."
    ).format(
        low=low,
        outputs=count(focal.outputs),
        before=number(focal.before),
        after=number(focal.after),
        helped=helped,
        plain=number(plain.before),
        others=count(plain.outputs),
        all=listed(list(map(number, over_all))),
        few=int(after.counts[after.counts > 0][-1]),
    )
    table: dict[str, Any] = {
        _("bin from"): before.edges[:-1],
        _("outputs before"): before.counts,
        _("score before"): _filled(before.mean_scores),
        _("frequency before"): _filled(before.frequencies),
        _("outputs after"): after.counts,
        _("score after"): _filled(after.mean_scores),
        _("frequency after"): _filled(after.frequencies),
    }
    return Exhibit(figure, sentence, table)


def _bins(each: Reliability, ink: theme.Ink, name: str) -> dict[str, Any]:
    curve = marks.line(each.mean_scores, each.frequencies, ink.line(), name=name)
    return curve | {"mode": "lines+markers"}


def _filled(values: Floats) -> list[float | None]:
    """Where there is no number there is no cell."""
    return [None if np.isnan(value) else float(value) for value in values]
