"""The 45-minute lesson as data: its steps with their links, goals and common misconceptions."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import balancing_alpha, budget
from focal_core.curve import anatomy
from focal_core.first_step import FirstStep, Normaliser
from focal_core.glossary import GLOSSARY, Term
from focal_core.optimum import equal_slope_p_t
from focal_core.population import SIMPLE, SPREAD, STUBBORN, VERY_EASY, Recipe
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import TrainedScores
from focal_core.training.scored_scene import scored_scene
from focal_ui.controls import knobs, populations
from focal_ui.frame import settings
from focal_ui.words import _, number, percent


@dataclass(frozen=True)
class Step:
    """One step of the lesson: minutes, the activity, what to expect, the page that shows it."""

    minutes: str
    activity: str
    expected: str
    page: str | None = None
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Misconception:
    """What students say, the question to ask them, and what they find."""

    said: str
    ask: str
    found: str


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
        _scenarios_in_pairs(),
        _the_gradient(),
        _the_first_step(),
        _exit_quiz(),
        _homework(),
    )


def _before_class() -> Step:
    return Step(
        _("before"),
        _(
            "Open the app once, since a server that sleeps needs a minute to start. Print or share "
            "the worksheets."
        ),
        _(
            "Students install nothing. For a room without a network, take the files of the class "
            "kit."
        ),
    )


def _pre_check() -> Step:
    return Step(
        "0–5",
        _("Pre-check: three questions of the exit quiz, without feedback."),
        _("Mistakes are fine: the exit quiz repeats these questions."),
        "challenges",
        {"level": knobs.PRE_CHECK, "answers": settings.HIDDEN},
    )


def _open_play() -> Step:
    return Step(
        "5–10",
        _("Free exploration of *Start*: students raise γ and watch the image. Say nothing yet."),
        _("Easy background makes up {before} of the loss at γ = 0 and {after} at γ = 2.").format(
            before=percent(_share_of_the_image(0.0)), after=percent(_share_of_the_image(2.0))
        ),
        "start",
        {"gamma": "0", "hide": "guess_start"},
    )


def _worked_case() -> Step:
    easy = anatomy(0.9, FocalLoss(2.0))
    return Step(
        "10–17",
        _("Explain $p_t$ and the factor. Work through one example on the board."),
        _("$p_t$ = 0.9: {ce} × {factor} = {fl}. The loss is divided by {reduction}.").format(
            ce=number(float(easy.cross_entropy)),
            factor=number(float(easy.factor)),
            fl=number(float(easy.focal)),
            reduction=number(float(easy.loss_reduction)),
        ),
        "curve",
        {"gamma": "2", "p_t": "0.9", "hide": "guess_curve", "projector": "true"},
    )


def _vote_on_spread_scores() -> Step:
    return Step(
        "17–24",
        _(
            "The class predicts what the box on the page asks. Vote, discuss in pairs, choose the "
            "answer with the most votes, then drag γ to 2."
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


def _scenarios_in_pairs() -> Step:
    return Step(
        "24–34",
        _(
            "Pairs compare *Easy background*, *Very easy background* and *Spread-out scores* at "
            "γ = 2, then do worksheet A."
        ),
        _(
            "Background’s share is {simple} in Easy background, {very_easy} in Very easy "
            "background, {spread} in Spread-out scores; on the worksheet {stubborn} in Hard "
            "background."
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
        _("Surprise: predict the gradient at $p_t$ = 0.5, then drag $p_t$ there."),
        _(
            "At $p_t$ = 0.5: loss ÷ {loss}, gradient ÷ {slope}. At $p_t$ = 0.9: loss ÷ "
            "{loss_easy}, gradient ÷ {slope_easy}."
        ).format(
            loss=number(float(half.loss_reduction)),
            slope=number(float(half.slope_reduction)),
            loss_easy=number(float(easy.loss_reduction)),
            slope_easy=number(float(easy.slope_reduction)),
        ),
        "gradient",
        {"gamma": "2", "p_t": "0.9", "answers": settings.AFTER, "projector": "true"},
    )


def _the_first_step() -> Step:
    focal, without, start = FocalLoss(2.0), FirstStep(0.5), FirstStep(paper.PRIOR.value)
    return Step(
        "37–40",
        _("Predict the first step without a prior: every anchor predicts 0.5. Then drag π to 0.5."),
        _(
            "Background makes up {ce} under cross entropy and {fl} at γ = 2: where all $p_t$ are "
            "equal, γ changes no share. The prior π = {prior:g} takes the first loss per "
            "foreground anchor from {large} to {small}."
        ).format(
            ce=percent(without.paid(CROSS_ENTROPY).negative_share),
            fl=percent(without.paid(focal).negative_share),
            prior=start.prior,
            large=number(without.reported(focal, Normaliser.POSITIVES)),
            small=number(start.reported(focal, Normaliser.POSITIVES)),
        ),
        "first_step",
        {"gamma": "2", "answers": settings.AFTER, "projector": "true"},
    )


def _exit_quiz() -> Step:
    return Step(
        "40–45",
        _("Exit quiz, with reasons. Students print the result or hand it in as a link."),
        _("The last question is a transfer task: rare is not the same as easy."),
        "challenges",
        {"level": knobs.EXIT_QUIZ},
    )


def _homework() -> Step:
    return Step(
        _("after"),
        _("Homework: five numbers about one example, handed in as a link."),
        _("The answers are saved in the link; opening it shows which are right."),
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
    """What students can do afterwards."""
    return (
        _("explain why many easy background locations outweigh a few objects under cross entropy"),
        _("predict what γ does to the loss and to the gradient of an easy and of a hard example"),
        _("tell what α does from what γ does, and why the balancing α falls as γ grows"),
        _("explain what the prior does at the first step, and when γ changes no share there"),
        _("name cases in which focal loss does not help"),
    )


def prerequisites() -> str:
    """What students need to know before."""
    return _("logarithms, probability, what a classifier is. Knowing the sigmoid helps.")


def misconceptions() -> tuple[Misconception, ...]:
    """Those that the pages are built against."""
    return (
        _amplified(),
        _free_of_loss(),
        _easy_for_ever(),
        _gradient_like_loss(),
        _alpha_of_the_rare(),
        _bad_start(),
        _small_loss(),
    )


def _amplified() -> Misconception:
    focal = FocalLoss(2.0)
    hard = anatomy(0.1, focal)
    return Misconception(
        _("Focal loss makes the loss of hard examples larger."),
        _("What is the factor at $p_t$ = 0.1? Is it above 1? And what happens to the gradient?"),
        _(
            "The factor is {factor}: the loss shrinks, only less than that of easy examples. The "
            "gradient is {larger} times cross entropy’s; it grows below $p_t$ = {equal} and "
            "shrinks above."
        ).format(
            factor=number(float(hard.factor)),
            larger=number(1 / float(hard.slope_reduction)),
            equal=number(equal_slope_p_t(focal)),
        ),
    )


def _free_of_loss() -> Misconception:
    summed = budget(SIMPLE.population(), CROSS_ENTROPY)
    return Misconception(
        _("A correct answer adds nothing to the loss."),
        _("What is the loss of one location at $p_t$ = 0.9? And of {n} of them?").format(
            n=number(SIMPLE.negatives)
        ),
        _("{one}, and {all} together: more than the {objects} of all objects.").format(
            one=number(float(anatomy(0.9, CROSS_ENTROPY).cross_entropy)),
            all=number(summed.negatives),
            objects=number(summed.positives),
        ),
    )


def _easy_for_ever() -> Misconception:
    start = FirstStep(paper.PRIOR.value)
    return Misconception(
        _("Under cross entropy, easy background makes up most of the loss in every detector."),
        _("Compare *Easy background* with *CE detector* at γ = 0. What has training changed?"),
        _(
            "{simple} in *Easy background*, a thought experiment; {start} before training at "
            "π = {prior:g}, where background has $p_t$ = {p_t:g}; {trained} in the detector that "
            "was trained here with cross entropy."
        ).format(
            simple=percent(_share(SIMPLE, 0.0)),
            start=percent(start.paid(CROSS_ENTROPY).negative_share),
            prior=start.prior,
            p_t=1 - start.prior,
            trained=percent(_share(TrainedScores(REFERENCE), 0.0)),
        ),
    )


def _gradient_like_loss() -> Misconception:
    easy = anatomy(0.9, FocalLoss(2.0))
    return Misconception(
        _("If the loss is divided by {n}, the gradient is, too.").format(
            n=number(float(easy.loss_reduction))
        ),
        _("Read both numbers in the headline of *The gradient*."),
        _(
            "Loss ÷ {loss}, gradient ÷ {slope}: the factor falls as well, and that adds a second "
            "part to the gradient."
        ).format(
            loss=number(float(easy.loss_reduction)), slope=number(float(easy.slope_reduction))
        ),
    )


def _alpha_of_the_rare() -> Misconception:
    focal, simple = FocalLoss(2.0), SIMPLE.population()
    return Misconception(
        _("The rare class must get α above 0.5."),
        _("Which α balances *Easy background* at γ = 2? Why is it below 0.5?"),
        _("{alpha}: γ has already taken background down to {share} of the loss.").format(
            alpha=number(balancing_alpha(simple, focal)), share=percent(_share(SIMPLE, 2.0))
        ),
    )


def _bad_start() -> Misconception:
    without, start = FirstStep(0.5), FirstStep(paper.PRIOR.value)
    return Misconception(
        _("Focal loss repairs a bad start."),
        _("Every anchor predicts 0.5: what changes between γ = 0 and γ = 5? And at π = {prior:g}?")
        .format(prior=start.prior),
        _(
            "At 0.5 only the size of the loss changes: background makes up {before} and {after}. "
            "At π = {prior:g} background starts easy, and γ = 5 takes it from {easy} to almost "
            "nothing."
        ).format(
            before=percent(without.paid(CROSS_ENTROPY).negative_share),
            after=percent(without.paid(FocalLoss(5.0)).negative_share),
            prior=start.prior,
            easy=percent(start.paid(CROSS_ENTROPY).negative_share),
        ),
    )  # fmt: skip


def _small_loss() -> Misconception:
    summed = budget(SIMPLE.population(), FocalLoss(2.0))
    return Misconception(
        _("A small loss in the training log means that training is finished."),
        _("Divide the same sum by all anchors, and by the foreground anchors."),
        _(
            "*Easy background* at γ = 2: {mean} and {per_foreground}. Only the divisor differs."
        ).format(
            mean=number(summed.total / (SIMPLE.negatives + SIMPLE.positives)),
            per_foreground=number(summed.total / SIMPLE.positives),
        ),
    )


def vocabulary() -> tuple[Term, ...]:
    """The terms of the lesson, from the glossary."""
    return tuple(
        replace(term, name=_(term.name), meaning=_(term.meaning))
        for term in GLOSSARY
        if term.name in VOCABULARY
    )


def further() -> tuple[str, ...]:
    """For those who finish early, and for the week after."""
    return (
        _("Finished early: level 3 of *Challenges*, or *Spot the bug*."),
        _("More advanced: level 4, then *Train*: where focal loss does not win, and why."),
        _("Own data: paste the scores of a model into *Your own scores*."),
        _("Without the app: worksheet B by hand; worksheet C without the code that the app shows."),
    )


def access() -> tuple[str, ...]:
    """What the app offers to those who see, hear or move differently, and what it keeps."""
    return (
        _("The keyboard is enough: Tab to a control, arrow keys to move it, Enter to open."),
        _("Each picture has a sentence and a data table below it; screen readers read both."),
        _("Colour is never the only sign: losses also differ in dashes, classes in hatching."),
        _("Text can be enlarged to double size; a phone held upright is wide enough."),
        _("No account. Answers and guesses are saved in the page address and nowhere else."),
    )


def simplifications() -> dict[str, str]:
    """What each scenario leaves out."""
    start = FirstStep(paper.PRIOR.value)
    return {
        _("All scenarios"): _(
            "Only the loss of the classification. A detector adds a loss for the position of its "
            "boxes."
        ),
        _("Easy background"): _(
            "A thought experiment with the paper’s round numbers: {ratio} background locations for "
            "each object, $p_t$ = {p_t:g}. Real scores spread out, and with the prior even an "
            "untrained detector starts at $p_t$ = {start:g}."
        ).format(
            ratio=number(SIMPLE.negatives / SIMPLE.positives),
            p_t=SIMPLE.negative_p_t,
            start=1 - start.prior,
        ),
        _("Very easy background"): _(
            "All background is as easy as it is with the prior before training. A trained detector "
            "has some hard background, too."
        ),
        _("Spread-out scores"): _(
            "Logits are drawn from normal distributions, each on its own. Real ones have other "
            "tails, and neighbouring locations resemble each other."
        ),
        _("FL detector, CE detector"): _(
            "One small model each, trained with Adam on images of 48 pixels with one object; no "
            "COCO."
        ),
        _("The image"): _(
            "One drawn image and one small model; neighbouring locations resemble each other."
        ),
    }
