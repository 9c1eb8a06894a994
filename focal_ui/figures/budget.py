"""Pictures of what makes up a loss: totals and shares by class, under both losses."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.budget import Budget, CumulativeShare
from focal_ui.figures import both_losses, marks
from focal_ui.figures.both_losses import INKS
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, entry, number, part_of, percent, sentences


def totals_and_shares(before: Budget, after: Budget) -> Exhibit:
    """Four bars: the totals on the scale of cross entropy, below them the shares."""
    budgets = (before, after)
    longest = max(before.total, after.total) or 1.0
    figure = theme.figure(
        [
            *_stacked([b.negatives for b in budgets], [b.positives for b in budgets]),
            *_stacked(*_shares(budgets), panel="2"),
        ],
        height=430,
        barmode="stack",
        bargap=0.55,
        xaxis=theme.axis(_("total loss, nats"), range=[0, longest], nticks=5),
        yaxis=_bar_axis(domain=[0.6, 1]),
        xaxis2=theme.axis(
            _("share of the total loss"), range=[0, 1], tickformat=".0%", anchor="y2"
        ),
        yaxis2=_bar_axis(domain=[0, 0.4], anchor="x2"),
        annotations=[
            marks.class_key(
                ((marks.HATCHED, _("background")), (marks.PLAIN, _("objects"))), yshift=8
            ),
            *_bar_labels(
                [
                    _("<b>{loss}</b>: {total} in total").format(
                        loss=name, total=number(budget.total)
                    )
                    for name, budget in zip(_loss_names(), budgets, strict=True)
                ]
            ),
            *_bar_labels(
                [
                    _("<b>{loss}</b>: background {share}").format(
                        loss=name, share=percent(budget.negative_share)
                    )
                    for name, budget in zip(_loss_names(), budgets, strict=True)
                ],
                panel="2",
            ),
        ],
    )
    sentence = _share_sentence(before, after)
    if before.total > 0:
        sentence = sentences(sentence, _totals_sentence(before, after))
    return Exhibit(figure, sentence, _budget_table(before, after))


def share_against_gamma(
    gammas: Sequence[float],
    by_loss: Sequence[float | None],
    by_slope: Sequence[float | None],
    now: tuple[float, float | None],
    break_even: float | None,
) -> Exhibit:
    """Background's share of loss and of gradient as gamma grows, with the gamma of equal shares.

    now: the visitor's gamma and the share of the loss there.
    """
    gamma, share = now
    names = (_("of the loss"), _("of the gradient"))
    data = [
        marks.line(gammas, marks.with_gaps(by_loss), theme.FOCAL.line(), name=names[0]),
        marks.line(gammas, marks.with_gaps(by_slope), theme.THIRD.line(), name=names[1]),
        marks.dot(gamma, share, theme.FOCAL.color, name=names[0]),
    ]
    figure = theme.figure(
        data,
        xaxis=theme.axis("γ", range=[0, 5.05]),
        yaxis=theme.axis(_("background’s share"), range=[0, 1.04], tickformat=".0%"),
        shapes=[marks.level(0.5), *([] if break_even is None else [marks.upright(break_even)])],
        annotations=[
            *_curve_labels(names, gammas, (by_loss, by_slope)),
            theme.label(percent(0.5), 0, 0.5, xanchor="left", yanchor="bottom"),
        ],
    )
    if break_even is None:
        tie = _("No γ from 0 to 10 makes background and objects contribute equally.")
    else:
        tie = _("Background and objects contribute equally at **γ = {gamma}**.").format(
            gamma=number(break_even)
        )
    sentence = _("At γ = {gamma:g} background makes up {share} of the loss. {tie}").format(
        gamma=gamma, share=percent(share), tie=tie
    )
    table: dict[str, Any] = {
        "γ": list(gammas),
        _("background’s share of the loss"): list(by_loss),
        _("background’s share of the gradient"): list(by_slope),
    }
    return Exhibit(figure, sentence, table)


def total_against_negatives(
    counts: Sequence[float],
    totals: tuple[Sequence[float], Sequence[float]],
    objects: tuple[float, float],
    crossings: tuple[float | None, float | None],
) -> Exhibit:
    """Background's total as its number grows, log-log, against the objects' total.

    totals, objects, crossings: under cross entropy, and under focal loss.
    """
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for ink, name, total, paid, crossing, above in zip(
        INKS, _loss_names(), totals, objects, crossings, (True, False), strict=True
    ):
        data += [
            marks.line(counts, total, ink.line(), name=_("background, {loss}").format(loss=name)),
            marks.line(
                counts,
                [paid] * len(counts),
                theme.Ink(ink.color, "dot").line(),
                name=_("objects, {loss}").format(loss=name),
            ),
        ]
        inside = crossing and counts[0] <= crossing <= counts[-1]
        at = crossing if crossing and inside else counts[0]
        data.append(marks.dot(at, paid if inside else None, ink.color, name=name))
        notes.append(
            theme.label(
                entry(f"<b>{name}</b>", number(crossing)) if inside else "",
                np.log10(at),
                np.log10(paid) if inside else 0.0,
                xanchor="right" if above else "left",
                yanchor="bottom" if above else "top",
                yshift=6 if above else -8,
                font={"color": ink.color},
            )
        )
    figure = theme.figure(
        data,
        xaxis=theme.axis(
            _("background locations"),
            type="log",
            exponentformat="power",
            range=[np.log10(counts[0]), np.log10(counts[-1]) + 0.05],
        ),
        yaxis=theme.axis(
            _("total loss, nats"), type="log", exponentformat="power", range=[-4, 7.5]
        ),
        annotations=notes,
    )
    before, after = crossings
    sentence = _(
        "Under cross entropy **{before}** background locations of this kind add as much to the "
        "loss as all the objects together; under focal loss it takes **{after}**. The dotted "
        "lines are the objects’ total."
    ).format(before=number(before), after=number(after))
    table = {
        _("background locations"): list(counts),
        _("background’s loss, cross entropy"): list(totals[0]),
        _("background’s loss, focal loss"): list(totals[1]),
        _("objects’ loss, cross entropy"): [objects[0]] * len(counts),
        _("objects’ loss, focal loss"): [objects[1]] * len(counts),
    }
    return Exhibit(figure, sentence, table)


def hardest_first(
    before: CumulativeShare | None, after: CumulativeShare | None, fraction: float
) -> Exhibit:
    """What part of background's loss its hardest part makes up, under both losses."""
    parts = np.concatenate(([0.0], np.geomspace(1e-4, 1, 81)))
    shares = [
        np.zeros_like(parts) if curve is None else np.array([curve.of_hardest(p) for p in parts])
        for curve in (before, after)
    ]
    plain, focal = (
        None if curve is None else curve.of_hardest(fraction) for curve in (before, after)
    )
    shown = parts[1:]
    pair = shares[0][1:], shares[1][1:]
    figure = theme.figure(
        both_losses.curves(shown, pair, fraction, (plain, focal), _loss_names()),
        xaxis=theme.axis(
            _("hardest part of the background"), type="log", range=[-4, 0.02], tickformat="~%"
        ),
        yaxis=theme.axis(_("share of background’s loss"), range=[0, 1.04], tickformat=".0%"),
        shapes=[marks.upright(fraction)],
        annotations=[
            theme.label(
                f"<b>{name}</b>",
                np.log10(shown[at]),
                share[1 + at],
                xanchor="right",
                yanchor="bottom",
                xshift=-4,
                font={"color": ink.color},
            )
            for name, share, ink, at in zip(_loss_names(), shares, INKS, (56, 40), strict=True)
        ],
    )
    sentence = _(
        "The hardest {fraction} of the background makes up {before} of its loss under "
        "cross entropy and **{after}** under focal loss."
    ).format(fraction=percent(fraction), before=percent(plain), after=percent(focal))
    table = {
        _("hardest part of the background"): parts,
        _("share of its loss, cross entropy"): shares[0],
        _("share of its loss, focal loss"): shares[1],
    }
    return Exhibit(figure, sentence, table)


