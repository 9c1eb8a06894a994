"""The front of Train: what each loss is made of at each step, and what is left for γ to fade."""

from focal_core.training.config import NO_PRIOR_MODEL, PAPERS, REFERENCE
from focal_core.training.loss_parts import STEPS, LossParts, Split, loss_parts
from focal_core.training.recorded import recording
from focal_core.training.records import EASIEST
from focal_ui.controls import knobs
from focal_ui.figures.trained import loss_parts as figures
from focal_ui.figures.trained.loss_parts import about
from focal_ui.learning import prediction, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.learning.snippets import NUMPY, Snippets
from focal_ui.stage import moves
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, percent

SHOWN = (NO_PRIOR_MODEL, REFERENCE, PAPERS)
SWUNG = 20  # step at which cross entropy without a prior makes its loss of objects alone
FIRST, LAST = STEPS[0], STEPS[-1]


def show(stage: Stage) -> int:
    """Bars that follow the step; returns it."""
    stage.follow(knobs.TRAIN_STEP)
    with stage.controls:
        moves.play(knobs.TRAIN_STEP, LAST, _("Play the training"))
    with stage.beside:
        guess = _guess()
    step: int = stage.show(view, guess=guess)[knobs.TRAIN_STEP.key]
    return step


def view(train_step: int, guess: Guess | None = None) -> View:
    """What the page says at one step."""
    each = [loss_parts(name) for name in SHOWN]
    over_the_steps = figures.over_the_steps(each, train_step)
    return View(
        headline=_headline(train_step),
        exhibits={
            "loss_parts": figures.bars(each, train_step),
            "over_the_steps": prediction.draw_on(over_the_steps, guess, axis="y"),
        },
        explanation=_explained(*each),
    )


def code(step: int) -> Snippets:
    """The headline's number, from what was recorded."""
    formula = (
        r"\frac{1}{n} \sum_{s=1}^{n} \frac{\mathrm{loss}_s(\text{" + _("easy background") + r"})}"
        r"{\mathrm{loss}_s}"
    )
    program = f"""\
from focal_core.training.recorded import recording

runs = recording().of({REFERENCE!r})
at = runs[0].curves["step"].tolist().index({step})
of_all = [run.curves["background_share"][at] * run.curves["easy_share"][at] for run in runs]
print(f"{{sum(map(float, of_all)) / len(of_all):.6f}}")
"""
    return snippets.Snippets(formula, {NUMPY: program}, f"{_plain(step).easy:.6f}")


def _guess() -> Guess | None:
    return prediction.ask(
        _(
            "At step {first} the easiest {part} of background make up {share} of cross entropy’s "
            "loss, with π = 0.01. What share do they make up at step {last}?"
        ).format(first=FIRST, part=percent(EASIEST), share=about(_plain(FIRST).easy), last=LAST),
        knobs.GUESS_STEPS,
        answer=lambda: _plain(LAST).easy,
        shown=about,
        about={knobs.TRAIN_STEP.key: str(LAST)},
    )


def _headline(step: int) -> str:
    if step == FIRST:
        words = _(
            "At step {step}, easy background, which γ fades, makes up **{now}** of cross entropy’s "
            "loss and {focal} of focal loss"
        )
    else:
        words = _(
            "Easy background, which γ fades, makes up **{now}** of cross entropy’s loss at step "
            "{step}, {first} at step 1"
        )
    return words.format(
        step=step,
        now=about(_plain(step).easy),
        first=about(_plain(FIRST).easy),
        focal=about(loss_parts(PAPERS).at(step).easy),
    )


def _explained(none: LossParts, plain: LossParts, focal: LossParts) -> str:
    soon = int(knobs.TRAIN_STEP.default)
    low, high = plain.background_after(soon)
    swing = none.at(SWUNG)
    learned = _(
        "With the prior π = 0.01 cross entropy begins with {first} of its loss from background; at "
        "step {soon} it is {then}, and from there on {low} to {high}. The easiest {part} of it, "
        "called *easy background* here, make up {last} in the end: the model learns them by "
        "itself. "
    ).format(
        first=about(plain.at(FIRST).background),
        soon=soon,
        then=about(plain.at(soon).background),
        low=about(low),
        high=about(high),
        part=percent(EASIEST),
        last=about(plain.at(LAST).easy),
    )
    others = _(
        "Without a prior it swings from {all} background at step {first} to {none} at step "
        "{swing}. Focal loss begins at the other end, with {focal}: at a score of 0.01 γ has faded "
        "background before anything is learned. Each bar is divided by its own loss; how large "
        "the losses are it does not say. One small detector: on COCO the paper reports that easy "
        "negatives dominate the loss."
    ).format(
        all=about(none.at(FIRST).background),
        first=FIRST,
        none=about(swing.background),
        swing=SWUNG,
        focal=about(focal.at(FIRST).background),
    )
    return learned + _what_follows() + others


def _what_follows() -> str:
    if recording().difference(PAPERS, REFERENCE).is_clear:
        return ""
    return _(
        "**So little easy background is left for γ to fade, which may be why there is no clear "
        "winner** (part *Result*). "
    )


def _plain(step: int) -> Split:
    return loss_parts(REFERENCE).at(step)
