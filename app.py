"""Focal Loss Lab: the table of contents, and the frame around the page that was chosen."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import streamlit as st
from starlette.middleware import Middleware
from streamlit.navigation.page import Page

from focal_ui.controls import by_page, knobs, link_check
from focal_ui.frame import (
    frame,
    language,
    packed,
    page_parts,
    reconnect,
    served_page,
    settings,
    theme,
)
from focal_ui.stage import stage
from focal_ui.words import _
from pages.detector import anchors, first_step, many_classes, train
from pages.limits import calibration, rivals, trouble, when_not
from pages.see import class_weights, curve, easy_negatives, gradient, start
from pages.teach import class_kit, reference
from pages.try_it import challenges, scores

UNLIKE = {knobs.GAMMA.key, knobs.POPULATION.key}  # whose default is not the same on every page
LATEST_PAGE = "latest page"  # session_state: the page that was drawn last
CORE = 6  # the first pages tell the story in order; the others can be read in any
SECTIONS: dict[str, list[ModuleType]] = {
    "The idea": [start, curve, easy_negatives, class_weights, gradient],
    "In a detector": [anchors, first_step, many_classes, train],
    "Limits": [calibration, rivals, when_not, trouble],
    "Try it": [scores, challenges],
    "Teach and look up": [class_kit, reference],
}


def begin_at_the_default(page: str) -> None:
    """Let γ and the scenario begin where the page's address says, else at the page's own default.

    Start's γ is 0, every other page's 2; Rivals has a scenario of its own to begin with. Without
    this the browser would keep the last page's, and the address would not say so.
    """
    if st.session_state.get(LATEST_PAGE) != page:
        for knob in by_page.ON_PAGE[page]:
            if knob.key in UNLIKE and knob.key not in st.query_params:
                st.session_state[knob.key] = getattr(knob, "default", None)
    st.session_state[LATEST_PAGE] = page


def titles() -> dict[str, str]:
    """Of every page, by its name in the address."""
    modules = [module for section in SECTIONS.values() for module in section]
    return {module.__name__.rpartition(".")[2]: _(module.TITLE) for module in modules}


def main() -> None:
    """Draw the frame, then the chosen page inside it."""
    language.begin()
    st.set_page_config(
        page_title=_("Focal Loss Lab"),
        page_icon=frame.ICON,
        layout="wide",
        initial_sidebar_state="collapsed"
        if settings.projector() or st.context.is_embedded
        else "auto",
    )
    st.logo(frame.LOGO, size="large")
    st.html(theme.STYLE)
    st.html(Path(stage.__file__).with_name("stage.css"))
    menu: dict[str, list[Page]] = {}
    pages: dict[str, Page] = {}
    body: dict[str, Callable[[], None]] = {}
    for section, modules in SECTIONS.items():
        for module in modules:
            own = module.__name__.rpartition(".")[2]
            page = st.Page(
                module.page, title=_(module.TITLE), url_path=own, default=module is start
            )
            menu.setdefault(_(section), []).append(page)
            pages[own] = page
            body[page.url_path] = module.page
    st.session_state[page_parts.PAGES] = pages
    chosen = st.navigation(menu, expanded=True)
    name = next(own for own, page in pages.items() if page.url_path == chosen.url_path)
    st.set_page_config(page_title=f"{chosen.title} · {_('Focal Loss Lab')}")
    begin_at_the_default(name)
    link_check.tell(name)
    settings.take_along()
    language.ask()
    st.sidebar.toggle(_("Presentation mode"), key=settings.PROJECTOR, bind="query-params")
    if settings.projector():
        st.html(theme.PROJECTOR_STYLE)
    if settings.is_hidden(settings.MENU):
        st.html(theme.WITHOUT_MENU_STYLE)
    if st.context.is_embedded:
        st.html(theme.EMBEDDED_STYLE)
    # Not chosen.run(): a value that came by link would be lost at the first page change.
    frame.show(body[chosen.url_path], key=name)
    story = [module for modules in SECTIONS.values() for module in modules]
    at = [module.page for module in story].index(body[chosen.url_path])
    page_parts.way_on(story, at, core=CORE)
    reconnect.watch()


# `streamlit run app.py` finds this and runs .streamlit/run.py for each visitor: a script beside a
# folder named pages would be read as an old-style app until its first run is over, and greet the
# first visitor who comes by a deep link with "Page not found".
app = st.App(
    Path(__file__).with_name(".streamlit") / "run.py",
    routes=served_page.ROUTES,
    middleware=[Middleware(packed.Packed), Middleware(served_page.Titled, titles=titles)],
)

if __name__ == "__main__":  # a test, or a host that runs this file as a plain script
    main()
