"""Pictures of recorded and live runs: bands over seeds, results, boxes, scores."""

from collections.abc import Sequence
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
from focal_ui.words import _, number

INKS = (
    theme.CROSS_ENTROPY,
    theme.FOCAL,
    theme.THIRD,
    theme.Ink("#8E5BA6", "longdash"),
    theme.Ink("#A07A00", "longdashdot"),
)
PANELS = ("", "2")


@dataclass(frozen=True)
class Quantity:
    """Something recorded over the steps, and how it is drawn.

    field: of `RecordedRun.curve`. span: of the vertical axis; None fits it, from 0 on if not
    log. log: lower values than the span has are drawn at its edge. from_start: whether to say
    where it starts, too. note: what to know of it.
    """

    field: str
    span: tuple[float, float] | None = None
    log: bool = False
    from_start: bool = False
    note: str = ""

    def axis(self, title: str, each: Sequence[Band]) -> dict[str, Any]:
        """The vertical axis; it holds the highest of the bands."""
        lowest = min(float(band.low[band.low > 0].min(initial=1.0)) for band in each)
        highest = max(float(band.high.max()) for band in each)
        if self.log:
            low, high = self.span or (lowest / 1.5, highest * 1.5)
            ends = np.log10([low, high]).tolist()
            return theme.axis(title, type="log", exponentformat="power", range=ends)
        return theme.axis(title, range=list(self.span or (0.0, 1.08 * highest)))

    def drawn(self, values: NDArray[Any]) -> NDArray[Any]:
        """The values as far as the axis can show them."""
        return np.maximum(values, self.span[0]) if self.log and self.span else values


def bands(names: Sequence[str], each: Sequence[Band], title: str, quantity: Quantity) -> Exhibit:
    """Mean over seeds as a line, lowest to highest as a band."""
    data: list[dict[str, Any]] = []
    for name, band, ink in zip(names, each, INKS, strict=False):
        low, mean, high = (quantity.drawn(part) for part in (band.low, band.mean, band.high))
        data += [_edge(band.steps, high), _edge(band.steps, low, fill=ink.color)]
        data.append(marks.line(band.steps, mean, ink.line()) | {"name": name})
    figure = theme.figure(
        data,
        height=400,
        margin={"l": 8, "r": 16, "t": 78, "b": 8},
        xaxis=theme.axis(_("step"), showgrid=False, range=[0, float(each[0].steps[-1]) * 1.01]),
        yaxis=quantity.axis(title, each),
        annotations=marks.key_in_rows(
            [(name, ink.color) for name, ink in zip(names, INKS, strict=False)], rows=3
        ),
    )
    sentence = " ".join(
        [_extremes(names, each, place) for place in ((0, -1) if quantity.from_start else (-1,))]
        + [
            _("Means of {seeds} seeds; the bands reach from the lowest to the highest.").format(
                seeds=each[0].seeds
            ),
            _(quantity.note),
        ]
    ).rstrip()
    table: dict[str, Sequence[Any]] = {_("step"): each[0].steps.tolist()}
    for name, band in zip(names, each, strict=True):
        at = [
            np.interp(each[0].steps, band.steps, column)
            for column in (band.mean, band.low, band.high)
        ]
        for word, column in zip((_("mean"), _("lowest"), _("highest")), at, strict=True):
            table[f"{name}, {word}"] = column.tolist()
    return Exhibit(figure, sentence, table)


def _extremes(names: Sequence[str], each: Sequence[Band], place: int) -> str:
    values = [float(band.mean[place]) for band in each]
    best, worst = int(np.argmax(values)), int(np.argmin(values))
    return _("At step {step:.0f}: highest {best} ({high}), lowest {worst} ({low}).").format(
        step=each[0].steps[place],
        best=names[best],
        high=number(values[best]),
        worst=names[worst],
        low=number(values[worst]),
    )


