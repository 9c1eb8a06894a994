"""Pictures of a scene: where its loss comes from, and its outputs from the hardest on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focal_core.binary import FocalLoss
from focal_core.checks import Floats
from focal_core.training.assignment import STRIDES
from focal_core.training.scene import CELLS, Scene, make_scene
from focal_core.training.scored_scene import Paid, ScoredScene
from focal_ui.figures import both_losses, marks
from focal_ui.figures.image import glow
from focal_ui.figures.image.kinds import INKS, PATTERNS, fill, part_names, pattern_key
from focal_ui.frame import theme
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, entry, kept, number, percent

OBJECT_LINE, LOOK_ALIKE_LINE = "#9FDCFF", "#F2B5DF"  # on the dark image
PANELS = ("", "2")

RANKS = np.linspace(-5, 0, 41)  # logarithms of parts of all outputs


@dataclass(frozen=True, eq=False)
class Lit:
    """A scene under one loss.

    paid: by each kind. levels: each location's brightness, (96, 96). carried: what part of the loss
    the hardest part of all outputs makes up, for each of RANKS; by_one_percent: for 1 % of them.
    """

    paid: Paid
    levels: NDArray[np.uint8]
    carried: tuple[float, ...]
    by_one_percent: float

    @classmethod
    def of(cls, scored: ScoredScene, loss: FocalLoss) -> "Lit":
        """From what a detector predicts."""
        share = scored.hardest_first(loss)
        return cls(
            scored.paid(loss),
            glow.levels(scored.times_the_mean(loss.gamma)),
            tuple(share.of_hardest(10**rank) for rank in RANKS),
            share.of_hardest(0.01),
        )


@dataclass(frozen=True, eq=False)
class Ranked:
    """Of the outputs between two of RANKS what part is of each of KINDS, (4, 40)."""

    kinds: Floats

    @cached_property
    def parts(self) -> list[Floats]:
        """Easy background, hard background, objects."""
        plain, alike, near, objects = self.kinds
        return [plain, alike + near, objects]


def glowing(
    seed: int, before: Lit, after: Lit, hardest_p_t: Floats, gamma: float, *, look_alikes: bool
) -> Exhibit:
    """The image twice, brighter where more of the loss comes from, and bars of three parts below.

    before: under cross entropy, left; after: under focal loss, right. seed: of the scene.
    hardest_p_t: the smallest p_t of each location, (96, 96). look_alikes: outline these, too.
    """
    scene, ground = make_scene(seed), glow.ground(seed)
    names = _("Cross entropy"), _("Focal loss, γ = {gamma:g}").format(gamma=gamma)
    told: dict[str, Any] = glow.told_of(seed, hardest_p_t)
    lit = [
        glow.lit(panel, side.levels, side.paid.total, said, name)
        for panel, side, said, name in zip(
            PANELS, (before, after), ({}, told), ("left", "right"), strict=True
        )
    ]
    figure = theme.figure(
        [*lit, *_bars(before.paid, after.paid)],
        height=440,
        barmode="stack",
        bargap=0.6,
        images=[_image(ground, panel) for panel in PANELS],
        shapes=[
            box for panel in PANELS for box in _outlines(scene, panel, look_alikes=look_alikes)
        ],
        annotations=[
            *(
                _title(name, panel, ink)
                for name, panel, ink in zip(
                    names, PANELS, (theme.CROSS_ENTROPY, theme.FOCAL), strict=True
                )
            ),
            *_bar_labels(before.paid, after.paid),
        ],
        **_axes(),
    )
    return Exhibit(
        figure, _sentence(before.paid, after.paid, gamma), _table(before.paid, after.paid)
    )


def sorted_outputs(ranked: Ranked, before: Lit, after: Lit, gamma: float) -> Exhibit:
    """All outputs in one row from the hardest on, by kind; above it the part that they carry."""
    carried = before.carried, after.carried
    names, inks = both_losses.names(), both_losses.INKS
    figure = theme.figure(
        [
            *(
                marks.line(RANKS, share, ink.line(), name=name)
                for share, ink, name in zip(carried, inks, names, strict=True)
            ),
            *_strip(ranked),
        ],
        height=400,
        barmode="stack",
        xaxis=theme.axis(range=[-5, 0], showticklabels=False),
        yaxis=theme.axis(
            _("share of the loss"), range=[0, 1.04], domain=[0.36, 1], tickformat=".0%"
        ),
        xaxis2=theme.axis(
            _("hardest part of all outputs"), range=[-5, 0], anchor="y2", showgrid=False,
            **marks.named([percent(10.0**power) for power in range(-5, 1)], range(-5, 1)),
        ),
        yaxis2=theme.axis(
            range=[0, 1], domain=[0, 0.26], anchor="x2", showticklabels=False, showgrid=False
        ),
        annotations=[
            *(
                theme.label(
                    f"<b>{name}</b>", RANKS[at], share[at], xanchor=anchor, yanchor="bottom",
                    xshift=-6 if anchor == "right" else 6, font={"color": ink.color},
                )
                for name, share, ink, at, anchor in zip(
                    names, carried, inks, (32, 16), ("left", "right"), strict=True
                )
            ),
            pattern_key(panel="2", y=1, yanchor="bottom", yshift=2),
        ],
    )  # fmt: skip
    sentence = _(
        "The hardest {one} of all outputs make up {ce} of the loss under cross entropy and "
        "**{fl}** under focal loss with γ = {gamma:g}. Sorted from the hardest on; figure 4 of the "
        "paper begins with the easiest."
    ).format(
        one=percent(0.01), gamma=gamma,
        ce=percent(before.by_one_percent), fl=percent(after.by_one_percent),
    )  # fmt: skip
    table = {
        _("hardest part of all outputs"): (10 ** RANKS[1:]).tolist(),
        _("share of the loss, cross entropy"): carried[0][1:],
        _("share of the loss, focal loss"): carried[1][1:],
        **{name: part.tolist() for name, part in zip(part_names(), ranked.parts, strict=True)},
    }
    return Exhibit(figure, sentence, table)


@kept(maxsize=20)
def _strip(ranked: Ranked) -> list[dict[str, Any]]:
    """The row of all outputs as bars, which are the same at every gamma."""
    middles = (RANKS[1:] + RANKS[:-1]) / 2
    kinds = list(zip(ranked.parts, INKS, PATTERNS, part_names(), strict=True))
    return [
        marks.bars(middles, part, fill(ink, pattern), panel="2", width=0.126, name=name)
        for part, ink, pattern, name in reversed(kinds)
    ]


def _image(ground: str, panel: str) -> dict[str, Any]:
    place = {"x": 0, "y": 0, "sizex": CELLS, "sizey": CELLS}
    where = {"xref": f"x{panel}", "yref": f"y{panel}"}
    return {
        "source": ground,
        **place,
        **where,
        "layer": "below",
        "sizing": "stretch",
        "smooth": True,
    }


def _outlines(scene: Scene, panel: str, *, look_alikes: bool) -> list[dict[str, Any]]:
    where = {"type": "rect", "xref": f"x{panel}", "yref": f"y{panel}"}
    drawn = [(scene.objects, {"color": OBJECT_LINE, "width": 1.6})]
    if look_alikes:
        drawn.append((scene.distractors, {"color": LOOK_ALIKE_LINE, "width": 1.4, "dash": "dot"}))
    return [
        {**where, **dict(zip(("x0", "y0", "x1", "y1"), box, strict=True)), "line": line}
        for boxes, line in drawn
        for box in (boxes / STRIDES[0] + np.array([-0.5, -0.5, 0.5, 0.5])).round(2).tolist()
    ]


def _bars(before: Paid, after: Paid) -> list[dict[str, Any]]:
    shares = list(zip(before.shares, after.shares, strict=True))
    return [
        marks.bars(
            list(share), [1, 0], fill(ink, pattern), panel="3", orientation="h", name=name,
            tip=[entry(name, percent(part)) for part in share],
        )
        for share, ink, pattern, name in zip(shares, INKS, PATTERNS, part_names(), strict=True)
    ]  # fmt: skip


def _bar_labels(before: Paid, after: Paid) -> list[dict[str, Any]]:
    where = {"xref": "x3 domain", "yref": "y3", "xanchor": "left", "yanchor": "bottom"}
    words = _("<b>{loss}</b>: {total} nats in all, easy background {share}")
    labels = [
        theme.label(
            words.format(loss=name, total=number(paid.total), share=percent(paid.shares[0])),
            0, y + 0.22, **where,
        )
        for name, paid, y in ((_("CE"), before, 1), (_("FL"), after, 0))
    ]  # fmt: skip
    return [*labels, pattern_key(panel="3", y=0, yanchor="top", yshift=-2)]


def _title(name: str, panel: str, ink: theme.Ink) -> dict[str, Any]:
    return marks.panel_title(name, panel, font={"color": ink.color})


def _axes() -> dict[str, Any]:
    """Two squares side by side and the bars below; on a phone the squares take the whole width."""
    bare: dict[str, Any] = {"showgrid": False, "showticklabels": False}
    across, down = {"range": [0, CELLS], **bare}, {"range": [CELLS, 0], **bare}
    return {
        "xaxis": theme.axis(domain=[0.1, 0.495], constrain="domain", **across),
        "yaxis": theme.axis(domain=[0.25, 1], constrain="domain", scaleanchor="x", **down),
        "xaxis2": theme.axis(domain=[0.505, 0.9], constrain="domain", anchor="y2", **across),
        "yaxis2": theme.axis(
            domain=[0.25, 1], constrain="domain", scaleanchor="x2", anchor="x2", **down
        ),
        "xaxis3": theme.axis(domain=[0.112, 0.888], range=[0, 1], anchor="y3", **bare),
        "yaxis3": theme.axis(domain=[0, 0.21], range=[-0.4, 1.75], anchor="x3", **bare),
        "narrow": {
            "height": 312,
            "xaxis": {"domain": [0, 0.495]},
            "xaxis2": {"domain": [0.505, 1]},
            "xaxis3": {"domain": [0, 1]},
            "yaxis": {"domain": [0.41, 1]},
            "yaxis2": {"domain": [0.41, 1]},
            "yaxis3": {"domain": [0, 0.34]},
        },
    }


def _sentence(before: Paid, after: Paid, gamma: float) -> str:
    if gamma == 0:
        easy, hard, objects = map(percent, before.shares)
        return _(
            "The brighter a location, the larger its share of the loss. Under cross entropy "
            "**{easy}** comes from easy background, {hard} from hard background (look-alikes, and "
            "what lies beside an object) and {objects} from objects, which are outlined."
        ).format(easy=easy, hard=hard, objects=objects)
    return _(
        "Easy background falls from {ce} to **{fl}** of the loss, objects rise from {ce_objects} "
        "to {fl_objects}. These are shares: each part of the loss shrinks, the total from "
        "{ce_total} to {fl_total} nats, and easy background shrinks most."
    ).format(
        ce=percent(before.shares[0]), fl=percent(after.shares[0]),
        ce_objects=percent(before.shares[2]), fl_objects=percent(after.shares[2]),
        ce_total=number(before.total), fl_total=number(after.total),
    )  # fmt: skip


def _table(before: Paid, after: Paid) -> dict[str, Sequence[Any]]:
    def rows(paid: Paid) -> list[float]:
        return [paid.plain, paid.look_alikes, paid.near, paid.objects]

    return {
        _("what"): [_("easy background"), _("look-alikes"), _("beside objects"), _("objects")],
        _("cross entropy, nats"): rows(before),
        _("its share"): [part / before.total for part in rows(before)],
        _("focal loss, nats"): rows(after),
        _("its share, focal loss"): [part / after.total for part in rows(after)],
    }
