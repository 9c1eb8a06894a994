"""What is left to run, in the order in which it is worth most: a pure function of what was run."""

from collections.abc import Mapping

from focal_core.training.imbalance.plan import (
    FL,
    FL_TUNED,
    LOSSES,
    SEEDS,
    SIDES,
    TUNING_SEED,
    Job,
    Setting,
    first_settings,
    next_settings,
    other_settings,
)


def ready(
    done: Mapping[str, float], sides: tuple[int, ...] = SIDES, seeds: tuple[int, ...] = SEEDS
) -> list[Job]:
    """The jobs that can start now: tuning first, then seed by seed, so that every round is whole.

    done: AP of each file that is there; of a tuning run on the validation images.
    """
    found: list[Job] = []
    for side in sides:
        chosen = {loss: best_setting(loss, side, done) for loss in LOSSES}
        missing = [job for loss in LOSSES for job in _tuning(loss, side, done)]
        found += missing
        runs = [Job(setting, seed, tuning=False) for seed in seeds for setting in _distinct(chosen)]
        found += [job for job in runs if job.file not in done and not missing]
    return list({job.file: job for job in found}.values())


def best_setting(loss: str, side: int, done: Mapping[str, float]) -> Setting | None:
    """What tuning chose for a loss on images of one size; None while it is not over."""
    return _best(_tried(loss, side, done), done)


def runs_of(
    loss: str, side: int, done: Mapping[str, float], seeds: tuple[int, ...] = SEEDS
) -> list[Job]:
    """The runs that stand for a loss on images of one size."""
    best = best_setting(loss, side, done)
    if best is None:
        return []
    return [Job(_same_run(best), seed, tuning=False) for seed in seeds]


def _distinct(chosen: Mapping[str, Setting | None]) -> list[Setting]:
    return list(dict.fromkeys(_same_run(each) for each in chosen.values() if each))


def _same_run(setting: Setting) -> Setting:
    """Focal loss whose best alpha is the paper's is not run twice, if its rate is the same."""
    if setting.loss == FL_TUNED and setting.alpha == first_settings(FL)[0].alpha:
        return Setting(FL, setting.side, setting.learning_rate, setting.alpha)
    return setting


def _tuning(loss: str, side: int, done: Mapping[str, float]) -> list[Job]:
    tried = [Job(_same_run(each), TUNING_SEED, tuning=True) for each in _tried(loss, side, done)]
    return [job for job in tried if job.file not in done]


def _tried(loss: str, side: int, done: Mapping[str, float]) -> list[Setting]:
    """What is to be tried for a loss at a size; nothing while the size below is open."""
    place = SIDES.index(side)
    if place > 0:
        below = best_setting(loss, SIDES[place - 1], done)
        return [] if below is None else list(next_settings(below, side))
    rates = list(first_settings(loss, side))
    best = _best(rates, done)
    return [*rates, *other_settings(best)] if best else rates


def _best(tried: list[Setting], done: Mapping[str, float]) -> Setting | None:
    """The first of the highest AP; None while one of them was not run, or without any."""
    scores = [score for each in tried if (score := _score(each, done)) is not None]
    if not tried or len(scores) < len(tried):
        return None
    return max(zip(scores, tried, strict=True), key=lambda pair: pair[0])[1]


def _score(setting: Setting, done: Mapping[str, float]) -> float | None:
    return done.get(Job(_same_run(setting), TUNING_SEED, tuning=True).file)
