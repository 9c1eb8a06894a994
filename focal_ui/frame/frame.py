"""What stands around every page: its fragment, and what is said when it fails."""

import gc
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from focal_ui.controls import by_page
from focal_ui.frame import settings
from focal_ui.words import _

ICON = str(Path(__file__).with_name("icon.png"))
LOGO = str(Path(__file__).with_name("logo.svg"))
LOADED_LATE = ("pandas", "scipy")  # with the first table, with the first root that is sought
_settled: set[str] = set()  # pages that were drawn and modules that were met, once is enough


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
        _settle(key)

    draw()


def _settle(page: str) -> None:
    """Spare the collector what the first visit of a page leaves for the server's life.

    Pictures and sentences are kept for the next visitors, and some pages load pandas or SciPy.
    A full collection would walk through all of that each time.
    Once a page and module, not more: what is frozen in a circle is never freed, and so a visitor
    who is here at that moment costs a little for good.
    """
    met = {page, *(name for name in LOADED_LATE if name in sys.modules)} - _settled
    if met:
        _settled.update(met)
        gc.collect()
        gc.freeze()


def _sorry() -> None:
    st.error(_("This page could not be drawn with these values. The other pages still work."))
    st.button(_("Start again with the default values"), on_click=_forget)


def _forget() -> None:
    for key, knob in by_page.KNOBS.items():
        st.session_state[key] = getattr(knob, "default", None)  # the link follows
