"""Buttons that move what is on the page, without the server: the script does what they say."""

from html import escape

import streamlit as st

from focal_ui.controls.kinds import Sliding
from focal_ui.frame import settings


def play(slider: Sliding, to: float, label: str) -> None:
    """Move a slider from its low end, or from where it stands, to a value; a second press stops."""
    slider = slider.now()
    if not settings.is_hidden(slider.key) and not settings.waiting() and to in slider.places:
        row = slider.places.index(to)
        _button("▶", f'data-play="{slider.key}" data-to="{row}"', label)


def fly(picture: str, row: str, label: str) -> None:
    """Let all places of a picture that glows fly into the row of another one."""
    if not settings.waiting():
        _button("⇣", f'data-fly="{picture}" data-into="{row}"', label)


def _button(sign: str, does: str, label: str) -> None:
    st.html(
        f'<button type="button" class="move" {does}><span aria-hidden="true">{sign}</span> '
        f"{escape(label)}</button>",
        width="content",
    )
