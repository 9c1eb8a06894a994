"""Every control of the app, and on which pages it stands."""

from collections.abc import Mapping

from focal_ui.controls import knobs as c
from focal_ui.controls.kinds import Choice, Knob

_OWN_POPULATION: tuple[Knob, ...] = (
    c.POPULATION, c.NEGATIVES, c.POSITIVES, c.NEGATIVE_P_T, c.POSITIVE_P_T,
    c.NEGATIVE_MEAN, c.NEGATIVE_SPREAD, c.POSITIVE_MEAN, c.POSITIVE_SPREAD,
)  # fmt: skip
ON_PAGE: dict[str, tuple[Knob, ...]] = {
    "start": (c.GUESS_START, c.GAMMA_FROM_ZERO, c.TRAINED, c.AFTER, c.SCENE, c.OUTLINED),
    "curve": (c.GUESS_CURVE, c.GAMMA, c.P_T, c.VIEW, c.AXIS),
    "class_weights": (c.GUESS_ALPHA, c.ALPHA, c.GAMMA),
    "easy_negatives": (c.GUESS_EASY, *_OWN_POPULATION, c.GAMMA, c.CLOSER_LOOK),
    "gradient": (c.GUESS_SLOPE, c.GAMMA, c.P_T),
    "anchors": (
        c.GUESS_ANCHORS, c.IMAGE, c.FINEST, c.SCALES, c.RATIOS,
        c.OBJECT_X, c.OBJECT_Y, c.OBJECT_SIDE,
    ),
    "first_step": (c.GUESS_PRIOR, c.PRIOR, c.GAMMA, c.WEIGHTED, c.ALPHA, c.NORMALISER),
    "many_classes": (
        c.GUESS_CLASSES, c.CLASSES, c.TRUTH, *c.LOGITS, *c.WEIGHTS, c.GAMMA, c.ANCHOR_CLASSES,
    ),
    "train": (
        c.PART, c.GUESS_STEPS, c.TRAIN_STEP, c.GUESS_TRAIN, c.COMPARE, c.SHOWN, c.INSIDE, c.FILM_OF,
        c.FILM_STEP, c.WARM_UP, c.WARM_UP_RATE, c.GUESS_IMBALANCE,
    ),
    "calibration": (
        c.GUESS_CALIBRATION, c.TRUE_PROBABILITY, c.GAMMA, c.WEIGHTED, c.ALPHA, c.CALIBRATED,
    ),
    "rivals": (c.GUESS_RIVALS, c.POPULATION_FROM_SPREAD, *_OWN_POPULATION[1:], c.GAMMA),
    "when_not": (c.GUESS_NOISE, c.MISSED, c.GAMMA),
    "trouble": (c.SITUATION, c.GUESS_BOUNDARY, c.GAMMA),
    "scores": (c.GAMMA, c.WEIGHTED, c.ALPHA, c.OWN_SCORES),
    "challenges": (c.LEVEL, *c.TASKS.values()),
    "class_kit": (),
    "reference": (c.TABLE,),
}  # fmt: skip

_BY_KEY = {knob.key: knob for knobs in ON_PAGE.values() for knob in knobs}
KNOBS = _BY_KEY | {knob.key: knob for knob in (c.GAMMA, c.POPULATION)}
"""Every knob of the app by its key, which is also its parameter in the address.

Of those that begin elsewhere on one page, the usual one.
"""

_OWN = {c.OWN_EQUAL, c.OWN_SPREAD}
SHOWN_WITH: dict[str, tuple[Knob, set[str]]] = {
    c.NEGATIVES.key: (c.POPULATION, _OWN),
    c.POSITIVES.key: (c.POPULATION, _OWN),
    c.NEGATIVE_P_T.key: (c.POPULATION, {c.OWN_EQUAL}),
    c.POSITIVE_P_T.key: (c.POPULATION, {c.OWN_EQUAL}),
    c.NEGATIVE_MEAN.key: (c.POPULATION, {c.OWN_SPREAD}),
    c.NEGATIVE_SPREAD.key: (c.POPULATION, {c.OWN_SPREAD}),
    c.POSITIVE_MEAN.key: (c.POPULATION, {c.OWN_SPREAD}),
    c.POSITIVE_SPREAD.key: (c.POPULATION, {c.OWN_SPREAD}),
    c.ALPHA.key: (c.WEIGHTED, {"on"}),
    **{
        knob.key: (c.PART, {part})
        for part, knobs in (
            (c.BY_STEP, (c.GUESS_STEPS, c.TRAIN_STEP)),
            (c.RESULT, (c.GUESS_TRAIN, c.COMPARE, c.SHOWN)),
            (c.IMBALANCE, (c.GUESS_IMBALANCE,)),
            (c.INSIDE_A_MODEL, (c.INSIDE,)),
            (c.WARMING_UP, (c.WARM_UP,)),
        )
        for knob in knobs
    },
    c.FILM_OF.key: (c.INSIDE, {c.FILM}),
    c.FILM_STEP.key: (c.INSIDE, {c.FILM}),
    c.WARM_UP_RATE.key: (c.WARM_UP, {c.BOUNDARY, c.CALIBRATION}),
    **{
        knob.key: (c.CLASSES, {str(k) for k in range(at, 6)})
        for knobs in (c.LOGITS, c.WEIGHTS)
        for at, knob in enumerate(knobs, start=1)
        if at > 2
    },
}
"""A control that is there only while another one shows one of these."""


def on(page: str, key: str) -> Knob | None:
    """The knob of this key as it is on the page, or as it usually is; None if there is none."""
    return next((knob for knob in ON_PAGE[page] if knob.key == key), KNOBS.get(key))


def needs(page: str, knob: Knob) -> tuple[Knob, set[str]] | None:
    """What else on this page must be chosen for the control to be there; None for nothing."""
    other, options = SHOWN_WITH.get(knob.key, (None, set()))
    here = next((each for each in ON_PAGE[page] if other and each.key == other.key), None)
    return (here, options) if here else None


def is_there(page: str, knob: Knob, state: Mapping[str, str]) -> bool:
    """Whether the control stands on the page when a link says this, and all else its default."""
    needed = needs(page, knob)
    if needed is None:
        return True
    chosen = state.get(needed[0].key, getattr(needed[0], "default", None))
    if isinstance(needed[0], Choice):
        chosen = needed[0].meant(chosen or "")
    return chosen in needed[1] and is_there(page, needed[0], state)


def link_to(page: str, knob: Knob) -> dict[str, str]:
    """What a link must say for the control to stand on the page."""
    needed = needs(page, knob)
    if needed is None:
        return {}
    return {needed[0].key: min(needed[1])} | link_to(page, needed[0])


def pages_with(knob: Knob) -> list[str]:
    """Where the control stands."""
    return [page for page, knobs in ON_PAGE.items() if any(knob.key == k.key for k in knobs)]
