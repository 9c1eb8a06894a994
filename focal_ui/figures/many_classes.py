"""Pictures of one example among several classes: a softmax beside one sigmoid per class."""

from collections.abc import Sequence
from typing import Any

from focal_core.checks import Floats
from focal_ui.figures import both_losses, marks
from focal_ui.figures.both_losses import INKS
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, entry, number, numeral, part_of, percent

NAMED_AT = (120, 120)  # classes, where the curves have their names
FEW = 3  # classes whose values have room side by side
LEAST = 0.005  # of a value that is written with two digits behind the point
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
    losses = both_losses.names()
    places = [[i + side for i in range(len(classes))] for side in (-0.2, 0.2)]
    forms = (
        ("", _("one softmax"), softmax, [0.6, 1]),
        ("2", _("{k} sigmoids").format(k=len(classes)), sigmoids, [0, 0.4]),
    )
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    values: dict[str, list[dict[str, Any]]] = {"wide": [], "narrow": []}
    many = len(classes) > FEW
    for panel, _text, pair, domain in forms:
        layout |= _form_axes(classes, panel, domain)
        for terms, at, ink, loss in zip(pair, places, INKS, losses, strict=True):
            data.append(_terms_as_bars(classes, terms, at, ink, panel, loss))
            for term, x in zip(terms, at, strict=True):
                value = _value(float(term), x, panel, ink, many=many)
                values["wide"].append(value)
                values["narrow"].append(value if many else _beside_no_other(value))
    words = [
        *(marks.panel_title(text, panel) for panel, text, _terms, _domain in forms),
        marks.class_key(
            [(marks.PLAIN, loss) for loss in losses],
            colors=[ink.color for ink in INKS],
            yshift=22,
        ),
    ]
    sums = [float(terms.sum()) for terms in (*softmax, *sigmoids)]
    sentence = _(
        "True class: {truth}. One softmax: cross entropy {soft_ce}, focal loss **{soft_fl}**. One "
        "sigmoid per class, added up: cross entropy {sig_ce}, focal loss **{sig_fl}**."
    ).format(
        truth=truth,
        soft_ce=number(sums[0]),
        soft_fl=number(sums[1]),
        sig_ce=number(sums[2]),
        sig_fl=number(sums[3]),
    )
    table: dict[str, Any] = {
        _("class"): list(classes),
        _("softmax, cross entropy"): softmax[0],
        _("softmax, focal loss"): softmax[1],
        _("sigmoid, cross entropy"): sigmoids[0],
        _("sigmoid, focal loss"): sigmoids[1],
    }
    figure = theme.figure(
        data,
        height=376,
        margin={"l": 8, "r": 16, "t": 46, "b": 8},
        annotations=[*words, *values["wide"]],
        narrow={"annotations": [*words, *values["narrow"]]},
        **layout,
    )
    return Exhibit(figure, sentence, table)


def _terms_as_bars(
    classes: Sequence[str],
    terms: Floats,
    at: Sequence[float],
    ink: theme.Ink,
    panel: str,
    loss: str,
) -> dict[str, Any]:
    """One loss's term of each class; a bar that is cut at the top still says its own value."""
    return marks.bars(
        at,
        theme.series(terms.clip(max=HIGHEST)),
        theme.class_fill([ink] * len(classes), background=False),
        panel,
        width=0.36,
        name=loss,
        tip=[
            entry(part_of(name, loss), number(float(term)))
            for name, term in zip(classes, terms, strict=True)
        ],
    )


def _form_axes(classes: Sequence[str], panel: str, domain: list[float]) -> dict[str, Any]:
    return {
        f"xaxis{panel}": theme.axis(
            range=[-0.6, len(classes) - 0.4],
            anchor=f"y{panel}",
            showgrid=False,
            **marks.named(classes, range(len(classes))),
        ),
        f"yaxis{panel}": theme.axis(
            _("loss"), range=[0, 1.15 * HIGHEST], domain=domain, anchor=f"x{panel}", nticks=4
        ),
    }


def negative_outputs(
    counts: Sequence[int], shares: tuple[Floats, Floats], prior: float, now: int
) -> Exhibit:
    """What part of the first loss all outputs that should say no make up, against the classes.

    shares: under cross entropy and under focal loss, at each number of classes; now: the index of
    the visitor's number.
    """
    here = float(shares[0][now]), float(shares[1][now])
    figure = theme.figure(
        both_losses.curves(counts, shares, counts[now], here),
        height=300,
        xaxis=theme.axis(_("classes K"), range=[0, counts[-1] * 1.03], showgrid=False),
        yaxis=theme.axis(_("share of the outputs “no”"), range=[0, 1.04], tickformat=".0%"),
        annotations=both_losses.beside(counts, shares, NAMED_AT, above=(False, True)),
    )
    sentence = _(
        "With K = {k} sigmoids at each anchor, all at {prior:g} before training, the outputs that "
        "should say “no” make up {before} of the loss under cross entropy and **{after}** under "
        "focal loss: every class adds as many easy outputs as there are anchors."
    ).format(
        k=counts[now],
        prior=prior,
        before=percent(here[0]),
        after=percent(here[1]),
    )
    table: dict[str, Any] = {
        "K": list(counts),
        _("share of “no”, cross entropy"): shares[0],
        _("share of “no”, focal loss"): shares[1],
    }
    return Exhibit(figure, sentence, table)


def _value(term: float, x: float, panel: str, ink: theme.Ink, *, many: bool) -> dict[str, Any]:
    """What a bar says above it.

    many: there is no room side by side, so cross entropy's, which is never lower, stands clear of
    the other, and two digits behind the point must do: pointer and table tell the rest.
    """
    shown = number(term)
    if many and term:
        shown = "≈0" if term < LEAST else numeral(f"{term:.2f}")
    return theme.label(
        ("↑ " if term > HIGHEST else "") + shown,
        x,
        min(term, HIGHEST),
        xref=f"x{panel}",
        yref=f"y{panel}",
        yanchor="bottom",
        yshift=13 if many and ink is INKS[0] else 0,
        font={"color": ink.color, "size": theme.FONT_SIZE - 1},
    )


def _beside_no_other(value: dict[str, Any]) -> dict[str, Any]:
    """The same on a phone: it ends, or begins, where its bar does, and meets no neighbour."""
    is_left = value["font"]["color"] == INKS[0].color
    side = {"xanchor": "right", "xshift": 14} if is_left else {"xanchor": "left", "xshift": -14}
    return value | side
