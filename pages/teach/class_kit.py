"""Class kit: the plan, the sheets, and a link that opens what the class should see."""

from functools import partial

import streamlit as st

from focal_core.binary import CROSS_ENTROPY
from focal_core.budget import budget
from focal_core.population import SIMPLE
from focal_ui import class_link, controls, handout, lesson, offline, page_parts, worksheets
from focal_ui.recipes import PRESETS
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
    _link_builder()
    _sheets()
    _misconceptions()
    _words_and_ways()
    _offline()
    _parameters()


def _goals() -> None:
    st.markdown(_("After 45 minutes a learner can"))
    st.markdown("\n".join(f"- {goal}" for goal in lesson.goals()))
    st.markdown(_("**Brings along:** {knowledge}").format(knowledge=lesson.prior_knowledge()))
    st.download_button(
        _("The whole kit to print (HTML)"),
        data=partial(handout.page, _base()),
        file_name="focal_loss_class_kit.html",
        mime="text/html",
        key="handout",
        on_click="ignore",
        icon=":material/print:",
    )
    st.caption(_("The plan with its addresses and QR codes, what to say, the sheets, their keys."))


def _plan(plan: tuple[lesson.Step, ...]) -> None:
    st.header(_("The 45 minutes"))
    lines = [_("| minutes | what happens | what comes out | opens |"), "|---|---|---|---|"]
    for step in plan:
        link = ""
        if step.page:
            link = f"[{_('open')}]({class_link.build(_base(), step.page, step.values)})"
        lines.append(f"| {step.minutes} | {step.what} | {step.outcome} | {link} |")
    st.markdown("\n".join(lines))


@st.fragment(key="link_builder")
def _link_builder() -> None:
    """Its own fragment: the rest of the page is the same for every link."""
    st.header(_("A link for your class"))
    left, right = st.columns([3, 2])
    with left:
        pages = page_parts.page_titles()
        page = st.selectbox(
            _("Page"), list(pages), format_func=lambda path: pages[path], key="link_page"
        )
        gamma = controls.GAMMA.ask()
        population = st.selectbox(
            _("Who is scored"), ["", *PRESETS], key="link_population",
            format_func=lambda name: name or _("the page’s own"),
        )  # fmt: skip
        hidden = st.multiselect(
            _("Controls to hide"), list(controls.KNOBS), key="link_hidden",
            help=_("A hidden control stays at the link’s value, or at its default."),
        )  # fmt: skip
        answers = not st.toggle(_("Hide answers and reasons"), key="link_answers")
        projector = st.toggle(_("Projector: larger, bolder, fewer words"), key="link_projector")
    values = {controls.GAMMA.key: f"{gamma:g}"}
    if population:
        values[controls.POPULATION.key] = population
    link = class_link.build(
        _base(), page or "", values, hidden=hidden, answers=answers, projector=projector
    )
    with right:
        st.image(class_link.qr_code(link), width=230, alt=_("The link as a QR code"))
    st.code(link, language=None, wrap_lines=True)


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
    st.header(_("What goes wrong in heads"))
    rows = lesson.misconceptions()
    st.table(
        {
            _("They say"): [row.said for row in rows],
            _("You ask"): [row.probe for row in rows],
            _("What comes out"): [row.outcome for row in rows],
        },
        hide_index=True,
    )
    st.markdown(_("**What the populations leave out**"))
    st.markdown("\n".join(f"- *{k}*: {v}" for k, v in lesson.simplifications().items()))


def _words_and_ways() -> None:
    st.header(_("Words, and for everybody"))
    with st.expander(_("The words of the class")):
        words = lesson.vocabulary()
        st.table({_("word"): [w.name for w in words], _("meaning"): [w.meaning for w in words]},
                 hide_index=True)  # fmt: skip
    with st.expander(_("Done early, and the week after")):
        st.markdown("\n".join(f"- {line}" for line in lesson.further()))
    with st.expander(_("For those who see, hear or move differently")):
        st.markdown("\n".join(f"- {line}" for line in lesson.access()))


def _offline() -> None:
    st.header(_("Without a network"))
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
        drawer.table(
            {
                _("parameter"): list(controls.KNOBS),
                _("meaning"): [_(knob.name) for knob in controls.KNOBS.values()],
            },
            hide_index=True,
        )


def _base() -> str:
    return page_parts.base_address()
