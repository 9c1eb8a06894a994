"""AP over the imbalance of images of several sizes, and what focal loss leads by on each."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.training.imbalance.plan import CE, FL, FL_TUNED, LOSSES, OHEM
from focal_core.training.imbalance.recorded import Size, is_clear
from focal_core.training.recorded import Difference
from focal_ui.figures import marks
from focal_ui.figures.trained.training import inks_of
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import (
    _,
    ap_and_spread,
    ap_points,
    entry,
    lead_and_spread,
    listed,
    number,
    part_of,
)

ENDS = (1_000.0, 300_000.0)  # of the axis: outputs to each positive one
APART = 1.07  # factor between two losses at one size, so that their ranges can be told apart


def over_imbalance(sizes: Sequence[Size]) -> Exhibit:
    """Left a line a loss with the range of its seeds; right focal loss minus cross entropy.

    sizes: at least one, by size.
    """
    figure = theme.figure(
        [*_lines(sizes), *_leads(sizes)],
        height=430,
        margin={"l": 8, "r": 16, "t": 112, "b": 8},
        xaxis=_across(sizes, domain=[0, 0.56]),
        yaxis=theme.axis(_("AP, test images"), range=[0, 1.08 * _highest(sizes)]),
        xaxis2=_across(sizes, domain=[0.66, 1], anchor="y2"),
        yaxis2=theme.axis(range=_lead_range(sizes), anchor="x2"),
        shapes=[*_ranges(sizes), _zero()],
        annotations=[*_key(), _lead_title()],
        narrow=_one_above_the_other(),
    )
    return Exhibit(figure, _sentence(sizes), _table(sizes))


def lead_in_words(size: Size) -> str:
    """Focal loss minus cross entropy, and whether that is clear."""
    lead = size.difference(FL, CE)
    words = _("{lead} (clear)") if is_clear(lead) else _("{lead} (not clear)")
    return words.format(lead=apart(lead))


def apart(difference: Difference) -> str:
    """A paired difference in points with its standard deviation; a single seed has none."""
    if difference.seeds > 1:
        return lead_and_spread(difference.mean, difference.sd)
    return _("{lead} with one seed").format(lead=_signed(100 * difference.mean))


def ratio(size: Size) -> str:
    """The imbalance, 1 : 2,130, which no line may part."""
    return _("1 : {n}").format(n=number(round(size.per_positive, -1))).replace(" ", "\u00a0")


def _lines(sizes: Sequence[Size]) -> list[dict[str, Any]]:
    drawn = []
    for at, (loss, ink) in enumerate(zip(LOSSES, inks_of(LOSSES), strict=True)):
        x = [_place(size, at) for size in sizes]
        y = [100 * size.points[loss].mean for size in sizes]
        drawn.append(marks.line(x, y, ink.line()) | {"name": _(loss)})
        drawn.append(
            _dots(x, y, ink.color, 9)
            | {"tip": [entry(part_of(_(loss), ratio(s)), _ap(s, loss)) for s in sizes]}
        )
    return drawn


def _leads(sizes: Sequence[Size]) -> list[dict[str, Any]]:
    """The mean of each size, and the difference of each seed as a small dot."""
    x = [size.per_positive for size in sizes]
    means = [100 * size.difference(FL, CE).mean for size in sizes]
    single = [(size, seed, apart) for size in sizes for seed, apart in _by_seed(size).items()]
    where = {"xaxis": "x2", "yaxis": "y2"}
    return [
        marks.line(x, means, theme.FOCAL.line(), "2") | {"name": _("mean")},
        _dots([s.per_positive for s, _seed, _apart in single], [a for *_rest, a in single],
              theme.NEUTRAL, 6)
        | where
        | {"tip": [_("seed {seed}: {lead}").format(seed=seed, lead=_signed(a))
                   for _size, seed, a in single]},
        _dots(x, means, theme.FOCAL.color, 12)
        | where
        | {"tip": [entry(ratio(size), lead_in_words(size)) for size in sizes]},
    ]  # fmt: skip


def _dots(x: Sequence[float], y: Sequence[float], color: str, size: int) -> dict[str, Any]:
    look = {"color": color, "size": size}
    return {"type": "scatter", "mode": "markers", "x": list(x), "y": list(y), "marker": look}


def _ranges(sizes: Sequence[Size]) -> list[dict[str, Any]]:
    """From the lowest to the highest seed, upright."""
    return [
        {
            "type": "line", "xref": "x", "yref": "y",
            "x0": _place(size, at), "x1": _place(size, at),
            "y0": 100 * min(size.points[loss].aps.values()),
            "y1": 100 * max(size.points[loss].aps.values()),
            "line": {"color": ink.color, "width": 2, "dash": "solid"},
        }
        for at, (loss, ink) in enumerate(zip(LOSSES, inks_of(LOSSES), strict=True))
        for size in sizes
    ]  # fmt: skip


def _zero() -> dict[str, Any]:
    ends = {"x0": 0, "x1": 1, "y0": 0, "y1": 0}
    line = {"color": theme.NEUTRAL, "width": 2, "dash": "solid"}
    return {"type": "line", "xref": "x2 domain", "yref": "y2", "line": line} | ends


def _across(sizes: Sequence[Size], **more: Any) -> dict[str, Any]:
    return theme.axis(
        _("outputs to each positive one"),
        type="log",
        range=np.log10(ENDS).tolist(),
        showgrid=False,
        **marks.named(
            [number(round(size.per_positive, -1)) for size in sizes],
            [size.per_positive for size in sizes],
        ),
        **more,
    )


def _key() -> list[dict[str, Any]]:
    """Names of the losses above the left panel, in one column: a phone has room for no second."""
    return [
        theme.label(
            f"<b>{marks.DASHES[ink.dash]} {_(loss)}</b>",
            0, 1, xref="x domain", yref="y domain", xanchor="left", yanchor="bottom",
            yshift=4 + 20 * (len(LOSSES) - 1 - at), wide=0.9,
            font={"color": ink.color, "size": theme.FONT_SIZE - 1},
        )
        for at, (loss, ink) in enumerate(zip(LOSSES, inks_of(LOSSES), strict=True))
    ]  # fmt: skip


def _lead_title() -> dict[str, Any]:
    return marks.panel_title(_("FL − CE, points of AP"), "2", font={"color": theme.FOCAL.color})


def _one_above_the_other() -> dict[str, Any]:
    """On a phone: the lines above, the difference below."""
    return {
        "height": 590,
        "xaxis": {"domain": [0, 1]},
        "yaxis": {"domain": [0.52, 1]},
        "xaxis2": {"domain": [0, 1]},
        "yaxis2": {"domain": [0, 0.32]},
    }


def _place(size: Size, at: int) -> float:
    return float(size.per_positive * APART ** (at - (len(LOSSES) - 1) / 2))


def _highest(sizes: Sequence[Size]) -> float:
    return max(100 * ap for size in sizes for p in size.points.values() for ap in p.aps.values())


def _lead_range(sizes: Sequence[Size]) -> list[float]:
    """Zero and every seed, with room for words at both ends."""
    each = [0.0, *(apart for size in sizes for apart in _by_seed(size).values())]
    low, high = min(each), max(each)
    room = 0.15 * max(high - low, 1.0)
    return [low - room, high + room]


def _by_seed(size: Size) -> dict[int, float]:
    """Focal loss minus cross entropy in points."""
    return {seed: 100 * apart for seed, apart in size.by_seed(FL, CE).items()}


def _signed(points: float) -> str:
    return ("+" if points > 0 else "") + ap_points(points / 100)


def _ap(size: Size, loss: str) -> str:
    return ap_and_spread(size.points[loss].mean, size.points[loss].sd)


def _sentence(sizes: Sequence[Size]) -> str:
    each = listed(
        [
            _("{lead} at {ratio}").format(ratio=ratio(size), lead=lead_in_words(size))
            for size in sizes
        ],
    )
    largest = sizes[-1]
    best = max(LOSSES, key=lambda loss: largest.points[loss].mean)
    return _(
        "Focal loss minus cross entropy in points of AP, paired by seed: {each}. At {ratio} the "
        "best is {best} with {ap}. Dots: means; upright lines: from the lowest seed to the highest."
    ).format(each=each, ratio=ratio(largest), best=_(best), ap=_ap(largest, best))


def _table(sizes: Sequence[Size]) -> dict[str, Sequence[Any]]:
    leads = [size.difference(FL, CE) for size in sizes]
    table: dict[str, Sequence[Any]] = {
        _("image, pixels"): [size.side for size in sizes],
        _("anchors"): [size.anchors for size in sizes],
        _("outputs to each positive one"): [round(size.per_positive) for size in sizes],
        _("seeds"): [size.seeds for size in sizes],
    }
    for loss in LOSSES:
        points = [size.points[loss] for size in sizes]
        table[_("{loss}: AP").format(loss=_(loss))] = [round(100 * p.mean, 2) for p in points]
        table[_("{loss}: standard deviation").format(loss=_(loss))] = [
            round(100 * p.sd, 2) for p in points
        ]
    return table | {
        _("tuned α"): [size.points[FL_TUNED].setting.alpha for size in sizes],
        _("OHEM, anchors an image"): [size.points[OHEM].setting.hardest for size in sizes],
        _("FL − CE, points"): [round(100 * lead.mean, 2) for lead in leads],
        _("its standard deviation"): [round(100 * lead.sd, 2) for lead in leads],
        _("focal loss ahead, of the seeds"): [lead.wins for lead in leads],
        _("clear"): [_("yes") if is_clear(lead) else _("no") for lead in leads],
    }
