"""The glossary, to search and to read; each term leads to the page that is about it."""

import re
from dataclasses import replace

import streamlit as st

from focal_core.glossary import GLOSSARY, Term, search
from focal_ui.frame import page_parts
from focal_ui.words import _, entry, kept

_STARS = re.compile(r"(?P<pair>(?<!\w)\*[^*\s](?:[^*]*[^*\s])?\*(?!\w))|\*")
HERE = "reference"  # where a link would lead nowhere


def show() -> None:
    """What is found, or all terms in a drawer."""
    st.header(_("Glossary"))
    wanted = st.text_input(
        _("Find a term"),
        max_chars=40,
        key="glossary_search",
        placeholder=_("anchor, alpha, mining …"),
        width=320,
    )
    if wanted.strip():
        found = search(wanted, _terms())
        # What was typed is not repeated: it never becomes Markdown.
        st.caption(
            _("{n} of {all} terms").format(n=len(found), all=len(GLOSSARY))
            if found
            else _("Nothing found. Try a shorter term.")
        )
        for term in found:
            _term(term)
        return
    title = _("All {n} terms").format(n=len(GLOSSARY))
    drawer = st.expander(title, key="all_terms", on_change="rerun")
    if drawer.open:
        with drawer:
            for term in _terms():
                _term(term)


def unstarred(text: str) -> str:
    """An asterisk that belongs to a name, as in FL*, as it is; a pair around words is emphasis."""
    return _STARS.sub(lambda found: found["pair"] or "\\*", text)


@kept(maxsize=4)
def _terms() -> tuple[Term, ...]:
    """The glossary in the visitor's words; a term is found by its English name, too."""
    said = [
        replace(term, name=_(term.name), meaning=_(term.meaning), also=(*term.also, term.name))
        for term in GLOSSARY
    ]
    return tuple(sorted(said, key=lambda term: term.name.casefold()))


def _term(term: Term) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(entry(f"**{unstarred(term.name)}**", unstarred(term.meaning)))
        if term.page and term.page != HERE:
            page_parts.link(term.page, st.session_state[page_parts.PAGES][term.page].title)
