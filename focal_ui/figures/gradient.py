"""Pictures of what moves the weights: loss, gradient and curvature, and each class's part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from focal_core.budget import Budget
from focal_core.checks import Floats
from focal_core.curve import Anatomy
from focal_ui.figures import marks
from focal_ui.figures.curve import HELD
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent, times

PANELS = (("3", [0.71, 1]), ("2", [0.355, 0.645]), ("", [0, 0.29]))  # loss on top
ALIKE = 0.08  # two shares whose numbers would touch
NAMED_AT = 0.62  # p_t at which the lines of the second picture have their names
FLOOR_INKS = (theme.CROSS_ENTROPY, theme.FOCAL, theme.THIRD)


@dataclass(frozen=True)
class Floor:
    """One panel of three: what it counts, under each loss, and which values it has room for."""

    title: str
    curves: tuple[Floats, Floats, Floats]  # cross entropy, focal loss, FL*
    cursor: tuple[Floats, Floats]  # cross entropy, focal loss
    span: tuple[float, float]


def three_floors(focal: Anatomy, star: Anatomy, at: Anatomy, bends_at: float | None) -> Exhibit:
    """Loss, gradient and curvature over one p_t axis: CE, focal loss and the paper's FL*.

    at: the anatomy of focal loss at the cursor. bends_at: the p_t below which it is not convex.
    """
    floors, where = _floors(focal, star, at), float(at.p_t)
    names = (_("cross entropy"), _("focal loss"), _("FL*"))
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    for (panel, domain), floor in zip(PANELS, floors, strict=True):
        data += _floor_marks(floor, names, focal.p_t, where, panel)
        layout |= _floor_axes(floor, panel, domain)
    figure = theme.figure(
        data,
        height=430,
        margin={"l": 8, "r": 16, "t": 48, "b": 8},
        shapes=[
            *(marks.upright(where, panel) for panel, _domain in PANELS),
            marks.level(0),
            _not_convex(bends_at or 0.0),
        ],
        annotations=[
            *marks.key(
                (
                    (marks.with_dash(name, ink), ink.color, x)
                    for name, ink, x in zip(names, FLOOR_INKS, (0.0, 0.44, 0.8), strict=True)
                ),
                yshift=20,
            ),
            *(
                marks.panel_title(floor.title, panel)
                for (panel, _domain), floor in zip(PANELS, floors, strict=True)
            ),
        ],
        **layout,
    )
    table = {"p_t": focal.p_t}
    for floor in floors:
        for name, values in zip(names, floor.curves, strict=True):
            table[_("{what}, {loss}").format(what=floor.title, loss=name)] = values
    return Exhibit(figure, _two_reductions(at), table)


def _floors(focal: Anatomy, star: Anatomy, at: Anatomy) -> tuple[Floor, Floor, Floor]:
    return (
        Floor(
            _("loss"),
            (focal.cross_entropy, focal.focal, star.focal),
            (at.cross_entropy, at.focal),
            (0, 4),
        ),
        Floor(
            _("gradient, |dL/dx|"),
            (focal.cross_entropy_slope, focal.focal_slope, star.focal_slope),
            (at.cross_entropy_slope, at.focal_slope),
            (0, 1.4),
        ),
        Floor(
            _("curvature, d²L/dx²"),
            (focal.cross_entropy_curvature, focal.focal_curvature, star.focal_curvature),
            (at.cross_entropy_curvature, at.focal_curvature),
            (-0.2, 0.55),
        ),
    )


def _floor_marks(
    floor: Floor, names: Sequence[str], p_t: Floats, where: float, panel: str
) -> list[dict[str, Any]]:
    lines = [
        marks.line(p_t, values, ink.line(), panel, name)
        for values, ink, name in zip(floor.curves, FLOOR_INKS, names, strict=True)
    ]
    dots = [
        marks.dot(where, float(y), ink.color, panel, name) | HELD
        for y, ink, name in zip(floor.cursor, FLOOR_INKS, names, strict=False)
    ]
    return lines + dots


def _floor_axes(floor: Floor, panel: str, domain: list[float]) -> dict[str, Any]:
    """The lowest panel, the one without a number, writes p_t for all three."""
    lowest = not panel
    return {
        f"xaxis{panel}": theme.axis(
            _("p<sub>t</sub>, probability of the true class") if lowest else "",
            range=[0, 1],
            showgrid=False,
            showticklabels=lowest,
            anchor=f"y{panel}",
        ),
        f"yaxis{panel}": theme.axis(
            range=list(floor.span), domain=domain, nticks=4, anchor=f"x{panel}"
        ),
    }


def reductions(focal: Anatomy, at: Anatomy, equal_at: float | None, limit: float) -> Exhibit:
    """What loss and gradient are divided by, and where both losses have equal gradients.

    limit: the reduction of the loss by that of the gradient as p_t goes to 1.
    """
    where = float(at.p_t)
    names = (_("loss"), _("gradient"))
    figure = theme.figure(
        [
            marks.line(focal.p_t, focal.loss_reduction, theme.FOCAL.line(), name=names[0]),
            marks.line(focal.p_t, focal.slope_reduction, theme.THIRD.line(), name=names[1]),
            marks.dot(where, float(at.loss_reduction), theme.FOCAL.color, name=names[0]) | HELD,
            marks.dot(where, float(at.slope_reduction), theme.THIRD.color, name=names[1]) | HELD,
        ],
        height=300,
        xaxis=theme.axis(
            _("p<sub>t</sub>, probability of the true class"), range=[0, 1], showgrid=False
        ),
        yaxis=theme.axis(
            _("cross entropy ÷ focal loss"), type="log", range=[-0.3, 4], exponentformat="power"
        ),
        shapes=[marks.level(1), marks.upright(equal_at)],
        annotations=[
            theme.label(
                f"<b>{name}</b>",
                NAMED_AT,
                float(np.log10(np.interp(NAMED_AT, focal.p_t, values))),
                **side,
                font={"color": ink.color},
            )
            for name, values, ink, side in zip(
                names,
                (focal.loss_reduction, focal.slope_reduction),
                (theme.FOCAL, theme.THIRD),
                (
                    {"xanchor": "right", "yanchor": "bottom", "xshift": -4},
                    {"xanchor": "left", "yanchor": "top", "xshift": 4},
                ),
                strict=True,
            )
        ],
    )
    if equal_at is None:
        sentence = _("At γ = 0 both are cross entropy’s, everywhere.")
    else:
        sentence = _(
            "Below $p_t$ = **{equal}** the gradient of focal loss is *larger* than that of "
            "cross entropy. Towards $p_t$ = 1 the loss shrinks {limit} as much as the gradient."
        ).format(equal=number(equal_at), limit=times(limit))
    table = {
        "p_t": focal.p_t,
        _("loss, cross entropy ÷ focal loss"): focal.loss_reduction,
        _("gradient, cross entropy ÷ focal loss"): focal.slope_reduction,
    }
    return Exhibit(figure, sentence, table)


def who_pulls(
    names: Sequence[str], by_loss: Sequence[Budget], by_slope: Sequence[Budget]
) -> Exhibit:
    """Background's share of the loss beside its share of the gradient, for each scenario."""
    groups = (
        (_("of the loss"), by_loss, theme.FOCAL),
        (_("of the gradient"), by_slope, theme.THIRD),
    )
    shares = [[budget.negative_share for budget in budgets] for _name, budgets, _ink in groups]
    places = [[i + side for i in range(len(names))] for side in (-0.19, 0.19)]
    key = marks.key(
        (f"{marks.HATCHED} {name}", ink.color, x)
        for (name, _budgets, ink), x in zip(groups, (0.0, 0.4), strict=True)
    )
    figure = theme.figure(
        [
            marks.bars(
                at,
                [share or 0.0 for share in of_group],
                theme.class_fill([ink] * len(names), background=True),
                width=0.34,
                name=name,
            )
            for (name, _budgets, ink), at, of_group in zip(groups, places, shares, strict=True)
        ],
        height=320,
        xaxis=theme.axis(
            range=[-0.6, len(names) - 0.4],
            showgrid=False,
            **marks.named(names, range(len(names))),
        ),
        yaxis=theme.axis(_("background’s share"), range=[0, 1.1], tickformat=".0%"),
        annotations=[*key, *_numbers_above(shares, places, apart=False)],
        narrow={"annotations": [*key, *_numbers_above(shares, places, apart=True)]},
    )
    sentence = _(
        "In *Easy background* background makes up {loss} of the loss but **{slope}** of the "
        "gradient. Sizes are added up here; in a network, opposite directions partly cancel."
    ).format(
        loss=percent(by_loss[0].negative_share),
        slope=percent(by_slope[0].negative_share),
    )
    table: dict[str, Any] = {
        _("scenario"): list(names),
        _("background’s share of the loss"): [b.negative_share for b in by_loss],
        _("background’s share of the gradient"): [b.negative_share for b in by_slope],
    }
    return Exhibit(figure, sentence, table)


