"""Every knob of the app, once.

The same key means the same thing on each page, so a link carries a value from page to page.
"""

import math
from dataclasses import replace

import streamlit as st

from focal_core.glossary import GLOSSARY
from focal_core.population import EqualScores, Recipe, SpreadScores
from focal_core.training import loss_parts
from focal_core.training.scene import SEEDS
from focal_core.training.scored_scene import STEPS
from focal_ui.controls.kinds import Choice, Number, Slider, Steps
from focal_ui.controls.populations import (
    BALANCED,
    EASY,
    HARD,
    PRESETS,
    SPREAD_OUT,
    VERY_EASY,
)

MEANING = {term.name: term.meaning for term in GLOSSARY}

GAMMA = Slider(
    "gamma",
    "Focusing parameter γ",
    low=0.0,
    high=5.0,
    default=2.0,
    step=0.1,
    help="0 is cross entropy. The larger γ, the less an example counts that is nearly right.",
    fine=0.01,
)
GAMMA_FROM_ZERO = replace(GAMMA, default=0.0)
"""The same where a visitor begins with cross entropy."""
ALPHA = Slider(
    "alpha",
    "Class weight α of objects",
    low=0.0,
    high=1.0,
    default=0.25,
    step=0.001,
    help="Objects (y = 1) are weighted by α, background (y = 0) by 1 − α.",
)
P_T = Slider(
    "p_t",
    "pₜ: probability that the model gives to the true class",
    low=0.01,
    high=0.99,
    default=0.9,
    step=0.01,
    help="Near 1 the model is right and confident (easy); near 0 it is wrong and confident (hard).",
    fine=0.001,
)

FL_TRAINED, CE_TRAINED, CE_WITHOUT_PRIOR = "FL", "CE", "CE without prior"
TRAINED = Choice(
    "trained",
    "Model trained with",
    (FL_TRAINED, CE_TRAINED, CE_WITHOUT_PRIOR),
    FL_TRAINED,
    help="FL: focal loss, γ = 2, α = 0.25. CE: cross entropy. Both start with a probability of "
    "0.01 for an object everywhere (the prior); the third model starts with 0.5.",
)
AFTER = Steps("after", "Steps of training", {str(step): step for step in STEPS}, str(STEPS[-1]))
SCENE = Choice("scene", "Image", tuple(str(seed + 1) for seed in SEEDS), "1")
OBJECTS_ALONE, LOOK_ALIKES_TOO = "objects", "look-alikes too"
OUTLINED = Choice("outlined", "Outlines", (OBJECTS_ALONE, LOOK_ALIKES_TOO), OBJECTS_ALONE)

LOSS, GRADIENT = "Loss", "Gradient"
VIEW = Choice(
    "view",
    "The curve shows",
    (LOSS, GRADIENT),
    LOSS,
    help="Gradient: how fast the loss changes with the logit, the number that the model puts out.",
    renamed={"Slope": GRADIENT},
)
LINEAR, LOG = "Linear", "Logarithmic"
AXIS = Choice("axis", "Vertical axis", (LINEAR, LOG), LINEAR, renamed={"Log": LOG})

BACKGROUND = "background"

OWN_EQUAL, OWN_SPREAD = "Custom, equal scores", "Custom, spread-out scores"
POPULATION = Choice(
    "population",
    "Scenario",
    (*PRESETS, OWN_EQUAL, OWN_SPREAD),
    EASY,
    help="Easy background: all background easy, all objects hard, a thought experiment. Spread-out "
    "scores: some of each are easy and some hard, as in a detector.",
    renamed={
        "Simple": EASY,
        "Very easy": VERY_EASY,
        "Spread": SPREAD_OUT,
        "Balanced": BALANCED,
        "Stubborn": HARD,
        "Your own": OWN_EQUAL,
        "Own spread": OWN_SPREAD,
    },
)
POPULATION_FROM_SPREAD = replace(POPULATION, default=SPREAD_OUT)
"""The same where equal scores would hide what is compared."""
_COUNTS = {"0": 0, "1": 1, "10": 10, "30": 30, "100": 100, "300": 300, "1k": 1_000, "3k": 3_000}
_MANY = {"10k": 10_000, "30k": 30_000, "100k": 100_000, "300k": 300_000, "1M": 1_000_000}
NEGATIVES = Steps("negatives", "Background locations", _COUNTS | _MANY, "100k")
POSITIVES = Steps("positives", "Objects", _COUNTS | {"10k": 10_000}, "100")
NEGATIVE_P_T = Slider("negative_p_t", "pₜ of each background location", 0.01, 0.99, 0.9, 0.01)
POSITIVE_P_T = Slider("positive_p_t", "pₜ of each object", 0.01, 0.99, 0.1, 0.01)
NEGATIVE_MEAN = Slider(
    "negative_mean", "Background: mean logit", -10.0, 5.0, -5.0, 0.5, MEANING["logit"]
)
NEGATIVE_SPREAD = Slider(
    "negative_spread",
    "Background: standard deviation of the logits",
    0.0,
    4.0,
    2.0,
    0.1,
    help="0: all background has the mean logit. The larger, the more of it is very easy or hard.",
)
POSITIVE_MEAN = Slider(
    "positive_mean", "Objects: mean logit", -5.0, 10.0, 0.0, 0.5, MEANING["logit"]
)
POSITIVE_SPREAD = Slider(
    "positive_spread",
    "Objects: standard deviation of the logits",
    0.0,
    4.0,
    2.0,
    0.1,
    help="0: all objects have the mean logit. The larger, the more of them are very easy or hard.",
)

