"""Pictures of alpha: two curves against p, what each kind of example weighs, the map of shares."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.checks import Floats
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, part_of, percent

MIDDLES = (0.5, 1.5)  # of two tiles


def two_classes(
    p: Floats,
    before: tuple[Floats, Floats],
    after: tuple[Floats, Floats],
    alpha: float,
    gamma: float,
) -> Exhibit:
    """Loss of an object and of background against p, alpha-balanced CE beside alpha-balanced FL.

    before, after: (background, object) under each loss.
    """
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    titles = (
        _("α-balanced CE"),
        _("α-balanced FL"),
    )
    for panel, (background, objects), ink, title in zip(
        ("", "2"), (before, after), (theme.CROSS_ENTROPY, theme.FOCAL), titles, strict=True
    ):
        names = (_("background, {loss}").format(loss=title), _("object, {loss}").format(loss=title))
        data += [
            marks.line(
                p, background, {"color": ink.color, "dash": "dot", "width": 3}, panel, names[0]
            ),
            marks.line(
                p, objects, {"color": ink.color, "dash": "solid", "width": 4}, panel, names[1]
            ),
        ]
        notes += [
            _note(title, 0, 1.02, panel, ink, bold=True, xanchor="left", yanchor="bottom"),
            *_class_labels(p, background, objects, panel, ink),
        ]
    figure = theme.figure(
        data,
        height=320,
        xaxis=theme.axis(_("probability p"), range=[0, 1], domain=[0, 0.46], nticks=5),
        xaxis2=theme.axis(
            _("probability p"), range=[0, 1], domain=[0.54, 1], nticks=5, anchor="y2"
        ),
        yaxis=theme.axis(range=[0, 4]),
        yaxis2=theme.axis(range=[0, 4], anchor="x2"),
        annotations=notes,
    )
    sentence = _(
        "Objects are weighted by α = {alpha:g} (solid), background by 1 − α = {rest:g} (dotted); "
        "α sees the class and γ = {gamma:g} {sees}. The predicted probability of an object is p."
    ).format(
        alpha=alpha,
        rest=round(1 - alpha, 6),
        gamma=gamma,
        sees=_("sees how hard the example is") if gamma else _("treats easy and hard alike"),
    )
    table = {
        "p": p,
        _("background, α-CE"): before[0],
        _("object, α-CE"): before[1],
        _("background, focal loss"): after[0],
        _("object, focal loss"): after[1],
    }
    return Exhibit(figure, sentence, table)


def four_kinds(weights: dict[str, Floats], easy: float, hard: float) -> Exhibit:
    """What easy and hard examples of both classes weigh against plain cross entropy.

    weights: title of a panel -> 2 x 2, rows easy and hard, columns background and object.
    easy, hard: their p_t.
    """
    columns = [_("background"), _("object")]
    rows = [_("easy"), _("hard")]
    layout: dict[str, Any] = {"annotations": [], "shapes": []}
    inks = (theme.CROSS_ENTROPY, theme.FOCAL)
    for panel, (title, tile), ink, domain in zip(
        ("", "2"), weights.items(), inks, ([0.6, 0.95], [0.05, 0.4]), strict=True
    ):
        where = {"xref": f"x{panel}", "yref": f"y{panel}"}
        for i, j in np.ndindex(tile.shape):
            weight = float(tile[i, j])
            shade = 0.06 + 0.49 * min(1.0, weight) ** 0.5
            layout["shapes"].append(_tile(i, j, shade) | where)
            layout["annotations"].append(
                theme.label(
                    f"<b>×{number(weight)}</b>",
                    j + 0.5,
                    i + 0.5,
                    **where,
                    font={"size": theme.FONT_SIZE + 2},
                )
            )
        layout[f"xaxis{panel}"] = theme.axis(
            range=[0, 2],
            anchor=f"y{panel}",
            showgrid=False,
            showticklabels=panel == "2",
            **marks.named(columns, MIDDLES),
        )
        layout[f"yaxis{panel}"] = theme.axis(
            range=[2, 0],
            domain=domain,
            anchor=f"x{panel}",
            showgrid=False,
            **marks.named(rows, MIDDLES),
        )
        layout["annotations"].append(
            _note(title, 0, 1.02, panel, ink, bold=True, xanchor="left", yanchor="bottom")
        )
    alone, both = weights.values()
    sentence = _(
        "What multiplies cross entropy: α alone treats easy ($p_t$ = {easy_p_t}) and hard ($p_t$ = "
        "{hard_p_t}) alike, background ×{alone}. With γ it is ×{easy} for easy background and "
        "×{hard} for hard."
    ).format(
        easy_p_t=easy,
        hard_p_t=hard,
        alone=number(float(alone[0, 0])),
        easy=number(float(both[0, 0])),
        hard=number(float(both[1, 0])),
    )
    table: dict[str, Any] = {
        _("example"): [part_of(row, column) for row in rows for column in columns],
        **{title: tile.ravel().tolist() for title, tile in weights.items()},
    }
    return Exhibit(theme.figure([], height=330, **layout), sentence, table)


def share_map(
    gammas: Sequence[float],
    balancing: Sequence[float | None],
    ground: list[dict[str, Any]],
    now: tuple[float, float, float | None],
) -> Exhibit:
    """Background's share of the loss over gamma and alpha, the line of equal shares, the point set.

    balancing: the balancing alpha at each gamma; ground: what map_ground makes of the map; now:
    gamma, alpha and the share there.
    """
    gamma, alpha, share = now
    figure = theme.figure(
        [*ground, _you_on_the_map(*now)],
        height=420,
        margin={"l": 8, "r": 16, "t": 10, "b": 8},
        xaxis=theme.axis("γ", range=[0, 5], showgrid=False),
        yaxis=theme.axis("α", range=[0, 1], domain=[0, 0.86], showgrid=False),
        xaxis2=theme.axis(
            range=[0, 1], domain=[0, 0.45], anchor="y2", showgrid=False,
            **marks.named([percent(part) for part in (0, 0.5, 1)], [0, 0.5, 1]),
        ),
        yaxis2=theme.axis(
            range=[0, 1], domain=[0.96, 1], anchor="x2", showgrid=False, showticklabels=False
        ),
        annotations=[
            theme.label(
                _("<b>50% line</b>"),
                gammas[-1],
                balancing[-1] or 0,
                xanchor="right",
                yanchor="bottom",
                yshift=4,
                font={"color": theme.THIRD.color},
            ),
            theme.label(
                _("background’s share"), 1, 0.5, xref="x2 domain", yref="y2 domain",
                xanchor="left", xshift=20, font={"size": theme.FONT_SIZE - 1},
            ),
        ],
    )  # fmt: skip
    sentence = _(
        "At γ = {gamma:g} and α = {alpha:g} background makes up **{share}** of the loss. On the "
        "50% line both classes make up half: this balancing α is {first} at γ = 0 and {last} at "
        "γ = {largest:g}."
    ).format(
        gamma=gamma,
        alpha=alpha,
        share=percent(share),
        first=number(balancing[0]),
        last=number(balancing[-1]),
        largest=gammas[-1],
    )
    table: dict[str, Any] = {"γ": list(gammas), _("balancing α"): list(balancing)}
    return Exhibit(figure, sentence, table)


def map_ground(
    gammas: Sequence[float], alphas: Floats, shares: Floats, balancing: Sequence[float | None]
) -> list[dict[str, Any]]:
    """What stands still on the map: its shades, their scale and the line of equal shares."""
    even = np.linspace(0, 1, 65)
    return [
        _shades(gammas, alphas, shares)
        | {"hovertemplate": "γ %{x:.1f}, α %{y:.2f}: %{z:.1%}<extra></extra>"},
        _shades(even, [0, 1], [even, even], "2") | {"hoverinfo": "skip"},
        marks.line(
            np.asarray(gammas),
            marks.with_gaps(balancing),
            theme.THIRD.line(3),
            name=_("both classes make up half"),
        ),
    ]


def _you_on_the_map(gamma: float, alpha: float, share: float | None) -> dict[str, Any]:
    return marks.dot(gamma, alpha, theme.FOCAL.color) | {
        "hold": {"x": "gamma", "y": "alpha"},
        "tip": [
            _("γ = {gamma:g}, α = {alpha:g}: {share}").format(
                gamma=gamma, alpha=alpha, share=percent(share)
            )
        ],
    }


def _shades(x: Any, y: Any, z: Any, panel: str = "") -> dict[str, Any]:
    """Shares as shades of the same grey, from none to nearly all, on whatever ground there is."""
    return {
        "type": "heatmap",
        "x": theme.series(x),
        "y": theme.series(y),
        "z": theme.series(z),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, "rgba(122,129,148,0)"], [1, "rgba(122,129,148,0.95)"]],
        "zsmooth": "best",
        "showscale": False,
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
    }


def _class_labels(
    p: Floats, background: Floats, objects: Floats, panel: str, ink: theme.Ink
) -> list[dict[str, Any]]:
    """Each class's name at the high end of its line, one above the other where they would meet."""
    heights = [
        min(3.7, float(np.interp(at, p, loss)))
        for at, loss in ((0.05, objects), (0.95, background))
    ]
    gap = heights[0] - heights[1]
    if abs(gap) < 0.5:
        heights[0 if gap > 0 else 1] = min(heights) + 0.5
    texts = (_("object, y = 1"), _("background, y = 0"))
    return [
        theme.label(
            text, at, height, xref=f"x{panel}", yref=f"y{panel}", xanchor=side, yanchor="bottom",
            font={"color": ink.color},
        )
        for text, at, height, side in zip(
            texts, (0.06, 0.94), heights, ("left", "right"), strict=True
        )
    ]  # fmt: skip


def _tile(row: int, column: int, shade: float) -> dict[str, Any]:
    edge = 0.01
    return {
        "type": "rect",
        "x0": column + edge,
        "x1": column + 1 - edge,
        "y0": row + 1 - edge,
        "y1": row + edge,
        "fillcolor": f"rgba(128,132,149,{shade:.3f})",
        "line": {"width": 0},
        "layer": "below",
    }


def _note(
    text: str, x: float, y: float, panel: str, ink: theme.Ink, *, bold: bool = False, **more: Any
) -> dict[str, Any]:
    return theme.label(
        f"<b>{text}</b>" if bold else text,
        x,
        y,
        xref=f"x{panel} domain",
        yref=f"y{panel} domain",
        font={"color": ink.color},
        **{"yanchor": "top"} | more,
    )