def _numbers_above(
    shares: Sequence[Sequence[float | None]], places: Sequence[Sequence[float]], *, apart: bool
) -> list[dict[str, Any]]:
    """Each bar's number above it.

    apart: that of the higher of two bars is lifted where they are nearly as high: a phone has no
    room side by side.
    """
    sides = ((theme.FOCAL, "right", 18), (theme.THIRD, "left", -18))
    notes = []
    for pair, spots in zip(zip(*shares, strict=True), zip(*places, strict=True), strict=True):
        heights = [share or 0.0 for share in pair]
        alike = apart and abs(heights[0] - heights[1]) < ALIKE
        for share, height, x, (ink, side, shift) in zip(pair, heights, spots, sides, strict=True):
            lift = 13 if alike and height == max(heights) else 0
            where = {"xanchor": side, "xshift": shift, "yanchor": "bottom", "yshift": lift}
            font = {"color": ink.color, "size": theme.FONT_SIZE - 1}
            notes.append(theme.label(percent(share), x, height, **where, font=font))
    return notes


def _two_reductions(at: Anatomy) -> str:
    loss, slope = float(at.loss_reduction), float(at.slope_reduction)
    if loss == slope == 1:
        return _(
            "At γ = 0 loss, gradient and curvature are cross entropy’s at every $p_t$; x is the "
            "logit, the score before the sigmoid."
        )
    if slope >= 1:
        words = _(
            "At $p_t$ = {p_t:g} focal loss is **{loss}** smaller than cross entropy, its gradient "
            "only **{slope}** smaller; x is the logit, the score before the sigmoid."
        )
    else:
        words = _(
            "At $p_t$ = {p_t:g} focal loss is **{loss}** smaller than cross entropy, but its "
            "gradient **{slope}** larger; x is the logit, the score before the sigmoid."
        )
    return words.format(
        p_t=float(at.p_t), loss=times(loss), slope=times(slope if slope >= 1 else 1 / slope)
    )


def _not_convex(until: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "y domain",
        "x0": 0,
        "x1": until,
        "y0": 0,
        "y1": 1,
        "fillcolor": "rgba(213,94,0,0.18)",
        "line": {"width": 0},
        "layer": "below",
    }
