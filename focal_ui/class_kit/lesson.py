"""The 45-minute class as data: its steps with their links, and what goes wrong in heads."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import balancing_alpha, budget
from focal_core.curve import anatomy
from focal_core.first_step import FirstStep
from focal_core.glossary import GLOSSARY, Term
from focal_core.population import SIMPLE, SPREAD, STUBBORN, VERY_EASY, Recipe
from focal_core.training.config import PAPERS
from focal_core.training.scored_scene import scored_scene
from focal_ui.controls import knobs, populations
from focal_ui.frame import settings
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
    """What learners say, the question that shakes it, and what comes out."""

    said: str
    probe: str
    outcome: str


VOCABULARY = {
    "cross entropy", "easy example", "focusing parameter γ", "class weight α_t", "hard example",
    "logit", "modulating factor", "one-stage detector", "p_t", "prior π", "sigmoid",
}  # fmt: skip


def plan() -> tuple[Step, ...]:
    """The steps in order."""
    return (
        _before_class(),
        _pre_check(),
        _open_play(),
        _worked_case(),
        _vote_on_spread_scores(),
        _populations_in_pairs(),
        _the_gradient(),
        _the_first_step(),
        _exit_quiz(),
        _homework(),
    )


def _before_class() -> Step:
    return Step(
        _("before"),
        _("Open the app once, so that it is awake; print or share the sheets."),
        _("Nothing is to be installed. Without a network take the offline figures of the kit."),
    )


def _pre_check() -> Step:
    return Step(
        "0–5",
        _("Pre-check: three questions of the exit quiz, without feedback."),
        _("Errors are welcome: the exit quiz asks the same again."),
        "challenges",
        {"level": knobs.PRE_CHECK, "answers": settings.HIDDEN},
    )


def _open_play() -> Step:
    return Step(
        "5–10",
        _("Open play on Start: raise γ, look at places of the image. The teacher is silent."),
        _("Easy background makes up {before} at γ = 0 and {after} at γ = 2.").format(
            before=percent(_share_of_the_image(0.0)), after=percent(_share_of_the_image(2.0))
        ),
        "start",
        {"gamma": "0", "hide": "guess_start"},
    )


def _worked_case() -> Step:
    easy = anatomy(0.9, FocalLoss(2.0))
    return Step(
        "10–17",
        _("Explain $p_t$ and the factor; one worked example on the board."),
        _("$p_t$ = 0.9: {ce} × {factor} = {fl}, {times} less.").format(
            ce=number(float(easy.cross_entropy)),
            factor=number(float(easy.factor)),
            fl=number(float(easy.focal)),
            times=times(float(easy.loss_reduction)),
        ),
        "curve",
        {"gamma": "2", "p_t": "0.9", "hide": "guess_curve", "projector": "true"},
    )


def _vote_on_spread_scores() -> Step:
    return Step(
        "17–24",
        _(
            "Predict as a class what the box asks: scores that spread. Vote, talk in pairs, "
            "choose the answer with most votes, then drag γ to 2."
        ),
        _("{spread}, not {simple}: the hard background still counts.").format(
            spread=percent(_share(SPREAD, 2.0)), simple=percent(_share(SIMPLE, 2.0))
        ),
        "easy_negatives",
        {
            "gamma": "0",
            "population": populations.SPREAD_OUT,
            "hide": "population,look",
            "answers": settings.AFTER,
            "projector": "true",
        },
    )


def _populations_in_pairs() -> Step:
    return Step(
        "24–34",
        _(
            "Pairs compare *Easy background*, *Very easy background* and *Spread-out scores* at "
            "γ = 2. Worksheet A."
        ),
        _(
            "Easy background {simple}, Very easy background {very_easy}, Spread-out scores "
            "{spread}; on the worksheet Hard background {stubborn}."
        ).format(
            simple=percent(_share(SIMPLE, 2.0)),
            very_easy=percent(_share(VERY_EASY, 2.0)),
            spread=percent(_share(SPREAD, 2.0)),
            stubborn=percent(_share(STUBBORN, 2.0)),
        ),
        "easy_negatives",
        {"gamma": "2"},
    )


def _the_gradient() -> Step:
    half, easy = (anatomy(p_t, FocalLoss(2.0)) for p_t in (0.5, 0.9))
    return Step(
        "34–37",
        _("The surprise: predict the gradient at $p_t$ = 0.5, then drag the cursor."),
        _("Loss ÷ {loss}, gradient ÷ {slope}; at 0.9 ÷ {loss_easy} and ÷ {slope_easy}.").format(
            loss=number(float(half.loss_reduction)),
            slope=number(float(half.slope_reduction)),
            loss_easy=number(float(easy.loss_reduction)),
            slope_easy=number(float(easy.slope_reduction)),
        ),
        "gradient",
        {"gamma": "2", "p_t": "0.9", "answers": settings.AFTER, "projector": "true"},
    )


def _the_first_step() -> Step:
    start = FirstStep(0.5)
    return Step(
        "37–40",
        _("Predict the first step: every location predicts 0.5. Then drag π there."),
        _("{ce} under cross entropy, {fl} at γ = 2: here only the prior helps.").format(
            ce=percent(start.paid(CROSS_ENTROPY).negative_share),
            fl=percent(start.paid(FocalLoss(2.0)).negative_share),
        ),
        "first_step",
        {"gamma": "2", "answers": settings.AFTER, "projector": "true"},
    )


def _exit_quiz() -> Step:
    return Step(
        "40–45",
        _("Exit quiz, with reasons. The result can be printed, or handed in as a link."),
        _("The last question transfers: rare is not the same as easy."),
        "challenges",
        {"level": knobs.EXIT_QUIZ},
    )


def _homework() -> Step:
    return Step(
        _("after"),
        _("Homework: five numbers about one example, handed in as a link."),
        _("The answers stand in the link; opened, it says which are right."),
        "challenges",
        {"level": knobs.LEVELS[1]},
    )


@lru_cache(maxsize=16)
def _share(recipe: Recipe, gamma: float) -> float | None:
    return budget(recipe.population(), FocalLoss(gamma)).negative_share


@lru_cache(maxsize=4)
def _share_of_the_image(gamma: float) -> float:
    """Of easy background, on Start as it opens."""
    return scored_scene(PAPERS).paid(FocalLoss(gamma)).shares[0]


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
    focal, simple = FocalLoss(2.0), SIMPLE.population()
    easy, hard = anatomy(0.9, focal), anatomy(0.1, focal)
    paid, start = budget(simple, focal), FirstStep(0.5)
    return (
        Misconception(
            _("Focal loss amplifies hard examples."),
            _("What is the factor at $p_t$ = 0.1? Is it above 1?"),
            _("{factor}: they shrink, too, only less than easy ones.").format(
                factor=number(float(hard.factor))
            ),
        ),
        Misconception(
            _("A correct answer costs nothing."),
            _("What does one location at $p_t$ = 0.9 cost? And {n} of them?").format(
                n=number(SIMPLE.negatives)
            ),
            _("{one}, and {all} together: more than all objects.").format(
                one=number(float(easy.cross_entropy)),
                all=number(budget(simple, CROSS_ENTROPY).negatives),
            ),
        ),
        Misconception(
            _("A hundred times less loss is a hundred times less gradient."),
            _("Read both numbers off the headline of The gradient."),
            _("Loss ÷ {loss}, slope ÷ {slope}: the factor has a slope of its own.").format(
                loss=number(float(easy.loss_reduction)), slope=number(float(easy.slope_reduction))
            ),
        ),
        Misconception(
            _("The rare class must get α above 0.5."),
            _("Which α balances Easy background at γ = 2? Why is it below 0.5?"),
            _("{alpha}: γ has already taken background down to {share}.").format(
                alpha=number(balancing_alpha(simple, focal)), share=percent(paid.negative_share)
            ),
        ),
        Misconception(
            _("Focal loss repairs a bad start."),
            _("All answer 0.5: what changes between γ = 0 and γ = 5?"),
            _("Nothing about who pays: background carries {before} and {after}.").format(
                before=percent(start.paid(CROSS_ENTROPY).negative_share),
                after=percent(start.paid(FocalLoss(5.0)).negative_share),
            ),
        ),
        Misconception(
            _("A small loss in the log means that the training is done."),
            _("Divide the same sum by locations and by objects."),
            _(
                "Easy background at γ = 2: {locations} and {objects}. Only the divisor differs."
            ).format(
                locations=number(paid.total / (SIMPLE.negatives + SIMPLE.positives)),
                objects=number(paid.total / SIMPLE.positives),
            ),
        ),
    )


def vocabulary() -> tuple[Term, ...]:
    """The words of the class, from the glossary."""
    return tuple(
        replace(term, name=_(term.name), meaning=_(term.meaning))
        for term in GLOSSARY
        if term.name in VOCABULARY
    )


def further() -> tuple[str, ...]:
    """For those who are done early, and for the week after."""
    return (
        _("Early: level 3 of the challenges, or Spot the bug."),
        _("A level up: level 4, then Train: where focal loss does not win, and why."),
        _("Own data: paste the scores of a model into Your own scores."),
        _("By hand: worksheet B without the app, worksheet C without its code."),
    )


def access() -> tuple[str, ...]:
    """What the app offers to those who see, hear or move differently, and what it keeps."""
    return (
        _("The keyboard is enough: Tab to a control, arrows to move it, Enter to open."),
        _("Each picture has a sentence and a table below it; screen readers get both."),
        _("Colour is never the only sign: losses differ in dash, classes in hatching."),
        _("Text may be enlarged to double size; a phone held upright is enough."),
        _("No account. Answers and guesses stand in the address and nowhere else."),
    )


def simplifications() -> dict[str, str]:
    """What each population leaves out."""
    return {
        _("Easy background"): _(
            "A thought experiment with two scores only. Real scores spread; its “background "
            "vanishes” is too neat."
        ),
        _("Very easy background"): _("Like a trained model’s background, without its hard cases."),
        _("Spread-out scores"): _(
            "Normal logits. Real tails differ, and locations are not independent."
        ),
        _("FL detector, CE detector"): _(
            "One small model each, images of 48 pixels with one object; no COCO."
        ),
        _("The image"): _("One drawn image, one small model: its locations are not independent."),
    }
