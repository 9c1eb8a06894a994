"""What may be wrong after focal loss was swapped in: by how many times each thing is off."""

from functools import partial

from focal_core import swap
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.noise import NoisyLabels
from focal_core.population import SPREAD
from focal_ui.figures.trouble import Row, factor
from focal_ui.situations.first_settings import START
from focal_ui.words import _

LABELLED_FOR_A_MISSED_ONE = 10
MISSED = NoisyLabels(START.positives / LABELLED_FOR_A_MISSED_ONE / START.negatives)
SAMPLED = 3  # background boxes to an object
HALF = 0.5  # the threshold that is kept


def checks(loss: FocalLoss) -> list[Row]:
    """What to look at, in this order: slips first, then what comes with the loss."""
    plain, scores = CROSS_ENTROPY, SPREAD.population()
    mean, sampled = swap.of_a_mean(START), partial(swap.of_sampling, scores, SAMPLED)
    return [
        _check(_("Mean over all anchors"), _("gradient"), mean, mean),
        _check(
            _("No prior"),
            _("first loss"),
            *(swap.without_prior(START, each) for each in (plain, loss)),
        ),
        _check(
            _("Sigmoid twice"),
            _("object’s gradient"),
            *(swap.of_a_second_sigmoid(HALF, each) for each in (plain, loss)),
        ),
        _check(
            _("α on the wrong side"),
            _("objects’ weight"),
            *(swap.of_swapped_alpha(each) for each in (plain, loss)),
        ),
        _check(
            _("Same learning rate"),
            _("gradient"),
            *(swap.kept(scores, each).everything for each in (plain, loss)),
        ),
        _check(
            _("Threshold kept at {half:g}").format(half=HALF),
            _("true odds"),
            *(swap.of_a_kept_threshold(HALF, each) for each in (plain, loss)),
        ),
        _check(
            _("Sampler kept, {ratio:g} : 1").format(ratio=SAMPLED),
            _("background"),
            sampled(plain),
            sampled(loss),
        ),
        _check(
            _("Wrong labels"),
            _("their share"),
            *(swap.of_wrong_labels(MISSED, each) for each in (plain, loss)),
        ),
    ]


def _check(name: str, quantity: str, before: float, after: float) -> Row:
    told = {"quantity": quantity, "before": factor(before), "after": factor(after)}
    if told["before"] == told["after"]:
        return Row(name, before, after, _("{quantity} {after}").format(**told))
    if before == 1:
        return Row(name, before, after, _("{quantity} {after}, CE 1").format(**told))
    return Row(name, before, after, _("{quantity} {after}, CE {before}").format(**told))
