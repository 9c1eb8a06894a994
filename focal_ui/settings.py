"""What a link can say about the whole visit: hidden controls, hidden answers, a projector.

`hide=alpha,population` takes controls away and holds them at the link's value (or their default);
`answers=hidden` keeps the reasons and the revealed numbers back. Both stay for the visit, since a
menu drops from the address what belongs to no control.
"""

from collections.abc import Iterable, Iterator

import streamlit as st

from focal_ui.words import _

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


def complaints(known: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Key, value and reason for each setting that the link gives and that means nothing."""
    unknown = set(st.query_params.get(HIDE, "").split(",")) - {"", *known}
    if unknown:
        yield HIDE, ", ".join(sorted(unknown)), _("names no control, and hides nothing.")
    for key, usable in ((ANSWERS, ("hidden",)), (PROJECTOR, ("true", "false"))):
        given = st.query_params.get(key)
        if given is not None and given not in usable:
            yield key, given, _("is not one of: {options}.").format(options=", ".join(usable))


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
