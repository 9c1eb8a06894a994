"""The 45-minute class as data: its steps with their links, and what goes wrong in heads."""

from dataclasses import dataclass, field
from functools import lru_cache

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import budget
from focal_core.curve import anatomy
from focal_core.first_step import FirstStep
from focal_core.population import SIMPLE, SPREAD, STUBBORN, VERY_EASY, Recipe
from focal_ui.words import _, number, percent, times


@dataclass(frozen=True)
class Step:
    """One step of the class: minutes, what happens, what comes out, the page that shows it."""

    minutes: str
    what: str
    outcome: str
    page: str | None = None
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Misconception:
    """What learners say, and the question that shakes it."""

    said: str
    probe: str


def plan() -> tuple[Step, ...]:
    """The steps in order."""
    simple, very_easy = _share(SIMPLE, 2.0), _share(VERY_EASY, 2.0)
    easy, half = anatomy(0.9, FocalLoss(2.0)), anatomy(0.5, FocalLoss(2.0))
    start = FirstStep(0.5)
    return (
        Step(
            _("before"),
            _("Open the app once, so that it is awake; print or share the sheets."),
            _("Nothing has to be installed. Without a network take the offline figures below."),
        ),
        Step(
            "0–5",
            _("Pre-check: the first three questions of the exit quiz, without feedback."),
            _("Errors are welcome: most will come back at the end."),
            "challenges",
            {"level": "Exit quiz", "answers": "hidden"},
        ),
        Step(
            "5–10",
            _("Open play on Easy negatives, γ alone. The teacher is silent."),
            _("Background carries {before} at γ = 0 and {after} at γ = 2.").format(
                before=percent(_share(SIMPLE, 0.0)), after=percent(simple)
            ),
            "easy_negatives",
            {"gamma": "0", "hide": "population,look,guess_easy"},
        ),
        Step(
            "10–17",
            _(
                "Predict as a class what the box asks: scores that spread. Vote, talk in pairs, "
                "press the answer with most votes, then drag γ to 2."
            ),
            _("{spread}, not {simple}: the hard background is still heard.").format(
                spread=percent(_share(SPREAD, 2.0)), simple=percent(simple)
            ),
            "easy_negatives",
            {
                "gamma": "0",
                "population": "Spread",
                "hide": "population,look",
                "projector": "true",
            },
        ),
        Step(
            "17–27",
            _("Pairs compare Simple, Very easy and Spread at γ = 2. Worksheet A."),
            _("{simple}, {very_easy}, {spread}; and {stubborn} on the worksheet.").format(
                simple=percent(simple),
                very_easy=percent(very_easy),
                spread=percent(_share(SPREAD, 2.0)),
                stubborn=percent(_share(STUBBORN, 2.0)),
            ),
            "easy_negatives",
            {"gamma": "2"},
        ),
        Step(
            "27–34",
            _("Telling: $p_t$, the factor, one case worked through on the board."),
            _("$p_t$ = 0.9: {ce} × {factor} = {fl}, {times} less.").format(
                ce=number(float(easy.cross_entropy)),
                factor=number(float(easy.factor)),
                fl=number(float(easy.focal)),
                times=times(float(easy.loss_reduction)),
            ),
            "curve",
            {"gamma": "2", "p_t": "0.9", "projector": "true"},
        ),
        Step(
            "34–37",
            _("Predict the first step: every location answers 0.5. Then drag π there."),
            _("{ce} under cross entropy, {fl} at γ = 2: only the prior helps.").format(
                ce=percent(start.paid(CROSS_ENTROPY).negative_share),
                fl=percent(start.paid(FocalLoss(2.0)).negative_share),
            ),
            "first_step",
            {"gamma": "2", "projector": "true"},
        ),
        Step(
            "37–40",
            _("The surprise of the slope: predict it at $p_t$ = 0.5, then drag the cursor."),
            _("Loss ÷ {loss}, slope ÷ {slope}; at 0.9 ÷ {loss_easy} and ÷ {slope_easy}.").format(
                loss=number(float(half.loss_reduction)),
                slope=number(float(half.slope_reduction)),
                loss_easy=number(float(easy.loss_reduction)),
                slope_easy=number(float(easy.slope_reduction)),
            ),
            "gradient",
            {"gamma": "2", "p_t": "0.9", "projector": "true"},
        ),
        Step(
            "40–45",
            _("Exit quiz; the link to level 2 of the challenges is the homework."),
            _("The last question transfers: rare is not the same as easy."),
            "challenges",
            {"level": "Exit quiz"},
        ),
    )


@lru_cache(maxsize=16)
def _share(recipe: Recipe, gamma: float) -> float | None:
    return budget(recipe.population(), FocalLoss(gamma)).negative_share


def goals() -> tuple[str, ...]:
    """What a learner can do afterwards."""
    return (
        _("say why many easy background locations outweigh few objects under cross entropy"),
        _("predict what γ does to an easy and to a hard example, to the loss and to the slope"),
        _("tell what α does from what γ does, and why the balancing α falls as γ grows"),
        _("explain why γ does nothing at the first step, and what the prior does"),
        _("name cases in which focal loss does not help"),
    )


def prior_knowledge() -> str:
    """What a learner brings."""
    return _("Logarithm, probability, what a classifier is; the sigmoid helps.")


def misconceptions() -> tuple[Misconception, ...]:
    """Those that the pages are built against."""
    return (
        Misconception(
            _("Focal loss amplifies hard examples."),
            _("What is the factor at p_t = 0.1? Is it above 1?"),
        ),
        Misconception(
            _("A correct answer costs nothing."),
            _("What does one location at p_t = 0.9 cost? And 100,000 of them?"),
        ),
        Misconception(
            _("A hundred times less loss is a hundred times less gradient."),
            _("Read both numbers off the headline of The gradient."),
        ),
        Misconception(
            _("The rare class must get α above 0.5."),
            _("Which α balances Simple at γ = 2? Why is it below 0.5?"),
        ),
        Misconception(
            _("Focal loss repairs a bad start."),
            _("All answer 0.5: what changes between γ = 0 and γ = 5?"),
        ),
        Misconception(
            _("A small loss in the log means that the training is done."),
            _("Divide the same sum by locations and by objects."),
        ),
    )


def simplifications() -> dict[str, str]:
    """What each population leaves out."""
    return {
        _("Simple"): _(
            "Two scores only. Real scores spread; its “background vanishes” is too neat."
        ),
        _("Very easy"): _("Background of a trained model, without its hard cases."),
        _("Spread"): _("Normal logits. Real tails differ, and locations are not independent."),
        _("FL detector, CE detector"): _(
            "One small model each, images of 48 pixels with one object; no COCO."
        ),
    }
