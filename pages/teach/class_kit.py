"""Class kit: the plan, the worksheets, and a link that opens what the class should see."""

from functools import partial

import streamlit as st

from focal_ui.class_kit import (
    class_link,
    lesson,
    link_builder,
    printed_kit,
    students_address,
    to_look_up,
    whole_lab,
    worksheet_menus,
)
from focal_ui.stage.stage import Stage
from focal_ui.words import _, as_now

TITLE = "Class kit"
BRIDGE = "Where does each number come from, and what do the words mean?"


def page() -> None:
    """Everything to print, to share and to say."""
    Stage().say(_("A 45-minute lesson on focal loss"))
    students_address.ask()
    _goals()
    _plan()
    st.header(_("A link for your class"))
    with st.container(key="with_python_link"):
        link_builder.show()
    worksheet_menus.show()
    to_look_up.misconceptions()
    to_look_up.words_and_ways()
    whole_lab.show(students_address.base())
    to_look_up.parameters_of_a_link()


def _goals() -> None:
    st.markdown(_("After 45 minutes students can"))
    st.markdown("\n".join(f"- {goal}" for goal in lesson.goals()))
    st.markdown(_("**Prerequisites:** {knowledge}").format(knowledge=lesson.prerequisites()))
    st.download_button(
        _("The whole kit to print (HTML)"),
        data=as_now(partial(printed_kit.page, students_address.base())),
        file_name="focal_loss_class_kit.html",
        mime="text/html",
        key="handout",
        on_click="ignore",
        icon=":material/print:",
    )
    st.caption(
        _("Plan with links and QR codes, board, misconceptions, quiz and worksheets with keys.")
    )


def _plan() -> None:
    st.header(_("The 45 minutes"))
    lines = [_("| minutes | activity | what to expect | link |"), "|---|---|---|---|"]
    for step in lesson.plan():
        link = ""
        if step.page:
            address = class_link.build(students_address.base(), step.page, step.values)
            link = f"[{_('open')}]({address})"
        lines.append(f"| {step.minutes} | {step.activity} | {step.expected} | {link} |")
    with st.container(key="plan"):
        st.markdown("\n".join(lines))
