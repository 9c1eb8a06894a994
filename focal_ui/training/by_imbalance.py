"""Where focal loss begins to matter: the same detector on images with more and more background."""

from collections.abc import Sequence
from dataclasses import replace

from focal_core import paper
from focal_core.training.imbalance.plan import CE, CE_FITTED, FL, OHEM, SEEDS, SIDES, STEPS
from focal_core.training.imbalance.recorded import Size, is_clear, study
from focal_ui.controls import knobs
from focal_ui.figures.trained import imbalance as figures
from focal_ui.figures.trained.imbalance import apart, lead_in_words, ratio
from focal_ui.learning import prediction
from focal_ui.learning.prediction import Guess
from focal_ui.learning.snippets import NUMPY, Snippets
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, listed, ngettext, number, percent, sentences


def show(stage: Stage) -> None:
    """The guess, then what was recorded so far."""
    with stage.beside:
        guess = _guess(study().sizes[-1])
    stage.show(view, guess=guess)


def view(guess: Guess | None = None) -> View:
    """What the runs say that there are; at least one size."""
    return view_of(study().sizes, guess)


def view_of(sizes: Sequence[Size], guess: Guess | None = None) -> View:
    """The same of these sizes."""
    in_points = guess and replace(guess, said=100 * guess.said, answer=100 * guess.answer)
    picture = prediction.draw_on(figures.over_imbalance(sizes), in_points, axis="y")
    return View(_headline(sizes), {"imbalance": picture}, _explained(sizes))


def advice() -> str:
    """What the lead was with the least and with the most background; "" if nothing is recorded."""
    sizes = study().sizes
    if not sizes:
        return ""
    least, most = (
        _("{lead} at {ratio}").format(lead=lead_in_words(size), ratio=ratio(size))
        for size in (sizes[0], sizes[-1])
    )
    words = _("How much background? In our runs focal loss minus cross entropy is, in AP, {most}")
    if len(sizes) > 1:
        words = _(
            "How much background? In our runs focal loss minus cross entropy is, in AP, {least} "
            "and {most}"
        )
    return words.format(least=least, most=most)


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
    leads = [size.difference(FL, CE) for size in sizes]
    clear = [lead for lead in leads if is_clear(lead)]
    ahead = sum(lead.mean > 0 for lead in clear)
    behind = len(clear) - ahead
    words = _(
        "From {first} to {last}, focal loss is clearly ahead of cross entropy at **{ahead} of "
        "{all}** imbalances, clearly behind at {behind}"
    )
    if len(sizes) == 1 and ahead:
        words = _("At **{last}**, focal loss is clearly ahead of cross entropy")
    elif len(sizes) == 1 and behind:
        words = _("At **{last}**, focal loss is clearly behind cross entropy")
    elif len(sizes) == 1:
        words = _("At **{last}**, there is no clear winner: focal loss or cross entropy")
    return words.format(
        first=ratio(sizes[0]),
        last=ratio(sizes[-1]),
        ahead=ahead,
        behind=behind or _("none"),
        all=len(sizes),
    )


def _explained(sizes: Sequence[Size]) -> str:
    return sentences(_setting(sizes), _the_lead(sizes), _prior_and_mining(sizes), _the_paper())


def _setting(sizes: Sequence[Size]) -> str:
    seeds = sorted(size.seeds for size in sizes)
    words = _(
        "The same detector learns on images of {sides} pixels with one object each, so that only "
        "the background grows, to {anchors} anchors; {steps} steps, rates tuned for each size."
    ).format(
        sides=listed([str(size.side) for size in sizes]),
        anchors=number(sizes[-1].anchors),
        steps=STEPS,
    )
    if seeds[0] == seeds[-1]:
        runs = ngettext("One seed a point.", "{n} seeds a point.", seeds[0])
    else:
        runs = _("{fewest} to {n} seeds a point.")
    words = sentences(words, runs.format(fewest=seeds[0], n=seeds[-1]))
    if len(sizes) < len(SIDES) or seeds[0] < len(SEEDS):
        so_far = _(
            "Recorded so far are {n} of {all} sizes, and {planned} seeds are planned: **what is "
            "clear may change**."
        ).format(n=len(sizes), all=len(SIDES), planned=len(SEEDS))
        words = sentences(words, so_far)
    return words


def _the_lead(sizes: Sequence[Size]) -> str:
    words = _(
        "Clear is a difference in which all seeds agree and whose mean lies beyond two standard "
        "errors; that was written down before the test images were looked at."
    )
    if len(sizes) > 1:
        grown = _(
            "From {first} to {last} the lead of focal loss goes from {small} to **{large}**."
        ).format(
            first=ratio(sizes[0]),
            last=ratio(sizes[-1]),
            small=lead_in_words(sizes[0]),
            large=lead_in_words(sizes[-1]),
        )
        words = sentences(words, grown)
    return words


def _prior_and_mining(sizes: Sequence[Size]) -> str:
    largest = sizes[-1]
    prior, mining = (largest.difference(*pair) for pair in ((CE_FITTED, CE), (OHEM, FL)))
    return _(
        "At {ratio} a prior as rare as the objects changes AP of cross entropy by {prior}, and "
        "OHEM is {mining} from focal loss."
    ).format(
        ratio=ratio(largest),
        prior=apart(prior),
        mining=apart(mining),
    )


def _the_paper() -> str:
    return _(
        "With about {locations} locations and much longer training on COCO, the paper reports "
        "focal loss {gain} points ahead of cross entropy and {mined} ahead of OHEM."
    ).format(
        locations=number(paper.LOCATIONS.value),
        gain=number(paper.gain(paper.TABLE_1B.best, paper.PLAIN_CROSS_ENTROPY)),
        mined=number(paper.gain(paper.FOCAL_WITHOUT_MINING, paper.BEST_MINING)),
    )
