"""Class kit: the plan, the worksheets, and a link that opens what the class should see."""

from functools import partial

import streamlit as st

from focal_ui.class_kit import (
    class_link,
    lesson,
    link_builder,
    printed_kit,
    students_address,
    whole_lab,
    worksheets,
)
from focal_ui.controls import parameters
from focal_ui.stage.stage import Stage
from focal_ui.words import _, as_now, entry

TITLE = "Class kit"
BRIDGE = "Where does each number come from, and what do the words mean?"


def page() -> None:
    """Everything to print, to share and to say."""
    Stage().say(_("A 45-minute lesson on focal loss"))
    students_address.ask()
    _goals()
    _plan(lesson.plan())
    st.header(_("A link for your class"))
    with st.container(key="with_python_link"):
        link_builder.show()
    _sheets()
    _misconceptions()
    _words_and_ways()
    whole_lab.show(_base())
    _parameters()


def _goals() -> None:
    st.markdown(_("After 45 minutes students can"))
    st.markdown("\n".join(f"- {goal}" for goal in lesson.goals()))
    st.markdown(_("**Prerequisites:** {knowledge}").format(knowledge=lesson.prerequisites()))
    st.download_button(
        _("The whole kit to print (HTML)"),
        data=as_now(partial(printed_kit.page, _base())),
        file_name="focal_loss_class_kit.html",
        mime="text/html",
        key="handout",
        on_click="ignore",
        icon=":material/print:",
    )
    st.caption(
        _("Plan with links and QR codes, board, misconceptions, quiz and worksheets with keys.")
    )


def _plan(plan: tuple[lesson.Step, ...]) -> None:
    st.header(_("The 45 minutes"))
    lines = [_("| minutes | activity | what to expect | link |"), "|---|---|---|---|"]
    for step in plan:
        link = ""
        if step.page:
            link = f"[{_('open')}]({class_link.build(_base(), step.page, step.values)})"
        lines.append(f"| {step.minutes} | {step.activity} | {step.expected} | {link} |")
    with st.container(key="plan"):
        st.markdown("\n".join(lines))


def _sheets() -> None:
    st.header(_("Worksheets"))
    with st.container(horizontal=True):
        menus = [
            (
                sheet,
                st.popover(sheet.title, icon=":material/download:", key=f"sheet_{sheet.letter}"),
            )
            for sheet in worksheets.worksheets()
        ]
    for sheet, menu in menus:
        with menu:
            st.markdown(sheet.purpose)
            for with_key in (False, True):
                _downloads(sheet, with_key=with_key)


def _downloads(sheet: worksheets.Worksheet, *, with_key: bool) -> None:
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


def _misconceptions() -> None:
    st.header(_("Common misconceptions"))
    drawer = st.expander(_("What students say, what to ask"), key="heads", on_change="rerun")
    if drawer.open:
        rows = lesson.misconceptions()
        drawer.table(
            {
                _("Students say"): [row.said for row in rows],
                _("Ask"): [row.ask for row in rows],
                _("They find"): [row.found for row in rows],
            },
            hide_index=True,
        )
    drawer = st.expander(_("What the scenarios leave out"), key="left_out", on_change="rerun")
    if drawer.open:
        left_out = lesson.simplifications()
        said = [entry(f"*{name}*", words) for name, words in left_out.items()]
        drawer.markdown("\n".join(f"- {each}" for each in said))


def _words_and_ways() -> None:
    st.header(_("Glossary and accessibility"))
    drawer = st.expander(_("Glossary"), key="words", on_change="rerun")
    if drawer.open:
        terms = lesson.vocabulary()
        drawer.table(
            {_("term"): [t.name for t in terms], _("meaning"): [t.meaning for t in terms]},
            hide_index=True,
        )
    for key, title, lines in (
        ("further", _("Extensions and follow-up"), lesson.further()),
        ("access", _("Accessibility"), lesson.access()),
    ):
        drawer = st.expander(title, key=key, on_change="rerun")
        if drawer.open:
            drawer.markdown("\n".join(f"- {line}" for line in lines))


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
    return students_address.base()
