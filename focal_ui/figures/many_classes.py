"""Pictures of one example among several classes: a softmax beside one sigmoid per class."""

from collections.abc import Sequence
from typing import Any

from focal_core.checks import Floats
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent

INKS = (theme.CROSS_ENTROPY, theme.FOCAL)
HIGHEST = 3.0  # the axis keeps still while a logit moves; a taller bar ends there, with an arrow


def two_forms(
    classes: Sequence[str],
    softmax: tuple[Floats, Floats],
    sigmoids: tuple[Floats, Floats],
    truth: str,
) -> Exhibit:
    """Each class's term of the loss: the softmax form above, K sigmoids below.

    softmax, sigmoids: terms under cross entropy and under focal loss, shape (classes,).
    """
    places = [[i + side for i in range(len(classes))] for side in (-0.2, 0.2)]
    panels = (("", softmax), ("2", sigmoids))
    data = [
        marks.bars(
            at,
            theme.series(terms.clip(max=HIGHEST)),
            theme.class_fill([ink] * len(classes), background=False),
            panel,
            width=0.36,
            tip=[
                f"{name}: {number(float(term))}" for name, term in zip(classes, terms, strict=True)
            ],
        )
        for panel, pair in panels
        for terms, at, ink in zip(pair, places, INKS, strict=True)
    ]
    layout: dict[str, Any] = {
        "annotations": [
            _title(text, panel)
            for text, panel in (
                (_("one softmax"), ""),
                (_("{k} sigmoids").format(k=len(classes)), "2"),
            )
        ]
        + [
            _value(float(term), x, panel, ink)
            for panel, pair in panels
            for terms, at, ink in zip(pair, places, INKS, strict=True)
            for term, x in zip(terms, at, strict=True)
        ]
    }
    layout["annotations"] += marks.key(
        (name, ink.color, x)
        for name, ink, x in zip(
            (_("cross entropy"), _("focal loss")), INKS, (0.36, 0.72), strict=True
        )
    )
    for panel, domain in (("", [0.6, 1]), ("2", [0, 0.4])):
        layout[f"xaxis{panel}"] = theme.axis(
            range=[-0.6, len(classes) - 0.4],
            anchor=f"y{panel}",
            showgrid=False,
            **marks.named(classes, range(len(classes))),
        )
        layout[f"yaxis{panel}"] = theme.axis(
            _("loss"), range=[0, 1.15 * HIGHEST], domain=domain, anchor=f"x{panel}", nticks=4
        )
    sums = [float(terms.sum()) for terms in (*softmax, *sigmoids)]
    sentence = _(
        "True is {truth}. One softmax: cross entropy {soft_ce}, focal loss **{soft_fl}**. One "
        "sigmoid per class, added up: cross entropy {sig_ce}, focal loss **{sig_fl}**."
    ).format(
        truth=truth,
        soft_ce=number(sums[0]),
        soft_fl=number(sums[1]),
        sig_ce=number(sums[2]),
        sig_fl=number(sums[3]),
    )
    table: dict[str, Sequence[Any]] = {
        _("class"): list(classes),
        _("softmax, cross entropy"): softmax[0].tolist(),
        _("softmax, focal loss"): softmax[1].tolist(),
        _("sigmoid, cross entropy"): sigmoids[0].tolist(),
        _("sigmoid, focal loss"): sigmoids[1].tolist(),
    }
    return Exhibit(theme.figure(data, height=360, **layout), sentence, table)


def negative_outputs(
    counts: Sequence[int], shares: tuple[Floats, Floats], prior: float, now: int
) -> Exhibit:
    """What part of the first loss all outputs that should say no make up, against the classes.

    shares: under cross entropy and under focal loss, at each number of classes; now: the index of
    the visitor's number.
    """
    names = (_("cross entropy"), _("focal loss"))
    data = [marks.line(counts, share, ink.line()) for share, ink in zip(shares, INKS, strict=True)]
    data += [
        marks.dot(counts[now], float(share[now]), ink.color)
        for share, ink in zip(shares, INKS, strict=True)
    ]
    figure = theme.figure(
        data,
        height=300,
        xaxis=theme.axis(_("classes K"), range=[0, counts[-1] * 1.03], showgrid=False),
        yaxis=theme.axis(_("share of the outputs “no”"), range=[0, 1.04], tickformat=".0%"),
        annotations=marks.key(
            (name, ink.color, x) for name, ink, x in zip(names, INKS, (0.0, 0.4), strict=True)
        ),
    )
    sentence = _(
        "With K = {k} sigmoids at each anchor, all at {prior:g} before training, the outputs that "
        "should say “no” make up {before} of the loss under cross entropy and **{after}** under "
        "focal loss: every class adds as many easy outputs as there are anchors."
    ).format(
        k=counts[now],
        prior=prior,
        before=percent(float(shares[0][now])),
        after=percent(float(shares[1][now])),
    )
    table: dict[str, Any] = {
        "K": list(counts),
        _("share of “no”, cross entropy"): shares[0],
        _("share of “no”, focal loss"): shares[1],
    }
    return Exhibit(figure, sentence, table)


def _title(text: str, panel: str) -> dict[str, Any]:
    return theme.label(
        f"<b>{text}</b>",
        0,
        1,
        xref=f"x{panel} domain",
        yref=f"y{panel} domain",
        xanchor="left",
        yanchor="bottom",
    )


def _value(term: float, x: float, panel: str, ink: theme.Ink) -> dict[str, Any]:
    return theme.label(
        ("↑ " if term > HIGHEST else "") + number(term),
        x,
        min(term, HIGHEST),
        xref=f"x{panel}",
        yref=f"y{panel}",
        yanchor="bottom",
        font={"color": ink.color, "size": theme.FONT_SIZE - 1},
    )
