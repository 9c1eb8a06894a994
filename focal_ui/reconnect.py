"""Draw the page again when a visitor's connection comes back.

A server that was restarted, or a replica that takes over, knows the sliders' values from the
browser but not the page's fragment: without this, the next move would change nothing. A move that
meets such a server is lost, so for some seconds every move is followed by a full run.
"""

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st


def watch() -> None:
    """Mount the watcher. Call outside any fragment: its report runs the whole script."""
    try:
        _component()(key="reconnect", on_back_change=lambda: None)
    except Exception:  # a host without components still serves; only this repair is missing
        logging.getLogger(__name__).exception("nobody watches the connection")


@lru_cache(maxsize=1)
def _component() -> Any:
    script = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return st.components.v2.component("reconnect", js=script)
