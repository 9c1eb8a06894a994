"""Train: what focal loss did in real, if small, training; recorded with spread, and live."""

import streamlit as st

from focal_core import paper
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.images import SIZE
from focal_core.training.recorded import LONG_FOLDER, Difference, Recording, recording
from focal_core.training.warm_up import RATES, SEEDS, warm_up
from focal_ui.controls import knobs
from focal_ui.figures.trained import training as figures
from focal_ui.figures.trained import warm_up as warm_up_figures
from focal_ui.figures.trained.figure_four import figure_four
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.training import film, lasting_leads, live_panel, paper_comparison
from focal_ui.words import _, number, percent, points_and_spread

TITLE = "Train"
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


def page() -> None:
    """Recorded runs first; a live one is the extra."""
    runs = recording()
    headline = st.container()
    scores = {row.name: row.mean for row in runs.table()}
    guess = prediction.ask(
        _(
            "Cross entropy with prior reaches an AP of {plain}, the paper’s focal loss {focal}. "
            "And mining the hardest (OHEM)?"
        ).format(plain=percent(scores[REFERENCE]), focal=percent(scores[PAPERS])),
        knobs.GUESS_TRAIN,
        answer=lambda: scores[MINED],
    )
    gained = runs.difference(PAPERS, REFERENCE)
    headline.title(_headline(gained, runs.of(PAPERS)[0].config.steps))
    _curves(runs)
    best = runs.best_cross_entropy()
    against = [runs.difference(name, best) for name in runs.names if name != best]
    results = figures.results(runs.table(), against)
    card.show(prediction.draw_on(results, guess, axis="x"), key="results")
    page_parts.what_happened(_explained(runs))
    paper_comparison.show(runs, MINED)
    lasting_leads.show(runs, recording(LONG_FOLDER), FOLLOWED)
    _a_trained_model(runs)
    _warm_up()
    live_panel.show(runs, PAPERS)
    page_parts.check_yourself(question_bank.of("train"))
    page_parts.code_for(snippets.recorded_gain(PAPERS, REFERENCE, gained.mean))
    page_parts.sources(
        {
            _("Runs, images and model"): _(
                "computed here: recorded with {seeds} seeds a configuration"
            ).format(seeds=gained.seeds),
            _("How the learning rates were chosen"): _("on the validation images, before testing"),
            _("At the scale of COCO focal loss gained {gain} AP over cross entropy").format(
                gain=number(paper.gain(paper.BEST_FOCAL, paper.PLAIN))
            ): paper.PAPER + "; Tables 1a and 1b",
            _("The paper’s column, tables 1a, 1b and 1d"): paper.PAPER,
            _("What a toy cannot show"): _("opinion"),
        }
    )


def _headline(gained: Difference, steps: int) -> str:
    lead = points_and_spread(abs(gained.mean), gained.sd)
    if not gained.is_clear:
        ahead = _("ahead of") if gained.mean > 0 else _("behind")
        words = _("No clear winner after {steps} steps: focal loss is {lead} {ahead} cross entropy")
        return words.format(steps=steps, lead=lead, ahead=ahead)
    if gained.mean > 0:
        words = _("After {steps} steps the paper’s focal loss leads cross entropy by {lead}")
    else:
        words = _("After {steps} steps the paper’s focal loss trails cross entropy by {lead}")
    return words.format(steps=steps, lead=lead)


def _curves(runs: Recording) -> None:
    compared = COMPARED[knobs.COMPARE.ask() or knobs.FOCUSING]
    names = [name for name in compared if name in runs.names]
    shown = knobs.SHOWN.ask() or knobs.AP
    quantity = QUANTITIES[shown]
    each = [runs.band(name, quantity.field) for name in names]
    title = _("AP, validation images") if shown == knobs.AP else shown
    card.show(figures.bands(names, each, title, quantity), key="bands")


def _explained(runs: Recording) -> str:
    table = {row.name: row for row in runs.table()}
    prior = runs.difference(SMALLER_PRIOR, REFERENCE)
    against_prior = runs.difference(PAPERS, SMALLER_PRIOR)
    mined = runs.difference(MINED, PAPERS)
    best = max(runs.table(), key=lambda row: row.mean)
    return _(
        "A small one-stage detector, trained by this app’s own losses, finds one of three shapes "
        "in images of {size} pixels. Without the prior cross entropy reaches {none}; with π = 0.01 "
        "it reaches {ce}, and moving π to 0.001 alone changes that by {prior} ± {prior_sd}. The "
        "paper’s setting reaches {fl}: against cross entropy with the smaller prior that is {gain} "
        "± {gain_sd}, won by {wins} of {seeds} seeds. Mining against it: {mined} ± {mined_sd}. "
        "Best of all: {best}. **Read differences below about one standard deviation as nothing.**"
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


def _a_trained_model(runs: Recording) -> None:
    st.header(_("Inside two trained models"))
    focal, plain = runs.showcase(PAPERS), runs.showcase(REFERENCE)
    titles = (_("trained with FL"), _("trained with CE"))
    view = knobs.INSIDE.ask()
    if view == knobs.FILM:
        chosen = focal if knobs.FILM_OF.ask() == knobs.FL else plain
        film.show(chosen)
    elif view == knobs.SCORES:
        scores = (focal.histogram, plain.histogram)
        card.show(figures.score_histograms(titles, scores), key="score_histograms")
    else:
        pays = (focal.who_pays, plain.who_pays)
        card.show(figure_four(titles, pays, paper.GAMMA.value), key="figure_four")


def _warm_up() -> None:
    st.header(_("Warm-up: rare points in a plane"))
    st.markdown(
        _(
            "One positive to {negatives:,} negatives, {steps:,} steps, {seeds} seeds that also "
            "draw the points. Recorded at {rates} learning rates; nothing was tuned."
        ).format(rates=len(RATES), seeds=len(SEEDS), **warm_up().facts["config"])
    )
    view = knobs.WARM_UP.ask()
    if view is None:
        return
    if view == knobs.BY_RATE:
        card.show(warm_up_figures.by_rate(warm_up()), key="warm_up_picture")
        return
    rate = float(knobs.WARM_UP_RATE.ask() or RATES[-1])
    draw = warm_up_figures.boundary if view == knobs.BOUNDARY else warm_up_figures.calibration
    card.show(draw(warm_up(), rate), key="warm_up_picture")
