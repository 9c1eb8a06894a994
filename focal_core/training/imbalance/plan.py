"""What is run: image sizes, losses, the settings that are tried for each, seeds and steps.

All of it was fixed before the first test image was looked at; docs/imbalance.md says why.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.training.config import PAPERS_LOSS, RunConfig

SIDES = (48, 96, 192, 384)
"""Of the images, pixels; each side has four times the anchors of the one before it."""

TRAIN, VALIDATION, TEST = 1000, 200, 500  # images
DATA_SEED = 384
STEPS = 250
SEEDS = (0, 1, 2, 3, 4)
TUNING_SEED = 100
EVERY = 5  # steps between two that are kept

CE, CE_FITTED = "CE, π = 0.01", "CE, π as rare as objects"
FL, FL_TUNED, OHEM = "FL, γ = 2, α = 0.25", "FL, γ = 2, tuned α", "OHEM, tuned number"
LOSSES = (CE, CE_FITTED, FL, FL_TUNED, OHEM)

RATES = (0.00075, 0.0015, 0.003, 0.006)
ALPHAS = (0.1, 0.5, 0.75)
NUMBERS = (16, 64, 256)


@dataclass(frozen=True)
class Setting:
    """One way to train on images of one size.

    loss: one of LOSSES. side: of the images, pixels. learning_rate: above 0. alpha: of focal loss,
    None for cross entropy. hardest: how many anchors of an image mining trains on.
    """

    loss: str
    side: int
    learning_rate: float
    alpha: float | None = None
    hardest: int | None = None

    def at(self, side: int) -> "Setting":
        """The same on images of another size."""
        return replace(self, side=side)

    def config(self, seed: int, prior: float) -> RunConfig:
        """The run. prior: the part of the outputs that are positive, for the loss that uses it."""
        gamma = 0.0 if self.alpha is None else PAPERS_LOSS.gamma
        return RunConfig(
            loss=CROSS_ENTROPY if self.alpha is None else FocalLoss(gamma, self.alpha),
            prior=prior if self.loss == CE_FITTED else 0.01,
            hardest=self.hardest,
            learning_rate=self.learning_rate,
            steps=STEPS,
            seed=seed,
            evaluate_every=STEPS // 2,
            probe_at=(0, 5, 20, 50, 125, STEPS),
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON keeps them."""
        return asdict(self)


@dataclass(frozen=True)
class Job:
    """One run: a setting and a seed. tuning: on validation images alone."""

    setting: Setting
    seed: int
    tuning: bool

    @property
    def file(self) -> str:
        """What the record of the run is called."""
        s = self.setting
        kind = "tuning" if self.tuning else "run"
        more = "" if s.alpha is None else f"-a{s.alpha:g}"
        more += "" if s.hardest is None else f"-k{s.hardest}"
        name = LOSSES.index(s.loss)
        return f"{kind}-{s.side}-{name}{more}-lr{s.learning_rate:g}-{self.seed}.json"


def first_settings(loss: str, side: int = SIDES[0]) -> tuple[Setting, ...]:
    """What is tried for a loss on the smallest images: every rate, at one alpha and one number.

    The other alphas and numbers follow at the best rate; see `other_settings`.
    """
    alpha = PAPERS_LOSS.alpha if loss in (FL, FL_TUNED) else None
    hardest = NUMBERS[1] if loss == OHEM else None
    return tuple(Setting(loss, side, rate, alpha, hardest) for rate in RATES)


def other_settings(best: Setting) -> tuple[Setting, ...]:
    """The alphas, or the numbers, that are tried at the rate that was best."""
    if best.loss == FL_TUNED:
        return tuple(replace(best, alpha=alpha) for alpha in ALPHAS if alpha != best.alpha)
    if best.loss == OHEM:
        return tuple(replace(best, hardest=number) for number in NUMBERS if number != best.hardest)
    return ()


def next_settings(best: Setting, side: int) -> tuple[Setting, ...]:
    """What is tried on larger images: the best of the size below, and half its rate."""
    larger = best.at(side)
    return larger, replace(larger, learning_rate=best.learning_rate / 2)
