"""The worksheets to take away: a menu for each, with and without its key."""

from functools import partial

import streamlit as st

from focal_ui.class_kit.worksheets import Worksheet, worksheets
from focal_ui.words import _, as_now


def show() -> None:
    """A row of menus, one a sheet."""
    st.header(_("Worksheets"))
    with st.container(horizontal=True):
        for sheet in worksheets():
            menu = f"sheet_{sheet.letter}"
            with st.popover(sheet.title, icon=":material/download:", key=menu):
                st.markdown(sheet.purpose)
                for with_key in (False, True):
                    _downloads(sheet, with_key=with_key)


def _downloads(sheet: Worksheet, *, with_key: bool) -> None:
    """The sheet to print and to change; with_key: with the answers."""
    name, ending = (_("With key"), "_key") if with_key else (_("To print"), "")
    for kind, file, draw, mime in (
        ("HTML", "html", sheet.as_html, "text/html"),
        ("Markdown", "md", sheet.as_markdown, "text/markdown"),
    ):
        st.download_button(
            _("{name} ({kind})").format(name=name, kind=kind),
            data=as_now(partial(draw, with_key=with_key)),
            file_name=f"worksheet_{sheet.letter}{ending}.{file}",
            mime=mime,
            key=f"{file}_{sheet.letter}_{with_key}",
            on_click="ignore",
        )
