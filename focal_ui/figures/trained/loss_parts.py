"""Pictures of what makes up each loss at a step of training: three bars, and the steps in a row."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.training.loss_parts import STEPS, LossParts
from focal_core.training.records import EASIEST
from focal_ui.figures import marks
from focal_ui.figures.image.kinds import INKS, PATTERNS, fill
from focal_ui.figures.trained.training import edge, inks_of
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, entry, listed, part_of, percent

PLACES = {0.1: 2, 0.001: 3}  # a share of at least so much -> digits behind its point
FINEST = 4
LEAST = 1e-4
UPRIGHT = "┃"  # in a key: the line across a bar
THICK = 0.46  # of a bar, where the next one begins at 1


def about(share: float) -> str:
    """A share that varies from seed to seed, with the digits that say something: 83%, 5.3%."""
    if 0 < share < LEAST:
        return _("less than {least}").format(least=percent(LEAST))
    return percent(round(share, _places(share)) + 0.0)


def about_and_spread(share: float, sd: float) -> str:
    """The same with its standard deviation: 13% ± 4%."""
    return f"{about(share)} ± {percent(round(sd, _places(share)) + 0.0)}"


def part_names() -> tuple[str, str, str]:
    """The parts of a bar, in order."""
    easiest = percent(EASIEST)
    return (
        _("easiest {part} of background").format(part=easiest),
        _("other background"),
        _("objects"),
    )


def bars(each: Sequence[LossParts], step: int) -> Exhibit:
    """A bar for each configuration: what its loss is made of at this step.

    A line across the bar says where background ended at the first step.
    """
    first, now = ([parts.at(at) for parts in each] for at in (STEPS[0], step))
    rows = list(range(len(each)))[::-1]
    shares = zip(*((s.easy, s.hard, s.objects) for s in now), strict=True)
    figure = theme.figure(
        [
            marks.bars(
                list(part), rows, fill(ink, pattern), orientation="h", width=THICK, name=name,
                tip=[entry(name, about(share)) for share in part],
            )
            for part, ink, pattern, name in zip(shares, INKS, PATTERNS, part_names(), strict=True)
        ],
        height=306,
        margin={"l": 8, "r": 16, "t": 52, "b": 8},
        barmode="stack",
        xaxis=theme.axis(_("share of the loss"), range=[0, 1], tickformat=".0%"),
        yaxis=theme.axis(range=[-0.3, len(each) - 0.4], showticklabels=False, showgrid=False),
        shapes=[_began(split.background, row) for split, row in zip(first, rows, strict=True)],
        annotations=[
            *(
                _named(parts, split.background, row, ink)
                for parts, split, row, ink in zip(
                    each, now, rows, inks_of([parts.name for parts in each]), strict=True
                )
            ),
            *_pattern_key(),
        ],
    )  # fmt: skip
    return Exhibit(figure, _bars_sentence(each, step), _table(each))


def over_the_steps(each: Sequence[LossParts], step: int) -> Exhibit:
    """The easy part's share of each loss over all recorded steps; dots at this step."""
    inks = inks_of([parts.name for parts in each])
    data: list[dict[str, Any]] = []
    for parts, ink in zip(each, inks, strict=True):
        mean, low, high = parts.easy
        data += [edge(parts.steps, high), edge(parts.steps, low, fill=ink.color)]
        data.append(marks.line(parts.steps, mean, ink.line()) | {"name": _(parts.name)})
    data += [
        marks.dot(step, parts.at(step).easy, ink.color, name=_(parts.name))
        for parts, ink in zip(each, inks, strict=True)
    ]
    figure = theme.figure(
        data,
        height=340,
        margin={"l": 8, "r": 16, "t": 56, "b": 8},
        xaxis=theme.axis(
            _("step"), type="log", range=[0, float(np.log10(STEPS[-1] * 1.06))], showgrid=False,
            **marks.named(*_ticks()),
        ),
        yaxis=theme.axis(
            _("easiest {part} of background: share").format(part=percent(EASIEST)),
            range=[0, 1.02], tickformat=".0%",
        ),
        shapes=[marks.upright(step)],
        annotations=marks.key_in_rows(
            [(_(parts.name), ink) for parts, ink in zip(each, inks, strict=True)], rows=2
        ),
    )  # fmt: skip
    return Exhibit(figure, _steps_sentence(each), _steps_table(each))


