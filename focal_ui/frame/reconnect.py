"""Draw the page again when a visitor's connection comes back.

A server that was restarted, or a replica that takes over, knows the sliders' values from the
browser but not the page's fragment. Until it has drawn the page once, it drops every move.
And where the browser could not read a message, it has given up: then the page is loaded again.
The same script tells the page its language, which can change while it is open.
"""

import logging
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from focal_ui.words import web_language

_SESSION = "reconnect_session"  # session_state: another word on every server that takes over


def watch() -> None:
    """Mount the watcher. Call outside any fragment: its report runs the whole script.

    Call after the page: that the watcher arrives says that the page's fragment is known.
    """
    session = st.session_state.setdefault(_SESSION, secrets.token_hex(8))
    try:
        data = {"session": session, "language": web_language()}
        _component()(data=data, key="reconnect", on_back_change=lambda: None)
    except Exception:  # a host without components still serves; only this repair is missing
        logging.getLogger(__name__).exception("nobody watches the connection")


@lru_cache(maxsize=1)
def _component() -> Any:
    script = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("reconnect", js=script)
