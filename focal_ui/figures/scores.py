"""Pictures of single scores: where each class lies, the hardest rows, totals of one class."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from focal_core.budget import Budget
from focal_core.checks import Floats
from focal_core.probability import logit
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, count, entry, number, numeral, percent, sentences, short

EDGES = np.linspace(-10, 10, 41)  # logits
TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
_GREY = theme.Ink(theme.NEUTRAL, "solid")


@dataclass(frozen=True)
class Line:
    """One row of the visitor's data and its loss; share: its part of all focal loss."""

    line: int
    is_object: bool
    probability: float
    cross_entropy: float
    focal_loss: float
    gradient: float
    share: float | None


def histogram(background: Floats, objects: Floats) -> Exhibit:
    """Where the scores of each class lie, each class by itself. background, objects: logits."""
    parts = [_parts(background), _parts(objects)]
    highest = max(0.05, *(float(part.max()) for part in parts))
    names = (_("background"), _("objects"))
    panels = ("", "2")
    data = [
        {
            "type": "bar",
            "x": theme.series((EDGES[:-1] + EDGES[1:]) / 2),
            "y": theme.series(part),
            "width": 0.5,
            "marker": theme.class_fill([_GREY] * len(part), background=not panel),
            "name": name,
            "hovertemplate": "%{y:.1%}<extra>" + name + "</extra>",
            "xaxis": f"x{panel}",
            "yaxis": f"y{panel}",
        }
        for part, name, panel in zip(parts, names, panels, strict=True)
    ]
    ticks: dict[str, Any] = {
        "range": [-10, 10],
        "tickvals": logit(TICKS).tolist(),
        "ticktext": list(map(short, TICKS)),
    }
    share: dict[str, Any] = {"range": [0, 1.35 * highest], "tickformat": ".0%", "nticks": 4}
    figure = theme.figure(
        data,
        height=430,
        bargap=0,
        xaxis=theme.axis(**ticks, showticklabels=False),
        xaxis2=theme.axis(_("p, score for object"), **ticks, anchor="y2"),
        yaxis=theme.axis(**share, domain=[0.54, 1]),
        yaxis2=theme.axis(**share, domain=[0, 0.46], anchor="x2"),
        annotations=[
            theme.label(
                _("<b>{name}</b>: {n} rows").format(name=name, n=count(scores.size)),
                0.02,
                0.98,
                xref=f"x{panel} domain",
                yref=f"y{panel} domain",
                xanchor="left",
                yanchor="top",
            )
            for name, scores, panel in zip(names, (background, objects), panels, strict=True)
        ],
    )
    sentence = _(
        "Each panel adds up to 100% of its class. {high} of {n} background rows score above one "
        "half and {low} of {m} object rows below: there the loss is large."
    ).format(
        high=count(int(np.count_nonzero(background > 0))),
        n=count(background.size),
        low=count(int(np.count_nonzero(objects < 0))),
        m=count(objects.size),
    )
    table = {
        _("logit from"): EDGES[:-1],
        _("logit to"): EDGES[1:],
        _("share of background"): parts[0],
        _("share of objects"): parts[1],
    }
    return Exhibit(figure, sentence, table)


def hardest_lines(lines: Sequence[Line], count: int, carried: Sequence[float | None]) -> Exhibit:
    """The rows with the largest loss: a bar for focal loss and a tick for cross entropy.

    count: how many rows there are in all; carried: the share of the shown ones under both losses.
    """
    places = list(range(len(lines), 0, -1))
    longest = max(max(each.cross_entropy, each.focal_loss) for each in lines) or 1.0
    figure = theme.figure(
        [
            *(_bars_of(lines, places, is_object=each) for each in (False, True)),
            _ticks(lines, places),
        ],
        height=430,
        barmode="overlay",
        margin={"l": 8, "r": 16, "t": 58, "b": 8},
        xaxis=theme.axis(_("loss of the row, nats"), range=[0, 1.08 * longest], nticks=6),
        yaxis=theme.axis(
            range=[0.3, len(lines) + 0.7],
            showgrid=False,
            **marks.named([_("row {n}").format(n=each.line) for each in lines], places),
        ),
        annotations=_key_of_lines(),
    )
    first = lines[0]
    sentence = _(
        "The {shown} hardest of {count} rows make up {before} of the loss under cross entropy and "
        "**{after}** under focal loss. Row {line} has the largest loss: {name}, p = {p}."
    ).format(
        shown=len(lines),
        count=numeral(f"{count:,}"),
        before=percent(carried[0]),
        after=percent(carried[1]),
        line=first.line,
        name=_class_name(first.is_object),
        p=number(first.probability),
    )
    return Exhibit(figure, sentence, _table_of_lines(lines))


