"""Train: what focal loss did in real, if small, training; recorded with spread, and live."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.images import SIZE
from focal_core.training.recorded import LONG_FOLDER, Difference, Recording, recording
from focal_core.training.warm_up import RATES, SEEDS, warm_up
from focal_ui.controls import by_page, knobs
from focal_ui.figures.trained import training as figures
from focal_ui.figures.trained import warm_up as warm_up_figures
from focal_ui.figures.trained.figure_four import figure_four
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.learning.prediction import Guess
from focal_ui.stage.stage import Stage, exhibit
from focal_ui.stage.view import View
from focal_ui.training import film, lasting_leads, live_panel, paper_comparison
from focal_ui.words import _, number, percent, points_and_spread

TITLE = "Train"
BRIDGE = "Trained with focal loss: are its scores still probabilities?"
MINED, SMALLER_PRIOR = "OHEM, 64 an image", "CE, π = 0.001"
COMPARED = {
    knobs.THE_PRIOR: ("CE, no prior", "CE, π = 0.01", SMALLER_PRIOR, PAPERS),
    knobs.FOCUSING: (
        "CE, π = 0.01",
        "FL, γ = 0.5, α = 0.5",
        "FL, γ = 1, α = 0.25",
        "FL, γ = 2, α = 0.25",
        "FL, γ = 5, α = 0.25",
    ),
    knobs.CLASS_WEIGHT: ("CE, π = 0.01", "CE, α = 0.75", "FL, γ = 2, α = 0.25"),
    knobs.MINING: ("CE, π = 0.01", SMALLER_PRIOR, PAPERS, MINED),
}
PAIRS = {
    knobs.THE_PRIOR: (SMALLER_PRIOR, REFERENCE),
    knobs.FOCUSING: (PAPERS, REFERENCE),
    knobs.CLASS_WEIGHT: ("CE, α = 0.75", REFERENCE),
    knobs.MINING: (MINED, PAPERS),
}
"""Of each comparison the two that the headline speaks of."""
FOLLOWED = ((PAPERS, REFERENCE), (PAPERS, SMALLER_PRIOR), (MINED, PAPERS))
QUANTITIES = {
    knobs.AP: figures.Quantity("validation_ap"),
    knobs.CLASS_LOSS: figures.Quantity(
        "class_loss",
        log=True,
        from_start=True,
        note="Every loss has its own scale: compare shapes, not heights.",
    ),
    knobs.BACKGROUND_SHARE: figures.Quantity("background_share", (0.0, 1.0)),
    knobs.EASY_SHARE: figures.Quantity("easy_share", (0.0, 1.0)),
    knobs.GRADIENT_NORM: figures.Quantity("gradient_norm"),
    knobs.GRADIENT_BUDGET: figures.Quantity(
        "easy_to_positives",
        (1e-3, 1e3),
        log=True,
        from_start=True,
        note="Drawn is how many times harder the easy background pulls at the parameters than the "
        "objects do.",
    ),
}


def view(compare: str = knobs.FOCUSING, shown: str = knobs.AP, guess: Guess | None = None) -> View:
    """What the recorded runs say of one comparison."""
    runs, quantity = recording(), QUANTITIES[shown]
    names = [name for name in COMPARED[compare] if name in runs.names]
    bands = [runs.band(name, quantity.field) for name in names]
    title = _("AP, validation images") if shown == knobs.AP else _(shown)
    best = runs.best_cross_entropy()
    against = [runs.difference(name, best) for name in runs.names if name != best]
    results = figures.results(runs.table(), against)
    return View(
        headline=_headline(runs.difference(*PAIRS[compare]), runs.of(PAPERS)[0].config.steps),
        exhibits={
            "bands": figures.bands(names, bands, title, quantity),
            "results": prediction.draw_on(results, guess, axis="x"),
        },
        explanation=_explained(runs),
    )


def variants() -> dict[str, Callable[..., View]]:
    """The four comparisons."""
    return {name: partial(view, compare=name) for name in COMPARED}


def page() -> None:
    """One part at a time: the result first; a live one is the extra."""
    _open_where_the_link_points()
    stage = Stage()
    with stage.above:
        part = knobs.PART.ask() or knobs.RESULT
    PARTS[part](stage)
    page_parts.check_yourself(question_bank.of("train"))
    page_parts.code_for(_code)
    page_parts.sources(
        {
            _("Runs, images and model"): _(
                "computed here: recorded with {seeds} seeds a configuration"
            ).format(seeds=recording().difference(PAPERS, REFERENCE).seeds),
            _("How the learning rates were chosen"): _("on the validation images, before testing"),
            _("At the scale of COCO focal loss gained {gain} AP over cross entropy").format(
                gain=number(paper.gain(paper.BEST_FOCAL, paper.PLAIN))
            ): paper.PAPER + "; Tables 1a and 1b",
            _("The paper’s column, tables 1a, 1b and 1d"): paper.PAPER,
            _("What a small experiment cannot show"): _("opinion"),
        }
    )


def _open_where_the_link_points() -> None:
    """A link from before the page had parts names what is inside one of them."""
    if knobs.PART.key in st.session_state or knobs.PART.key in st.query_params:
        return
    for knob in by_page.ON_PAGE["train"]:
        needed = by_page.link_to("train", knob).get(knobs.PART.key)
        if knob.key in st.query_params and needed:
            st.session_state[knobs.PART.key] = needed


def _result(stage: Stage) -> None:
    with stage.controls:
        compare = knobs.COMPARE.ask() or knobs.FOCUSING
        shown = knobs.SHOWN.ask() or knobs.AP
    with stage.beside:
        guess = _guess()
    stage.show(view, compare=compare, shown=shown, guess=guess)
    paper_comparison.show(recording(), MINED)


def _guess() -> Guess | None:
    scores = {row.name: row.mean for row in recording().table()}
    return prediction.ask(
        _(
            "Cross entropy with a prior reaches an AP of {plain}, the paper’s focal loss {focal}. "
            "And OHEM, which trains on the hardest examples only?"
        ).format(plain=percent(scores[REFERENCE]), focal=percent(scores[PAPERS])),
        knobs.GUESS_TRAIN,
        answer=lambda: scores[MINED],
    )


def _code() -> snippets.Snippets:
    compare = st.session_state.get(knobs.COMPARE.key) or knobs.FOCUSING
    pair = PAIRS[compare]
    return snippets.recorded_gain(*pair, recording().difference(*pair).mean)


def _inside(stage: Stage) -> None:
    stage.say(_("Inside two detectors: one trained with focal loss, one with cross entropy"))
    runs = recording()
    focal, plain = runs.showcase(PAPERS), runs.showcase(REFERENCE)
    titles = (_("trained with FL"), _("trained with CE"))
    look = knobs.INSIDE.ask()
    if look == knobs.FILM:
        film.show(focal if knobs.FILM_OF.ask() == knobs.FL else plain)
    elif look == knobs.SCORES:
        scores = (focal.histogram, plain.histogram)
        exhibit("score_histograms", figures.score_histograms(titles, scores))
    else:
        pays = (focal.who_pays, plain.who_pays)
        exhibit("figure_four", figure_four(titles, pays, paper.GAMMA.value))


def _warming_up(stage: Stage) -> None:
    stage.say(_("A warm-up: rare points in a plane, where everything can be seen"))
    st.markdown(
        _(
            "One positive to {negatives:,} negatives, {steps:,} steps, {seeds} seeds that also "
            "draw the points. Recorded at {rates} learning rates; nothing was tuned."
        ).format(rates=len(RATES), seeds=len(SEEDS), **warm_up().facts["config"])
    )
    look = knobs.WARM_UP.ask() or knobs.BY_RATE
    if look == knobs.BY_RATE:
        exhibit("warm_up_picture", warm_up_figures.by_rate(warm_up()))
        return
    rate = float(knobs.WARM_UP_RATE.ask() or RATES[-1])
    draw = warm_up_figures.boundary if look == knobs.BOUNDARY else warm_up_figures.calibration
    exhibit("warm_up_picture", draw(warm_up(), rate))


def _live(stage: Stage) -> None:
    stage.say(_("Train the small detector yourself, beside the recorded runs"))
    live_panel.show(recording(), PAPERS)


def _how_sure(stage: Stage) -> None:
    stage.say(_("How sure: longer runs, and how the learning rates were chosen"))
    lasting_leads.show(recording(), recording(LONG_FOLDER), FOLLOWED)


PARTS: dict[str, Callable[[Stage], None]] = {
    knobs.RESULT: _result,
    knobs.INSIDE_A_MODEL: _inside,
    knobs.WARMING_UP: _warming_up,
    knobs.LIVE_RUN: _live,
    knobs.HOW_SURE: _how_sure,
}


def _headline(gained: Difference, steps: int) -> str:
    lead = points_and_spread(abs(gained.mean), gained.sd)
    side = _("ahead of") if gained.mean > 0 else _("behind")
    words = _("After {steps} steps {first} is **{lead}** {side} {second}")
    if not gained.is_clear:
        words = _("No clear winner after {steps} steps: {first} is **{lead}** {side} {second}")
    return words.format(steps=steps, lead=lead, side=side, first=gained.first, second=gained.second)


def _explained(runs: Recording) -> str:
    table = {row.name: row for row in runs.table()}
    prior = runs.difference(SMALLER_PRIOR, REFERENCE)
    against_prior = runs.difference(PAPERS, SMALLER_PRIOR)
    mined = runs.difference(MINED, PAPERS)
    best = max(runs.table(), key=lambda row: row.mean)
    return _(
        "A small detector of one stage, trained by this app’s own losses, finds one of three "
        "shapes in images of {size} pixels. Without the prior cross entropy reaches an AP of "
        "{none}; with π = 0.01 it reaches {ce}, and lowering π to 0.001 alone changes that by "
        "{prior} ± {prior_sd}. The paper’s setting reaches {fl}: against cross entropy with the "
        "smaller prior a difference of {gain} ± {gain_sd}, ahead in {wins} of {seeds} seeds. OHEM "
        "is {mined} ± {mined_sd} ahead of it. Best of all: {best}. **Treat differences below "
        "about one standard deviation as noise.**"
    ).format(
        size=SIZE,
        none=number(table["CE, no prior"].mean),
        ce=number(table[REFERENCE].mean),
        prior=number(prior.mean),
        prior_sd=number(prior.sd),
        fl=number(table[PAPERS].mean),
        gain=number(against_prior.mean),
        gain_sd=number(against_prior.sd),
        wins=against_prior.wins,
        seeds=against_prior.seeds,
        mined=number(mined.mean),
        mined_sd=number(mined.sd),
        best=best.name,
    )
