"""Class kit: the plan, the sheets, and a link that opens what the class should see."""

from functools import partial

import streamlit as st

from focal_core.binary import CROSS_ENTROPY
from focal_core.budget import budget
from focal_core.population import SIMPLE
from focal_ui.class_kit import class_link, lesson, link_builder, offline, printed_kit, worksheets
from focal_ui.controls import parameters
from focal_ui.frame import page_parts
from focal_ui.words import _, percent

TITLE = "Class kit"


def page() -> None:
    """Everything to print, to share and to say."""
    plan = lesson.plan()
    st.title(
        _("A class in {n} steps: from {share} background to why").format(
            n=len(plan), share=percent(budget(SIMPLE.population(), CROSS_ENTROPY).negative_share)
        )
    )
    _goals()
    _plan(plan)
    st.header(_("A link for your class"))
    link_builder.show()
    _sheets()
    _misconceptions()
    _words_and_ways()
    _offline()
    _parameters()


def _goals() -> None:
    st.markdown(_("After 45 minutes students can"))
    st.markdown("\n".join(f"- {goal}" for goal in lesson.goals()))
    st.markdown(_("**Prerequisites:** {knowledge}").format(knowledge=lesson.prior_knowledge()))
    st.download_button(
        _("The whole kit to print (HTML)"),
        data=partial(printed_kit.page, _base()),
        file_name="focal_loss_class_kit.html",
        mime="text/html",
        key="handout",
        on_click="ignore",
        icon=":material/print:",
    )
    st.caption(_("The plan with its addresses and QR codes, what to say, the sheets, their keys."))


def _plan(plan: tuple[lesson.Step, ...]) -> None:
    st.header(_("The 45 minutes"))
    lines = [_("| minutes | activity | what to expect | link |"), "|---|---|---|---|"]
    for step in plan:
        link = ""
        if step.page:
            link = f"[{_('open')}]({class_link.build(_base(), step.page, step.values)})"
        lines.append(f"| {step.minutes} | {step.what} | {step.outcome} | {link} |")
    st.markdown("\n".join(lines))


def _sheets() -> None:
    st.header(_("Worksheets"))
    for sheet in worksheets.worksheets():
        with st.container(border=True):
            st.markdown(f"**{sheet.title}** – {sheet.purpose}")
            with st.container(horizontal=True):
                for with_key, name in ((False, _("to print")), (True, _("with key"))):
                    ending = "_key" if with_key else ""
                    st.download_button(
                        _("{name} (HTML)").format(name=name),
                        data=partial(sheet.as_html, with_key=with_key),
                        file_name=f"worksheet_{sheet.letter}{ending}.html",
                        mime="text/html",
                        key=f"html_{sheet.letter}_{with_key}",
                        on_click="ignore",
                    )
                    st.download_button(
                        _("{name} (Markdown)").format(name=name),
                        data=partial(sheet.as_markdown, with_key=with_key),
                        file_name=f"worksheet_{sheet.letter}{ending}.md",
                        mime="text/markdown",
                        key=f"md_{sheet.letter}_{with_key}",
                        on_click="ignore",
                    )


def _misconceptions() -> None:
    st.header(_("Common misconceptions"))
    rows = lesson.misconceptions()
    st.table(
        {
            _("Students say"): [row.said for row in rows],
            _("Ask"): [row.probe for row in rows],
            _("They find"): [row.outcome for row in rows],
        },
        hide_index=True,
    )
    st.markdown(_("**What the populations leave out**"))
    st.markdown("\n".join(f"- *{k}*: {v}" for k, v in lesson.simplifications().items()))


def _words_and_ways() -> None:
    st.header(_("Glossary and accessibility"))
    drawer = st.expander(_("Glossary"), key="words", on_change="rerun")
    if drawer.open:
        terms = lesson.vocabulary()
        drawer.table(
            {_("word"): [t.name for t in terms], _("meaning"): [t.meaning for t in terms]},
            hide_index=True,
        )
    for key, title, lines in (
        ("further", _("Extensions and follow-up"), lesson.further()),
        ("access", _("Accessibility"), lesson.access()),
    ):
        drawer = st.expander(title, key=key, on_change="rerun")
        if drawer.open:
            drawer.markdown("\n".join(f"- {line}" for line in lines))


def _offline() -> None:
    st.header(_("Offline"))
    st.markdown(_("One file with the key figures and the steps of γ inside; 5 MB, opens anywhere."))
    st.download_button(
        _("Offline figures (HTML)"),
        data=offline.page,
        file_name="focal_loss_lab_offline.html",
        mime="text/html",
        key="offline",
        on_click="ignore",
        icon=":material/download:",
    )


def _parameters() -> None:
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


def _base() -> str:
    return page_parts.base_address()