def _bars_of(lines: Sequence[Line], places: Sequence[int], *, is_object: bool) -> dict[str, Any]:
    """The focal loss of the rows of one class."""
    of_class = [
        (place, each)
        for place, each in zip(places, lines, strict=True)
        if each.is_object == is_object
    ]
    return marks.bars(
        [each.focal_loss for _place, each in of_class],
        [place for place, _each in of_class],
        theme.class_fill([theme.FOCAL] * len(of_class), background=not is_object),
        orientation="h",
        width=0.55,
        name=_("focal loss, {name}").format(name=_class_name(is_object)),
    )


def _ticks(lines: Sequence[Line], places: Sequence[int]) -> dict[str, Any]:
    """The cross entropy of the rows."""
    paid = [each.cross_entropy for each in lines]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": paid,
        "y": list(places),
        "marker": {
            "symbol": "line-ns",
            "size": 18,
            "line": {"color": theme.CROSS_ENTROPY.color, "width": 4},
        },
        "name": _("cross entropy"),
        "tip": [_("cross entropy: {loss}").format(loss=number(loss)) for loss in paid],
        "hoverinfo": "x+name",
    }


def _key_of_lines() -> list[dict[str, Any]]:
    """Above the picture in two rows: what bar and tick mean, and what the fills do."""
    losses = marks.key(
        [
            (_("bar: focal loss"), theme.FOCAL.color, 0.0),
            (_("tick: cross entropy"), theme.CROSS_ENTROPY.color, 0.4),
        ],
        yshift=24,
    )
    fills = ((marks.HATCHED, _("background")), (marks.PLAIN, _("object")))
    return [*losses, marks.class_key(fills)]


def _table_of_lines(lines: Sequence[Line]) -> dict[str, Sequence[Any]]:
    return {
        _("row"): [each.line for each in lines],
        _("class"): [_class_name(each.is_object) for each in lines],
        _("probability p of an object"): [float(f"{each.probability:.7g}") for each in lines],
        _("cross entropy"): [each.cross_entropy for each in lines],
        _("focal loss"): [each.focal_loss for each in lines],
        _("gradient by the logit"): [each.gradient for each in lines],
        _("share of all focal loss"): [each.share for each in lines],
    }


def totals(before: Budget, after: Budget, *, background: bool) -> Exhibit:
    """Totals where only one class has rows, so that no share is defined.

    background: whether that class is the background.
    """
    paid = [before.total, after.total]
    inks = (theme.CROSS_ENTROPY, theme.FOCAL)
    names = (_("Cross entropy"), _("Focal loss"))
    figure = theme.figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": paid,
                "y": [1, 0],
                "width": 0.45,
                "marker": theme.class_fill(inks, background=background),
                "tip": [
                    entry(name, number(total)) for name, total in zip(names, paid, strict=True)
                ],
                "hovertemplate": "%{x:.4~g}<extra></extra>",
            }
        ],
        height=theme.BARS_HEIGHT,
        xaxis=theme.axis(_("total loss, nats"), range=[0, max(*paid) or 1.0], nticks=5),
        yaxis=theme.axis(range=[-0.5, 1.75], showticklabels=False, showgrid=False),
        annotations=[
            theme.label(
                _("<b>{loss}</b>: {total} in total").format(loss=name, total=number(total)),
                0,
                y + 0.25,
                xref="x domain",
                xanchor="left",
                yanchor="bottom",
            )
            for name, total, y in zip(names, paid, (1, 0), strict=True)
        ],
    )
    only = (
        _("There are no objects here, only background")
        if background
        else _("There is no background here, only objects")
    )
    total = _("The total is **{after}**, as under cross entropy.")
    if before != after:
        total = _("The total falls from {before} to **{after}**.")
    sentence = sentences(
        _("{only}: a share is not defined.").format(only=only),
        total.format(before=number(before.total), after=number(after.total)),
    )
    table: dict[str, Any] = {
        _("loss"): list(names),
        _("background, total"): [before.negatives, after.negatives],
        _("objects, total"): [before.positives, after.positives],
    }
    return Exhibit(figure, sentence, table)


def _class_name(is_object: bool) -> str:
    return _("object") if is_object else _("background")


def _parts(logits: Floats) -> Floats:
    """Which part of the scores lies in each bin; the outermost take what lies beyond."""
    inside = logits.clip(EDGES[0], EDGES[-1])
    return np.asarray(np.histogram(inside, EDGES)[0] / max(logits.size, 1))
