"""AP over the imbalance of images of several sizes; what focal loss leads by on each."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.training.imbalance.plan import CE, CE_FITTED, FL, FL_TUNED, LOSSES, OHEM
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
INKS = dict(zip(LOSSES, inks_of(LOSSES), strict=True))
COMPARED = (CE, CE_FITTED)  # what focal loss leads, or not
APART = 1.07  # factor between two losses at one size, so that their ranges can be told apart


def over_imbalance(sizes: Sequence[Size]) -> Exhibit:
    """Left a line a loss with the range of its seeds; right what focal loss is ahead by.

    sizes: at least one, by size.
    """
    figure = theme.figure(
        [*_lines(sizes), *_leads(sizes)],
        height=430,
        margin={"l": 8, "r": 16, "t": 20 + 20 * len(_drawn(sizes)), "b": 8},
        xaxis=_across(sizes, domain=[0, 0.56]),
        yaxis=theme.axis(_("AP, test images"), range=[0, 1.08 * _highest(sizes)]),
        xaxis2=_across(sizes, domain=[0.66, 1], anchor="y2"),
        yaxis2=theme.axis(range=_lead_range(sizes), anchor="x2"),
        shapes=[*_ranges(sizes), _zero()],
        annotations=[*_key(sizes), *_lead_key()],
        narrow=_one_above_the_other(),
    )
    return Exhibit(figure, _sentence(sizes), _table(sizes))


def lead_in_words(lead: Difference) -> str:
    """A paired difference in points with its standard deviation, and whether it is clear."""
    words = _("{lead} (clear)") if is_clear(lead) else _("{lead} (not clear)")
    return words.format(lead=lead_and_spread(lead.mean, lead.sd))


def ratio(size: Size) -> str:
    """The imbalance, 1 : 2,130, which no line may part."""
    return _("1 : {n}").format(n=number(round(size.per_positive, -1))).replace(" ", "\u00a0")


def _drawn(sizes: Sequence[Size]) -> dict[str, theme.Ink]:
    """Each loss with its ink; the tuned α has no line of its own where it is the paper's."""
    same = (s.points[FL_TUNED].setting.alpha == s.points[FL].setting.alpha for s in sizes)
    left_out = FL_TUNED if all(same) else None
    return {loss: ink for loss, ink in INKS.items() if loss != left_out}


def _lines(sizes: Sequence[Size]) -> list[dict[str, Any]]:
    drawn = []
    for at, (loss, ink) in enumerate(_drawn(sizes).items()):
        x = [_place(size, at) for size in sizes]
        y = [100 * size.points[loss].mean for size in sizes]
        drawn.append(marks.line(x, y, ink.line()) | {"name": _(loss)})
        drawn.append(
            _dots(x, y, ink.color, 9)
            | {"tip": [entry(part_of(_(loss), ratio(s)), _ap(s, loss)) for s in sizes]}
        )
    return drawn


def _leads(sizes: Sequence[Size]) -> list[dict[str, Any]]:
    """Focal loss minus each cross entropy: every seed as a small dot, the means with a line."""
    where = {"xaxis": "x2", "yaxis": "y2"}
    drawn = []
    for at, other in enumerate(COMPARED):
        ink = INKS[other]
        x = [_place(size, 2 * at + 1) for size in sizes]
        leads = [size.difference(FL, other) for size in sizes]
        means = [100 * lead.mean for lead in leads]
        each = [size.by_seed(FL, other) for size in sizes]
        places = [place for place, seeds in zip(x, each, strict=True) for _seed in seeds]
        seeds = [(seed, 100 * lead) for seeds in each for seed, lead in seeds.items()]
        drawn += [
            _dots(places, [lead for _seed, lead in seeds], ink.color, 5)
            | where
            | {"tip": [_("seed {seed}: {lead}").format(seed=seed, lead=_signed(lead))
                       for seed, lead in seeds]},
            marks.line(x, means, ink.line(), "2") | {"name": _minus(other)},
            _dots(x, means, ink.color, 12)
            | where
            | {"tip": [entry(part_of(_minus(other), ratio(size)), lead_in_words(lead))
                       for size, lead in zip(sizes, leads, strict=True)]},
        ]  # fmt: skip
    return drawn


def _minus(other: str) -> str:
    return _("FL − {other}").format(other=_(other))


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
        for at, (loss, ink) in enumerate(_drawn(sizes).items())
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


def _key(sizes: Sequence[Size]) -> list[dict[str, Any]]:
    """Names of the losses above the left panel, in one column: a phone has room for no second."""
    names = [(_(loss), ink) for loss, ink in _drawn(sizes).items()]
    return _column(names, "x domain", "y domain")


def _lead_key() -> list[dict[str, Any]]:
    names = [(_minus(other), INKS[other]) for other in COMPARED]
    return _column(names, "x2 domain", "y2 domain")


def _column(names: Sequence[tuple[str, theme.Ink]], x: str, y: str) -> list[dict[str, Any]]:
    return [
        theme.label(
            f"<b>{marks.with_dash(name, ink)}</b>",
            0, 1, xref=x, yref=y, xanchor="left", yanchor="bottom",
            yshift=4 + 20 * (len(names) - 1 - at), wide=0.9,
            font={"color": ink.color, "size": theme.FONT_SIZE - 1},
        )
        for at, (name, ink) in enumerate(names)
    ]  # fmt: skip


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
    each = [100 * ap for s in sizes for other in COMPARED for ap in s.by_seed(FL, other).values()]
    low, high = min(0.0, *each), max(0.0, *each)
    room = 0.15 * max(high - low, 1.0)
    return [low - room, high + room]


def _signed(points: float) -> str:
    return ("+" if points > 0 else "") + ap_points(points / 100)


def _ap(size: Size, loss: str) -> str:
    return ap_and_spread(size.points[loss].mean, size.points[loss].sd)


def _sentence(sizes: Sequence[Size]) -> str:
    plain, fitted = (
        listed([lead_in_words(size.difference(FL, other)) for size in sizes]) for other in COMPARED
    )
    return _(
        "Focal loss minus cross entropy in points of AP, paired by seed, from {first} to {last}: "
        "{plain}. If the prior of cross entropy is as rare as the objects: {fitted}. Large dots: "
        "means; upright lines: from the lowest seed to the highest; small dots: seeds."
    ).format(first=ratio(sizes[0]), last=ratio(sizes[-1]), plain=plain, fitted=fitted)


def _table(sizes: Sequence[Size]) -> dict[str, Sequence[Any]]:
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
    table[_("tuned α")] = [size.points[FL_TUNED].setting.alpha for size in sizes]
    table[_("OHEM, anchors an image")] = [size.points[OHEM].setting.hardest for size in sizes]
    for other in COMPARED:
        leads = [size.difference(FL, other) for size in sizes]
        name = _minus(other)
        table |= {
            entry(name, _("points")): [round(100 * lead.mean, 2) for lead in leads],
            entry(name, _("standard deviation")): [round(100 * lead.sd, 2) for lead in leads],
            entry(name, _("seeds ahead")): [lead.wins for lead in leads],
            entry(name, _("clear")): [_("yes") if is_clear(lead) else _("no") for lead in leads],
        }
    return table
