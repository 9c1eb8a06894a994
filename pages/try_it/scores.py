"""Your own scores: paste or upload, and see where their loss comes from, row by row."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from focal_core import paper
from focal_core.binary import FocalLoss
from focal_ui.controls import knobs
from focal_ui.frame import page_parts
from focal_ui.learning import question_bank, snippets
from focal_ui.own_scores import explained, many_rows, pictures, told, upload
from focal_ui.own_scores.brought import Brought
from focal_ui.stage import card
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _, as_now, later

TITLE = "Your own scores"
FOLLOWS = knobs.GAMMA
BRIDGE = "Can you find the numbers without being shown them?"


def view(
    gamma: float, brought: Brought, look: str = knobs.BY_CLASS, alpha: float | None = None
) -> View:
    """What the page says of what a visitor brought, at one gamma."""
    loss = FocalLoss(gamma, alpha)
    return View(
        headline=explained.headline(brought, loss),
        exhibits={"own_figure": pictures.picture(look, brought, loss)},
        explanation=explained.explanation(brought, loss),
    )


def variants() -> dict[str, Callable[..., View]]:
    """The example, as it stands before somebody brings scores."""
    return {_("the example"): partial(view, brought=Brought())}


def page() -> None:
    """Every view of Easy negatives, for scores that the visitor brings."""
    look = st.session_state.get(knobs.OWN_SCORES.key) or knobs.BY_CLASS
    still = many_rows.is_slow(look, upload.brought_so_far())
    stage = Stage(None if still else FOLLOWS, shown_elsewhere=True)
    with stage.controls:
        brought = upload.ask()
        st.markdown(told.shown_in_words(brought))
        upload.tell_how_read(brought)
        look, others = _ask(stage, still=still)
    if not still and many_rows.is_slow(look, brought):
        st.rerun()  # the rows have just come: each place of the slider would sort them
    if pictures.possible(look, brought) != look:
        st.info(
            _("That picture needs rows of a class that is missing here, so you see the totals.")
        )
    if look == knobs.HARDEST_LINES:
        card.open_at_first("own_figure")
    many_rows.add_up(brought, FOLLOWS.places)
    now = stage.show(view, brought.messages, brought=brought, look=look, **others)
    loss = FocalLoss(now["gamma"], now["alpha"])
    _per_line(brought, loss)
    page_parts.check_yourself(question_bank.of("scores"))
    page_parts.code_for(partial(_code, brought, loss))
    page_parts.sources(_sources())


def _ask(stage: Stage, *, still: bool) -> tuple[str, dict[str, Any]]:
    """Which picture, and the values that do not follow a slider."""
    look = knobs.OWN_SCORES.ask() or knobs.BY_CLASS
    others: dict[str, Any] = {"gamma": FOLLOWS.ask()} if still else {}
    if knobs.WEIGHTED.ask() == "on":
        stage.ask(knobs.ALPHA)
    else:
        others["alpha"] = None
    return look, others


def _per_line(brought: Brought, loss: FocalLoss) -> None:
    st.download_button(
        _("Loss and gradient of every row as CSV"),
        data=as_now(lambda: card.as_csv(brought.shown.by_line(loss))),
        file_name="loss_by_line.csv",
        mime="text/csv",
        key="loss_by_line",
        on_click="ignore",
        icon=":material/download:",
    )
    st.markdown(_("Row numbers match your spreadsheet: a heading is row 1."))


def _code(brought: Brought, loss: FocalLoss) -> snippets.Snippets:
    share = brought.background_share(loss)
    return snippets.own_scores(loss, share, example=brought.scores is None)


def _sources() -> dict[str, str]:
    return {
        _("Easy background makes up most of cross entropy; focal loss makes it small"): paper.PAPER,
        _("Cumulative share of the loss, hardest rows first"): later(
            "Lin et al. 2017, Figure 4, which begins with the easiest"
        ),
        _("Every number on this page"): _("computed here from the scores shown"),
        _("The example"): _(
            "drawn from a fixed seed; three objects are labelled as background on purpose"
        ),
    }
