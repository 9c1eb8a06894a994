"""Pictures of one example among several classes: a softmax beside one sigmoid per class."""

from collections.abc import Sequence
from typing import Any

from focal_core.checks import Floats
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number

INKS = (theme.CROSS_ENTROPY, theme.FOCAL)


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
            theme.series(terms),
            theme.class_fill([ink] * len(classes), background=False),
            panel,
            width=0.36,
        )
        for panel, pair in panels
        for terms, at, ink in zip(pair, places, INKS, strict=True)
    ]
    top = 1.2 * max(float(terms.max()) for terms in (softmax[0], sigmoids[0])) or 1.0
    layout: dict[str, Any] = {
        "annotations": [
            _title(text, panel) for text, panel in ((_("one softmax"), ""), (_("K sigmoids"), "2"))
        ]
        + [
            _value(float(term), x, panel, ink)
            for panel, pair in panels
            for terms, at, ink in zip(pair, places, INKS, strict=True)
            for term, x in zip(terms, at, strict=True)
        ]
    }
    for panel, domain in (("", [0.59, 1]), ("2", [0, 0.41])):
        layout[f"xaxis{panel}"] = theme.axis(
            range=[-0.6, len(classes) - 0.4],
            anchor=f"y{panel}",
            showgrid=False,
            **marks.named(classes, range(len(classes))),
        )
        layout[f"yaxis{panel}"] = theme.axis(
            _("loss, nats"), range=[0, top], domain=domain, anchor=f"x{panel}", nticks=4
        )
    sums = [float(terms.sum()) for terms in (*softmax, *sigmoids)]
    sentence = _(
        "The truth is {truth}. Softmax form: cross entropy {soft_ce}, focal loss **{soft_fl}**. "
        "One sigmoid per class: cross entropy {sig_ce}, focal loss **{sig_fl}** (blue: cross "
        "entropy, orange: focal loss)."
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
    return Exhibit(theme.figure(data, height=430, **layout), sentence, table)


def background_anchor(
    counts: Sequence[int], totals: tuple[Sequence[float], Sequence[float]], prior: float, now: int
) -> Exhibit:
    """What one background anchor costs as the number of classes grows, all scores at the prior."""
    names = (_("cross entropy"), _("focal loss"))
    data = [marks.line(counts, total, ink.line()) for total, ink in zip(totals, INKS, strict=True)]
    data += [
        marks.dot(counts[now], total[now], ink.color)
        for total, ink in zip(totals, INKS, strict=True)
    ]
    figure = theme.figure(
        data,
        height=300,
        xaxis=theme.axis(_("classes K"), range=[0, counts[-1] * 1.03], showgrid=False),
        yaxis=theme.axis(
            _("loss of one background anchor"),
            type="log",
            range=[-7, 1],
            exponentformat="power",
            nticks=5,
        ),
        annotations=marks.key(
            (name, ink.color, x) for name, ink, x in zip(names, INKS, (0.0, 0.4), strict=True)
        ),
    )
    sentence = _(
        "With K = {k} classes, all answered {prior:g}, one background anchor costs {before} under "
        "cross entropy and **{after}** under focal loss. The softmax sum would charge it nothing."
    ).format(
        k=counts[now], prior=prior, before=number(totals[0][now]), after=number(totals[1][now])
    )
    table: dict[str, Sequence[Any]] = {
        "K": list(counts),
        _("cross entropy"): list(totals[0]),
        _("focal loss"): list(totals[1]),
    }
    return Exhibit(figure, sentence, table)


def _title(text: str, panel: str) -> dict[str, Any]:
    return theme.label(
        f"<b>{text}</b>",
        0,
        1.02,
        xref=f"x{panel} domain",
        yref=f"y{panel} domain",
        xanchor="left",
        yanchor="bottom",
    )


def _value(term: float, x: float, panel: str, ink: theme.Ink) -> dict[str, Any]:
    return theme.label(
        number(term),
        x,
        term,
        xref=f"x{panel}",
        yref=f"y{panel}",
        yanchor="bottom",
        font={"color": ink.color, "size": theme.FONT_SIZE - 1},
    )
