"""Bugs of published code to run: the wrong form beside the right one, over a few inputs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_core.case_files import (
    CaseFile,
    common_logarithm,
    factor_of_p_t,
    forgotten_exponent,
    one_hot_of_background,
    sign_slip,
)
from focal_core.probability import logit
from focal_ui.words import _

GAMMA, ALPHA = paper.GAMMA.value, paper.ALPHA.value
CLASSES = 80


@dataclass(frozen=True)
class Bug:
    """What is written, what should be, and both results.

    asked: the key of the question about it; of: the name in the code of the number that both are
    run for; runs: the values it takes, and case what comes out; gamma = 2 and alpha = 0.25, as in
    the paper.
    """

    asked: str
    of: str
    wrong: str
    right: str
    case: Callable[[float], CaseFile]
    runs: Sequence[float] = (0.1, 0.3, 0.5, 0.7, 0.9)

    @property
    def program(self) -> str:
        """Both forms, one below the other."""
        values = f"gamma, alpha = {GAMMA:g}, {ALPHA:g}"
        return f"{values}\n{self.wrong}  # as written\n{self.right}  # right"

    def table(self) -> Mapping[str, Sequence[Any]]:
        """Column title -> cells."""
        cases = [self.case(value) for value in self.runs]
        return {
            self.of: self.runs,
            _("as written"): [case.wrong for case in cases],
            _("right"): [case.right for case in cases],
        }


_BUGS = (
    Bug(
        "sign",
        "p_t",
        "-(-alpha * (1 - p_t)**gamma * log(p_t))",
        "-alpha * (1 - p_t)**gamma * log(p_t)",
        lambda p_t: sign_slip(p_t, FocalLoss(GAMMA, ALPHA)),
    ),
    Bug("logarithm", "p_t", "-log10(p_t)", "-log(p_t)", common_logarithm),
    Bug(
        "forgotten_exponent",
        "p",
        "-p * log(1 - p)",
        "-p**gamma * log(1 - p)",
        lambda p: forgotten_exponent(p, GAMMA),
    ),
    Bug(
        "factor_named_pt",
        "p_t",
        "-p_t**gamma * log(p_t)",
        "-(1 - p_t)**gamma * log(p_t)",
        lambda p_t: factor_of_p_t(p_t, GAMMA),
    ),
    Bug(
        "one_hot",
        "p",
        f"sum(-t * (1 - p)**gamma * log(p) for t in [0] * {CLASSES})",
        f"sum(-p**gamma * log(1 - p) for t in [0] * {CLASSES})",
        lambda p: one_hot_of_background([float(logit(p))] * CLASSES, FocalLoss(GAMMA)),
        (0.01, 0.1, 0.5),
    ),
)
BUGS = {bug.asked: bug for bug in _BUGS}
