"""The gradient: by what number gamma divides it, why, and what goes wrong when it is computed."""

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.case_files import lost_digits, nan_below_one
from focal_core.curve import Anatomy, anatomy
from focal_ui.exhibits import gradient as exhibits
from focal_ui.frame import page_parts
from focal_ui.words import _, kept, number, times

OVERFLOWING_LOGIT, EASY_LOGIT, MANY = 100.0, -20.0, 100_000


def headline(cursor: Anatomy, loss: FocalLoss) -> str:
    """What gamma does to loss and gradient of one example. cursor: at its p_t."""
    if loss == CROSS_ENTROPY:
        words = _("At $p_t$ = {p_t:g}, γ = 0 leaves cross entropy’s gradient: **{ce}**")
    elif float(cursor.slope_reduction) < 1:
        words = _(
            "At $p_t$ = {p_t:g}, γ = {gamma:g} divides the loss by {loss}, but *multiplies* the "
            "gradient by **{larger}**"
        )
    else:
        words = _(
            "At $p_t$ = {p_t:g}, γ = {gamma:g} divides the loss by {loss}, but the gradient only "
            "by **{slope}**"
        )
    return words.format(
        p_t=float(cursor.p_t),
        gamma=loss.gamma,
        loss=number(float(cursor.loss_reduction)),
        slope=number(float(cursor.slope_reduction)),
        larger=number(1 / float(cursor.slope_reduction)),
        ce=number(float(cursor.cross_entropy_slope)),
    )


@kept(maxsize=64)
def explanation(loss: FocalLoss) -> str:
    """What the gradient is, where it is larger than cross entropy's, and where it falls again."""
    equal, steepest = exhibits.equal_at(loss), exhibits.steepest_at(loss)
    if equal is None or steepest is None:
        return _what_it_is() + _(
            "At γ = 0 it is cross entropy’s, $1-p_t$ in size: the most wrong example has the "
            "largest gradient, and as a function of the logit the loss is convex everywhere (it "
            "bends upwards)."
        )
    hard = anatomy(steepest, loss)
    return _what_it_is() + _(
        "By the product rule it has two parts: cross entropy’s gradient times the factor, and a "
        "second part because the factor itself falls. So the gradient shrinks less than the loss, "
        "and below $p_t$ = {equal} it is even **larger** than cross entropy’s: there focal loss "
        "does turn hard examples up, in the gradient and not in the loss. It is largest at $p_t$ = "
        "{steepest} ({slope} cross entropy’s); below that, in the shaded strip, it falls again: as "
        "a function of the logit the loss is not convex. As a function of $p_t$ it is convex "
        "everywhere and steepest towards 0. (FL*: a variant from the paper’s appendix.)"
    ).format(
        equal=number(equal), steepest=number(steepest), slope=times(1 / float(hard.slope_reduction))
    )


def case_files() -> None:
    """Two bugs in published code, each in a drawer."""
    page_parts.case_file(
        _("NaN for γ below 1"),
        "case_nan",
        _(
            "Written in p, the product rule divides by a power of 1 − p, which rounds to 0. An "
            "object at logit {x:g} is enough. The cure: compute the loss from the logit, as the "
            "paper does for stability (§3.2)."
        ).format(x=OVERFLOWING_LOGIT),
        "(1 - p)**(gamma - 1) * gamma * log(p) - (1 - p)**gamma / p   # gamma = 0.5, p rounds to 1",
        nan_below_one(0.5, OVERFLOWING_LOGIT),
    )
    page_parts.case_file(
        _("easy background loses its precision"),
        "case_digits",
        _(
            "In float32, cross entropy written as x − log sigmoid(x) cancels to 0 for easy "
            "background. Here is the sum over {n} locations at logit {x:g}. Harmless in training, "
            "wrong on a page that adds them up."
        ).format(n=number(MANY), x=EASY_LOGIT),
        "(1 - t) * x - log_sigmoid(x)",
        lost_digits(EASY_LOGIT, MANY),
    )


def _what_it_is() -> str:
    return _(
        "The gradient here is the derivative of the loss by the logit x, the score before the "
        "sigmoid; training moves the weights by it. Drawn over $p_t$ is its size. "
    )
