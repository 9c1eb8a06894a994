"""The parts that every page has below its figure, so that each page has them in one order."""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from urllib.parse import urlsplit, urlunsplit

import streamlit as st
from streamlit.navigation.page import Page

from focal_core import paper
from focal_core.case_files import CaseFile
from focal_ui.frame import noted, settings
from focal_ui.learning import terms
from focal_ui.learning.questions import Option, Question
from focal_ui.learning.snippets import Snippets
from focal_ui.words import _, in_a_row, number

AT_ONCE = 2
OURS = "focal_core"  # what a program may need that no package index has
PAGES = "pages"  # session_state: name -> st.Page, filled by app.py at each run
RIGHT, WRONG = ":material/check_circle: **Right.**", ":material/cancel: **Not right.**"


def check_yourself(questions: Sequence[Question]) -> None:
    """Two questions, and more on demand; every answer has its reason, nothing is sent."""
    drawer = st.expander(_("Check yourself"), key="check_yourself", on_change="rerun")
    if not drawer.open:
        return
    with drawer:
        for question in questions[:AT_ONCE]:
            ask(question)
        rest = questions[AT_ONCE:]
        if rest and st.toggle(_("More questions"), key="more_questions"):
            for question in rest:
                ask(question)


def code_for(make: Callable[[], Snippets]) -> None:
    """The page's number, computed by code that can be copied and run as it stands."""
    noted.note("code", make)
    if settings.waiting():
        return  # it would tell the answer
    drawer = st.expander(_("Code for these settings"), key="code", on_change="rerun")
    if not drawer.open:
        return
    snippets = make()
    with drawer:
        st.markdown(_("Each prints **{result}**.").format(result=snippets.result))
        formula, *programs = st.tabs([_("Formula"), *map(_, snippets.programs)])
        with formula:
            st.latex(snippets.formula)
        for tab, program in zip(programs, snippets.programs.values(), strict=True):
            with tab:
                st.code(program, language="python")
                if OURS in program:
                    st.caption(
                        _(
                            "`{ours}` is this project’s library: `pip install .` in its folder "
                            "installs it."
                        ).format(ours=OURS)
                    )


def case_file(title: str, key: str, story: str, code: str, case: CaseFile) -> None:
    """A bug in published code: its story, its code, and both results side by side."""
    drawer = st.expander(_("Bug: {title}").format(title=title), key=key, on_change="rerun")
    if not drawer.open:
        return
    with drawer:
        st.markdown(story)
        st.code(code, language="python")
        wrong, right = st.columns(2)
        wrong.metric(_("this code gives"), number(case.wrong), border=True)
        right.metric(_("correct is"), number(case.right), border=True)


def sources(lines: Mapping[str, str]) -> None:
    """Where each claim of the page comes from: from the paper, computed here, or opinion."""
    drawer = st.expander(_("Sources"), key="sources", on_change="rerun")
    if drawer.open:
        with drawer:
            said = [f"- {claim} — *{cited(origin)}*" for claim, origin in lines.items()]
            st.markdown("\n".join(said))


def cited(origin: str) -> str:
    """A place in the paper in the visitor's words; what else is cited stays as it is."""
    parts = origin.split("; ")
    return in_a_row([_(part) if part.startswith(paper.CITED) else part for part in parts])


def pages() -> dict[str, Page]:
    """Every page of the menu by its name."""
    found: dict[str, Page] = st.session_state.get(PAGES, {})
    return found


def base_address() -> str:
    """Where the app lives, without page and settings."""
    address = urlsplit(st.context.url or "")
    path = address.path.removesuffix("/")
    last = path.rpartition("/")
    if last[2] in {page.url_path for page in pages().values()}:
        path = last[0]
    return urlunsplit((address.scheme, address.netloc, path, "", ""))


def link(page: str, label: str, **values: str) -> None:
    """A link to another page; what the sliders hold goes along, but for the values given here."""
    if page in pages():
        st.page_link(
            pages()[page],
            label=label,
            icon=":material/arrow_forward:",
            query_params=values or None,
        )
    else:  # the page stands alone, outside the app's menu
        st.markdown(label)


def way_on(story: Sequence[ModuleType], at: int, *, core: int) -> None:
    """The question that the next page answers, and the ways there and back.

    story: the pages in order; at: which of them this is; core: how many of the first are counted.
    """
    here = story[at]
    with st.container(key="way_on"):
        if at < core:
            st.caption(_("Story: page {n} of {all}").format(n=at + 1, all=core))
        bridge: str = getattr(here, "BRIDGE", "")
        if bridge:
            st.markdown(_(bridge))
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            for step, label in ((-1, _("Back: {title}")), (1, _("Next: {title}"))):
                if 0 <= at + step < len(story):
                    _turn(story[at + step], label, forward=step > 0)


def _turn(module: ModuleType, label: str, *, forward: bool) -> None:
    page = pages().get(module.__name__.rpartition(".")[2])
    if page:
        icon = ":material/arrow_forward:" if forward else ":material/arrow_back:"
        st.page_link(page, label=label.format(title=_(module.TITLE)), icon=icon)


def words_or_gap(text: str, terms_in_it: Sequence[str] = (), *, shown: bool) -> None:
    """Words, or nothing in their place: what follows stands second in any case.

    terms_in_it: terms of the glossary whose meaning stands behind a mark beside the words.
    """
    if shown:
        st.markdown(text, help=terms.help_of(*terms_in_it) or None)
    else:
        st.empty()


def ask(question: Question, *, shown: bool = True) -> bool | None:
    """One question with lettered options; the letter stands in the link.

    Whether the answer is right; None if there is none. shown: False draws nothing but the place of
    the answer, which a veil hides; it keeps the answer's part of the link, and says None.
    """
    options = question.lettered
    with st.container():
        words_or_gap(f"**{question.ask}**", question.terms, shown=shown)
        chosen = st.radio(
            question.ask, tuple(options), index=None, key=question.link_key, bind="query-params",
            captions=[option.text for option in options.values()], label_visibility="collapsed",
        )  # fmt: skip
        if chosen is None or not shown:
            return None
        if settings.answers_hidden():
            st.caption(_("Noted."))
        else:
            _verdict(question.key, options[chosen])
    return options[chosen].right


def _verdict(key: str, chosen: Option) -> None:
    """Right or not, by word, sign and colour; and why."""
    with st.container(key=f"verdict_{'right' if chosen.right else 'wrong'}_{key}"):
        st.markdown(f"{_(RIGHT) if chosen.right else _(WRONG)} {chosen.reason}")
