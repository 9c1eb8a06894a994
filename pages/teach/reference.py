"""Reference: the paper's tables, a glossary, and where every claim comes from."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from focal_core import paper
from focal_ui.controls import knobs
from focal_ui.frame import page_parts
from focal_ui.reference import glossary, lists, tables
from focal_ui.stage.stage import Stage
from focal_ui.stage.view import View
from focal_ui.words import _

TITLE = "Reference"
BRIDGE = "This is the last page. What would you like to try with what you know now?"


def view(table: str = knobs.TABLE_1B) -> View:
    """What the page says of one table of the paper."""
    shown, draw = tables.SHOWN[table]
    return View(
        headline=tables.headline(table),
        exhibits={f"table_{shown.number}": draw()},
        explanation=tables.explained(table),
    )


def variants() -> dict[str, Callable[..., View]]:
    """Each table."""
    return {name: partial(view, table=name) for name in tables.SHOWN}


def page() -> None:
    """One table at a time, then glossary, claims, errors and literature."""
    stage = Stage()
    with stage.above:
        chosen = knobs.TABLE.ask() or knobs.TABLE_1B
        st.caption(_caption(chosen))
    stage.show(view, table=chosen)
    glossary.show()
    st.header(_("Claims and evidence"))
    lists.show()
    page_parts.sources(_sources())


def _caption(chosen: str) -> str:
    table, _draw = tables.SHOWN[chosen]
    return _("Table {number}. {caption} ({split}).").format(
        number=table.number, caption=_(table.caption), split=table.split.value
    )


def _sources() -> dict[str, str]:
    return {
        _("All tables, and the claims tagged “from the paper”"): paper.PAPER,
        _("The row of ResNeXt-101 in Table 2"): _("only in the paper’s second version"),
        _("Other detectors beside Table 1e"): paper.FIGURE_2_SOURCE,
        _("α = 0.5 at γ = 2"): paper.ALPHA_HALF_LOSES.where,
        _("γ and α selected together"): paper.TOGETHER_SOURCE,
        _("The hinge loss"): paper.HINGE_SOURCE,
        _("The wording of captions and glossary"): _("ours"),
    }
