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
from focal_ui.words import _, number, times

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
    """Loss (or absolute slope) against p_t: paper's gammas faint, cross entropy, the chosen bold.

    cursor: the anatomy at the one p_t that the visitor points at.
    """
    before, after, top = _SLOPES if slope else _LOSSES
    where = float(cursor.p_t)
    label_at = 0.36 if slope and not log else 0.03
    data = [
        *(
            marks.line(each.p_t, after(each), {"color": theme.FAINT, "width": 1.5})
            for _g, each in family
        ),
        marks.line(chosen.p_t, before(chosen), theme.CROSS_ENTROPY.line()),
        marks.line(chosen.p_t, after(chosen), theme.FOCAL.line(4)),
        marks.dot(where, float(before(cursor)), theme.CROSS_ENTROPY.color) | HELD,
        marks.dot(where, float(after(cursor)), theme.FOCAL.color) | HELD,
    ]
    figure = theme.figure(
        data,
        height=400,
        xaxis=theme.axis(
            _("p<sub>t</sub>, probability given to the truth"), range=[0, 1], showgrid=False
        ),
        yaxis=theme.axis(
            _("slope by the logit") if slope else _("loss, nats"),
            **_scale(top, log=log),
        ),
        shapes=[_well_classified(), marks.upright(where)],
        annotations=[
            *_family_labels(family, after, log=log, slope=slope),
            theme.label(
                _("well classified"), 0.51, 0.995, yref="y domain", xanchor="left", yanchor="top"
            ),
            theme.label(
                _("<b>cross entropy</b>"),
                label_at,
                _height(float(np.interp(label_at, chosen.p_t, before(chosen))), log=log),
                xanchor="left",
                xshift=10,
                yanchor="bottom",
                font={"color": theme.CROSS_ENTROPY.color},
            ),
        ],
    )
    table = {
        "p_t": chosen.p_t,
        _("cross entropy"): chosen.cross_entropy,
        _("modulating factor"): chosen.factor,
        _("focal loss, γ = {gamma:g}").format(gamma=gamma): chosen.focal,
        _("slope, cross entropy"): chosen.cross_entropy_slope,
        _("slope, focal loss"): chosen.focal_slope,
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
    titles = (_("CE"), _("× factor"), _("= FL"))
    domains = ([0, 0.28], [0.36, 0.64], [0.72, 1])
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"annotations": []}
    for (panel, curve_, point, ink, top), title, domain in zip(
        panels, titles, domains, strict=True
    ):
        data += [
            marks.line(chosen.p_t, curve_, ink.line(), panel),
            marks.dot(where, float(point), ink.color, panel) | HELD,
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
            "At $p_t$ = {p_t:g} the slope is {before} under cross entropy and **{after}** under "
            "focal loss: {change}."
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
        return _("{times} less").format(times=times(reduction))
    return _("{times} **more**").format(times=times(1 / reduction))


def _scale(top: float, *, log: bool) -> dict[str, Any]:
    if log:
        return {"type": "log", "range": [LOG_BOTTOM, np.log10(top)], "exponentformat": "power"}
    return {"range": [0, top]}


def _height(value: float, *, log: bool) -> float:
    return float(np.log10(value)) if log else value


def _family_labels(
    family: Sequence[tuple[float, Anatomy]], y: Reading, *, log: bool, slope: bool
) -> list[dict[str, Any]]:
    """Gamma beside its curve, where the curves lie apart: in a column on a log axis, else a row."""
    level = 0.2 if slope else 0.45
    places = [
        (0.86, float(np.interp(0.86, each.p_t, y(each))))
        if log
        else (_last_above(each.p_t, y(each), level), level)
        for _gamma, each in family
    ]
    return [
        theme.label(
            f"γ = {gamma:g}" if gamma == family[-1][0] else f"{gamma:g}",
            p_t,
            _height(height, log=log),
            xanchor="right" if log else "left",
            yanchor="top" if log else "bottom",
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