def live(looks: Sequence[Evaluation], band: Band, recorded: Result) -> Exhibit:
    """A run while it comes, over the band of the recorded seeds.

    looks: at the validation images and at last, if it gets there, at the test images.
    """
    watched = [look for look in looks if look.split == "validation"]
    steps, values = [look.step for look in watched], [look.ap for look in watched]
    ink, mine = theme.CROSS_ENTROPY, {"color": theme.FOCAL.color, "width": 4}
    figure = theme.figure(
        [
            _edge(band.steps, band.high),
            _edge(band.steps, band.low, fill=ink.color),
            marks.line(band.steps, band.mean, ink.line(2)),
            marks.line(steps, values, mine),
            marks.dot(steps[-1], values[-1], theme.FOCAL.color),
        ],
        height=320,
        xaxis=theme.axis(_("step"), showgrid=False, range=[0, float(band.steps[-1]) * 1.02]),
        yaxis=theme.axis(
            _("AP, validation images"), range=[0, 1.1 * max(float(band.high.max()), *values, 0.1)]
        ),
        annotations=marks.key(
            [
                (_("this run"), theme.FOCAL.color, 0.0),
                (_("{n} recorded seeds").format(n=band.seeds), ink.color, 0.3),
            ]
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
        ap=number(values[-1]),
        low=number(float(low[-1])),
        high=number(float(high[-1])),
    )
    for look in looks:
        if look.split == "test":
            sentence += " " + _(
                "On the test images: **{ap}**, recorded {mean} ± {sd}. One run is one seed: it "
                "settles nothing by itself."
            ).format(ap=number(look.ap), mean=number(recorded.mean), sd=number(recorded.sd))
    table: dict[str, Sequence[Any]] = {
        _("step"): steps,
        _("this run"): [round(value, 4) for value in values],
        _("recorded, mean"): mean.tolist(),
        _("recorded, lowest"): low.tolist(),
        _("recorded, highest"): high.tolist(),
    }
    return Exhibit(figure, sentence, table)


def results(rows: Sequence[Result], against: Sequence[Difference]) -> Exhibit:
    """AP on the test images: mean, lowest and highest seed of every configuration.

    against: each configuration's paired difference to the one that all are compared with.
    """
    order = sorted(range(len(rows)), key=lambda i: rows[i].mean)
    figure = theme.figure(
        [
            {
                "type": "scatter",
                "mode": "markers",
                "x": [rows[i].mean for i in order],
                "y": list(range(len(order))),
                "tip": [f"{rows[i].name}: {number(rows[i].mean)}" for i in order],
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [rows[i].high - rows[i].mean for i in order],
                    "arrayminus": [rows[i].mean - rows[i].low for i in order],
                    "color": theme.NEUTRAL,
                    "thickness": 2,
                },
                "marker": {
                    "size": 13,
                    "color": [
                        (
                            theme.FOCAL if rows[i].name.startswith("FL") else theme.CROSS_ENTROPY
                        ).color
                        for i in order
                    ],
                    "symbol": [
                        "diamond" if rows[i].name.startswith("FL") else "circle" for i in order
                    ],
                },
                "hoverinfo": "x+y",
            }
        ],
        height=80 + 38 * len(rows),
        xaxis=theme.axis(
            _("AP at IoU 0.5, test images"), range=[0, 1.05 * max(row.high for row in rows)]
        ),
        yaxis=theme.axis(
            range=[-0.6, len(rows) - 0.4],
            **marks.named([rows[i].name for i in order], list(range(len(order)))),
        ),
    )
    best = max(rows, key=lambda row: row.mean)
    focal = [d for d in against if d.first.startswith("FL")]
    groups = (
        [d.first for d in focal if d.is_clear and d.mean > 0],
        [d.first for d in focal if not d.is_clear],
        [d.first for d in focal if d.is_clear and d.mean < 0],
    )
    better, same, worse = (", ".join(group) or _("none") for group in groups)
    sentence = _(
        "Best here: **{best}** with {mean} ± {sd}. Against {reference}, the best cross entropy, "
        "focal loss is better by more than a standard deviation for: {better}; within one for: "
        "{same}; worse for: {worse}."
    ).format(
        best=best.name,
        mean=number(best.mean),
        sd=number(best.sd),
        reference=against[0].second,
        better=better,
        same=same,
        worse=worse,
    )
    by_name = {d.first: d for d in against}
    table: dict[str, Sequence[Any]] = {
        _("configuration"): [row.name for row in rows],
        _("AP, mean"): [round(row.mean, 4) for row in rows],
        _("standard deviation"): [round(row.sd, 4) for row in rows],
        _("lowest"): [round(row.low, 4) for row in rows],
        _("highest"): [round(row.high, 4) for row in rows],
        _("seeds"): [row.seeds for row in rows],
        _("broke off"): [row.broke_off for row in rows],
        _("learning rate"): [row.learning_rate for row in rows],
        _("difference, mean"): [_rounded(by_name.get(row.name), "mean") for row in rows],
        _("difference, sd"): [_rounded(by_name.get(row.name), "sd") for row in rows],
        _("seeds won"): [by_name[row.name].wins if row.name in by_name else None for row in rows],
    }
    return Exhibit(figure, sentence, table)


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
        for box, place in zip(watched.boxes, places, strict=True)
    ]
    figure = theme.figure(
        [],
        height=330,
        margin={"l": 8, "r": 8, "t": 10, "b": 8},
        images=pictures,
        shapes=truth + _found(frames[at], places),
        xaxis={"visible": False, "range": [0, size[0]], "fixedrange": True, "constrain": "domain"},
        yaxis={"visible": False, "range": [size[1], 0], "scaleanchor": "x", "fixedrange": True},
    )  # fmt: skip
    sentence = _(
        "{name}: after step **{step}** validation AP is **{ap}**; it went from {start} to {end}. "
        "Dotted white: the object; orange: the detector’s best boxes, the surer the thicker."
    ).format(
        name=name,
        step=frames[at].step,
        ap=number(frames[at].ap),
        start=number(frames[0].ap),
        end=number(frames[-1].ap),
    )
    return Exhibit(
        figure,
        sentence,
        {
            _("step"): [frame.step for frame in frames],
            _("validation AP"): [round(frame.ap, 4) for frame in frames],
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
        for counts, dash, width in ((each.negatives, "dot", 2), (each.positives, "solid", 3)):
            seen = np.where(counts > 0, counts, np.nan)
            data.append(
                marks.line(middle, seen, {"color": ink.color, "dash": dash, "width": width}, panel)
            )
        ends = [float(each.edges[0]), float(each.edges[-1])]
        layout[f"xaxis{panel}"] = theme.axis(
            _("logit"), domain=domain, anchor=f"y{panel}", range=ends
        )
        layout[f"yaxis{panel}"] = theme.axis(
            _("outputs") if panel == "" else "", type="log", range=[-0.2, 6.5], anchor=f"x{panel}",
            exponentformat="power", showticklabels=panel == "",
        )  # fmt: skip
        medians.append(_median(middle, each.negatives))
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


def _median(middle: NDArray[Any], counts: NDArray[Any]) -> float:
    return float(middle[np.searchsorted(np.cumsum(counts), counts.sum() / 2)])


def _edge(x: NDArray[Any], y: NDArray[Any], fill: str | None = None) -> dict[str, Any]:
    edge = marks.line(x, y, {"width": 0}) | {"hoverinfo": "skip"}
    if fill is None:
        return edge
    red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
    return edge | {"fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},0.25)"}


def _rounded(difference: Difference | None, field: str) -> float | None:
    return None if difference is None else round(getattr(difference, field), 4)


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
        for found, place in zip(frame.watched, places, strict=True)
        for box, score in zip(found.boxes[:3], found.scores[:3], strict=True)
    ]
