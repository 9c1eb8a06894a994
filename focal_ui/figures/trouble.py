"""Pictures for who uses the loss: first settings, what is off by how much, classes, pixels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from focal_core.checks import Floats
from focal_core.segmentation import PixelShares
from focal_ui.figures import both_losses, marks
from focal_ui.figures.both_losses import INKS
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, count, entry, number, percent

ROW_HEIGHT = 46
VARIANTS = (
    theme.CROSS_ENTROPY,
    theme.FOCAL,
    theme.Ink(theme.FOCAL_SHADES[1], "dash"),
    theme.Ink(theme.FOCAL_SHADES[2], "dot"),
)
"""Cross entropy, focal loss, and focal loss under two kinds of weights."""


@dataclass(frozen=True)
class Row:
    """One quantity under both losses. shown: its numbers as they stand beside its name."""

    name: str
    before: float
    after: float
    shown: str


def losses_at_step_0(rows: Sequence[Row]) -> Exhibit:
    """The first loss after one more setting in each row."""
    figure = _two_dots(
        rows, _("first loss, logarithmic axis"), {10.0**e: number(10.0**e) for e in range(-3, 4)}
    )
    sentence = _(
        "Without a prior training begins at {untrained} under focal loss. With it: {first}; with "
        "α, too: **{set}**. A mean over all anchors would print {mean}: it looks finished, and "
        "is not."
    ).format(
        untrained=number(rows[0].after),
        first=number(rows[1].after),
        set=number(rows[2].after),
        mean=number(rows[3].after),
    )
    return Exhibit(figure, sentence, _table(rows, _("setting")))


def off_by(rows: Sequence[Row]) -> Exhibit:
    """How many times too large or too small something gets, for each thing that may be wrong."""
    ticks = {1.0: "1"} | {
        value: text
        for n in (10, 100, 1_000)
        for value, text in ((n, f"×{count(n)}"), (1 / n, f"÷{count(n)}"))
    }
    figure = _two_dots(rows, _("too small ← as it should be: 1 → too large"), ticks, base=1.0)
    worst = max(rows, key=lambda row: abs(math.log(row.after)))
    by_swap = max(rows, key=lambda row: abs(math.log(row.after / row.before)))
    sentence = _(
        "Furthest from 1 is *{worst}*: {far}. Where blue and orange lie together, cross entropy "
        "has the same trouble. They lie furthest apart in *{swap}*: {apart}."
    ).format(
        worst=worst.name,
        far=factor(worst.after),
        swap=by_swap.name,
        apart=factor(by_swap.after),
    )
    return Exhibit(figure, sentence, _table(rows, _("what is wrong")))


def factor(times: float) -> str:
    """×3, or ÷3 for a third."""
    return f"÷{number(1 / times)}" if times < 1 else f"×{number(times)}"


def shares_of_classes(
    counts: Floats, shares: Mapping[str, Floats], highest: float = 0.62
) -> Exhibit:
    """Each class's share of the loss, for each way to weigh classes; cross entropy first."""
    places = list(range(1, len(counts) + 1))
    figure = theme.figure(
        [
            *(
                marks.line(places, share, ink.line(), name=name)
                for (name, share), ink in zip(shares.items(), VARIANTS, strict=True)
            ),
            *(
                marks.dot(places[-1], float(share[-1]), ink.color, name=name)
                for (name, share), ink in zip(shares.items(), VARIANTS, strict=True)
            ),
        ],
        height=380,
        margin={"l": 8, "r": 16, "t": 60, "b": 8},
        xaxis=theme.axis(
            _("examples of the class"),
            range=[0.8, places[-1] + 0.2],
            showgrid=False,
            **marks.named([count(float(n)) for n in counts[::3]], places[::3]),
        ),
        yaxis=theme.axis(_("share of the loss"), range=[0, highest], tickformat=".0%"),
        shapes=[marks.level(1 / len(counts))],
        annotations=[
            *marks.key_in_rows(list(zip(shares, VARIANTS, strict=True)), 2),
            theme.label(
                _("equal shares"),
                places[0],
                1 / len(counts),
                xanchor="left",
                yanchor="bottom",
                font={"size": theme.FONT_SIZE - 1},
            ),
        ],
    )
    rarest = {name: percent(float(share[-1])) for name, share in shares.items()}
    plain, focal, frequency, effective = rarest.values()
    sentence = _(
        "The rarest class, with {rare} examples, makes up {plain} of cross entropy and {focal} of "
        "focal loss without weights; with weights by inverse frequency **{frequency}**, by "
        "effective number {effective}."
    ).format(
        rare=count(float(counts[-1])),
        plain=plain,
        focal=focal,
        frequency=frequency,
        effective=effective,
    )
    table: dict[str, Any] = {_("examples"): counts, **shares}
    return Exhibit(figure, sentence, table)