BY_GAMMA, BY_NUMBER = "Share by γ", "Total by number"
HARDEST_FIRST, SCENARIOS = "Hardest first", "Scenarios compared"
CLOSER_LOOK = Choice(
    "look",
    "Second picture",
    (BY_GAMMA, BY_NUMBER, HARDEST_FIRST, SCENARIOS),
    BY_GAMMA,
    renamed={
        "By γ": BY_GAMMA,
        "By number": BY_NUMBER,
        "By hardness": HARDEST_FIRST,
        "Simple to spread": SCENARIOS,
    },
)

PRIOR = Steps(
    "prior",
    "Prior π: probability of an object that an untrained model predicts",
    {"0.0001": 1e-4, "0.001": 1e-3, "0.01": 1e-2, "0.1": 0.1, "0.5": 0.5},
    "0.01",
    help="Set by the bias of the last layer, b = −ln((1 − π)/π).",
)
BY_OBJECTS, BY_LOCATIONS, BY_NOTHING = "foreground anchors", "all anchors", "nothing"
NORMALISER = Choice(
    "normaliser",
    "Divide the sum by",
    (BY_OBJECTS, BY_LOCATIONS, BY_NOTHING),
    BY_OBJECTS,
    help="By the number of foreground anchors, those that stand for an object, as in the paper; by "
    "the number of all anchors; or not at all.",
    renamed={"objects": BY_OBJECTS, "locations": BY_LOCATIONS},
)
WEIGHTED = Choice("weighted", "Class weight α", ("off", "on"), "off")
CLASSES = Steps("classes", "Number of classes", {str(k): k for k in range(2, 6)}, "3")
LOGITS = tuple(
    Slider(f"z{i}", f"Logit of class {i}", -6.0, 6.0, default, 0.5, MEANING["logit"])
    for i, default in enumerate((2.0, 1.0, 0.0, -1.0, -2.0), start=1)
)
WEIGHTS = tuple(
    Slider(f"weight{i}", f"Weight of class {i}", 0.0, 4.0, 1.0, 0.25) for i in range(1, 6)
)
TRUTH = Choice("truth", "True class", ("1", "2", "3", "4", "5", BACKGROUND), "1")
ANCHOR_CLASSES = Steps(
    "anchor_classes",
    "Number of classes K of a detector",
    {str(k): k for k in (1, 3, 10, 20, 80, 200)},
    "80",
)

IMAGE = Steps(
    "image",
    "Image size, pixels per side",
    {str(n): n for n in (256, 400, 512, 600, 700, 800, 1024)},
    "600",
)
FINEST = Choice(
    "finest",
    "Finest pyramid level",
    ("P3", "P4", "P5"),
    "P3",
    help="A feature pyramid has a grid of locations at each level. One level coarser has cells "
    "twice as wide: a quarter of the locations, and no small anchors.",
)
SCALES = Steps(
    "scales",
    "Anchor sizes per location",
    {str(n): n for n in (1, 2, 3)},
    "3",
    help=MEANING["anchor"],
)
SQUARE, THREE_RATIOS = "square", "three ratios"
RATIOS = Choice("ratios", "Anchor shapes", (SQUARE, THREE_RATIOS), THREE_RATIOS)
OBJECT_X = Slider("object_x", "Object: x, %", 0.0, 100.0, 50.0, 1.0)
OBJECT_Y = Slider("object_y", "Object: y, %", 0.0, 100.0, 50.0, 1.0)
OBJECT_SIDE = Slider(
    "object_side", "Object: size, %", 2.0, 100.0, 20.0, 1.0, help=MEANING["assignment"]
)

MISSED = Steps(
    "missed",
    "Unlabelled objects for every 100 labelled",
    {str(n): n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)},
    "10",
    help="Objects that whoever drew the boxes has overlooked: they are trained as background.",
)

