"""Settings and trouble: what to set first, why it got worse, many classes, and segmentation."""

from collections.abc import Callable
from functools import partial

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_ui.controls import knobs
from focal_ui.frame import page_parts, settings
from focal_ui.learning import prediction, question_bank
from focal_ui.learning.prediction import Guess
from focal_ui.situations import first_settings, got_worse, many_classes, segmentation
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, percent

TITLE = "Settings and trouble"
FOLLOWS = knobs.GAMMA
BRIDGE = "What would focal loss change for your own scores?"
SITUATIONS = {
    knobs.FIRST_SETTINGS: first_settings.SITUATION,
    knobs.GOT_WORSE: got_worse.SITUATION,
    knobs.K_CLASSES: many_classes.SITUATION,
    knobs.SEGMENTATION: segmentation.SITUATION,
}


def view(gamma: float, situation: str = knobs.FIRST_SETTINGS, guess: Guess | None = None) -> View:
    """What the page says at one gamma."""
    return SITUATIONS[situation].view(gamma, guess)


def variants() -> dict[str, Callable[..., View]]:
    """The four situations."""
    return {_(name): partial(view, situation=name) for name in knobs.SITUATION.options}


def page() -> None:
    """For who wants to use the loss."""
    stage = Stage(FOLLOWS)
    with stage.controls if settings.projector() else stage.above:  # a room needs the height
        situation = knobs.SITUATION.ask() or knobs.FIRST_SETTINGS
    with stage.beside:
        guess = _guess()
    now = stage.show(view, situation=situation, guess=guess)
    SITUATIONS[situation].advise()
    page_parts.check_yourself(question_bank.of("trouble"))
    page_parts.code_for(partial(SITUATIONS[situation].code, now["gamma"]))
    page_parts.sources(_sources())


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "Segmentation: an object covers {part} of an image, and all is learned but {band:g} "
            "pixels on each side of its boundary. These are {boundary} of the pixels. What share "
            "of the gradient do they make up at γ = {gamma:g}?"
        ).format(
            part=percent(segmentation.DISC.foreground),
            band=segmentation.DISC.band,
            boundary=percent(segmentation.DISC.boundary_part),
            gamma=segmentation.ASKED_GAMMA,
        ),
        knobs.GUESS_BOUNDARY,
        answer=lambda: segmentation.DISC.shares(FocalLoss(segmentation.ASKED_GAMMA)).boundary,
        about={knobs.SITUATION.key: knobs.SEGMENTATION, knobs.GAMMA.key: segmentation.ASKED_GAMMA},
    )


def _sources() -> dict[str, str]:
    return {
        _("Prior π = {prior:g}").format(prior=paper.PRIOR.value): paper.PRIOR.where,
        _("γ = {gamma:g} with α = {alpha:g}; the best α at each γ").format(
            gamma=paper.GAMMA.value, alpha=paper.ALPHA.value
        ): paper.GAMMA.where,
        _("γ from {low:g} to {high:g} works about as well").format(
            low=paper.ROBUST_GAMMAS.low, high=paper.ROBUST_GAMMAS.high
        ): paper.ROBUST_GAMMAS.where,
        _("The sum is divided by the anchors assigned to an object"): paper.NORMALISER_SOURCE,
        _("The sigmoid belongs inside the loss"): paper.STABLE_SOURCE,
        _("Which true probability a score stands for"): paper.PROPERNESS,
        _(
            "Effective number, and the class counts of long-tailed CIFAR-10"
        ): "Cui et al., CVPR 2019",
        _("Adam’s steps do not depend on the scale of the loss"): (
            "Kingma & Ba, ICLR 2015, arXiv:1412.6980"
        ),
        _("The class loss is added to the box loss"): paper.BOX_LOSS_SOURCE,
        _("Dice loss"): "Milletari et al. (V-Net), 3DV 2016, arXiv:1606.04797",
        _("Tversky loss"): "Salehi et al., MLMI 2017, arXiv:1706.05721",
        _("Focal Tversky loss"): "Abraham & Khan, ISBI 2019, arXiv:1810.07842",
        _("Focal loss and Dice loss together, 20 : 1"): (
            "Kirillov et al. (SAM), ICCV 2023, arXiv:2304.02643"
        ),
        _("What to set, to check and to try first; how hard classes and pixels are"): _("opinion"),
        _("Every number on this page"): _("computed here, from simplified populations"),
    }
