"""The paper's tables as pictures."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from focal_core import paper
from focal_core.paper import Scored, SpeedRow, Table, TimedDetector
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit, Figure
from focal_ui.words import _, numeral, short

OTHERS = theme.Ink(theme.NEUTRAL, "dot")  # detectors that were trained with another loss
HEIGHT = 340
LOWEST_PLOTTED = 27.0  # below lies YOLOv2 alone, which the paper does not plot either
BESIDE = 8  # milliseconds between a mark and its name
PIXELS_BESIDE = {  # depth -> dash, symbol, and where the pixels stand at each dot
    50: ("dot", "square", ["middle left"] * 2 + ["bottom right"] * 3),
    101: ("solid", "circle", ["bottom right"] + ["top left"] * 4),
}


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
    """Table 1e: AP against milliseconds, a line for each depth; beside it Figure 2's detectors."""
    table = paper.TABLE_1E
    others = [each for each in paper.FIGURE_2 if each.ap > LOWEST_PLOTTED]
    figure = theme.figure(
        [_by_size(depth) for depth in PIXELS_BESIDE] + [_timed(others)],
        height=HEIGHT + 100,
        margin={"l": 8, "r": 16, "t": 24, "b": 8},
        xaxis=theme.axis(_("milliseconds per image; at each dot, pixels"), range=[-15, 300]),
        yaxis=theme.axis(_("AP on test-dev"), range=[LOWEST_PLOTTED, 39]),
        annotations=[*_depths(), *(_beside(each, others) for each in others)],
    )
    slowest, fastest = table.best, min(table.rows, key=lambda row: row.milliseconds)
    sentence = _(
        "RetinaNet goes from {fast_ap} AP in {fast} ms to **{ap} AP** in {slow} ms: larger images "
        "and the deeper network raise AP and take time. Crosses: other detectors of the time."
    ).format(
        fast_ap=points_of_ap(fastest.ap),
        fast=fastest.milliseconds,
        ap=points_of_ap(slowest.ap),
        slow=slowest.milliseconds,
    )
    return Exhibit(figure, sentence, _all_timed(table))


def _by_size(depth: int) -> dict[str, Any]:
    """RetinaNet of one depth, a dot for each image size."""
    dash, symbol, sides = PIXELS_BESIDE[depth]
    rows = [row for row in paper.TABLE_1E.rows if row.depth == depth]
    style = {"color": theme.FOCAL.color, "dash": dash, "width": 3}
    line = marks.line(
        [row.milliseconds for row in rows], [row.ap for row in rows], style, name=f"ResNet-{depth}"
    )
    return line | {
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
        "textposition": sides,
        "textfont": {"color": theme.NEUTRAL, "size": theme.FONT_SIZE - 1},
        "cliponaxis": False,
    }


def _depths() -> list[dict[str, Any]]:
    """The names of the two lines, the shallow one's at its beginning, where there is room."""
    rows, bold = paper.TABLE_1E.rows, {"color": theme.FOCAL.color}
    deep, shallow = paper.TABLE_1E.best, min(rows, key=lambda row: row.milliseconds)
    names = [f"<b>ResNet-{row.depth}</b>" for row in (shallow, deep)]
    begin, end = shallow.milliseconds, deep.milliseconds + BESIDE
    return [
        theme.label(
            names[0], begin, shallow.ap + 0.3, xanchor="right", yanchor="bottom", font=bold
        ),
        theme.label(names[1], end, deep.ap, xanchor="left", font=bold),
    ]


def _timed(others: Sequence[TimedDetector]) -> dict[str, Any]:
    """The other detectors, a cross each."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": theme.series([each.milliseconds for each in others]),
        "y": theme.series([each.ap for each in others]),
        "marker": {"color": OTHERS.color, "symbol": "x", "size": 10},
        "tip": [
            _("{name}: {ap} AP in {ms} ms").format(
                name=each.detector, ap=points_of_ap(each.ap), ms=each.milliseconds
            )
            for each in others
        ],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _beside(each: TimedDetector, others: Sequence[TimedDetector]) -> dict[str, Any]:
    """Its short name, right of its cross; left where another one stands there."""
    name = each.detector.partition(",")[0]
    near = (other for other in others if other.ap == each.ap)
    if any(other.milliseconds > each.milliseconds for other in near):
        return theme.label(name, each.milliseconds - BESIDE, each.ap, xanchor="right")
    return theme.label(name, each.milliseconds + BESIDE, each.ap, xanchor="left")


def _all_timed(table: Table[SpeedRow]) -> Mapping[str, Sequence[Any]]:
    """Every row of the table, then the other detectors, of which AP and time are printed alone."""
    rows = {_("detector"): [f"RetinaNet, ResNet-{row.depth}" for row in table.rows]}
    rows |= {title: list(cells) for title, cells in tabulated(table).items()}
    known: dict[str, list[Any]] = {
        _("detector"): [each.detector for each in paper.FIGURE_2],
        _("AP"): [points_of_ap(each.ap) for each in paper.FIGURE_2],
        _("ms"): [each.milliseconds for each in paper.FIGURE_2],
    }
    unknown = ["–"] * len(paper.FIGURE_2)
    return {title: [*cells, *known.get(title, unknown)] for title, cells in rows.items()}


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