FIRST_SETTINGS, GOT_WORSE = "First settings", "It got worse"
K_CLASSES, SEGMENTATION = "Many classes", "Segmentation"
SITUATION = Choice(
    "situation",
    "Situation",
    (FIRST_SETTINGS, GOT_WORSE, K_CLASSES, SEGMENTATION),
    FIRST_SETTINGS,
    help="First settings: use focal loss for the first time. It got worse: find out why. Many "
    "classes: choose a weight for each. Segmentation: classify every pixel.",
)

TRUE_PROBABILITY = Slider(
    "true_probability", "True probability of an object", 0.01, 0.99, 0.9, 0.01
)

A_DETECTOR, TEN_CLASSES = "A trained detector", "Ten classes"
CALIBRATED = Choice(
    "calibrated", "Second picture", (A_DETECTOR, TEN_CLASSES), A_DETECTOR, help=MEANING["ECE"]
)

THE_PRIOR, FOCUSING, CLASS_WEIGHT, MINING = "The prior", "Focusing", "Class weight", "Mining"
COMPARE = Choice(
    "compare",
    "Compare",
    (THE_PRIOR, FOCUSING, CLASS_WEIGHT, MINING),
    FOCUSING,
    help="Models that differ in the prior π, in γ, in α, or in mining: training on the hardest "
    "examples alone (OHEM).",
)
AP, CLASS_LOSS, BACKGROUND_SHARE = "AP", "Loss", "Background's share"
EASY_SHARE = "Easiest 90% of background"
GRADIENT_NORM, GRADIENT_BUDGET = "Gradient norm", "Gradient by class"
SHOWN = Choice(
    "shown",
    "Shown for each step",
    (AP, CLASS_LOSS, BACKGROUND_SHARE, EASY_SHARE, GRADIENT_NORM, GRADIENT_BUDGET),
    AP,
    help=MEANING["AP"],
    renamed={"Easy share": EASY_SHARE, "Gradient budget": GRADIENT_BUDGET},
)
BY_STEP, RESULT = "Loss by step", "Result"
IMBALANCE, INSIDE_A_MODEL, WARMING_UP = "Imbalance", "Inside a model", "Warm-up"
LIVE_RUN, HOW_SURE = "Live run", "How certain"
PART = Choice(
    "part",
    "Part of this page",
    (BY_STEP, RESULT, IMBALANCE, INSIDE_A_MODEL, WARMING_UP, LIVE_RUN, HOW_SURE),
    BY_STEP,
    renamed={"How sure": HOW_SURE},
)
TRAIN_STEP = Steps(
    "train_step", "Step of training", {str(step): step for step in loss_parts.STEPS}, "15"
)
FIGURE_4, FILM, SCORES = "Loss, hardest first", "Boxes", "Scores"
INSIDE = Choice(
    "inside",
    "What the model shows",
    (FILM, FIGURE_4, SCORES),
    FILM,
    renamed={"Figure 4": FIGURE_4},
)
FL, CE = "FL", "CE"
FILM_OF = Choice("film_of", "Trained with", (FL, CE), FL)
BY_RATE, BOUNDARY, CALIBRATION = "AP", "Boundary", "Calibration"
WARM_UP = Choice("warm_up", "Picture of the warm-up", (BY_RATE, BOUNDARY, CALIBRATION), BY_RATE)
WARM_UP_RATE = Choice("warm_up_rate", "Learning rate", ("0.003", "0.01", "0.03"), "0.03")
FILM_STEP = Slider("film_step", "After step", 0.0, 500.0, 500.0, 25.0)

TASKS = {
    f"t{level}{task}": Number(f"t{level}{task}", "Your answer")
    for level in range(1, 5)
    for task in range(1, 6)
}
LEVELS = (
    "Level 1: where the loss comes from",
    "Level 2: one example",
    "Level 3: class weights",
    "Level 4: a detector",
)
SPOT_THE_BUG, PRE_CHECK, EXIT_QUIZ = "Spot the bug", "Pre-check", "Exit quiz"
LEVEL = Choice(
    "level",
    "Tasks or questions",
    (*LEVELS, SPOT_THE_BUG, PRE_CHECK, EXIT_QUIZ),
    LEVELS[0],
    renamed={"Level 1: who pays": LEVELS[0]},
)

TABLE_1A, TABLE_1B, TABLE_1C, TABLE_1D = "1a alpha", "1b gamma", "1c anchors", "1d OHEM"
TABLE_1E, TABLE_2, TABLE_3 = "1e speed", "2 detectors", "3 FL*"
TABLE = Choice(
    "table",
    "Table of the paper",
    (TABLE_1A, TABLE_1B, TABLE_1C, TABLE_1D, TABLE_1E, TABLE_2, TABLE_3),
    TABLE_1B,
)

