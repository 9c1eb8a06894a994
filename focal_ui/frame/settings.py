"""What a link can say about the whole visit: hidden controls, hidden answers, presentation.

`hide=alpha,population` takes controls out of sight, so that they stay at the link's value, and
`hide=menu` the ways to other pages;
`answers=hidden` keeps the reasons and the revealed numbers back; `answers=after` keeps a page's
pictures back until its guess is made.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import streamlit as st

from focal_ui.frame import theme

HIDE, ANSWERS, PROJECTOR = "hide", "answers", "projector"
HIDDEN, AFTER = "hidden", "after"
MENU = "menu"  # what `hide` calls the ways to other pages
_WAITING = "waiting for a guess"
OUT_OF_SIGHT = "out_of_sight"  # what a container's key starts with that nobody sees


def take_along() -> None:
    """Keep what the link says in the address of every page. Call before any other widget.

    A menu drops from the address what belongs to no widget: so these are widgets, out of sight.
    """
    with out_of_sight("settings"):
        for key in (HIDE, ANSWERS):
            st.text_input(key, key=key, bind="query-params")


def out_of_sight(name: str) -> AbstractContextManager[Any]:
    """A place for widgets that keep their value and their part of the address, and are not seen."""
    return st.container(key=f"{OUT_OF_SIGHT}_{name}")


def veil(names: Iterable[str]) -> None:
    """Hide the containers with these keys, where they stand.

    A bound widget that moves from one container to another may lose its part of the address: the
    browser forgets the old place after it has learned the new one.
    """
    rule = theme.hiding(*(f".st-key-{name}" for name in names))
    with out_of_sight("veil"):
        st.html(f"<div><style>{rule}</style></div>")


def place(key: str) -> AbstractContextManager[Any]:
    """Where a control stands: in the page, or out of sight if the link takes it away."""
    return out_of_sight(key) if is_hidden(key) else nullcontext()


def is_hidden(key: str) -> bool:
    """Whether the link takes this control away."""
    return key in str(st.session_state.get(HIDE, "")).split(",")


def answers_hidden() -> bool:
    """Whether reasons and revealed numbers are kept back."""
    return bool(st.session_state.get(ANSWERS) == HIDDEN)


def wait_for_a_guess(made: str | None) -> None:
    """Keep this page's pictures back while no guess is made, if the link says so."""
    st.session_state[_WAITING] = made is None and st.session_state.get(ANSWERS) == AFTER


def wait_for_nothing() -> None:
    """Call before each page: most ask no guess, and no link says so."""
    st.session_state[_WAITING] = False


def waiting() -> bool:
    """Whether the pictures are still kept back."""
    return bool(st.session_state.get(_WAITING))


def projector() -> bool:
    """Whether the page is shown to a room."""
    return bool(st.session_state.get(PROJECTOR, st.query_params.get(PROJECTOR) == "true"))
