"""A link for a class: a page, its values, what is hidden; as an address and as a QR code."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from focal_ui.class_kit import class_link, students_address
from focal_ui.controls.by_page import ON_PAGE, is_there, needs
from focal_ui.controls.kinds import Knob, Number, Slider
from focal_ui.frame import language, page_parts, settings
from focal_ui.words import _, later

ANSWERS = {"": "shown", settings.AFTER: "pictures after the guess", settings.HIDDEN: "hidden"}
GUESS = "guess_"  # what the keys of guesses start with
MINE = "link_"  # the builder's own parameters in the address start so


@st.fragment(key="link_builder")
def show() -> None:
    """Its own fragment: the rest of the page is the same for every link."""
    left, right = st.columns([3, 2])
    with left:
        pages = page_parts.pages()
        language.stay(f"{MINE}page")
        page = st.selectbox(
            _("Page"), list(pages), format_func=lambda page: pages[page].title,
            key=f"{MINE}page", bind="query-params",
        )  # fmt: skip
        values = dict(_values(page))
        language.stay(f"{MINE}answers")
        answers = st.segmented_control(
            _("Answers and reasons"), list(ANSWERS), default="", required=True,
            format_func=lambda value: _(ANSWERS[value]), key=f"{MINE}answers",
            bind="query-params", wrap=True,
        )  # fmt: skip
        language.stay(f"{MINE}hidden_{page}")
        hidden = st.multiselect(
            _("Controls to hide"),
            [settings.MENU, *_can_be_hidden(page, values, answers or "")],
            format_func=lambda key: _named(page, key),
            key=f"{MINE}hidden_{page}",
            bind="query-params",
            help=_("A hidden control keeps the link’s value, or its default."),
        )
        projector = st.toggle(
            _("Presentation mode: larger, bolder, fewer words"), key=f"{MINE}projector",
            bind="query-params",
        )  # fmt: skip
    link = class_link.build(
        students_address.base(), pages[page].url_path, values,
        hidden=hidden, answers=answers, projector=projector,
    )  # fmt: skip
    code = class_link.qr_code(link)
    with right:
        st.image(code, width=230, alt=_("The link as a QR code"))
        _to_show(link, code)
    st.code(link, language=None, wrap_lines=True)


def _to_show(link: str, code: str) -> None:
    """What a teacher does with it: see what the class will see, show the code, print it."""
    with st.container(horizontal=True):
        st.link_button(_("Open as a student"), link, icon=":material/open_in_new:")
        large = st.popover(_("Large"), icon=":material/qr_code:", key="large_code")
        large.image(code, width=640, alt=_("The link as a large QR code"))
        st.download_button(
            _("PNG"), data=partial(class_link.qr_png, link), file_name="focal_loss_link.png",
            mime="image/png", key="code_png", on_click="ignore",
        )  # fmt: skip


def _can_be_hidden(page: str, values: Mapping[str, str], answers: str) -> list[str]:
    """The controls that are there at these values; not the guess that pictures wait for."""
    return [
        knob.key
        for knob in ON_PAGE[page]
        if is_there(page, knob, values)
        and not (answers == settings.AFTER and knob.key.startswith(GUESS))
    ]


def _values(page: str) -> Iterator[tuple[str, str]]:
    """What the link says of the page's controls: all that differs from the default."""
    set_here = [knob for knob in ON_PAGE[page] if _can_be_set(knob)]
    if not set_here:
        return
    said: dict[str, str] = {}
    with st.expander(_("Settings"), expanded=True):
        for knob in set_here:
            needed = needs(page, knob)
            if needed is None or said.get(needed[0].key, _default(needed[0])) in needed[1]:
                said[knob.key] = _asked(knob)
    for knob in set_here:
        if said.get(knob.key, _default(knob)) != _default(knob):
            yield knob.key, said[knob.key]


def _asked(knob: Knob) -> str:
    """What a copy of the control is set to, as the link would say it; "" for nothing."""
    copy = replace(knob, key=MINE + knob.key)
    value = copy.ask()
    if isinstance(knob, Slider):
        return f"{value:g}"
    return str(st.session_state.get(copy.key) or "")


def _can_be_set(knob: Knob) -> bool:
    """A guess or an answer is the learner's."""
    return not isinstance(knob, Number) and not knob.key.startswith(GUESS)


def _default(knob: Knob) -> str:
    default = getattr(knob, "default", None)
    return f"{default:g}" if isinstance(default, float) else str(default or "")


def _named(page: str, key: str) -> str:
    names = {knob.key: knob.name for knob in ON_PAGE[page]}
    names[settings.MENU] = later("Menu and links to other pages")
    return f"{_(names[key])} ({key})"
