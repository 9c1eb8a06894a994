"""Pictures of recorded and live runs: bands over seeds, results, boxes, scores."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focal_core.training.images import Split
from focal_core.training.recorded import Band, Difference, Result
from focal_core.training.records import Evaluation
from focal_core.training.showcase import Histogram
from focal_ui.figures import marks
from focal_ui.figures.trained.images import png
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import (
    _,
    ap_and_spread,
    ap_points,
    entry,
    in_a_row,
    lead_and_spread,
    number,
    part_of,
    percent,
    sentences,
)

CE_DASHES, FL_DASHES = ("dash", "dot", "longdash"), ("solid", "dashdot", "longdash", "dot")
SYMBOLS = {"CE": "circle", "FL": "diamond"}
PANELS = ("", "2")
AP, SHARE = "AP", "share"


@dataclass(frozen=True)
class Quantity:
    """Something recorded over the steps, and how it is drawn.

    field: of `RecordedRun.curve`. span: of the vertical axis; None fits it, from 0 on if not
    log. log: lower values than the span has are drawn at its edge. from_start: whether to say
    where it starts, too. note: what to know of it. unit: AP is drawn in points, a SHARE in percent.
    """

    field: str
    span: tuple[float, float] | None = None
    log: bool = False
    from_start: bool = False
    note: str = ""
    unit: str = ""

    def say(self, value: float) -> str:
        """A value in words."""
        return {AP: ap_points, SHARE: percent}.get(self.unit, number)(value)

    def axis(self, title: str, each: Sequence[Band]) -> dict[str, Any]:
        """The vertical axis; it holds the highest of the bands."""
        lowest = min(float(band.low[band.low > 0].min(initial=1.0)) for band in each)
        highest = max(float(self.drawn(band.high).max()) for band in each)
        if self.unit == SHARE:
            return theme.axis(title, range=[0.0, 1.0], tickformat=".0%")
        if self.log:
            low, high = self.span or (lowest / 1.5, highest * 1.5)
            ends = np.log10([low, high]).tolist()
            return theme.axis(title, type="log", exponentformat="power", range=ends)
        return theme.axis(title, range=list(self.span or (0.0, 1.08 * highest)))

    def drawn(self, values: NDArray[Any]) -> NDArray[Any]:
        """The values in the axis's unit, as far as it can show them."""
        if self.unit == AP:
            return 100 * values
        return np.maximum(values, self.span[0]) if self.log and self.span else values


def in_points(ap: float) -> float:
    """Average precision of 0 to 1 as a place on the axes of these pictures."""
    return 100 * ap


def inks_of(names: Sequence[str]) -> list[theme.Ink]:
    """Hue says the loss that a configuration was trained with; dashes tell its variants apart."""
    shades = {
        "CE": map(theme.Ink, theme.CROSS_ENTROPY_SHADES, CE_DASHES),
        "FL": map(theme.Ink, theme.FOCAL_SHADES, FL_DASHES),
    }
    return [next(shades[name[:2]]) if name[:2] in shades else theme.THIRD for name in names]


def bands(names: Sequence[str], each: Sequence[Band], title: str, quantity: Quantity) -> Exhibit:
    """Mean over seeds as a line, lowest to highest as a band."""
    data: list[dict[str, Any]] = []
    inks = inks_of(names)
    for name, band, ink in zip(names, each, inks, strict=True):
        low, mean, high = (quantity.drawn(part) for part in (band.low, band.mean, band.high))
        data += [edge(band.steps, high), edge(band.steps, low, fill=ink.color)]
        data.append(marks.line(band.steps, mean, ink.line()) | {"name": _(name)})
    figure = theme.figure(
        data,
        height=400,
        margin={"l": 8, "r": 16, "t": 78, "b": 8},
        xaxis=theme.axis(_("step"), showgrid=False, range=[0, float(each[0].steps[-1]) * 1.01]),
        yaxis=quantity.axis(title, each),
        annotations=marks.key_in_rows(list(zip(map(_, names), inks, strict=True)), rows=3),
    )
    sentence = sentences(
        *(
            _extremes(names, each, place, quantity.say)
            for place in ((0, -1) if quantity.from_start else (-1,))
        ),
        _("Means of {seeds} seeds; the bands reach from the lowest to the highest.").format(
            seeds=each[0].seeds
        ),
        _(quantity.note),
    )
    table: dict[str, Sequence[Any]] = {_("step"): each[0].steps.tolist()}
    for name, band in zip(names, each, strict=True):
        at = [
            np.interp(each[0].steps, band.steps, column) * (100 if quantity.unit == AP else 1)
            for column in (band.mean, band.low, band.high)
        ]
        for word, column in zip((_("mean"), _("lowest"), _("highest")), at, strict=True):
            table[part_of(_(name), word)] = column.tolist()
    return Exhibit(figure, sentence, table)


