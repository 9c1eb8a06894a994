"""What the part Result compares: recorded runs side by side, two in the headline, what follows."""

from collections.abc import Callable
from dataclasses import dataclass

from focal_core.training.config import NO_PRIOR_MODEL, PAPERS, REFERENCE
from focal_core.training.recorded import LONG_FOLDER, Difference, Recording, recording
from focal_ui.controls import knobs
from focal_ui.words import _, ap_and_spread, ap_points, later, lead_and_spread, number, percent

SMALLER_PRIOR = "CE, π = 0.001"
GAMMA_1 = "FL, γ = 1, α = 0.25"
WEIGHTED, MINED = "CE, α = 0.75", "OHEM, 64 an image"
SOON = 3  # which of the recorded steps the explanation looks at, after the first


@dataclass(frozen=True)
class Comparison:
    """Recorded configurations side by side.

    names: all of them. first, second: the two that the headline compares; first_called and
    second_called: how it calls them, in English. explained: what the runs say of them all.
    """

    names: tuple[str, ...]
    first: str
    second: str
    first_called: str
    second_called: str
    explained: Callable[[Recording], str]

    def gained(self, runs: Recording) -> Difference:
        """By how much the first of the two is ahead."""
        return runs.difference(self.first, self.second)

    def headline(self, gained: Difference, steps: int) -> str:
        """Which of the two is ahead after so many steps, if one clearly is."""
        words = _("After {steps} steps {first} is **{lead} points** {side} {second}")
        if not gained.is_clear:
            words = _(
                "No clear winner after {steps} steps: {first} is **{lead} points** {side} {second}"
            )
        return words.format(
            steps=steps,
            first=_(self.first_called),
            lead=ap_and_spread(abs(gained.mean), gained.sd),
            side=_("ahead of") if gained.mean > 0 else _("behind"),
            second=_(self.second_called),
        )


def _of_the_prior(runs: Recording) -> str:
    aps = {row.name: row.mean for row in runs.table()}
    return _(
        "Without a prior cross entropy reaches {none}, with π = 0.01 {ce}: **the prior is what "
        "helps most here**. Its exact value matters little, as in the paper: lowering π to 0.001 "
        "changes AP by {lower}."
    ).format(
        none=ap_points(aps[NO_PRIOR_MODEL]),
        ce=ap_points(aps[REFERENCE]),
        lower=_apart(runs, SMALLER_PRIOR, REFERENCE),
    )


def _of_focusing(runs: Recording) -> str:
    share = runs.band(REFERENCE, "background_share")
    return _(
        "*Why so little?* With the prior, background makes up {first} of cross entropy’s loss at "
        "step {at_first:.0f} and {soon} at step {at_soon:.0f}: it learns its easy background by "
        "itself within some steps, and **focusing has little left to do here**. On COCO, with far "
        "more anchors and classes, the paper reports that easy negatives dominate the loss. γ = 1 "
        "is {best} points from cross entropy. Treat differences below about one standard deviation "
        "as noise."
    ).format(
        first=percent(float(share.mean[0])),
        at_first=share.steps[0],
        soon=percent(float(share.mean[SOON])),
        at_soon=share.steps[SOON],
        best=_apart(runs, GAMMA_1, REFERENCE),
    )


def _of_the_class_weight(runs: Recording) -> str:
    return _(
        "The class weight alone changes AP by {weighted}, focal loss with α = 0.25 by {focal}, "
        "both against cross entropy with the same prior. Treat differences below about one "
        "standard deviation as noise."
    ).format(weighted=_apart(runs, WEIGHTED, REFERENCE), focal=_apart(runs, PAPERS, REFERENCE))


def _of_mining(runs: Recording) -> str:
    longer = recording(LONG_FOLDER)
    return _(
        "OHEM trains on the {hardest} anchors of largest loss in each image. After {steps} steps "
        "it is {lead} points from focal loss, after {more:,} steps {later}: **a lead after few "
        "steps may be speed alone**. In the paper focal loss is ahead of OHEM."
    ).format(
        hardest=number(runs.of(MINED)[0].config.hardest),
        steps=runs.runs[0].steps,
        lead=_apart(runs, MINED, PAPERS),
        more=longer.runs[0].steps,
        later=_apart(longer, MINED, PAPERS),
    )


def _apart(runs: Recording, first: str, second: str) -> str:
    difference = runs.difference(first, second)
    return lead_and_spread(difference.mean, difference.sd)


COMPARISONS = {
    knobs.THE_PRIOR: Comparison(
        names=(NO_PRIOR_MODEL, REFERENCE, SMALLER_PRIOR, PAPERS),
        first=REFERENCE,
        second=NO_PRIOR_MODEL,
        first_called=later("cross entropy with a prior"),
        second_called=later("cross entropy without one"),
        explained=_of_the_prior,
    ),
    knobs.FOCUSING: Comparison(
        names=(REFERENCE, "FL, γ = 0.5, α = 0.5", GAMMA_1, PAPERS, "FL, γ = 5, α = 0.25"),
        first=PAPERS,
        second=REFERENCE,
        first_called=later("focal loss"),
        second_called=later("cross entropy"),
        explained=_of_focusing,
    ),
    knobs.CLASS_WEIGHT: Comparison(
        names=(REFERENCE, WEIGHTED, PAPERS),
        first=WEIGHTED,
        second=REFERENCE,
        first_called=later("cross entropy with α = 0.75"),
        second_called=later("cross entropy without α"),
        explained=_of_the_class_weight,
    ),
    knobs.MINING: Comparison(
        names=(REFERENCE, SMALLER_PRIOR, PAPERS, MINED),
        first=MINED,
        second=PAPERS,
        first_called=later("OHEM"),
        second_called=later("focal loss"),
        explained=_of_mining,
    ),
}
