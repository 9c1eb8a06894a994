"""The 45-minute class as data: its steps with their links, and what goes wrong in heads."""

from dataclasses import dataclass, field

from focal_ui.words import _


@dataclass(frozen=True)
class Step:
    """One step of the class: minutes, what happens, and the page that shows it."""

    minutes: str
    what: str
    page: str | None = None
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Misconception:
    """What learners say, and the question that shakes it."""

    said: str
    probe: str


def plan() -> tuple[Step, ...]:
    """The steps in order."""
    return (
        Step(_("before"), _("Open the app once, so that it is awake; print or share the sheets.")),
        Step("0–5", _("Pre-check: three questions of the exit quiz, without feedback."),
             "challenges", {"level": "Exit quiz", "answers": "hidden"}),
        Step("5–10", _("Open play on Easy negatives, γ alone. The teacher is silent."),
             "easy_negatives", {"gamma": "0", "hide": "population,look"}),
        Step("10–17", _("Predict as a class: background’s share at γ = 0 and γ = 2. Vote, talk in "
                        "pairs, then reveal."), "easy_negatives",
             {"gamma": "0", "projector": "true"}),
        Step("17–27", _("Pairs compare Simple, Very easy and Spread. Worksheet A."),
             "easy_negatives", {"population": "Spread"}),
        Step("27–34", _("Telling: p_t, the factor, one case worked through."), "curve",
             {"gamma": "2", "p_t": "0.9", "projector": "true"}),
        Step("34–37", _("Predict the first step: every location answers 0.5."), "first_step",
             {"prior": "0.5"}),
        Step("37–40", _("The surprise of the slope."), "gradient", {"gamma": "2", "p_t": "0.9"}),
        Step("40–45", _("Exit quiz; the link to level 2 is the homework."), "challenges",
             {"level": "Exit quiz"}),
    )  # fmt: skip


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
    }