def _extremes(
    names: Sequence[str], each: Sequence[Band], place: int, say: Callable[[float], str]
) -> str:
    values = [float(band.mean[place]) for band in each]
    best, worst = int(np.argmax(values)), int(np.argmin(values))
    return _("At step {step:.0f}: highest {best} ({high}), lowest {worst} ({low}).").format(
        step=each[0].steps[place],
        best=_(names[best]),
        high=say(values[best]),
        worst=_(names[worst]),
        low=say(values[worst]),
    )


def live(looks: Sequence[Evaluation], band: Band, recorded: Result) -> Exhibit:
    """A run while it comes, over the band of the recorded seeds.

    looks: at the validation images and at last, if it gets there, at the test images.
    """
    watched = [look for look in looks if look.split == "validation"]
    steps, values = [look.step for look in watched], [100 * look.ap for look in watched]
    (hue,) = {ink.color for ink in inks_of([recorded.name])}
    ink, mine = theme.Ink(hue, "dash"), theme.Ink(hue, "solid")
    figure = theme.figure(
        [
            edge(band.steps, 100 * band.high),
            edge(band.steps, 100 * band.low, fill=ink.color),
            marks.line(band.steps, 100 * band.mean, ink.line(2), name=_("recorded, mean")),
            marks.line(steps, values, mine.line(4), name=_("this run")),
            marks.dot(steps[-1], values[-1], hue, name=_("this run")),
        ],
        height=320,
        xaxis=theme.axis(_("step"), showgrid=False, range=[0, float(band.steps[-1]) * 1.02]),
        yaxis=theme.axis(
            _("AP, validation images"),
            range=[0, 1.1 * max(100 * float(band.high.max()), *values, 10)],
        ),
        annotations=marks.key_in_rows(
            [(_("this run"), mine), (_("{n} recorded seeds").format(n=band.seeds), ink)], rows=1
        ),
    )
    mean, low, high = (
        np.interp(steps, band.steps, column) for column in (band.mean, band.low, band.high)
    )
    sentence = _(
        "After step {step} this run has AP **{ap}** on the validation images; the recorded seeds "
        "lay between {low} and {high} there."
    ).format(
        step=steps[-1],
        ap=ap_points(watched[-1].ap),
        low=ap_points(float(low[-1])),
        high=ap_points(float(high[-1])),
    )
    for look in looks:
        if look.split == "test":
            tested = _(
                "On the test images: **{ap}**, recorded {recorded}. One run is one seed: it "
                "settles nothing by itself."
            ).format(ap=ap_points(look.ap), recorded=ap_and_spread(recorded.mean, recorded.sd))
            sentence = sentences(sentence, tested)
    table: dict[str, Sequence[Any]] = {
        _("step"): steps,
        _("this run"): [round(value, 2) for value in values],
        _("recorded, mean"): (100 * mean).tolist(),
        _("recorded, lowest"): (100 * low).tolist(),
        _("recorded, highest"): (100 * high).tolist(),
    }
    return Exhibit(figure, sentence, table)


