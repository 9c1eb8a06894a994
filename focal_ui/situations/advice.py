"""What to do, a card each, with the way to the reason."""

from typing import TypeAlias

import streamlit as st

from focal_ui.frame import page_parts
from focal_ui.words import _

Advice: TypeAlias = dict[str, tuple[str, dict[str, str]]]
"""What to do -> where the reason stands, a page or "#" and a place on this one; its values."""


def show(advice: Advice) -> None:
    """The cards, one under the other."""
    for what, (where, values) in advice.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(what, width="stretch")
            if where.startswith("#"):
                above = f":material/arrow_upward: [{_('see above')}]({where})"
                st.markdown(above, width="content")
            else:
                page_parts.link(where, _("open") if where == "scores" else _("see why"), **values)
