"""What is said of a link that cannot be used as it stands: one line for each value."""

from collections.abc import Iterator

import streamlit as st

from focal_ui.controls import by_page
from focal_ui.controls.kinds import Choice, Knob, Number
from focal_ui.frame import language, settings
from focal_ui.learning import question_bank
from focal_ui.learning.questions import LINK
from focal_ui.locale.languages import find, offered
from focal_ui.words import _, plain

SETTINGS = (
    Choice(
        settings.ANSWERS,
        "Answers and reasons: hidden, or pictures only after the guess",
        (settings.HIDDEN, settings.AFTER),
    ),
    Choice(settings.PROJECTOR, "Presentation mode: larger, bolder, fewer words", ("true", "false")),
    Choice(language.KEY, "Language", tuple(each.tag for each in offered())),
)


def tell(page: str) -> None:
    """Name every value in the link that is not used on the page. Call before any widget."""
    for key, given, why in _complaints(page):
        st.warning(f"{plain(key)} = {plain(given)} {why}", icon=":material/link_off:")


def _complaints(page: str) -> Iterator[tuple[str, str, str]]:
    own = {knob.key: knob for knob in by_page.ON_PAGE[page]}
    for key, knob in (by_page.KNOBS | own | _questions()).items():
        given = st.query_params.get_all(key)
        why = _twice(knob, given) if len(given) > 1 else given and knob.complaint(given[0])
        if why:
            yield key, given[0], why
    unknown = set(st.query_params.get(settings.HIDE, "").split(",")) - {
        "",
        settings.MENU,
        *by_page.KNOBS,
    }
    if unknown:
        yield (
            settings.HIDE,
            ", ".join(sorted(unknown)),
            _("is not the name of a control, so it hides nothing."),
        )
    for setting in SETTINGS:
        text = st.query_params.get(setting.key)
        if setting.key == language.KEY and find(text or ""):
            continue  # there are several ways to write one
        if text is not None and (why := setting.complaint(text)):
            yield setting.key, text, why


def _questions() -> dict[str, Knob]:
    """The questions that the link answers; no other is worth making."""
    asked = [key.removeprefix(LINK) for key in st.query_params if key.startswith(LINK)]
    made = [question_bank.BANK[name]() for name in asked if name in question_bank.BANK]
    return {q.link_key: Choice(q.link_key, q.ask, tuple(q.lettered)) for q in made}


def _twice(knob: Knob, given: list[str]) -> str:
    opened = _("its default")
    if isinstance(knob, Choice) and knob.complaint(given[0]) is None:
        opened = _("the first")
    if isinstance(knob, Number) and knob.complaint(given[-1]) is None:
        opened = _("the last")  # so Streamlit has it; the other widgets take neither
    return _("is given {n} times; the page opened with {opened}.").format(
        n=len(given), opened=opened
    )