def results(rows: Sequence[Result], against: Sequence[Difference], highest: float = 0.0) -> Exhibit:
    """AP on the test images: mean, lowest and highest seed of every configuration.

    against: the paired difference of each to the one that all are compared with. highest: AP that
    the axis has room for at least, so that it stands still from one comparison to the next.
    """
    order = sorted(rows, key=lambda row: row.mean)
    hues = {"CE": theme.CROSS_ENTROPY, "FL": theme.FOCAL}
    inks = [hues.get(row.name[:2], theme.THIRD) for row in order]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [100 * row.mean for row in order],
        "y": list(range(len(order))),
        "tip": [entry(_(row.name), ap_and_spread(row.mean, row.sd)) for row in order],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (row.high - row.mean) for row in order],
            "arrayminus": [100 * (row.mean - row.low) for row in order],
            "color": theme.NEUTRAL,
            "thickness": 2,
        },
        "marker": {
            "size": 13,
            "color": [ink.color for ink in inks],
            "symbol": [SYMBOLS.get(row.name[:2], "square") for row in order],
        },
        "hoverinfo": "x+y",
    }
    figure = theme.figure(
        [dots],
        height=100 + 44 * len(rows),
        xaxis=theme.axis(
            _("AP at IoU 0.5, points, test images"),
            range=[0, 105 * max(highest, *(row.high for row in rows))],
        ),
        yaxis=theme.axis(
            range=[-0.6, len(rows) - 0.4],
            **marks.named([_(row.name) for row in order], list(range(len(order)))),
        ),
    )
    return Exhibit(figure, _in_order(order, against), _results_table(rows, against))


def _in_order(order: Sequence[Result], against: Sequence[Difference]) -> str:
    best = order[-1]
    said = in_a_row(
        [
            _("{name} **{lead}**").format(name=_(d.first), lead=lead_and_spread(d.mean, d.sd))
            for d in sorted(against, key=lambda d: -d.mean)
        ]
    )
    return _(
        "Dots: means of {seeds} seeds; lines: from the lowest to the highest. Best of these: "
        "{best}, {ap}. Difference from {reference}, paired by seed, with its standard deviation: "
        "{said}."
    ).format(
        seeds=best.seeds,
        best=_(best.name),
        ap=ap_and_spread(best.mean, best.sd),
        reference=_(against[0].second),
        said=said,
    )


def _results_table(
    rows: Sequence[Result], against: Sequence[Difference]
) -> dict[str, Sequence[Any]]:
    by_name = {d.first: d for d in against}
    apart = [by_name.get(row.name) for row in rows]
    return {
        _("configuration"): [_(row.name) for row in rows],
        _("AP, mean"): [round(100 * row.mean, 2) for row in rows],
        _("standard deviation"): [round(100 * row.sd, 2) for row in rows],
        _("lowest"): [round(100 * row.low, 2) for row in rows],
        _("highest"): [round(100 * row.high, 2) for row in rows],
        _("seeds"): [row.seeds for row in rows],
        _("stopped early"): [row.broke_off for row in rows],
        _("learning rate"): [row.learning_rate for row in rows],
        _("difference, mean"): [d and round(100 * d.mean, 2) for d in apart],
        _("difference, sd"): [d and round(100 * d.sd, 2) for d in apart],
        _("ahead, of the seeds"): [d and d.wins for d in apart],
    }


