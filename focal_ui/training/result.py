"""The part Result of Train: what the recorded runs say of one comparison, with their spread."""

import streamlit as st

from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.images import SIZE
from focal_core.training.recorded import recording
from focal_ui.controls import knobs
from focal_ui.figures.trained import training as figures
from focal_ui.learning import prediction, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.training.comparisons import COMPARISONS, MINED
from focal_ui.words import _, later, percent

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


def show(stage: Stage) -> None:
    """One comparison, and one quantity over the steps; the guess is about mining."""
    with stage.controls:
        compare = knobs.COMPARE.ask() or knobs.FOCUSING
        shown = knobs.SHOWN.ask() or knobs.AP
    with stage.beside:
        guess = _guess()
    stage.show(view, compare=compare, shown=shown, guess=guess)


def view(compare: str = knobs.FOCUSING, shown: str = knobs.AP, guess: Guess | None = None) -> View:
    """What the recorded runs say of one comparison."""
    runs, quantity, compared = recording(), QUANTITIES[shown], COMPARISONS[compare]
    names = [name for name in compared.names if name in runs.names]
    rows = runs.table()
    results = figures.results(
        [row for row in rows if row.name in names],
        [runs.difference(name, compared.second) for name in names if name != compared.second],
        highest=max(row.high for row in rows),
    )
    title = _("AP, validation images") if shown == knobs.AP else _(shown)
    bands = [runs.band(name, quantity.field) for name in names]
    asked = compare == knobs.MINING
    return View(
        headline=compared.headline(compared.gained(runs), runs.runs[0].steps),
        exhibits={
            "results": prediction.draw_on(
                results, guess, axis="x", at=figures.in_points, there=asked
            ),
            "bands": figures.bands(names, bands, title, quantity),
        },
        explanation=_setting() + compared.explained(runs),
    )


def code() -> snippets.Snippets:
    """The headline's number, for what is compared, or was before another part was opened."""
    compared = COMPARISONS[st.session_state.get(knobs.COMPARE.key) or knobs.FOCUSING]
    gained = compared.gained(recording()).mean
    return snippets.recorded_gain(compared.first, compared.second, gained)


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


def _setting() -> str:
    return _(
        "A small one-stage detector, trained by this app’s own losses, finds one of three shapes "
        "in images of {size} pixels; AP is in points, ± one standard deviation over {seeds} seeds. "
    ).format(size=SIZE, seeds=len(recording().of(PAPERS)))
