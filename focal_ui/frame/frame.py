"""What stands around every page: its fragment, and what is said when it fails."""

import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from focal_ui.controls import by_page
from focal_ui.frame import settings
from focal_ui.words import _

ICON = str(Path(__file__).with_name("icon.png"))
LOGO = str(Path(__file__).with_name("logo.svg"))


def show(page: Callable[[], None], *, key: str) -> None:
    """Draw a page so that a move of a slider reruns the page alone, not the whole app."""

    @st.fragment(key=key)
    def draw() -> None:
        with st.container(key="page"):
            settings.wait_for_nothing()
            try:
                page()
            except Exception:
                logging.getLogger(__name__).exception("page %s failed", key)
                _sorry()

    draw()


def _sorry() -> None:
    st.error(_("This page could not be drawn with these values. The other pages still work."))
    st.button(_("Start again with the default values"), on_click=_forget)


def _forget() -> None:
    for key, knob in by_page.KNOBS.items():
        st.session_state[key] = getattr(knob, "default", None)  # the link follows
