"""What a page was made of in its last run, for who publishes it without a server."""

from typing import Any

import streamlit as st

NOTES = "noted"  # session_state: part of the page -> what it was made of


def note(part: str, made_of: Any) -> None:
    """Remember what this part of the page was made of."""
    st.session_state.setdefault(NOTES, {})[part] = made_of


def notes(session_state: Any) -> dict[str, Any]:
    """What the runs of a visit noted."""
    if NOTES not in session_state:  # a visit without a browser has no get
        return {}
    found: dict[str, Any] = session_state[NOTES]
    return found
