"""The paper's figure 4 on two models trained here, read from the hard end: whose loss it is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from focal_core.checks import Floats
from focal_core.training.showcase import WhoPays
from focal_ui.figures import marks
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, percent, short

INKS = (
    theme.CROSS_ENTROPY,
    *(
        theme.Ink(theme.FOCAL_SHADES[shade], dash)
        for shade, dash in ((2, "dot"), (1, "dashdot"), (0, "solid"), (3, "longdash"))
    ),
)
"""γ = 0 is cross entropy; focal loss is drawn in its hue, a dash for each γ."""
COLUMNS = ([0.0, 0.44], [0.56, 1.0])  # one a model
PART_OF_BACKGROUND, PART_OF_OBJECTS = 0.01, 0.2  # what the sentence looks at


def figure_four(titles: tuple[str, str], models: tuple[WhoPays, WhoPays], gamma: float) -> Exhibit:
    """Lin et al. 2017, figure 4: background above, objects below, one column a trained model.

    gamma: the one drawn thicker, and spoken of beside the smallest.
    """
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    notes = [
        note | {"yshift": note["yshift"] + 20}  # above the titles of the panels
        for note in marks.key_in_rows(
            [(f"γ = {short(g)}", i) for g, i in zip(models[0].gammas, INKS, strict=False)], rows=2
        )
    ]
    for column, (title, pays) in enumerate(zip(titles, models, strict=True)):
        above, below = ("", "2")[column], ("3", "4")[column]
        data += _curves(pays, pays.negatives, gamma, above)
        data += _curves(pays, pays.positives, gamma, below)
        log = {"type": "log", "range": [-5, 0.02], "dtick": 2, "exponentformat": "power"}
        linear = {"range": [0, 1.02], "nticks": 3, "tickformat": ".0%"}
        layout |= _panel(above, COLUMNS[column], [0.6, 1], _("part of background"), log)
        layout |= _panel(below, COLUMNS[column], [0, 0.34], _("part of objects"), linear)
        notes.append(marks.panel_title(title, above))
    figure = theme.figure(
        data, height=560, margin={"l": 8, "r": 16, "t": 74, "b": 8}, annotations=notes, **layout
    )
    return Exhibit(figure, _sentence(models, gamma), _table(titles, models))


def _curves(pays: WhoPays, shares: Floats, gamma: float, panel: str) -> list[dict[str, Any]]:
    seen = pays.fractions > 0  # a logarithmic axis has no 0
    return [
        marks.line(
            pays.fractions[seen],
            curve[seen],
            ink.line(4 if each == gamma else 2),
            panel,
            name=f"γ = {short(each)}",
        )
        for each, ink, curve in zip(pays.gammas, INKS, shares, strict=False)
    ]


def _panel(
    panel: str, across: list[float], up: list[float], title: str, scale: dict[str, Any]
) -> dict[str, Any]:
    first = across == COLUMNS[0]
    return {
        f"xaxis{panel}": theme.axis(title, domain=across, anchor=f"y{panel}", **scale),
        f"yaxis{panel}": theme.axis(
            _("share of its loss") if first else "", domain=up, anchor=f"x{panel}",
            range=[0, 1.03], tickformat=".0%", showticklabels=first,
        ),
    }  # fmt: skip


def hardest_background(pays: WhoPays, gamma: float) -> str:
    """What the hardest part of the background makes up of background's loss."""
    return _carried(pays, pays.negatives, PART_OF_BACKGROUND, gamma)


def _carried(pays: WhoPays, shares: Floats, part: float, gamma: float) -> str:
    return percent(float(np.interp(part, pays.fractions, shares[pays.gammas.index(gamma)])))


def _sentence(models: tuple[WhoPays, WhoPays], gamma: float) -> str:
    focal, plain = models
    least = min(focal.gammas)
    return _(
        "Hardest first. On the model on the left, going from γ = {least:g} to γ = {gamma:g} moves "
        "the hardest {background} of the background from {few} of its loss to **{many}**, and "
        "the hardest {objects} of the objects only from {few_objects} to {many_objects}. On the "
        "right that background makes up {plain_few} before and {plain_many} after: the figure "
        "depends on which loss the model was trained with."
    ).format(
        least=least,
        gamma=gamma,
        background=percent(PART_OF_BACKGROUND),
        few=_carried(focal, focal.negatives, PART_OF_BACKGROUND, least),
        many=_carried(focal, focal.negatives, PART_OF_BACKGROUND, gamma),
        objects=percent(PART_OF_OBJECTS),
        few_objects=_carried(focal, focal.positives, PART_OF_OBJECTS, least),
        many_objects=_carried(focal, focal.positives, PART_OF_OBJECTS, gamma),
        plain_few=_carried(plain, plain.negatives, PART_OF_BACKGROUND, least),
        plain_many=_carried(plain, plain.negatives, PART_OF_BACKGROUND, gamma),
    )


def _table(titles: tuple[str, str], models: tuple[WhoPays, WhoPays]) -> dict[str, Sequence[Any]]:
    table: dict[str, Sequence[Any]] = {_("hardest part"): models[0].fractions.tolist()}
    for title, pays in zip(titles, models, strict=True):
        for gamma, negatives, positives in zip(
            pays.gammas, pays.negatives, pays.positives, strict=True
        ):
            named = {"title": title, "gamma": gamma}
            table[_("{title}, γ = {gamma:g}, background").format(**named)] = negatives.tolist()
            table[_("{title}, γ = {gamma:g}, objects").format(**named)] = positives.tolist()
    return table
