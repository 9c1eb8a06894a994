"""What a link can say about the whole visit: hidden controls, hidden answers, a projector.

`hide=alpha,population` takes controls away and holds them at the link's value (or their default);
`answers=hidden` keeps the reasons and the revealed numbers back. Both stay for the visit, since a
menu drops from the address what belongs to no control.
"""

from collections.abc import Iterable

import streamlit as st

HIDE, ANSWERS, PROJECTOR = "hide", "answers", "projector"
_HELD = "held values"  # session_state: hidden knob -> the text that the link gave it


def remember(known: Iterable[str]) -> None:
    """Note what the link says; known: the keys of all knobs. Call before any widget."""
    if HIDE in st.query_params:
        hidden = set(st.query_params[HIDE].split(",")) & set(known)
        st.session_state[HIDE] = hidden
        st.session_state[_HELD] = {
            key: st.query_params[key] for key in hidden if key in st.query_params
        }
    if ANSWERS in st.query_params:
        st.session_state[ANSWERS] = st.query_params[ANSWERS]


def is_hidden(key: str) -> bool:
    """Whether the link takes this control away."""
    return key in st.session_state.get(HIDE, ())


def held(key: str) -> str | None:
    """What the link says about a hidden control."""
    values: dict[str, str] = st.session_state.get(_HELD, {})
    return values.get(key)


def answers_hidden() -> bool:
    """Whether reasons and revealed numbers are kept back."""
    return bool(st.session_state.get(ANSWERS) == "hidden")


def projector() -> bool:
    """Whether the page is shown to a room."""
    return bool(st.session_state.get(PROJECTOR, st.query_params.get(PROJECTOR) == "true"))
