"""What a teacher may look up: misconceptions, terms, accessibility, and what a link can say.

Each drawer is filled when it is open.
"""

from collections.abc import Callable, Iterable, Mapping

import streamlit as st

from focal_ui.class_kit import lesson
from focal_ui.controls import parameters
from focal_ui.words import _, entry

Columns = Mapping[str, list[str]]


def misconceptions() -> None:
    """What students get wrong, and what the scenarios do."""
    st.header(_("Common misconceptions"))
    _table(_("What students say, what to ask"), "heads", _said_and_found)
    _list(_("What the scenarios leave out"), "left_out", _left_out)


def words_and_ways() -> None:
    """The glossary, how to go on, and who can take part."""
    st.header(_("Glossary and accessibility"))
    _table(_("Glossary"), "words", _glossary)
    _list(_("Extensions and follow-up"), "further", lesson.further)
    _list(_("Accessibility"), "access", lesson.access)


def parameters_of_a_link() -> None:
    """Every parameter, with its values and pages."""
    drawer = st.expander(_("All parameters of a link"), key="parameters", on_change="rerun")
    if drawer.open:
        rows = parameters.rows()
        drawer.dataframe(
            {
                _("parameter"): [row.key for row in rows],
                _("meaning"): [row.meaning for row in rows],
                _("values"): [row.values for row in rows],
                _("on"): [row.pages for row in rows],
            },
            hide_index=True,
            height=420,
            alt=_("Each parameter of a link, what it means, what it may say, and on which pages"),
        )


def _said_and_found() -> Columns:
    rows = lesson.misconceptions()
    return {
        _("Students say"): [row.said for row in rows],
        _("Ask"): [row.ask for row in rows],
        _("They find"): [row.found for row in rows],
    }


def _left_out() -> Iterable[str]:
    return (entry(f"*{name}*", words) for name, words in lesson.simplifications().items())


def _glossary() -> Columns:
    terms = lesson.vocabulary()
    return {_("term"): [t.name for t in terms], _("meaning"): [t.meaning for t in terms]}


def _table(title: str, key: str, columns: Callable[[], Columns]) -> None:
    drawer = st.expander(title, key=key, on_change="rerun")
    if drawer.open:
        drawer.table(columns(), hide_index=True)


def _list(title: str, key: str, items: Callable[[], Iterable[str]]) -> None:
    drawer = st.expander(title, key=key, on_change="rerun")
    if drawer.open:
        drawer.markdown("\n".join(f"- {item}" for item in items()))
