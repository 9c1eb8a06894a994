"""Start: in one minute, why a detector's loss is nearly all background, and what gamma does."""

import streamlit as st

from focal_core import paper
from focal_core.binary import CROSS_ENTROPY, FocalLoss
from focal_core.budget import Budget, budget
from focal_core.population import SIMPLE
from focal_ui.controls import knobs
from focal_ui.figures.budget import who_pays
from focal_ui.frame import page_parts
from focal_ui.learning import prediction, question_bank, snippets
from focal_ui.stage import card
from focal_ui.stage.view import Exhibit
from focal_ui.words import _, number, percent, times

TITLE = "Start"
GUESSED_GAMMA = 1.0


def page() -> None:
    """Two bars and one slider."""
    headline = st.container()
    st.markdown(_introduction())
    guess = prediction.ask(
        _(
            "Under cross entropy background carries {share} of the loss here. And at γ = {gamma:g}?"
        ).format(share=percent(_paid(CROSS_ENTROPY).negative_share), gamma=GUESSED_GAMMA),
        knobs.GUESS_START,
        answer=lambda: _paid(FocalLoss(GUESSED_GAMMA)).negative_share or 0.0,
        about={knobs.GAMMA.key: GUESSED_GAMMA},
    )
    loss = knobs.focal_loss()
    before, after = _paid(CROSS_ENTROPY), _paid(loss)

    headline.title(_headline(loss, before, after))

    def exhibit_at(gamma: float) -> Exhibit:
        exhibit = who_pays(before, _paid(FocalLoss(gamma)))
        return prediction.draw_on(exhibit, guess, axis="x", there=gamma == GUESSED_GAMMA)

    card.follow(
        loss.gamma,
        exhibit_at,
        key="who_pays",
        depends_on=(guess and guess.said,),
    )
    page_parts.what_happened(_explained(loss, before, after))
    _where_next(loss)
    page_parts.check_yourself(question_bank.of("start"))
    page_parts.code_for(snippets.background_share(SIMPLE, loss, after.negative_share))
    page_parts.sources(
        {
            _("About {n} locations an image").format(
                n=number(paper.LOCATIONS.value)
            ): paper.LOCATIONS.where,
            _("Focal loss"): paper.PAPER,
            _("Every other number on this page"): _("computed here, from a simplified population"),
        }
    )


def _paid(loss: FocalLoss) -> Budget:
    return budget(SIMPLE.population(), loss)


def _headline(loss: FocalLoss, before: Budget, after: Budget) -> str:
    if loss == CROSS_ENTROPY:
        words = _(
            "At γ = {gamma:g}, easy background carries {after} of the loss, as under cross entropy"
        )
    else:
        words = _(
            "At γ = {gamma:g}, easy background carries {after} of the loss instead of {before}"
        )
    return words.format(
        gamma=loss.gamma,
        after=percent(after.negative_share),
        before=percent(before.negative_share),
    )


def _introduction() -> str:
    return _(
        "A detector that looks at an image once scores about {locations} places in it. Nearly all "
        "are background, and easy; a few hold the objects it should find. Each place adds to the "
        "loss that training tries to lower. **Move γ and see who pays.**"
    ).format(locations=number(paper.LOCATIONS.value))


def _explained(loss: FocalLoss, before: Budget, after: Budget) -> str:
    setting = _(
        "Here {negatives} background locations are scored right and sure (the truth gets {easy}), "
        "and {positives} objects are missed (the truth gets {hard}). Focal loss multiplies each "
        "example’s cross entropy by $(1-p_t)^\\gamma$, where $p_t$ is what the truth gets. "
    )
    if loss == CROSS_ENTROPY:
        outcome = _(
            "At γ = 0 that factor is 1, and focal loss is cross entropy: background pays **{n0}**, "
            "a little at each location, and the objects **{p0}**. Move γ up to see who fades first."
        )
    else:
        outcome = _(
            "So every easy location pays {less} less and every missed object only {little} less: "
            "background’s total goes from {n0} to **{n1}**, the objects’ from {p0} to **{p1}**."
        )
    return (setting + outcome).format(
        negatives=number(SIMPLE.negatives),
        positives=number(SIMPLE.positives),
        easy=SIMPLE.negative_p_t,
        hard=SIMPLE.positive_p_t,
        less=times(before.negatives / after.negatives),
        little=times(before.positives / after.positives),
        n0=number(before.negatives),
        n1=number(after.negatives),
        p0=number(before.positives),
        p1=number(after.positives),
    )


def _where_next(loss: FocalLoss) -> None:
    st.header(_("Where to go next"))
    explore, learn, teach = st.columns(3)
    with explore.container(border=True, height="stretch"):
        st.markdown(_("**Explore.** Other counts, other scores, and where γ is not enough."))
        page_parts.link("easy_negatives", _("Easy negatives"))
    with learn.container(border=True, height="stretch"):
        st.markdown(_("**Learn in order.** One example first, then classes, then the sum."))
        page_parts.link("curve", _("The curve"))
    with teach.container(border=True, height="stretch"):
        st.markdown(
            _(
                "**Teach.** Every setting stands in the link: copy this one, and the class opens "
                "what you see."
            )
        )
        st.code(f"{st.context.url}?{knobs.GAMMA.key}={loss.gamma:g}", language=None)
