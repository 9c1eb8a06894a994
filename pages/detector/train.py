"""Train: what focal loss did in real, if small, training; recorded with spread, and live."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import streamlit as st

from focal_core import paper
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.images import SIZE
from focal_core.training.recorded import LONG_FOLDER, Difference, Recording, recording
from focal_ui.controls import by_page, knobs
from focal_ui.figures.trained import training as figures
from focal_ui.frame import page_parts, settings
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.training import (
    by_imbalance,
    inside,
    lasting_leads,
    live_panel,
    paper_comparison,
    step_by_step,
    warming_up,
)
from focal_ui.words import _, ap_and_spread, ap_points, later, lead_and_spread, number, percent

TITLE = "Train"
BRIDGE = "Trained with focal loss: are its scores still probabilities?"
FOLLOWS = knobs.TRAIN_STEP  # in the part that is shown first
NO_PRIOR, SMALLER_PRIOR = "CE, no prior", "CE, π = 0.001"
WEIGHTED, MINED = "CE, α = 0.75", "OHEM, 64 an image"
COMPARED = {
    knobs.THE_PRIOR: (NO_PRIOR, REFERENCE, SMALLER_PRIOR, PAPERS),
    knobs.FOCUSING: (
        REFERENCE,
        "FL, γ = 0.5, α = 0.5",
        "FL, γ = 1, α = 0.25",
        PAPERS,
        "FL, γ = 5, α = 0.25",
    ),
    knobs.CLASS_WEIGHT: (REFERENCE, WEIGHTED, PAPERS),
    knobs.MINING: (REFERENCE, SMALLER_PRIOR, PAPERS, MINED),
}


class Pair(NamedTuple):
    """Two configurations that a headline compares, and how it calls them."""

    first: str
    second: str
    first_called: str
    second_called: str


PAIRS = {
    knobs.THE_PRIOR: Pair(
        REFERENCE, NO_PRIOR, later("cross entropy with a prior"), later("cross entropy without one")
    ),
    knobs.FOCUSING: Pair(PAPERS, REFERENCE, later("focal loss"), later("cross entropy")),
    knobs.CLASS_WEIGHT: Pair(
        WEIGHTED, REFERENCE, later("cross entropy with α = 0.75"), later("cross entropy without α")
    ),
    knobs.MINING: Pair(MINED, PAPERS, later("OHEM"), later("focal loss")),
}
Code = Callable[[], snippets.Snippets]
SOON = 3  # which of the recorded steps the explanation looks at, after the first
FOLLOWED = ((PAPERS, REFERENCE), (PAPERS, SMALLER_PRIOR), (MINED, PAPERS))
NAMES_A_PART = (
    knobs.COMPARE,
    knobs.SHOWN,
    knobs.GUESS_TRAIN,
    knobs.INSIDE,
    knobs.FILM_OF,
    knobs.WARM_UP,
    knobs.WARM_UP_RATE,
)
QUANTITIES = {
    knobs.AP: figures.Quantity("validation_ap", unit=figures.AP),
    knobs.CLASS_LOSS: figures.Quantity(
        "class_loss",
        log=True,
        from_start=True,
        note=later("Every loss has its own scale: compare shapes, not heights."),
    ),
    knobs.BACKGROUND_SHARE: figures.Quantity(
        "background_share", unit=figures.SHARE, from_start=True
    ),
    knobs.EASY_SHARE: figures.Quantity(
        "easy_share",
        unit=figures.SHARE,
        from_start=True,
        note=later(
            "Drawn is what the easiest 90% of the background makes up of background’s loss."
        ),
    ),
    knobs.GRADIENT_NORM: figures.Quantity("gradient_norm"),
    knobs.GRADIENT_BUDGET: figures.Quantity(
        "easy_to_positives",
        (1e-3, 1e3),
        log=True,
        from_start=True,
        note=later(
            "Drawn is the ratio of two gradients by the parameters: that of the easiest 90% of "
            "the background to that of the objects."
        ),
    ),
}


def view(compare: str = knobs.FOCUSING, shown: str = knobs.AP, guess: Guess | None = None) -> View:
    """What the recorded runs say of one comparison."""
    runs, quantity, pair = recording(), QUANTITIES[shown], PAIRS[compare]
    names = [name for name in COMPARED[compare] if name in runs.names]
    rows = runs.table()
    results = figures.results(
        [row for row in rows if row.name in names],
        [runs.difference(name, pair.second) for name in names if name != pair.second],
        highest=max(row.high for row in rows),
    )
    title = _("AP, validation images") if shown == knobs.AP else _(shown)
    bands = [runs.band(name, quantity.field) for name in names]
    in_points = guess and replace(guess, said=100 * guess.said, answer=100 * guess.answer)
    asked = compare == knobs.MINING
    return View(
        headline=_headline(pair, runs.difference(pair.first, pair.second), runs.runs[0].steps),
        exhibits={
            "results": prediction.draw_on(results, in_points, axis="x", there=asked),
            "bands": figures.bands(names, bands, title, quantity),
        },
        explanation=_explained(compare, runs),
    )


def variants() -> dict[str, Callable[..., View]]:
    """What follows the slider; the other parts have none."""
    return {knobs.BY_STEP: step_by_step.view}


def page() -> None:
    """One part at a time: what training makes of the loss first; a live run is the extra."""
    _open_where_the_link_points()
    stage = Stage()
    with stage.controls if settings.projector() else stage.above:  # a room needs the height
        part = knobs.PART.ask() or knobs.BY_STEP
    code = PARTS[part](stage) or _code
    page_parts.check_yourself(question_bank.of("train"))
    page_parts.code_for(code)
    page_parts.sources(
        {
            _("Runs, images and model"): _(
                "computed here: recorded with {seeds} seeds a configuration"
            ).format(seeds=recording().difference(PAPERS, REFERENCE).seeds),
            _("Images of several sizes: question, setting, and what counts as clear"): (
                _("computed here; written down in docs/imbalance.md before testing")
            ),
            _("How the learning rates were chosen"): _("on the validation images, before testing"),
            _("At the scale of COCO focal loss gained {gain} AP over cross entropy").format(
                gain=number(paper.gain(paper.TABLE_1B.best, paper.PLAIN_CROSS_ENTROPY))
            ): paper.PAPER + "; " + _("Tables 1a and 1b"),
            _("The paper’s column, tables 1a, 1b and 1d"): paper.PAPER,
            _("What a small experiment cannot show"): _("opinion"),
        }
    )


def _open_where_the_link_points() -> None:
    """A link from before the page had parts names what is inside one of them."""
    if knobs.PART.key in st.session_state or knobs.PART.key in st.query_params:
        return
    for knob in NAMES_A_PART:
        part = by_page.link_to("train", knob)[knobs.PART.key]
        if knob.key in st.query_params:
            # The widget takes the one, the address keeps the other.
            st.session_state[knobs.PART.key] = st.query_params[knobs.PART.key] = part


def _by_step(stage: Stage) -> Code:
    return partial(step_by_step.code, step_by_step.show(stage))


def _result(stage: Stage) -> None:
    with stage.controls:
        compare = knobs.COMPARE.ask() or knobs.FOCUSING
        shown = knobs.SHOWN.ask() or knobs.AP
    with stage.beside:
        guess = _guess()
    stage.show(view, compare=compare, shown=shown, guess=guess)


def _guess() -> Guess | None:
    scores = {row.name: row.mean for row in recording().table()}
    return prediction.ask(
        _(
            "Cross entropy with a prior reaches an AP of {plain}, the paper’s focal loss {focal}. "
            "And OHEM, which trains on the hardest examples only?"
        ).format(plain=percent(scores[REFERENCE]), focal=percent(scores[PAPERS])),
        knobs.GUESS_TRAIN,
        answer=lambda: scores[MINED],
        about={knobs.COMPARE.key: knobs.MINING},
    )


def _by_imbalance(stage: Stage) -> Code:
    by_imbalance.show(stage)
    return by_imbalance.code


def _code() -> snippets.Snippets:
    """For what is compared, or was before another part was opened."""
    pair = PAIRS[st.session_state.get(knobs.COMPARE.key) or knobs.FOCUSING]
    gained = recording().difference(pair.first, pair.second)
    return snippets.recorded_gain(pair.first, pair.second, gained.mean)


def _live(stage: Stage) -> None:
    stage.say(_("Train the small detector yourself, beside the recorded runs"))
    live_panel.show(recording(), PAPERS)


def _how_sure(stage: Stage) -> None:
    longer = recording(LONG_FOLDER)
    stage.say(lasting_leads.headline(longer, (PAPERS, REFERENCE)))
    lasting_leads.show(recording(), longer, FOLLOWED)
    paper_comparison.show(recording(), MINED)
    lasting_leads.rates(recording())


PARTS: dict[str, Callable[[Stage], Code | None]] = {
    knobs.BY_STEP: _by_step,
    knobs.RESULT: _result,
    knobs.IMBALANCE: _by_imbalance,
    knobs.INSIDE_A_MODEL: inside.show,
    knobs.WARMING_UP: warming_up.show,
    knobs.LIVE_RUN: _live,
    knobs.HOW_SURE: _how_sure,
}


def _headline(pair: Pair, gained: Difference, steps: int) -> str:
    words = _("After {steps} steps {first} is **{lead} points** {side} {second}")
    if not gained.is_clear:
        words = _(
            "No clear winner after {steps} steps: {first} is **{lead} points** {side} {second}"
        )
    return words.format(
        steps=steps,
        first=_(pair.first_called),
        lead=ap_and_spread(abs(gained.mean), gained.sd),
        side=_("ahead of") if gained.mean > 0 else _("behind"),
        second=_(pair.second_called),
    )


def _explained(compare: str, runs: Recording) -> str:
    setting = _(
        "A small one-stage detector, trained by this app’s own losses, finds one of three shapes "
        "in images of {size} pixels; AP is in points, ± one standard deviation over {seeds} seeds. "
    ).format(size=SIZE, seeds=len(runs.of(PAPERS)))
    closer = {
        knobs.THE_PRIOR: _of_the_prior,
        knobs.FOCUSING: _of_focusing,
        knobs.CLASS_WEIGHT: _of_the_class_weight,
        knobs.MINING: _of_mining,
    }
    return setting + closer[compare](runs)


def _of_the_prior(runs: Recording) -> str:
    aps = {row.name: row.mean for row in runs.table()}
    return _(
        "Without a prior cross entropy reaches {none}, with π = 0.01 {ce}: **the prior is what "
        "helps most here**. Its exact value matters little, as in the paper: lowering π to 0.001 "
        "changes AP by {lower}."
    ).format(
        none=ap_points(aps[NO_PRIOR]),
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
        best=_apart(runs, "FL, γ = 1, α = 0.25", REFERENCE),
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