def film(name: str, watched: Split, frames: Sequence[Evaluation], at: int) -> Exhibit:
    """One frame of a recorded run: the boxes that it draws on test images. at: which frame."""
    count, _channels, height, width = watched.images.shape
    columns = 3
    rows = -(-count // columns)
    places = [(i % columns * (width + 4), i // columns * (height + 4)) for i in range(count)]
    size = (columns * (width + 4) - 4, rows * (height + 4) - 4)
    pictures = [
        {
            "source": png(image),
            "x": x, "y": y, "sizex": width, "sizey": height,
            "xref": "x", "yref": "y", "layer": "below", "sizing": "stretch",
        }
        for image, (x, y) in zip(watched.images, places, strict=True)
    ]  # fmt: skip
    truth = [
        _rectangle(box, place, {"color": "#FFFFFF", "width": 2, "dash": "dot"})
        | {"tip": _("the object")}
        for box, place in zip(watched.boxes, places, strict=True)
    ]
    figure = theme.figure(
        [],
        height=300,
        margin={"l": 8, "r": 8, "t": 10, "b": 8},
        images=pictures,
        shapes=truth + _found(frames[at], places),
        xaxis={"visible": False, "range": [0, size[0]], "fixedrange": True, "constrain": "domain"},
        yaxis={"visible": False, "range": [size[1], 0], "scaleanchor": "x", "fixedrange": True},
    )  # fmt: skip
    sentence = _(
        "{name}: after step **{step}** validation AP is **{ap}**; it went from {start} to {end}. "
        "Dotted white: the object; orange: the detector’s best boxes, thicker where it is surer."
    ).format(
        name=_(name),
        step=frames[at].step,
        ap=ap_points(frames[at].ap),
        start=ap_points(frames[0].ap),
        end=ap_points(frames[-1].ap),
    )
    return Exhibit(
        figure,
        sentence,
        {
            _("step"): [frame.step for frame in frames],
            _("validation AP"): [round(100 * frame.ap, 2) for frame in frames],
        },
    )


def score_histograms(titles: tuple[str, str], scores: tuple[Histogram, Histogram]) -> Exhibit:
    """How many outputs have which logit, by class, on a log axis: two models side by side."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    inks = (theme.FOCAL, theme.CROSS_ENTROPY)
    medians = []
    for panel, each, ink, domain in zip(PANELS, scores, inks, ([0, 0.46], [0.54, 1]), strict=True):
        middle = (each.edges[:-1] + each.edges[1:]) / 2
        for name, counts, dash, width in (
            (_("background"), each.negatives, "dot", 2),
            (_("objects"), each.positives, "solid", 3),
        ):
            seen = np.where(counts > 0, counts, np.nan)
            look = {"color": ink.color, "dash": dash, "width": width}
            data.append(marks.line(middle, seen, look, panel, name))
        ends = [float(each.edges[0]), float(each.edges[-1])]
        layout[f"xaxis{panel}"] = theme.axis(
            _("logit"), domain=domain, anchor=f"y{panel}", range=ends
        )
        layout[f"yaxis{panel}"] = theme.axis(
            _("outputs") if panel == "" else "", type="log", range=[-0.2, 6.5], anchor=f"x{panel}",
            exponentformat="power", showticklabels=panel == "",
        )  # fmt: skip
        medians.append(middle_background(each))
    layout["annotations"] = [
        marks.panel_title(title, panel, font={"color": ink.color})
        for panel, title, ink in zip(PANELS, titles, inks, strict=True)
    ]
    sentence = _(
        "Dotted is background, solid is objects. The middle background output has logit {first} on "
        "the left and {second} on the right. The outermost points hold all that lies beyond."
    ).format(first=number(medians[0]), second=number(medians[1]))
    table: dict[str, Sequence[Any]] = {_("logit from"): scores[0].edges[:-1].tolist()}
    for title, each in zip(titles, scores, strict=True):
        table[_("{title}, background").format(title=title)] = each.negatives.tolist()
        table[_("{title}, objects").format(title=title)] = each.positives.tolist()
    return Exhibit(theme.figure(data, height=320, **layout), sentence, table)


def middle_background(scores: Histogram) -> float:
    """The logit of the middle background output."""
    counts = scores.negatives
    place = np.searchsorted(np.cumsum(counts), counts.sum() / 2)
    return float((scores.edges[place] + scores.edges[place + 1]) / 2)


def edge(x: NDArray[Any], y: NDArray[Any], fill: str | None = None) -> dict[str, Any]:
    """One edge of a band; fill: the hue between it and the edge before it."""
    unseen = marks.line(x, y, {"width": 0})
    if fill is None:
        return unseen
    red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
    return unseen | {"fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},0.25)"}


def _rectangle(
    box: Sequence[float], place: tuple[int, int], line: dict[str, Any]
) -> dict[str, Any]:
    x, y = place
    x0, y0, x1, y1 = (float(side) for side in box)
    return {
        "type": "rect", "x0": x + x0, "y0": y + y0, "x1": x + x1, "y1": y + y1, "line": line,
    }  # fmt: skip


def _found(frame: Evaluation, places: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    return [
        _rectangle(box, place, {"color": theme.FOCAL.color, "width": 1 + 3 * float(score)})
        | {"tip": _("score {score}").format(score=number(float(score)))}
        for found, place in zip(frame.watched, places, strict=True)
        for box, score in zip(found.boxes[:3], found.scores[:3], strict=True)
    ]