GUESS_START = Choice("guess_start", "Your guess", ("75%", "50%", "12%", "1%"))
GUESS_CURVE = Choice("guess_curve", "Your guess", ("100%", "81%", "25%", "1%"))
GUESS_ALPHA = Choice("guess_alpha", "Your guess", ("0.999", "0.75", "0.5", "0.36"))
GUESS_EASY = Choice("guess_easy", "Your guess", ("2%", "36%", "60%", "88%"))

GUESS_SLOPE = Choice("guess_slope", "Your guess", ("8", "4", "1.7", "1"))
GUESS_PRIOR = Choice("guess_prior", "Your guess", ("99.9%", "69%", "36%", "0.02%"))
GUESS_ANCHORS = Choice("guess_anchors", "Your guess", ("68,000", "91,000", "120,000", "240,000"))
GUESS_NOISE = Choice("guess_noise", "Your guess", ("0.1%", "9%", "25%", "78%"))
GUESS_BOUNDARY = Choice("guess_boundary", "Your guess", ("0.3%", "16%", "50%", "83%"))
GUESS_RIVALS = Choice("guess_rivals", "Your guess", ("75%", "50%", "25%", "1.3%"))
GUESS_CALIBRATION = Choice("guess_calibration", "Your guess", ("99%", "90%", "60%", "45%"))
GUESS_STEPS = Choice("guess_steps", "Your guess", ("50%", "20%", "5%", "0.06%"))
GUESS_TRAIN = Choice("guess_train", "Your guess", ("30%", "35%", "37%", "42%"))
GUESS_IMBALANCE = Choice("guess_imbalance", "Your guess", ("0.1%", "5%", "15%", "25%"))
GUESS_CLASSES = Choice("guess_classes", "Your guess", ("0.23", "0.136", "0.09", "0.01"))

BY_CLASS, OWN_BY_GAMMA, BY_GRADIENT = "Loss by class", "Share by γ", "Loss and gradient"
HARDEST_PART, HISTOGRAM, HARDEST_LINES = "Hardest first", "Histogram", "Hardest rows"
OWN_SCORES = Choice(
    "own",
    "Show",
    (BY_CLASS, OWN_BY_GAMMA, BY_GRADIENT, HARDEST_PART, HISTOGRAM, HARDEST_LINES),
    BY_CLASS,
    renamed={
        "Who pays": BY_CLASS,
        "Across γ": OWN_BY_GAMMA,
        "By gradient": BY_GRADIENT,
        "Hardest part": HARDEST_PART,
        "Hardest lines": HARDEST_LINES,
    },
)


def like(negatives: int, positives: int) -> tuple[str, str]:
    """The options of NEGATIVES and POSITIVES nearest in ratio to these counts, then in number."""
    if not positives:
        return _nearest(NEGATIVES, negatives), "0"
    pairs = [(n, p) for n in NEGATIVES.options for p in POSITIVES.options if n != "0" != p]

    def apart(pair: tuple[str, str]) -> tuple[float, float]:
        more = math.log(NEGATIVES.options[pair[0]] / negatives)
        fewer = math.log(POSITIVES.options[pair[1]] / positives)
        return round(abs(more - fewer), 9), abs(more) + abs(fewer)

    return min(pairs, key=apart)


def _nearest(steps: Steps[int], count: int) -> str:
    usable = {text: n for text, n in steps.options.items() if n > 0}
    return min(usable, key=lambda text: abs(math.log(usable[text] / count)))


def set_knob(knob: Slider, value: float) -> None:
    """Move a knob from a button's callback; its place in the link follows."""
    st.session_state[knob.key] = value


def recipe(scenario: Choice = POPULATION) -> Recipe:
    """The scenario that the visitor has chosen or put together.

    scenario: POPULATION, or the same with another default.
    """
    chosen = scenario.ask() or str(scenario.default)
    if chosen in PRESETS:
        return PRESETS[chosen]
    left, right = st.columns(2)
    with left:
        negatives = NEGATIVES.ask()
    with right:
        positives = POSITIVES.ask()
    if chosen == OWN_EQUAL:
        with left:
            negative_p_t = NEGATIVE_P_T.ask()
        with right:
            positive_p_t = POSITIVE_P_T.ask()
        return EqualScores(negatives, positives, negative_p_t, positive_p_t)
    with left:
        negative_mean, negative_spread = NEGATIVE_MEAN.ask(), NEGATIVE_SPREAD.ask()
    with right:
        positive_mean, positive_spread = POSITIVE_MEAN.ask(), POSITIVE_SPREAD.ask()
    return SpreadScores(
        negatives, positives, negative_mean, negative_spread, positive_mean, positive_spread
    )
