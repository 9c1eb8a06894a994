"""The paper's tables as pictures."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from focal_core import paper
from focal_core.paper import Scored, Table
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit, Figure
from focal_ui.words import _, numeral, short

OTHERS = theme.Ink(theme.NEUTRAL, "dot")  # detectors that were trained with another loss
HEIGHT = 340


def points_of_ap(value: float) -> str:
    """AP as the paper prints it."""
    return numeral(f"{value:.1f}")


def by_alpha() -> Exhibit:
    """Table 1a: AP of cross entropy over its class weight."""
    table, best = paper.TABLE_1A, paper.TABLE_1A.best
    figure = _curve(
        table,
        [short(row.alpha) for row in table.rows],
        [theme.CROSS_ENTROPY] * len(table.rows),
        _("class weight α of objects"),
        (0, 36),
    )
    sentence = _(
        "Under cross entropy α = {alpha:g} does best, with **{ap} AP**; α = {low:g} gives {low_ap}."
    ).format(
        alpha=best.alpha,
        ap=points_of_ap(best.ap),
        low=table.rows[1].alpha,
        low_ap=points_of_ap(table.rows[1].ap),
    )
    return Exhibit(figure, sentence, tabulated(table))


def by_gamma() -> Exhibit:
    """Table 1b: AP of focal loss over gamma; below each gamma, its alpha."""
    table, best = paper.TABLE_1B, paper.TABLE_1B.best
    first, last = table.rows[0], table.rows[-1]
    figure = _curve(
        table,
        [f"{short(row.gamma)}<br>{short(row.alpha)}" for row in table.rows],
        [theme.CROSS_ENTROPY] + [theme.FOCAL] * (len(table.rows) - 1),
        _("γ, and below it the α that was best for it"),
        (30, 35),
    )
    figure["layout"]["shapes"] = [marks.level(first.ap)]
    figure["layout"]["annotations"] = [
        theme.label(
            _("<b>cross entropy</b>"),
            len(table.rows) - 1,
            first.ap,
            xanchor="right",
            yanchor="bottom",
            font={"color": theme.CROSS_ENTROPY.color},
        )
    ]
    sentence = _(
        "AP rises from {first} at γ = {gamma_first:g} to **{best}** at γ = {gamma:g} and falls to "
        "{last} at γ = {gamma_last:g}, while the best α goes from {alpha_first:g} down to "
        "{alpha_last:g}."
    ).format(
        first=points_of_ap(first.ap),
        gamma_first=first.gamma,
        best=points_of_ap(best.ap),
        gamma=best.gamma,
        last=points_of_ap(last.ap),
        gamma_last=last.gamma,
        alpha_first=first.alpha,
        alpha_last=last.alpha,
    )
    return Exhibit(figure, sentence, tabulated(table))


def by_anchors() -> Exhibit:
    """Table 1c: AP over scales and aspect ratios."""
    table, best, usual = paper.TABLE_1C, paper.TABLE_1C.best, paper.DEFAULT_ANCHORS
    names = [f"{row.scales} × {row.ratios}" for row in table.rows]
    figure = _dots(table, names, [theme.FOCAL] * len(names))
    sentence = _(
        "{scales} scales × {ratios} ratios do best, with **{ap} AP**; the paper’s default "
        "{usual_scales} × {usual_ratios} has {usual_ap}."
    ).format(
        scales=best.scales,
        ratios=best.ratios,
        ap=points_of_ap(best.ap),
        usual_scales=usual.scales,
        usual_ratios=usual.ratios,
        usual_ap=points_of_ap(usual.ap),
    )
    return Exhibit(figure, sentence, tabulated(table))


def against_mining() -> Exhibit:
    """Table 1d: focal loss against OHEM in all its settings."""
    table, best = paper.TABLE_1D, paper.BEST_MINING
    focal = paper.FOCAL_WITHOUT_MINING
    names, inks = [], []
    for row in table.rows:
        focal_row = row.method == focal.method
        inks.append(theme.FOCAL if focal_row else theme.THIRD)
        names.append(
            _("focal loss")
            if focal_row
            else _("{method}, {batch}, {nms:g}").format(
                method=row.method, batch=row.batch, nms=row.nms
            )
        )
    figure = _dots(table, names, inks)
    sentence = _(
        "Focal loss reaches **{focal} AP**, OHEM at its best {ohem} (batch {batch}, NMS {nms:g}): "
        "{gap} points apart."
    ).format(
        focal=points_of_ap(focal.ap),
        ohem=points_of_ap(best.ap),
        batch=best.batch,
        nms=best.nms,
        gap=points_of_ap(paper.gain(focal, best)),
    )
    return Exhibit(figure, sentence, tabulated(table))


def speed() -> Exhibit:
    """Table 1e: AP against milliseconds, a line for each depth, a dot for each image size."""
    table = paper.TABLE_1E
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for depth, dash, symbol in ((50, "dot", "square"), (101, "solid", "circle")):
        rows = [row for row in table.rows if row.depth == depth]
        data.append(
            marks.line(
                [row.milliseconds for row in rows],
                [row.ap for row in rows],
                {"color": theme.FOCAL.color, "dash": dash, "width": 3},
                name=f"ResNet-{depth}",
            )
            | {
                "mode": "lines+markers+text",
                "marker": {"color": theme.FOCAL.color, "symbol": symbol, "size": 10},
                "text": [str(row.size) for row in rows],
                "tip": [
                    _("ResNet-{depth}, {size} pixels: {ap} AP in {ms} ms").format(
                        depth=depth, size=row.size, ap=points_of_ap(row.ap), ms=row.milliseconds
                    )
                    for row in rows
                ],
                "hoverinfo": "text",
                "textposition": ["bottom right", *["top left"] * 4]
                if depth == 101
                else ["middle left", "middle left", *["bottom right"] * 3],
                "textfont": {"color": theme.NEUTRAL, "size": theme.FONT_SIZE - 1},
                "cliponaxis": False,
            }
        )
        last = rows[-1]
        notes.append(
            theme.label(
                f"<b>ResNet-{depth}</b>",
                last.milliseconds + 6,
                last.ap,
                xanchor="left",
                font={"color": theme.FOCAL.color},
            )
        )
    figure = theme.figure(
        data,
        height=HEIGHT + 40,
        margin={"l": 8, "r": 16, "t": 24, "b": 8},
        xaxis=theme.axis(_("milliseconds per image; at each dot, pixels"), range=[50, 260]),
        yaxis=theme.axis(_("AP on test-dev"), range=[29.5, 39]),
        annotations=notes,
    )
    slowest, fastest = table.best, min(table.rows, key=lambda row: row.milliseconds)
    sentence = _(
        "From {fast_ap} AP in {fast} ms to **{ap} AP** in {slow} ms: larger images and the deeper "
        "network pay off, and cost time."
    ).format(
        fast_ap=points_of_ap(fastest.ap),
        fast=fastest.milliseconds,
        ap=points_of_ap(slowest.ap),
        slow=slowest.milliseconds,
    )
    return Exhibit(figure, sentence, tabulated(table))


def detectors() -> Exhibit:
    """Table 2: RetinaNet beside the others."""
    table, ours = paper.TABLE_2, paper.RETINANET
    names = [row.detector.replace(", ", ",<br>") for row in table.rows]
    inks = [theme.FOCAL if "RetinaNet" in row.detector else OTHERS for row in table.rows]
    figure = _dots(table, names, inks, step=42)
    sentence = _(
        "RetinaNet with ResNet-101 has **{ap} AP**: {over_two} points over the best two-stage "
        "detector, {over_one} over the best one-stage detector before it."
    ).format(
        ap=points_of_ap(ours.ap),
        over_two=points_of_ap(paper.gain(ours, paper.BEST_TWO_STAGE)),
        over_one=points_of_ap(paper.gain(ours, paper.BEST_ONE_STAGE_BEFORE)),
    )
    return Exhibit(figure, sentence, tabulated(table))


def star() -> Exhibit:
    """Table 3: focal loss and FL* against cross entropy."""
    table, focal, best = paper.TABLE_3, paper.TABLE_1B.best, paper.BEST_STAR
    inks = {"CE": theme.CROSS_ENTROPY, "FL": theme.FOCAL, "FL*": theme.THIRD}
    names = [_star_name(row) for row in table.rows]
    figure = _dots(table, names, [inks[row.loss] for row in table.rows], step=44)
    sentence = _(
        "FL* at its best (γ = {gamma:g}, β = {beta:g}) has **{ap} AP**, focal loss {focal}: the "
        "exact form matters little."
    ).format(
        gamma=best.gamma, beta=best.beta, ap=points_of_ap(best.ap), focal=points_of_ap(focal.ap)
    )
    return Exhibit(figure, sentence, tabulated(table))


def tabulated(table: Table[Any]) -> Mapping[str, Sequence[Any]]:
    """Every column of a table under a title in words; a cell that has no value says –."""
    titles = {
        "alpha": "α",
        "gamma": "γ",
        "beta": "β",
        "scales": _("scales"),
        "ratios": _("ratios"),
        "method": _("method"),
        "batch": _("batch"),
        "nms": _("NMS"),
        "depth": _("ResNet"),
        "size": _("pixels"),
        "detector": _("detector"),
        "stages": _("stages"),
        "loss": _("loss"),
        "ap": _("AP"),
        "ap50": "AP50",
        "ap75": "AP75",
        "ap_small": _("AP small"),
        "ap_medium": _("AP medium"),
        "ap_large": _("AP large"),
        "milliseconds": _("ms"),
    }
    return {titles[name]: _cells(name, table.column(name)) for name in table.columns}


def _cells(name: str, cells: list[Any]) -> list[Any]:
    if name.startswith("ap"):
        return [points_of_ap(cell) for cell in cells]
    if all(isinstance(cell, int | str) for cell in cells):
        return cells
    return ["–" if cell is None else short(cell) for cell in cells]


def _star_name(row: paper.StarRow) -> str:
    if row.gamma is None:
        return _("cross entropy")
    if row.beta is None:
        return _("focal loss, γ {gamma:g}").format(gamma=row.gamma)
    return _("FL*, γ {gamma:g}, β {beta:g}").format(gamma=row.gamma, beta=row.beta)


def _curve(
    table: Table[Any],
    names: Sequence[str],
    inks: Sequence[theme.Ink],
    title: str,
    aps: tuple[float, float],
) -> Figure:
    """AP over equally spaced settings, each dot with its number."""
    places = list(range(len(names)))
    values = [row.ap for row in table.rows]
    data = [
        marks.line(places, values, inks[-1].line(), name=_("AP")),
        _numbers(places, values, _tips(names, values), inks, _beside_the_line(values)),
    ]
    return theme.figure(
        data,
        height=HEIGHT,
        xaxis=theme.axis(
            title, range=[-0.6, len(names) - 0.4], tickvals=places, ticktext=list(names)
        ),
        yaxis=theme.axis(_axis_title(table), range=list(aps)),
    )


def _beside_the_line(values: Sequence[float]) -> list[str]:
    """Left of a dot from which the line rises, right of one to which it falls."""
    sides = ["top center"] * len(values)
    for place, (here, after) in enumerate(pairwise(values)):
        if after > here:
            sides[place] = "top left"
        else:
            sides[place + 1] = "top right"
    return sides


def _dots(
    table: Table[Any], names: Sequence[str], inks: Sequence[theme.Ink], step: int = 34
) -> Figure:
    """A row for each setting, its AP as a dot with its number; the axis need not start at 0."""
    places = list(range(len(names)))
    aps = [row.ap for row in table.rows]
    room = 0.12 * (max(aps) - min(aps))
    return theme.figure(
        [_numbers(aps, places, _tips(names, aps), inks, ["middle right"] * len(aps))],
        height=70 + step * len(names),
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        xaxis=theme.axis(_axis_title(table), range=[min(aps) - room, max(aps) + 2 * room]),
        yaxis=theme.axis(
            range=[len(names) - 0.5, -0.5], tickvals=places, ticktext=list(names), ticksuffix="  "
        ),
    )


def _axis_title(table: Table[Scored]) -> str:
    return _("AP on {split}").format(split=table.split.value)


def _tips(names: Sequence[str], aps: Sequence[float]) -> dict[str, str]:
    """What each dot says under the pointer, and the AP that is written beside it."""
    plain = [name.replace(",<br>", ", ").replace("<br>", ", ") for name in names]
    said = [points_of_ap(ap) for ap in aps]
    return {
        _("{name}: {ap} AP").format(name=name, ap=ap): ap
        for name, ap in zip(plain, said, strict=True)
    }


def _numbers(
    x: Sequence[float],
    y: Sequence[float],
    tips: Mapping[str, str],
    inks: Sequence[theme.Ink],
    sides: list[str],
) -> dict[str, Any]:
    """Dots with their AP beside them. tips: what a dot says -> its AP as it is printed."""
    colors = [ink.color for ink in inks]
    symbols = {theme.CROSS_ENTROPY: "diamond", theme.FOCAL: "circle", theme.THIRD: "square"}
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": theme.series(x),
        "y": theme.series(y),
        "marker": {
            "color": colors,
            "symbol": [symbols.get(ink, "x") for ink in inks],
            "size": 12,
        },
        "text": list(tips.values()),
        "tip": list(tips),
        "textposition": sides,
        "textfont": {"color": theme.NEUTRAL, "size": theme.FONT_SIZE},
        "hoverinfo": "text",
        "cliponaxis": False,
    }