def _places(share: float) -> int:
    return next((places for least, places in PLACES.items() if share >= least), FINEST)


def _began(background: float, row: int) -> dict[str, Any]:
    """It stands out below the bar, as its name stands above."""
    ends = {"x0": background, "x1": background, "y0": row - 0.32, "y1": row + THICK / 2}
    line = {"color": theme.NEUTRAL, "width": 3}
    return {"type": "line", "xref": "x", "yref": "y", "line": line} | ends


def _named(parts: LossParts, background: float, row: int, ink: theme.Ink) -> dict[str, Any]:
    words = _("<b>{loss}</b>: background {share}")
    said = words.format(loss=_(parts.name), share=about(background))
    return marks.row_title(said, row + THICK / 2, yshift=1, font={"color": ink.color})


def _pattern_key() -> list[dict[str, Any]]:
    """What patterns and lines mean, in two rows above the bars."""
    easy, hard, objects = zip(marks.FILLS, part_names(), strict=True)
    begun = (UPRIGHT, _("background at step 1"))
    colors = [ink.color for ink in INKS]
    return [
        marks.class_key((easy, hard), colors=colors[:2], yshift=26),
        marks.class_key((objects, begun), colors=colors[2:], yshift=8),
    ]


def _bars_sentence(each: Sequence[LossParts], step: int) -> str:
    now = [(_(parts.name), parts.at(step)) for parts in each]
    said = listed(
        [
            _("{share} of the loss of {loss}").format(
                share=about_and_spread(split.background, split.background_sd), loss=name
            )
            for name, split in now
        ]
    )
    easy = listed([about(split.easy) for _name, split in now])
    return _(
        "Step {step} of {last}: background makes up {said}; its easiest {part}, those of smallest "
        "loss, make up {easy}. Means of {seeds} seeds ± one standard deviation, each from one "
        "training batch."
    ).format(
        step=step, last=STEPS[-1], said=said, part=percent(EASIEST), easy=easy, seeds=each[0].seeds
    )


def _steps_sentence(each: Sequence[LossParts]) -> str:
    said = listed(
        [
            _("from {first} to {last} under {loss}").format(
                first=about(parts.at(STEPS[0]).easy),
                last=about(parts.at(STEPS[-1]).easy),
                loss=_(parts.name),
            )
            for parts in each
        ]
    )
    return _(
        "From step {first} to {last} the share of the easiest {part} of background goes {said}. "
        "Lines: means of {seeds} seeds; the bands reach from the lowest to the highest."
    ).format(first=STEPS[0], last=STEPS[-1], part=percent(EASIEST), said=said, seeds=each[0].seeds)


def _table(each: Sequence[LossParts]) -> dict[str, Sequence[Any]]:
    """Every step that the slider has: the table stands still while the slider moves."""
    table: dict[str, Sequence[Any]] = {_("step"): list(STEPS)}
    for parts in each:
        splits = [parts.at(step) for step in STEPS]
        columns = (
            [round(split.easy, 5) for split in splits],
            [round(split.hard, 5) for split in splits],
            [round(split.objects, 5) for split in splits],
        )
        for name, column in zip(part_names(), columns, strict=True):
            table[entry(_(parts.name), name)] = column
        table[_("{loss}: background, standard deviation").format(loss=_(parts.name))] = [
            round(split.background_sd, 5) for split in splits
        ]
    return table


def _steps_table(each: Sequence[LossParts]) -> dict[str, Sequence[Any]]:
    table: dict[str, Sequence[Any]] = {_("step"): each[0].steps.astype(int).tolist()}
    for parts in each:
        words = (_("mean"), _("lowest"), _("highest"))
        for word, column in zip(words, parts.easy, strict=True):
            table[part_of(_(parts.name), word)] = column.round(6).tolist()
    return table


def _ticks() -> tuple[list[str], list[float]]:
    steps = (1, 5, 15, 50, 150, 500)
    return [str(step) for step in steps], list(map(float, steps))
