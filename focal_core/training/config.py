"""What one run of the detector is: its loss, prior, learning rate, length and seed."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.checks import check_between, check_whole

PAPERS_LOSS = FocalLoss(2.0, 0.25)
NO_PRIOR = 0.5
"""sigmoid(0): the prior of a last layer whose bias starts at 0."""


@dataclass(frozen=True)
class RunConfig:
    """One run of the detector.

    loss: of each sigmoid output; gamma 0 and alpha None is cross entropy.
    prior: pi, the score that every location has at the start, between 0 and 1, ends excluded.
    hardest: None trains on every anchor; a whole number, 1 or more, on so many of the largest loss
        in each image (online hard example mining without suppression of neighbours).
    learning_rate: of Adam after the warm-up, above 0; a tenth of it from 75 % of the steps on.
    steps: batches, 1 or more; batch: images in each, 1 or more.
    seed: 0 or more; fixes the initial weights and the order of the images, not the images.
    box_weight: of the box loss beside the class loss, 0 or more; the paper adds them, which is 1.
    warm_up: steps in which the rate rises linearly, 0 or more.
    evaluate_every: steps between two looks at the validation images, 1 or more.
    probe_at: steps after which the gradient is taken apart.
    Raises ValueError outside these ranges.
    """

    loss: FocalLoss = PAPERS_LOSS
    prior: float = 0.01
    hardest: int | None = None
    learning_rate: float = 0.006
    steps: int = 500
    seed: int = 0
    batch: int = 16
    box_weight: float = 1.0
    warm_up: int = 30
    evaluate_every: int = 75
    probe_at: tuple[int, ...] = (0, 5, 20, 50, 100, 200, 350, 500)

    def __post_init__(self) -> None:
        check_between("prior", self.prior, 0, 1, ends=False)
        check_between("learning_rate", self.learning_rate, 0, ends=False)
        check_between("box_weight", self.box_weight, 0)
        for name in ("steps", "batch", "evaluate_every"):
            check_whole(name, getattr(self, name), 1)
        for name in ("seed", "warm_up"):
            check_whole(name, getattr(self, name), 0)
        if self.hardest is not None:
            check_whole("hardest", self.hardest, 1)

    def rate_at(self, step: int) -> float:
        """Learning rate of the step, counted from 1."""
        rising = min(1.0, step / (self.warm_up + 1))
        return self.learning_rate * rising * (0.1 if step > 0.75 * self.steps else 1.0)

    def is_evaluated(self, step: int) -> bool:
        """Whether the validation images are looked at after this step."""
        return step % self.evaluate_every == 0 or step == self.steps

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers and dictionaries, as JSON keeps them."""
        return asdict(self)

    @staticmethod
    def from_dict(kept: dict[str, Any]) -> "RunConfig":
        """The inverse of `as_dict`, also after a way through JSON."""
        return RunConfig(
            **(kept | {"loss": FocalLoss(**kept["loss"]), "probe_at": tuple(kept["probe_at"])})
        )


CONFIGURATIONS = {
    "CE, no prior": RunConfig(CROSS_ENTROPY, prior=NO_PRIOR),
    "CE, π = 0.01": RunConfig(CROSS_ENTROPY),
    "CE, π = 0.001": RunConfig(CROSS_ENTROPY, prior=0.001),
    "CE, α = 0.75": RunConfig(FocalLoss(0.0, 0.75)),
    "FL, γ = 0.5, α = 0.5": RunConfig(FocalLoss(0.5, 0.5)),
    "FL, γ = 1, α = 0.25": RunConfig(FocalLoss(1.0, 0.25)),
    "FL, γ = 2, α = 0.25": RunConfig(PAPERS_LOSS),
    "FL, γ = 5, α = 0.25": RunConfig(FocalLoss(5.0, 0.25)),
    "OHEM, 64 an image": RunConfig(CROSS_ENTROPY, hardest=64),
}
"""What is compared, by name; alpha falls as gamma rises as in Lin et al. 2017, table 1b."""

PAPERS, REFERENCE = "FL, γ = 2, α = 0.25", "CE, π = 0.01"
"""The two that are shown from all sides: the paper's choice, and cross entropy like it else."""

NO_PRIOR_MODEL = "CE, no prior"


def named(name: str, learning_rate: float, seed: int) -> RunConfig:
    """A compared configuration with its rate and seed; KeyError for an unknown name."""
    return replace(CONFIGURATIONS[name], learning_rate=learning_rate, seed=seed)
