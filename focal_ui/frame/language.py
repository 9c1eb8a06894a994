"""Which language a visitor reads: the link's, else the browser's, else English; and a choice.

The link's is held by a widget out of sight: it is empty until a link or the visitor says one.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from focal_ui import words
from focal_ui.frame import settings
from focal_ui.locale.languages import BY_TAG, ENGLISH, Language, find, offered, preferred
from focal_ui.words import _

KEY = "lang"  # in the link
_SPOKEN = "language spoken"  # session_state: its tag, for fragments with a thread of their own
_SWITCHED = "language switched"  # session_state: whether this run is the first in a language
_CHOSEN = "language_chosen"  # the choice in the sidebar


def begin() -> None:
    """Speak the visitor's language. Call before the first word of a run."""
    tag, before = wanted().tag, st.session_state.get(_SPOKEN)
    st.session_state[_SPOKEN] = tag
    st.session_state[_SWITCHED] = before not in (None, tag)
    words.speak(tag)


def stay(key: str) -> None:
    """Call before a widget whose options are translated: a switch renames what is chosen there."""
    if st.session_state.get(_SWITCHED) and key in st.session_state:
        st.session_state[key] = st.session_state[key]


def wanted() -> Language:
    """What the visitor has chosen, or came with."""
    asked = st.session_state.get(KEY, st.query_params.get(KEY, ""))
    return find(asked) or preferred(st.context.locale or "")


def ask() -> None:
    """Draw the choice, in the sidebar; there is none while the app has one language."""
    with settings.out_of_sight("language"):
        st.text_input(KEY, key=KEY, bind="query-params")
    tags = [language.tag for language in offered()]
    if len(tags) == 1:
        return
    st.session_state[_CHOSEN] = words.language()
    st.sidebar.selectbox(
        _("Language"), tags, format_func=lambda tag: BY_TAG[tag].name, key=_CHOSEN,
        on_change=_choose,
    )  # fmt: skip


def _choose() -> None:
    st.session_state[KEY] = st.session_state[_CHOSEN]


def _of_this_visit() -> str:
    """For a thread that does not know; one that belongs to no visit speaks English."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH.tag
    return str(st.session_state.get(_SPOKEN, ENGLISH.tag))


words.ask_for_language(_of_this_visit)