def scenarios(
    names: Sequence[str],
    budgets: Sequence[tuple[Budget, Budget]],
    hardest: Sequence[tuple[float | None, float | None]],
    fraction: float,
) -> Exhibit:
    """For each scenario: objects, the hardest background and all other background, CE and FL."""
    rows = _split(names, budgets, hardest)
    population, loss, *parts = rows.values()
    inks = [INKS[i % 2] for i in range(len(loss))]
    places = [1.35 * (i // 2) + 0.6 * (i % 2) for i in range(len(loss))]
    hatch = theme.class_fill(inks, background=True)
    dense = theme.crossed(hatch)
    solid = theme.class_fill(inks, background=False)
    figure = theme.figure(
        [
            marks.bars(part, places, marker, orientation="h", width=0.5, name=name)
            for part, marker, name in zip(parts, (hatch, dense, solid), _part_names(), strict=True)
        ],
        height=400,
        barmode="stack",
        xaxis=theme.axis(_("share of the loss"), range=[0, 1], tickformat=".0%"),
        yaxis=theme.axis(
            range=[places[-1] + 0.4, -0.4],
            showgrid=False,
            **marks.named(
                [part_of(p, _("FL") if i % 2 else _("CE")) for i, p in enumerate(population)],
                places,
            ),
        ),
        annotations=[
            marks.class_key(
                zip(
                    marks.FILLS,
                    (
                        _("easier background"),
                        _("its hardest {part}").format(part=percent(fraction)),
                        _("objects"),
                    ),
                    strict=True,
                ),
                right=True,
            )
        ],
    )
    sentence = _(
        "With *Spread-out scores* background still makes up {share} of focal loss, but {part} of "
        "that comes from its hardest {fraction} (crossed). In the other two scenarios all "
        "background has one score, so none of it is harder than the rest."
    ).format(
        share=percent(budgets[-1][1].negative_share),
        part=percent(hardest[-1][1]),
        fraction=percent(fraction),
    )
    return Exhibit(figure, sentence, rows)


def _part_names() -> tuple[str, str, str]:
    return _("easier background"), _("hardest background"), _("objects")


def _split(
    names: Sequence[str],
    budgets: Sequence[tuple[Budget, Budget]],
    hardest: Sequence[tuple[float | None, float | None]],
) -> dict[str, list[Any]]:
    """A row for each population and loss: easier background, hardest background and objects."""
    rows: dict[str, list[Any]] = {
        _("scenario"): [],
        _("loss"): [],
        **{name: [] for name in _part_names()},
    }
    for name, pair, parts in zip(names, budgets, hardest, strict=True):
        for loss_name, paid, part in zip(_loss_names(), pair, parts, strict=True):
            share = paid.negative_share or 0
            cells = (name, loss_name, share * (1 - (part or 0)), share * (part or 0), 1 - share)
            for column, cell in zip(rows.values(), cells, strict=True):
                column.append(cell)
    return rows


def _loss_names() -> tuple[str, str]:
    return _("Cross entropy"), _("Focal loss")


def _share_sentence(before: Budget, after: Budget) -> str:
    if before.negative_share is None:
        return _("There is no loss to split: both classes are empty.")
    if before == after:
        return _(
            "Background makes up **{share}** of the loss under both: without focusing, focal loss "
            "is cross entropy."
        ).format(share=percent(before.negative_share))
    return _(
        "Background makes up {before} of the loss under cross entropy and **{after}** under "
        "focal loss."
    ).format(before=percent(before.negative_share), after=percent(after.negative_share))


def _totals_sentence(before: Budget, after: Budget) -> str:
    if before == after:
        return _("Background adds {n0} nats to it, the objects {p0}.").format(
            n0=number(before.negatives), p0=number(before.positives)
        )
    return _(
        "Background’s total falls from {n0} to **{n1}** nats, the objects’ from {p0} to **{p1}**."
    ).format(
        n0=number(before.negatives), n1=number(after.negatives),
        p0=number(before.positives), p1=number(after.positives),
    )  # fmt: skip


def _shares(budgets: Sequence[Budget]) -> tuple[list[float], list[float]]:
    """Background's and the objects' shares as lengths of bars; without loss there are none."""
    return (
        [budget.negative_share or 0.0 for budget in budgets],
        [_positive_share(budget) or 0.0 for budget in budgets],
    )


def _positive_share(budget: Budget) -> float | None:
    return None if budget.negative_share is None else budget.positives / budget.total


def _budget_table(before: Budget, after: Budget) -> dict[str, Sequence[Any]]:
    budgets = (before, after)
    return {
        _("loss"): _loss_names(),
        _("background, total"): [budget.negatives for budget in budgets],
        _("objects, total"): [budget.positives for budget in budgets],
        _("background’s share"): [budget.negative_share for budget in budgets],
    }


def _stacked(
    negatives: Sequence[float], positives: Sequence[float], panel: str = ""
) -> list[dict[str, Any]]:
    where = {"xaxis": f"x{panel}", "yaxis": f"y{panel}", "type": "bar", "orientation": "h"}
    bars = (("background", negatives, True), ("objects", positives, False))
    return [
        where
        | {
            "name": _(name),
            "y": [1, 0],
            "x": list(values),
            "marker": theme.class_fill(INKS, background=background),
            "hovertemplate": "%{x:.4~g}<extra>" + _(name) + "</extra>",
        }
        for name, values, background in bars
    ]


def _bar_axis(**more: Any) -> dict[str, Any]:
    return theme.axis(range=[-0.5, 1.75], showticklabels=False, showgrid=False, **more)


def _bar_labels(texts: Sequence[str], panel: str = "") -> list[dict[str, Any]]:
    return [
        theme.label(
            text,
            0,
            y + 0.27,
            xref=f"x{panel} domain",
            yref=f"y{panel}",
            xanchor="left",
            yanchor="bottom",
        )
        for text, y in zip(texts, (1, 0), strict=True)
    ]


def _curve_labels(
    names: Sequence[str], x: Sequence[float], pair: Sequence[Sequence[float | None]]
) -> list[dict[str, Any]]:
    """Two falling curves named where they lie apart: the higher above, the lower below."""
    heights = [marks.with_gaps(values) for values in pair]
    apart = np.nan_to_num(heights[0] - heights[1])
    near = slice(len(x) // 4, len(x) * 6 // 10)  # room for a name on either side
    at = near.start + int(np.argmax(np.abs(apart[near])))
    return [
        theme.label(
            f"<b>{name}</b>",
            x[at],
            values[at] or 0,
            xanchor="left" if is_higher else "right",
            yanchor="bottom" if is_higher else "top",
            xshift=4 if is_higher else -4,
            font={"color": ink.color},
        )
        for name, values, ink, is_higher in zip(
            names, pair, (theme.FOCAL, theme.THIRD), (apart[at] > 0, apart[at] <= 0), strict=True
        )
    ]
