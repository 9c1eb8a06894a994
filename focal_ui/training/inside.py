"""Inside two trained detectors: what each draws while it learns, its scores, its loss."""

from collections.abc import Callable

from focal_core import paper
from focal_core.training.config import PAPERS, REFERENCE
from focal_core.training.recorded import recording
from focal_core.training.showcase import Showcase
from focal_ui.controls import knobs
from focal_ui.figures.trained import figure_four
from focal_ui.figures.trained import training as figures
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.training import film
from focal_ui.words import _, number

TRAINED = {knobs.FL: PAPERS, knobs.CE: REFERENCE}


def show(stage: Stage) -> None:
    """The film first; scores and the paper's figure 4 on wish."""
    with stage.controls:
        look = knobs.INSIDE.ask()
        of = TRAINED[knobs.FILM_OF.ask() or knobs.FL] if look == knobs.FILM else PAPERS
    if look != knobs.FILM:
        stage.show(view, look=look)
        return
    stage.say(film.view(knobs.FILM_STEP.default, of).headline)
    with stage.first:
        film.show(recording().showcase(of))


def view(look: str) -> View:
    """What both detectors show side by side."""
    focal, plain = recording().showcase(PAPERS), recording().showcase(REFERENCE)
    return VIEWS[look](focal, plain, (_("trained with FL"), _("trained with CE")))


def _scores(focal: Showcase, plain: Showcase, titles: tuple[str, str]) -> View:
    scores = (focal.histogram, plain.histogram)
    middle, beside = map(figures.middle_background, scores)
    words = _(
        "Trained with focal loss the middle background output has logit **{focal}**, with cross "
        "entropy {plain}"
    )
    return View(
        words.format(focal=number(middle), plain=number(beside)),
        {"score_histograms": figures.score_histograms(titles, scores)},
    )


def _figure_four(focal: Showcase, plain: Showcase, titles: tuple[str, str]) -> View:
    gamma, pays = paper.GAMMA.value, focal.who_pays
    words = _(
        "At γ = {gamma:g} the hardest {part:.0%} of the background makes up **{share}** of its "
        "loss, {before} at γ = 0"
    )
    return View(
        words.format(
            gamma=gamma,
            part=figure_four.PART_OF_BACKGROUND,
            share=figure_four.hardest_background(pays, gamma),
            before=figure_four.hardest_background(pays, 0.0),
        ),
        {"figure_four": figure_four.figure_four(titles, (pays, plain.who_pays), gamma)},
    )


VIEWS: dict[str, Callable[[Showcase, Showcase, tuple[str, str]], View]] = {
    knobs.SCORES: _scores,
    knobs.FIGURE_4: _figure_four,
}
