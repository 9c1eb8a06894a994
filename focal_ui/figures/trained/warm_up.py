"""Pictures of the recorded warm-up: AP by learning rate, the scores over the plane, calibration."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.checks import Floats
from focal_core.training.warm_up import LOSSES, RATES, SIDE, WarmUp
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import (
    _,
    ap_points,
    lead_and_spread,
    listed,
    number,
    percent,
    sentences,
    short,
)

INKS = {"CE": theme.CROSS_ENTROPY, "FL": theme.FOCAL}
SYMBOLS = {"CE": "circle", "FL": "diamond"}
BESIDE = {"CE": -0.12, "FL": 0.12}  # of the rate's place, so that no dot hides another
LEVELS = (0.05, 0.5)


def by_rate(recorded: WarmUp) -> Exhibit:
    """AP of each seed and their mean, for both losses at each rate, under the ceiling."""
    data: list[dict[str, Any]] = []
    for loss, ink in INKS.items():
        places = np.arange(len(RATES)) + BESIDE[loss]
        each = 100 * np.array([recorded.of(loss, rate) for rate in RATES])
        seeds = marks.line(np.repeat(places, each.shape[1]), each.ravel(), {}, name=_(loss))
        look = {"color": ink.color, "symbol": SYMBOLS[loss], "size": 8, "opacity": 0.55}
        tips = [
            _("{loss} at rate {rate:g}, one seed: {ap}").format(
                loss=_(loss), rate=rate, ap=ap_points(ap / 100)
            )
            for rate, seeds_ in zip(RATES, each, strict=True)
            for ap in seeds_
        ]
        data.append(seeds | {"mode": "markers", "marker": look, "tip": tips})
        mean = _("{loss}, mean of the seeds").format(loss=_(loss))
        data.append(marks.line(places, each.mean(axis=1), ink.line(2), name=mean))
    figure = theme.figure(
        data,
        height=320,
        xaxis=theme.axis(
            _("learning rate"), range=[-0.5, len(RATES) - 0.5], showgrid=False,
            tickvals=list(range(len(RATES))), ticktext=list(map(short, RATES)),
        ),
        yaxis=theme.axis(_("AP"), range=[0, 100]),
        shapes=[marks.level(100 * recorded.ceiling)],
        annotations=[
            *_key(),
            theme.label(
                _("ceiling"), 0, 100 * recorded.ceiling, xref="paper", xanchor="left",
                yanchor="top",
            ),
        ],
    )  # fmt: skip
    leads = [recorded.lead(rate) for rate in RATES]
    said = listed(
        [
            _("{lead} at rate {rate:g} (ahead in {wins} of {seeds} seeds)").format(
                lead=lead_and_spread(lead.mean, lead.sd),
                rate=rate,
                wins=lead.wins,
                seeds=lead.seeds,
            )
            for rate, lead in zip(RATES, leads, strict=True)
        ]
    )
    sentence = _("AP of FL minus AP of CE: {said}. {moral} {best}").format(
        said=said, moral=_moral(leads), best=_best(recorded)
    )
    table: dict[str, Sequence[Any]] = {
        _("loss"): [_(loss) for loss in LOSSES for _rate in RATES],
        _("learning rate"): [rate for _loss in LOSSES for rate in RATES],
    }
    for seed in range(recorded.ap.shape[2]):
        table[_("AP, seed {n}").format(n=seed)] = (
            (100 * recorded.ap[:, :, seed].ravel()).round(2).tolist()
        )
    return Exhibit(figure, sentence, table)


def _moral(leads: Sequence[Any]) -> str:
    helps = any(lead.mean > lead.sd for lead in leads)
    hurts = any(lead.mean < -lead.sd for lead in leads)
    if helps and hurts:
        return _("**A single rate can show either loss ahead.**")
    if hurts:
        return _("**Here focal loss helps at no rate.**")
    if helps:
        return _("**It is behind at no rate by more than the spread.**")
    return _("**No difference is larger than its spread.**")


def _best(recorded: WarmUp) -> str:
    """Each loss at the rate that suited it, and why that is not the last word."""
    means = {loss: [float(recorded.of(loss, rate).mean()) for rate in RATES] for loss in LOSSES}
    rates = {loss: RATES[int(np.argmax(each))] for loss, each in means.items()}
    said = listed(
        [
            _("{loss} {ap} at {rate:g}").format(
                loss=_(loss), ap=ap_points(max(means[loss])), rate=rate
            )
            for loss, rate in rates.items()
        ]
    )
    at_the_end = [loss for loss, rate in rates.items() if rate in {RATES[0], RATES[-1]}]
    words = _("Each at its best rate: {said}; chosen after looking, which flatters both.").format(
        said=said
    )
    if at_the_end:
        beyond = _("No rate beyond that was tried, so more may be left for {losses}.")
        losses = _(" and ").join(map(_, at_the_end))
        return sentences(words, beyond.format(losses=losses))
    return words


def undecided(recorded: WarmUp, rate: float) -> dict[str, float]:
    """The part of the plane whose score lies between the two levels, by loss."""
    low, high = LEVELS
    maps = {loss: recorded.map_of(loss, rate) for loss in INKS}
    return {
        loss: float(np.mean((scores >= low) & (scores < high))) for loss, scores in maps.items()
    }


def boundary(recorded: WarmUp, rate: float) -> Exhibit:
    """Where the scores of the first seed pass 0.05 and 0.5, for both losses."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    shares = {}
    for panel, (loss, ink), domain in zip(
        ("", "2"), INKS.items(), ([0, 0.47], [0.53, 1]), strict=True
    ):
        scores = recorded.map_of(loss, rate)
        shares[loss] = [float(np.mean(scores >= level)) for level in LEVELS]
        data.append(
            {
                "type": "heatmap", "x": theme.series(_finer(SIDE)), "y": theme.series(_finer(SIDE)),
                "z": np.searchsorted(LEVELS, _finer(scores), side="right") / len(LEVELS),
                "zmin": 0, "zmax": 1, "showscale": False, "hoverinfo": "skip",
                "colorscale": [[0, _see_through(ink.color)], [1, ink.color]],
                "xaxis": f"x{panel}", "yaxis": f"y{panel}",
            }
        )  # fmt: skip
        layout[f"xaxis{panel}"] = theme.axis(
            range=[SIDE[0], SIDE[-1]], showgrid=False, domain=domain, anchor=f"y{panel}"
        )
        layout[f"yaxis{panel}"] = theme.axis(
            range=[SIDE[0], SIDE[-1]], showgrid=False, anchor=f"x{panel}", scaleanchor=f"x{panel}",
            constrain="domain",
            showticklabels=panel == "",
        )  # fmt: skip
    layout["annotations"] = [
        marks.panel_title(_(loss), panel, font={"color": INKS[loss].color})
        for panel, loss in zip(("", "2"), INKS, strict=True)
    ]
    between = undecided(recorded, rate)
    sentence = _(
        "One seed, rate {rate:g}: strong colour where the score is above 0.5, pale above 0.05, "
        "along the two half-circles of positives. Pale are {ce} of the plane for CE, {fl} for FL."
    ).format(
        rate=rate,
        **{loss.lower(): percent(share) for loss, share in between.items()},
    )
    table: dict[str, Sequence[Any]] = {
        _("loss"): list(map(_, shares)),
        **{
            _("part of the plane above {level:g}").format(level=level): [
                share[i] for share in shares.values()
            ]
            for i, level in enumerate(LEVELS)
        },
    }
    return Exhibit(theme.figure(data, height=330, **layout), sentence, table)


