"""Pictures of one example's loss: the curve over p_t, and cross entropy x factor = focal loss."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np

from focal_core.checks import Floats
from focal_core.curve import Anatomy
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, short, times

LOSS_TOP, SLOPE_TOP = 5.0, 1.4
HELD = {"hold": {"x": "p_t"}}  # a dot that a visitor can take and move along its curve
LOG_BOTTOM = -6.0
Reading: TypeAlias = Callable[[Anatomy], Floats]
_LOSSES: tuple[Reading, Reading, float] = (
    attrgetter("cross_entropy"),
    attrgetter("focal"),
    LOSS_TOP,
)
_SLOPES: tuple[Reading, Reading, float] = (
    attrgetter("cross_entropy_slope"),
    attrgetter("focal_slope"),
    SLOPE_TOP,
)


def curve(
    family: Sequence[tuple[float, Anatomy]],
    chosen: Anatomy,
    cursor: Anatomy,
    gamma: float,
    *,
    slope: bool,
    log: bool,
) -> Exhibit:
    """Loss (or size of its gradient) against p_t: paper's gammas faint, CE, the chosen bold.

    cursor: the anatomy at the one p_t that the visitor points at.
    """
    before, after, top = _SLOPES if slope else _LOSSES
    where = float(cursor.p_t)
    named = (_("cross entropy"), _("focal loss, γ = {gamma:g}").format(gamma=gamma))
    inks, readings = (theme.CROSS_ENTROPY, theme.FOCAL), (before, after)
    faint = {"color": theme.FAINT, "width": 1.5}
    data = [
        *(marks.line(each.p_t, after(each), faint, name=f"γ = {short(of)}") for of, each in family),
        *(
            marks.line(chosen.p_t, reading(chosen), ink.line(width), name=name)
            for reading, ink, name, width in zip(readings, inks, named, (3, 4), strict=True)
        ),
        *(
            marks.dot(where, float(reading(cursor)), ink.color, name=name) | HELD
            for reading, ink, name in zip(readings, inks, named, strict=True)
        ),
    ]
    words, leaders = _loss_labels(chosen, readings, named, log=log, slope=slope)
    figure = theme.figure(
        data,
        height=400,
        xaxis=theme.axis(
            _("p<sub>t</sub>, probability of the true class"), range=[0, 1], showgrid=False
        ),
        yaxis=theme.axis(
            _("size of the gradient") if slope else _("loss, nats"),
            **_scale(top, log=log),
        ),
        shapes=[_well_classified(), marks.upright(where), *leaders],
        annotations=[
            *_family_labels(family, after, gamma, log=log, slope=slope),
            theme.label(
                _("well classified"), 0.51, 0.995, yref="y domain", xanchor="left", yanchor="top"
            ),
            *words,
        ],
    )
    table = {
        "p_t": chosen.p_t,
        _("cross entropy"): chosen.cross_entropy,
        _("modulating factor"): chosen.factor,
        _("focal loss, γ = {gamma:g}").format(gamma=gamma): chosen.focal,
        _("gradient by the logit, cross entropy"): chosen.cross_entropy_slope,
        _("gradient by the logit, focal loss"): chosen.focal_slope,
    }
    return Exhibit(figure, _cursor_sentence(cursor, slope=slope), table)


def product(chosen: Anatomy, cursor: Anatomy) -> Exhibit:
    """Three panels: cross entropy, times the modulating factor, is focal loss."""
    where = float(cursor.p_t)
    panels = (
        ("", chosen.cross_entropy, cursor.cross_entropy, theme.CROSS_ENTROPY, LOSS_TOP),
        ("2", chosen.factor, cursor.factor, theme.THIRD, 1.05),
        ("3", chosen.focal, cursor.focal, theme.FOCAL, LOSS_TOP),
    )
    titles = (_("CE"), _("× (1 − p<sub>t</sub>)^γ"), _("= FL"))
    domains = ([0, 0.28], [0.36, 0.64], [0.72, 1])
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"annotations": []}
    names = (_("cross entropy"), _("modulating factor"), _("focal loss"))
    for (panel, curve_, point, ink, top), title, domain, name in zip(
        panels, titles, domains, names, strict=True
    ):
        data += [
            marks.line(chosen.p_t, curve_, ink.line(), panel, name),
            marks.dot(where, float(point), ink.color, panel, name) | HELD,
        ]
        layout[f"xaxis{panel}"] = theme.axis(
            "p<sub>t</sub>", range=[0, 1], domain=domain, anchor=f"y{panel}", nticks=3
        )
        layout[f"yaxis{panel}"] = theme.axis(range=[0, top], anchor=f"x{panel}", nticks=4)
        layout["annotations"].append(
            theme.label(
                f"<b>{title}</b>",
                0,
                1.02,
                xref=f"x{panel} domain",
                yref=f"y{panel} domain",
                xanchor="left",
                yanchor="bottom",
                font={"color": ink.color},
            )
        )
    sentence = _("At $p_t$ = {p_t:g}: {ce} × {factor} = **{focal}**.").format(
        p_t=where,
        ce=number(float(cursor.cross_entropy)),
        factor=number(float(cursor.factor)),
        focal=number(float(cursor.focal)),
    )
    table = {
        "p_t": chosen.p_t,
        _("cross entropy"): chosen.cross_entropy,
        _("factor"): chosen.factor,
        _("focal loss"): chosen.focal,
    }
    return Exhibit(theme.figure(data, height=260, **layout), sentence, table)


def _cursor_sentence(cursor: Anatomy, *, slope: bool) -> str:
    p_t = float(cursor.p_t)
    if slope:
        return _(
            "At $p_t$ = {p_t:g} the gradient is {before} under cross entropy and **{after}** under "
            "focal loss: {change}. It is the derivative of the loss by the logit, the score "
            "before the sigmoid; shown is its size."
        ).format(
            p_t=p_t,
            before=number(float(cursor.cross_entropy_slope)),
            after=number(float(cursor.focal_slope)),
            change=_change(float(cursor.slope_reduction)),
        )
    return _(
        "At $p_t$ = {p_t:g} the loss is {before} under cross entropy and **{after}** under focal "
        "loss: {change}."
    ).format(
        p_t=p_t,
        before=number(float(cursor.cross_entropy)),
        after=number(float(cursor.focal)),
        change=_change(float(cursor.loss_reduction)),
    )


def _change(reduction: float) -> str:
    if reduction == 1:
        return _("the same")
    if reduction > 1:
        return _("{times} smaller").format(times=times(reduction))
    return _("{times} **larger**").format(times=times(1 / reduction))


def _scale(top: float, *, log: bool) -> dict[str, Any]:
    if log:
        return {"type": "log", "range": [LOG_BOTTOM, np.log10(top)], "exponentformat": "power"}
    return {"range": [0, top]}


def _height(value: float, *, log: bool) -> float:
    return float(np.log10(value)) if log else value


def _loss_labels(
    chosen: Anatomy, readings: Sequence[Reading], named: Sequence[str], *, log: bool, slope: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The names of both losses where their lines lie apart, and what leads from a name to its line.

    Linear losses are one bundle where they are high: focal loss is named above it, with a leader.
    """
    before, after = (_height_at(chosen, reading, log=log) for reading in readings)
    colors = [{"color": ink.color} for ink in (theme.CROSS_ENTROPY, theme.FOCAL)]
    plain, focal = (f"<b>{name}</b>" for name in named)
    above = {"xanchor": "left", "yanchor": "bottom"}
    below = {"xanchor": "right", "yanchor": "top"}
    if log:
        return [
            theme.label(plain, 0.03, before(0.03), **above, xshift=10, font=colors[0]),
            theme.label(focal, 0.48, after(0.48), **below, font=colors[1]),
        ], []
    if slope:
        return [
            theme.label(plain, 0.36, before(0.36), **above, xshift=10, font=colors[0]),
            theme.label(focal, 0.13, after(0.13), **above, font=colors[1]),
        ], []
    leader = {"type": "line", "x0": 0.23, "y0": 2.4, "x1": 0.14, "y1": after(0.14)}
    return [
        theme.label(plain, 0.03, before(0.03), **above, xshift=10, font=colors[0]),
        theme.label(focal, 0.24, 2.4, xanchor="left", font=colors[1]),
    ], [leader | {"line": {"color": theme.FOCAL.color, "width": 1.5}}]


