"""The paper's tables: how each is drawn, its headline, and what it does and does not show."""

from collections.abc import Callable
from typing import Any

from focal_core import paper
from focal_ui.controls import knobs
from focal_ui.figures import paper as figures
from focal_ui.figures.paper import points_of_ap
from focal_ui.stage.view import Exhibit
from focal_ui.words import _

SHOWN: dict[str, tuple[paper.Table[Any], Callable[[], Exhibit]]] = {
    knobs.TABLE_1A: (paper.TABLE_1A, figures.by_alpha),
    knobs.TABLE_1B: (paper.TABLE_1B, figures.by_gamma),
    knobs.TABLE_1C: (paper.TABLE_1C, figures.by_anchors),
    knobs.TABLE_1D: (paper.TABLE_1D, figures.against_mining),
    knobs.TABLE_1E: (paper.TABLE_1E, figures.speed),
    knobs.TABLE_2: (paper.TABLE_2, figures.detectors),
    knobs.TABLE_3: (paper.TABLE_3, figures.star),
}


def headline(chosen: str) -> str:
    """The number to remember of a table."""
    focal, mining = paper.FOCAL_WITHOUT_MINING, paper.BEST_MINING
    best = SHOWN[chosen][0].best
    sentences = {
        knobs.TABLE_1A: _("Cross entropy at its best: **{ap} AP** at α = {alpha:g}").format(
            ap=points_of_ap(best.ap), alpha=paper.TABLE_1A.best.alpha
        ),
        knobs.TABLE_1B: _("The paper’s best: **{ap} AP** at γ = {gamma:g}").format(
            ap=points_of_ap(best.ap), gamma=paper.TABLE_1B.best.gamma
        ),
        knobs.TABLE_1C: _("The best anchors: **{ap} AP** with {scales} × {ratios}").format(
            ap=points_of_ap(best.ap),
            scales=paper.TABLE_1C.best.scales,
            ratios=paper.TABLE_1C.best.ratios,
        ),
        knobs.TABLE_1D: _("Focal loss is **{gap} AP** ahead of hard example mining").format(
            gap=points_of_ap(paper.gain(focal, mining))
        ),
        knobs.TABLE_1E: _("The most accurate model takes {ms} ms for **{ap} AP**").format(
            ms=paper.TABLE_1E.best.milliseconds, ap=points_of_ap(best.ap)
        ),
        knobs.TABLE_2: _("RetinaNet is **{gap} AP** ahead of the best two-stage detector").format(
            gap=points_of_ap(paper.gain(paper.RETINANET, paper.BEST_TWO_STAGE))
        ),
        knobs.TABLE_3: _("FL* comes within **{gap} AP** of focal loss").format(
            gap=points_of_ap(paper.gain(paper.TABLE_1B.best, paper.BEST_STAR))
        ),
    }
    return sentences[chosen]


def explained(chosen: str) -> str:
    """What its rows show, and what they should not be compared with."""
    explanations = {
        knobs.TABLE_1A: _(
            "More weight for the rare objects helps up to α = {alpha:g}; inverse frequency, near "
            "0.999, goes too far. The row α = 0.5 gives both classes the same weight: it is plain "
            "cross entropy, trained with the prior, and has {plain} AP."
        ).format(alpha=paper.TABLE_1A.best.alpha, plain=points_of_ap(paper.PLAIN_CROSS_ENTROPY.ap)),
        knobs.TABLE_1B: _of_gamma(),
        knobs.TABLE_1C: _(
            "Even one square anchor per location reaches {one} AP. More shapes help, but beyond "
            "six to nine anchors AP no longer grows."
        ).format(one=points_of_ap(paper.TABLE_1C.rows[0].ap)),
        knobs.TABLE_1D: _(
            "OHEM keeps the hardest examples of an image and gives the others no weight. The paper "
            "tuned it, too: a label gives the number of examples kept and the threshold of the NMS "
            "before that. Three background examples for each object (1:3) make it worse. The hinge "
            "loss, tried as well, was unstable. Do not compare with Table 1e: other images."
        ),
        knobs.TABLE_1E: _of_speed(),
        knobs.TABLE_2: _(
            "RetinaNet was trained longer here and with images of varying size. The other "
            "detectors differ in backbone and training as well, so this table shows what a whole "
            "detector achieves, not what the loss alone does. That is in Tables 1b and 1d."
        ),
        knobs.TABLE_3: _(
            "FL* stretches the logit by γ and shifts it by β instead of multiplying the loss by a "
            "factor. It down-weights easy examples, too, and that is enough."
        ),
    }
    return explanations[chosen]


def _of_gamma() -> str:
    focal, weighted = paper.TABLE_1B.best, paper.TABLE_1A.best
    return _(
        "The larger γ, the less easy background counts, and the less α has to do: the best α "
        "falls below one half. So the paper selects γ and α together, and α = 0.5 loses only "
        "{half} AP at γ = {gamma:g}. From γ = {low:g} to {high:g} every row is above cross "
        "entropy. Two gains are quoted, and both are right: **{over_weighted}** points over "
        "cross entropy with its best α, **{over_plain}** over plain cross entropy."
    ).format(
        half=points_of_ap(paper.ALPHA_HALF_LOSES.value),
        gamma=paper.GAMMA.value,
        low=paper.ROBUST_GAMMAS.low,
        high=paper.ROBUST_GAMMAS.high,
        over_weighted=points_of_ap(paper.gain(focal, weighted)),
        over_plain=points_of_ap(paper.gain(focal, paper.PLAIN_CROSS_ENTROPY)),
    )


def _of_speed() -> str:
    deep = paper.TABLE_1E.where_row(lambda row: (row.depth, row.size) == (101, 500))
    shallow = paper.TABLE_1E.where_row(lambda row: (row.depth, row.size) == (50, 600))
    fast = next(each for each in paper.FIGURE_2 if each.ap < figures.LOWEST_PLOTTED)
    return _(
        "One detector at five image sizes and two depths. The deeper network at {small} pixels "
        "beats the shallow one at {large} in both: {deep_ap} AP in {deep_ms} ms against "
        "{shallow_ap} in {shallow_ms} ms. The crosses are the paper’s figure 2, with public "
        "numbers; the time of R-FCN is extrapolated. {fast}, at {fast_ap} AP in {fast_ms} ms, "
        "lies below the picture, as in the paper."
    ).format(
        small=deep.size,
        large=shallow.size,
        deep_ap=points_of_ap(deep.ap),
        deep_ms=deep.milliseconds,
        shallow_ap=points_of_ap(shallow.ap),
        shallow_ms=shallow.milliseconds,
        fast=fast.detector,
        fast_ap=points_of_ap(fast.ap),
        fast_ms=fast.milliseconds,
    )
