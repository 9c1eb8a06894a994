"""The warm-up before the detector: rare points in a plane, where everything can be seen."""

from collections.abc import Callable

from focal_core.training.warm_up import RATES, SEEDS, WarmUp, warm_up
from focal_ui.controls import knobs
from focal_ui.figures.trained import warm_up as figures
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import Exhibit, View
from focal_ui.words import _, lead_and_spread, number, percent


def show(stage: Stage) -> None:
    """One look at the points; the rate is asked only where it matters."""
    with stage.controls:
        look = knobs.WARM_UP.ask() or knobs.BY_RATE
        rate = float(RATES[-1] if look == knobs.BY_RATE else knobs.WARM_UP_RATE.ask() or RATES[-1])
    stage.show(view, look=look, rate=rate)


def view(look: str = knobs.BY_RATE, rate: float = RATES[-1]) -> View:
    """What was recorded; rate: the learning rate of the two closer looks."""
    recorded = warm_up()
    headline, picture = VIEWS[look](recorded, rate)
    return View(
        headline,
        {"warm_up_picture": picture},
        _(
            "A warm-up before the detector: one positive to {negatives:,} negatives, all of them "
            "points in a plane, {steps:,} steps, {seeds} seeds that also draw the points. Recorded "
            "at {rates} learning rates; nothing was tuned."
        ).format(rates=len(RATES), seeds=len(SEEDS), **recorded.facts["config"]),
    )


def _by_rate(recorded: WarmUp, _rate: float) -> tuple[str, Exhibit]:
    leads = {rate: recorded.lead(rate) for rate in RATES}
    most, least = (pick(RATES, key=lambda rate: leads[rate].mean) for pick in (max, min))
    words = _(
        "Rare points: focal loss minus cross entropy is **{most} points** at rate {at_most:g}, "
        "{least} at rate {at_least:g}"
    )
    headline = words.format(
        most=lead_and_spread(leads[most].mean, leads[most].sd),
        least=lead_and_spread(leads[least].mean, leads[least].sd),
        at_most=most,
        at_least=least,
    )
    return headline, figures.by_rate(recorded)


def _boundary(recorded: WarmUp, rate: float) -> tuple[str, Exhibit]:
    between = figures.undecided(recorded, rate)
    words = _(
        "Focal loss leaves **{fl}** of the plane undecided, cross entropy {ce}, at rate {rate:g}"
    )
    return (
        words.format(rate=rate, fl=percent(between["FL"]), ce=percent(between["CE"])),
        figures.boundary(recorded, rate),
    )


def _calibration(recorded: WarmUp, rate: float) -> tuple[str, Exhibit]:
    _ce, fl, back = figures.calibration_gaps(recorded, rate)
    words = _(
        "At rate {rate:g} scores trained with focal loss are **{fl}** away from the frequencies, "
        "recalibrated {back}"
    )
    return (
        words.format(rate=rate, fl=number(fl), back=number(back)),
        figures.calibration(recorded, rate),
    )


VIEWS: dict[str, Callable[[WarmUp, float], tuple[str, Exhibit]]] = {
    knobs.BY_RATE: _by_rate,
    knobs.BOUNDARY: _boundary,
    knobs.CALIBRATION: _calibration,
}