def _finer(scores: Floats) -> Floats:
    """Three values between each two, along every direction: the edges in the map are smooth."""
    for axis in range(scores.ndim):
        scores = np.apply_along_axis(_finer_row, axis, scores)
    return scores


def _finer_row(row: Floats) -> Floats:
    places = np.arange(len(row))
    return np.interp(np.linspace(0, places[-1], 4 * places[-1] + 1), places, row)


def _see_through(color: str) -> str:
    """The colour where nothing of it is seen, so that the map has no ground of its own."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return f"rgba({red},{green},{blue},0)"


def calibration_gaps(recorded: WarmUp, rate: float) -> tuple[float, float, float]:
    """Mean distance of score and frequency over the bins: CE, FL, and FL recalibrated."""
    bins = (
        recorded.bins("CE", rate), recorded.bins("FL", rate), recorded.bins("FL", rate, back=True),
    )  # fmt: skip
    ce, fl, back = (float(np.nanmean(np.abs(b.scores - b.frequencies))) for b in bins)
    return ce, fl, back


def calibration(recorded: WarmUp, rate: float) -> Exhibit:
    """How often a score was right, for CE, FL, and FL recalibrated."""
    curves = {
        _("CE"): (recorded.bins("CE", rate), INKS["CE"]),
        _("FL"): (recorded.bins("FL", rate), INKS["FL"]),
        _("FL, recalibrated"): (recorded.bins("FL", rate, back=True), theme.THIRD),
    }
    data = [marks.line([0, 1], [0, 1], {"color": theme.FAINT, "width": 2, "dash": "dot"})]
    for name, (bins, ink) in curves.items():
        seen = np.isfinite(bins.scores)
        drawn = marks.line(bins.scores[seen], bins.frequencies[seen], ink.line(3), name=name)
        data.append(drawn | {"mode": "lines+markers", "marker": {"size": 8, "color": ink.color}})
    figure = theme.figure(
        data,
        height=320,
        xaxis=theme.axis(_("score"), range=[0, 1.02]),
        yaxis=theme.axis(_("how often right"), range=[0, 1.02]),
        annotations=marks.key(
            [(name, ink.color, 0.25 * i) for i, (name, (_b, ink)) in enumerate(curves.items())]
        ),
    )
    gaps = dict(zip(curves, calibration_gaps(recorded, rate), strict=True))
    sentence = _(
        "On the dotted line a score is a probability. Mean distance from it over the bins, at rate "
        "{rate:g} with five seeds together: {said}."
    ).format(rate=rate, said=listed([f"{name} **{number(gap)}**" for name, gap in gaps.items()]))
    table: dict[str, Sequence[Any]] = {}
    for name, (bins, _ink) in curves.items():
        table[_("{name}, score").format(name=name)] = _kept(bins.scores)
        table[_("{name}, right").format(name=name)] = _kept(bins.frequencies)
    return Exhibit(figure, sentence, table)


def _kept(values: Any) -> list[float | None]:
    return [round(float(value), 4) if np.isfinite(value) else None for value in values]


def _key() -> list[dict[str, Any]]:
    return marks.key([(_(loss), ink.color, 0.2 * i) for i, (loss, ink) in enumerate(INKS.items())])