def _height_at(chosen: Anatomy, reading: Reading, *, log: bool) -> Callable[[float], float]:
    values = reading(chosen)
    return lambda p_t: _height(float(np.interp(p_t, chosen.p_t, values)), log=log)


def _family_labels(
    family: Sequence[tuple[float, Anatomy]],
    y: Reading,
    chosen: float,
    *,
    log: bool,
    slope: bool,
) -> list[dict[str, Any]]:
    """Gamma on its own curve, where the curves lie apart: in a column on a log axis, else a row.

    Cross entropy (γ = 0) and the chosen gamma have names of their own.
    """
    level = 0.2 if slope else 0.25
    places = [
        (0.86, float(np.interp(0.86, each.p_t, y(each))))
        if log
        else (_last_above(each.p_t, y(each), level), level)
        for _gamma, each in family
    ]
    return [
        theme.label(
            f"γ = {short(gamma)}" if gamma == family[-1][0] else short(gamma),
            p_t,
            _height(height, log=log),
            visible=gamma not in (0, chosen),
            font={"size": theme.FONT_SIZE - 2},
        )
        for (gamma, _each), (p_t, height) in zip(family, places, strict=True)
    ]


def _last_above(p_t: Floats, values: Floats, level: float) -> float:
    return float(p_t[np.flatnonzero(values >= level)[-1]])


def _well_classified() -> dict[str, Any]:
    return {
        "type": "rect",
        "yref": "y domain",
        "x0": 0.5,
        "x1": 1,
        "y0": 0,
        "y1": 1,
        "fillcolor": "rgba(128,132,149,0.12)",
        "line": {"width": 0},
        "layer": "below",
    }