def parts_of_the_image(shares: Mapping[str, PixelShares], boundary: float) -> Exhibit:
    """Background, boundary and interior as parts of the gradient; cross entropy and focal first.

    boundary: its part of all pixels.
    """
    names = list(shares)
    inks = [*INKS, *[theme.THIRD] * len(names)][: len(names)]
    hatched, plain = (theme.class_fill(inks, background=each) for each in (True, False))
    crossed = theme.crossed(hatched)
    # The boundary stands first, so that its end can be read on the axis, and a guess of it too.
    parts = {
        _("boundary"): ([each.boundary for each in shares.values()], crossed),
        _("other background"): ([each.background for each in shares.values()], hatched),
        _("inside of the object"): ([each.interior for each in shares.values()], plain),
    }
    places = list(range(len(names)))
    figure = theme.figure(
        [
            marks.bars(
                values,
                places,
                fill,
                orientation="h",
                width=0.4,
                name=part,
                tip=[
                    _("{loss}, {part}: {share}").format(loss=loss, part=part, share=percent(value))
                    for loss, value in zip(names, values, strict=True)
                ],
            )
            for part, (values, fill) in parts.items()
        ],
        height=90 + 74 * len(names),
        barmode="stack",
        xaxis=theme.axis(_("share of the gradient"), range=[0, 1], tickformat=".0%"),
        yaxis=theme.axis(range=[places[-1] + 0.45, -0.75], showgrid=False, showticklabels=False),
        annotations=[
            marks.class_key(zip((marks.CROSSED, marks.HATCHED, marks.PLAIN), parts, strict=True)),
            *(
                marks.row_title(
                    _("<b>{loss}</b>: boundary {share}").format(
                        loss=loss, share=percent(each.boundary)
                    ),
                    place - 0.24,
                )
                for place, (loss, each) in zip(places, shares.items(), strict=True)
            ),
        ],
    )
    before, after, dice = (percent(each.boundary) for each in shares.values())
    sentence = _(
        "The boundary is {part} of the pixels. It makes up {before} of the gradient under cross "
        "entropy, **{after}** under focal loss and {dice} under Dice loss."
    ).format(part=percent(boundary), before=before, after=after, dice=dice)
    table: dict[str, Any] = {
        _("loss"): names,
        **{part: values for part, (values, _fill) in parts.items()},
    }
    return Exhibit(figure, sentence, table)


def _two_dots(
    rows: Sequence[Row], title: str, ticks: Mapping[float, str], base: float | None = None
) -> dict[str, Any]:
    """A row of two dots for each quantity, its name and numbers above; powers of ten along x.

    base: where the line to focal loss's dot begins; None: at cross entropy's dot.
    """
    values = [(math.log10(row.before), math.log10(row.after)) for row in rows]
    data = [
        marks.dot(pair[i], place, ink.color, name=name) | {"tip": [entry(name, row.shown)]}
        for place, (row, pair) in enumerate(zip(rows, values, strict=True))
        for i, (ink, name) in enumerate(zip(INKS, both_losses.names(), strict=True))
    ]
    begins = [pair[0] if base is None else math.log10(base) for pair in values]
    low, high = (math.log10(end(ticks)) for end in (min, max))
    return theme.figure(
        data,
        height=70 + ROW_HEIGHT * len(rows),
        xaxis=theme.axis(
            title,
            range=[low - 0.35, high + 0.35],
            **marks.named(list(ticks.values()), [math.log10(tick) for tick in ticks]),
        ),
        yaxis=theme.axis(range=[len(rows) - 0.5, -0.75], showgrid=False, showticklabels=False),
        shapes=[
            *([] if base is None else [marks.upright(math.log10(base))]),
            *(
                {
                    "type": "line",
                    "xref": "x",
                    "yref": "y",
                    "x0": begin,
                    "x1": pair[1],
                    "y0": place,
                    "y1": place,
                    "line": {"color": theme.FOCAL.color, "width": 3, "dash": "solid"},
                }
                for place, (begin, pair) in enumerate(zip(begins, values, strict=True))
            ),
        ],
        annotations=[
            *both_losses.key(),
            *(
                marks.row_title(entry(f"<b>{row.name}</b>", row.shown), place - 0.18)
                for place, row in enumerate(rows)
            ),
        ],
    )


def _table(rows: Sequence[Row], of: str) -> dict[str, Any]:
    return {
        of: [row.name for row in rows],
        _("cross entropy"): [row.before for row in rows],
        _("focal loss"): [row.after for row in rows],
    }
