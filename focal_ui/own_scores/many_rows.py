"""Many rows: which pictures cannot follow the slider, and what is added up before they do."""

from collections.abc import Sequence

import streamlit as st

from focal_ui.controls import knobs
from focal_ui.own_scores.brought import Brought
from focal_ui.words import _, count

SLOW = (knobs.HARDEST_PART, knobs.HARDEST_LINES)  # each place of the slider sorts all rows anew
MANY = 20_000  # rows from which the slow ones wait for the slider to be let go


def is_slow(look: str, brought: Brought) -> bool:
    """Whether the slider must be let go before the picture can follow."""
    return look in SLOW and brought.shown.targets.size > MANY


def add_up(brought: Brought, gammas: Sequence[float]) -> None:
    """Find what each of these places of the slider needs, and say so if it takes a while."""
    rows = brought.shown.targets.size
    if rows <= MANY or len(brought.sums) >= len(gammas):
        return
    with st.spinner(_("Adding up the loss of {n} rows …").format(n=count(rows))):
        for gamma in gammas:
            brought.sums_at(gamma)
