"""Where focal loss begins to matter: the same detector on images with more and more background."""

from collections.abc import Sequence

from focal_core import paper
from focal_core.training.imbalance.plan import CE, CE_FITTED, FL, OHEM, STEPS
from focal_core.training.imbalance.recorded import Size, is_clear, study
from focal_core.training.records import EASIEST
from focal_ui.controls import knobs
from focal_ui.figures.trained import imbalance as figures
from focal_ui.figures.trained.imbalance import lead_in_words, ratio
from focal_ui.figures.trained.training import in_points
from focal_ui.learning import prediction
from focal_ui.learning.prediction import Guess
from focal_ui.learning.snippets import NUMPY, Snippets
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, lead_and_spread, listed, number, percent, sentences


def show(stage: Stage) -> None:
    """The guess, then what was recorded."""
    with stage.beside:
        guess = _guess(study().sizes[-1])
    stage.show(view, guess=guess)


def view(guess: Guess | None = None) -> View:
    """What the runs say."""
    return view_of(study().sizes, guess)


def view_of(sizes: Sequence[Size], guess: Guess | None = None) -> View:
    """The same of these sizes, at least two."""
    picture = prediction.draw_on(figures.over_imbalance(sizes), guess, axis="y", at=in_points)
    return View(_headline(sizes), {"imbalance": picture}, _explained(sizes))


def advice() -> str:
    """What the lead was with the least and with the most background, and with a fitting prior."""
    least, *_between, most = study().sizes
    return _(
        "How much background? In our runs focal loss minus cross entropy is, in AP, {least} at "
        "{few} and {most} at {many}; **{fitted}** there against cross entropy whose prior is as "
        "rare as the objects"
    ).format(
        few=ratio(least),
        many=ratio(most),
        least=lead_in_words(least.difference(FL, CE)),
        most=lead_in_words(most.difference(FL, CE)),
        fitted=lead_in_words(most.difference(FL, CE_FITTED)),
    )


def code() -> Snippets:
    """What focal loss leads by at the largest size."""
    formula = r"\frac{100}{n} \sum_{s=1}^{n} \left(\mathrm{AP}_{\mathrm{FL},s} - "
    formula += r"\mathrm{AP}_{\mathrm{CE},s}\right)"
    program = """\
from focal_core.training.imbalance.plan import CE, FL
from focal_core.training.imbalance.recorded import study

largest = study().sizes[-1]
print(f"{100 * largest.difference(FL, CE).mean:.1f}")
"""
    lead = study().sizes[-1].difference(FL, CE).mean
    return Snippets(formula, {NUMPY: program}, f"{100 * lead:.1f}")


def _guess(largest: Size) -> Guess | None:
    return prediction.ask(
        _(
            "With {ratio} positive to other outputs, cross entropy with π = 0.01 reaches an AP of "
            "{plain} in {steps} steps. And focal loss?"
        ).format(ratio=ratio(largest), plain=percent(largest.points[CE].mean), steps=STEPS),
        knobs.GUESS_IMBALANCE,
        answer=lambda: largest.points[FL].mean,
    )


def _headline(sizes: Sequence[Size]) -> str:
    """The rule that was written down before says what is clear."""
    ahead, fitted = (_clear(sizes, other, ahead=True) for other in (CE, CE_FITTED))
    behind = sum(_clear(sizes, other, ahead=False) for other in (CE, CE_FITTED))
    words = _(
        "Focal loss is clearly ahead of cross entropy at **{ahead} of {all}** imbalances, with a "
        "fitting prior at {fitted}"
    )
    if behind:
        words = _(
            "Focal loss is clearly ahead of cross entropy at **{ahead} of {all}** imbalances, with "
            "a fitting prior at {fitted}; clearly behind in {behind} comparisons"
        )
    return words.format(ahead=ahead, all=len(sizes), fitted=fitted or _("none"), behind=behind)


def _clear(sizes: Sequence[Size], other: str, *, ahead: bool) -> int:
    """At how many sizes focal loss is clearly ahead of the other, or clearly behind."""
    leads = (size.difference(FL, other) for size in sizes)
    return sum(is_clear(lead) and (lead.mean > 0) == ahead for lead in leads)


def _explained(sizes: Sequence[Size]) -> str:
    return sentences(_setting(sizes), _rule(), _prior_and_mining(sizes), _the_paper())


def _setting(sizes: Sequence[Size]) -> str:
    words = _(
        "The same detector learns on images of {sides} pixels with one object each, so that only "
        "the background grows, to {anchors} anchors; {steps} steps, rates tuned for each size."
    ).format(
        sides=listed([str(size.side) for size in sizes]),
        anchors=number(sizes[-1].anchors),
        steps=STEPS,
    )
    seeds = _("Seeds a point: {seeds}.").format(seeds=listed([str(s.seeds) for s in sizes]))
    return sentences(words, seeds)


def _rule() -> str:
    return _(
        "Clear is a difference in which all seeds agree and whose mean lies beyond two standard "
        "errors; that was written down before the test images were looked at."
    )


def _prior_and_mining(sizes: Sequence[Size]) -> str:
    """What each changes at the most background, and what the first step has to do with it."""
    smallest, largest = sizes[0], sizes[-1]
    focal, prior, mining = (
        lead_and_spread(lead.mean, lead.sd)
        for lead in (largest.difference(loss, CE) for loss in (FL, CE_FITTED, OHEM))
    )
    pulls = [largest.points[loss].gradient_ratios.get(0) for loss in (CE, CE_FITTED, FL)]
    gained = _(
        "At {ratio} AP of cross entropy changes by {focal} with focal loss, by **{prior} with a "
        "prior as rare as the objects alone**, by {mining} with OHEM; at {few} by {soon} with OHEM."
    ).format(
        ratio=ratio(largest),
        focal=focal,
        prior=prior,
        mining=mining,
        few=ratio(smallest),
        soon=lead_in_words(smallest.difference(OHEM, CE)),
    )
    why = _(
        "Before the first step the easiest {easy} of the background have {plain} times the "
        "gradient of the objects under cross entropy with π = 0.01, {fitted} times with the "
        "fitting prior, {focal} times under focal loss."
    ).format(
        easy=percent(EASIEST),
        plain=number(pulls[0]),
        fitted=number(pulls[1]),
        focal=number(pulls[2]),
    )
    return sentences(gained, why)


def _the_paper() -> str:
    return _(
        "With about {locations} locations and much longer training on COCO, the paper reports "
        "focal loss {gain} points ahead of cross entropy and {mined} ahead of OHEM."
    ).format(
        locations=number(paper.LOCATIONS.value),
        gain=number(paper.gain(paper.TABLE_1B.best, paper.PLAIN_CROSS_ENTROPY)),
        mined=number(paper.gain(paper.FOCAL_WITHOUT_MINING, paper.BEST_MINING)),
    )
