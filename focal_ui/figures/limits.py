"""Pictures of where focal loss stops: wrong labels, and other rules beside it."""

import math
from collections.abc import Sequence
from typing import Any

from focal_core.checks import Floats
from focal_core.noise import Pull
from focal_core.sampling import Listening
from focal_ui.figures import both_losses, marks
from focal_ui.figures.both_losses import INKS
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, listed, number, numeral, percent

TICKS = (1, 10, 100, 1000)
NAMED_AT = (150, 150)  # unlabelled objects, where the curves have their names
LONG = 16  # letters of a name
GREY = "#7D8496"  # 3:1 on light and on dark
OTHERS = tuple(
    theme.Ink(GREY, dash) for dash in ("dot", "longdash", "dashdot", "longdashdot", "solid")
)
"""Rules that are neither loss: the dash tells them apart, since hue says the loss."""


def wrong_labels(
    missed: Sequence[float],
    pulls: tuple[Sequence[Pull], Sequence[Pull]],
    now: tuple[float, Pull, Pull],
    negatives: float,
) -> Exhibit:
    """The share of the gradient that unlabelled objects make up as they become more.

    missed: how many for every 100 labelled; pulls: under cross entropy, under focal loss; now: the
    visitor's number, and both there; negatives: background labels to each of them there.
    """
    here_missed, before, after = now
    plain, focal = ([pull.wrong_labels for pull in series] for series in pulls)
    figure = theme.figure(
        both_losses.curves(
            missed, (plain, focal), here_missed, (before.wrong_labels, after.wrong_labels)
        ),
        xaxis=theme.axis(
            _("unlabelled objects for every 100 labelled"),
            type="log",
            range=[math.log10(missed[0]) - 0.05, math.log10(missed[-1]) + 0.05],
            **marks.named([numeral(f"{n:,}") for n in TICKS], TICKS),
        ),
        yaxis=theme.axis(_("their share of the gradient"), range=[0, 1.04], tickformat=".0%"),
        annotations=both_losses.beside(missed, (plain, focal), NAMED_AT, log="x"),
    )
    sentence = _(
        "With {missed} unlabelled objects for every 100 labelled, one background label in "
        "{negatives} is wrong. These labels make up {before} of the gradient under cross entropy "
        "and **{after}** under focal loss."
    ).format(
        missed=number(here_missed),
        negatives=number(negatives),
        before=percent(before.wrong_labels),
        after=percent(after.wrong_labels),
    )
    table: dict[str, Any] = {
        _("unlabelled for every 100 labelled"): list(missed),
        _("their share of the gradient, cross entropy"): plain,
        _("their share of the gradient, focal loss"): focal,
    }
    return Exhibit(figure, sentence, table)


def what_each_hears(
    names: Sequence[str], heard: Sequence[Listening | None], hardest: float
) -> Exhibit:
    """For each rule: easy background, hard background and objects, as parts of its loss.

    hardest: the part of the background that is called hard.
    """
    parts = [each or Listening(0, 0, 0) for each in heard]
    rows = {
        _("easier background"): [part.easy_negatives for part in parts],
        _("its hardest {part}").format(part=percent(hardest)): [p.hard_negatives for p in parts],
        _("objects"): [part.positives for part in parts],
    }
    places = range(len(names))
    inks = [*INKS, *[OTHERS[0]] * len(names)][: len(names)]
    hatched, plain = (theme.class_fill(inks, background=each) for each in (True, False))
    crossed = theme.crossed(hatched)
    figure = theme.figure(
        [
            marks.bars(
                shares,
                list(places),
                marker,
                orientation="h",
                width=0.7,
                name=part,
                tip=[
                    _("{rule}, {part}: {share}").format(rule=rule, part=part, share=percent(share))
                    for rule, share in zip(names, shares, strict=True)
                ],
            )
            for (part, shares), marker in zip(rows.items(), (hatched, crossed, plain), strict=True)
        ],
        height=70 + 38 * len(names),
        barmode="stack",
        xaxis=theme.axis(_("share of the weighted loss"), range=[0, 1], tickformat=".0%"),
        yaxis=theme.axis(
            range=[len(names) - 0.4, -0.6],
            showgrid=False,
            **marks.named(list(map(_in_lines, names)), places),
        ),
        annotations=[marks.class_key(zip(marks.FILLS, rows, strict=True), right=True)],
    )
    sentence = _least_and_most(names, [part.positives for part in parts])
    background = [part.negatives for part in parts]
    table = {_("method"): list(names), _("background"): background, **rows}
    return Exhibit(figure, sentence, table)


def _in_lines(name: str) -> str:
    """A long name in two, since a phone has little room beside the bars."""
    return name if len(name) < LONG else name.replace(", ", ",<br>")


def _least_and_most(names: Sequence[str], objects: Sequence[float]) -> str:
    by_objects = sorted(range(len(names)), key=lambda i: objects[i])
    return _(
        "Objects make up {least} of the loss under *{quietest}* and {most} under *{loudest}*. No "
        "method is right for every task; each decides which examples count."
    ).format(
        least=percent(objects[by_objects[0]]),
        quietest=names[by_objects[0]],
        most=percent(objects[by_objects[-1]]),
        loudest=names[by_objects[-1]],
    )


def weight_by_difficulty(p_t: Floats, weights: dict[str, Floats], at: float) -> Exhibit:
    """The weight each rule gives a background location, against its p_t.

    weights: name -> one weight for each p_t; at: the p_t that the sentence speaks of.
    """
    inks = (*INKS, *OTHERS)
    rows = math.ceil(len(weights) / 2)
    figure = theme.figure(
        [
            marks.line(p_t, weight, ink.line(), name=name)
            for (name, weight), ink in zip(weights.items(), inks, strict=False)
        ],
        height=340 + 20 * rows,
        margin={"l": 8, "r": 16, "t": 18 + 20 * rows, "b": 8},
        xaxis=theme.axis(_("p<sub>t</sub> of a background location"), range=[0, 1], showgrid=False),
        yaxis=theme.axis(
            _("weight on its cross entropy"), type="log", range=[-4, 2.3], exponentformat="power"
        ),
        annotations=marks.key_in_rows(
            [
                (name, ink if ink in INKS else theme.Ink(theme.NEUTRAL, ink.dash))
                for name, ink in zip(weights, inks, strict=False)
            ],
            rows,
        ),
    )
    nearest = int(abs(p_t - at).argmin())
    said = listed([f"{name} {number(float(w[nearest]))}" for name, w in weights.items()])
    sentence = _("At $p_t$ = {p_t:g} a background location weighs: {said}.").format(
        p_t=at, said=said
    )
    table = {
        "p_t": p_t,
        **weights,
    }
    return Exhibit(figure, sentence, table)
