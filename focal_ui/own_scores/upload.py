"""Where a visitor's own scores come in: paste or upload, or keep the example.

The file and the text are let go as soon as they are read. A visitor's words never become Markdown:
they pass `plain`, or stand in options of a list, which are shown as they are.
"""

import streamlit as st

from focal_core.received import LARGEST
from focal_core.scores import Scores, doubt, example_scores
from focal_ui.own_scores import choices, told
from focal_ui.own_scores.brought import Brought
from focal_ui.words import _, count, plain, sentences

SHOWN = "own_scores"  # session_state: what this visitor brought
PASTE = "own_text"
DRAWER = "inbox"
PLACEHOLDER = "score,is_object\n0.93,1\n0.02,0\n0.40,0"
MOST_RECEIVED = 20  # MB: what is too large is received too, to be told why it is refused


def brought_so_far() -> Brought:
    """What this visitor has brought; the example, if nothing."""
    brought: Brought = st.session_state.setdefault(SHOWN, Brought())
    return brought


def ask() -> Brought:
    """Draw the drawer in which scores come in, and return what is there."""
    brought = brought_so_far()
    _read_what_came(brought)
    drawer = st.expander(
        _("Bring your own scores"), key=DRAWER, icon=":material/upload:", on_change="rerun"
    )
    with drawer:
        if drawer.open or brought.table is not None:  # a choice that is not drawn is forgotten
            _inbox(brought)
            _tell_problem(brought)
            if brought.table is not None:
                choices.ask(brought, brought.table)
    return brought


def tell_how_read(brought: Brought) -> None:
    """Say how the shown scores were read, with a button that leads to where this is changed."""
    if brought.read_as is None or brought.scores is None:
        return
    notes = told.noted(brought.read_as.notes)
    st.caption(sentences(told.read_as_in_words(brought.read_as), notes))
    st.button(
        _("Change how it is read"), key="change_reading", icon=":material/edit:", type="tertiary",
        on_click=_open,
    )  # fmt: skip


def _open() -> None:
    st.session_state[DRAWER] = True


def _inbox(brought: Brought) -> None:
    st.markdown(
        _(
            "One row for each scored location, with one column for the score of “object” and one "
            "for the label (1 for an object). **Nothing is stored or logged**: your scores stay in "
            "the memory of this visit and are gone when you leave or reload."
        )
    )
    left, right = st.columns(2)
    with left, st.form("paste", border=False):
        st.text_area(_("Paste rows"), key=PASTE, height=150, placeholder=PLACEHOLDER)
        st.form_submit_button(_("Read the text"), on_click=_take_text)
    with right:
        st.file_uploader(
            _("Or upload CSV, TSV or JSON; of a detector, COCO or YOLO files. Up to {n} MB").format(
                n=LARGEST // 2**20
            ),
            accept_multiple_files=True,
            key=_file_key(brought),
            max_upload_size=MOST_RECEIVED,
            on_change=_take_files,
            help=_(
                "COCO: the results and the annotations, both as JSON. YOLO: the label files and "
                "the predictions with confidence, one text file an image; they are told apart by "
                "the confidence. Send all at once, or one half after the other. Boxes are matched "
                "with the labelled ones at an IoU of at least 0.5."
            ),
        )
        with st.container(horizontal=True):
            st.download_button(
                _("The example as CSV"),
                data=example_scores,
                file_name="example_scores.csv",
                mime="text/csv",
                key="example_csv",
                on_click="ignore",
                icon=":material/download:",
            )
            if brought.table is not None or brought.problem is not None or brought.parts:
                st.button(_("Back to the example"), key="back_to_example", on_click=_forget)


def _take_text() -> None:
    brought: Brought = st.session_state[SHOWN]
    brought.waiting = (("", st.session_state.get(PASTE) or ""),)


def _take_files() -> None:
    brought: Brought = st.session_state[SHOWN]
    uploads = st.session_state.get(_file_key(brought)) or []
    if uploads:
        brought.waiting = tuple((upload.name, upload.getvalue()) for upload in uploads)
        brought.files += 1  # an empty uploader takes its place, and the uploads are let go


def _read_what_came(brought: Brought) -> None:
    """Read what waits, before anything is drawn that it changes; say so if it takes a while."""
    files, brought.waiting = brought.waiting, ()
    if not files:
        return
    name = _named(files[0][0], len(files) - 1)
    with st.spinner(_("Reading {name} …").format(name=name)):  # seen after half a second
        understood = brought.take(files, name)
    if understood:
        if not files[0][0]:
            st.session_state[PASTE] = ""
        if _is_clear(brought):
            st.session_state[DRAWER] = False


def _named(first: str, others: int) -> str:
    if not first:
        return _("pasted text")
    if not others:
        return plain(first)
    return _("{name} and {n} more").format(name=plain(first), n=count(others))


def _is_clear(brought: Brought) -> bool:
    """Whether the result can come into view, as nothing is to be chosen or told first."""
    assert brought.guess is not None and brought.table is not None  # noqa: S101, PT018
    reading = choices.without_a_question(brought.guess, brought.table)
    outcome = brought.read(reading) if reading is not None else None
    if reading is None or not isinstance(outcome, Scores):
        return False
    told_first = outcome.left_out.rows or outcome.clipped
    return not told_first and doubt(brought.table, reading, outcome) is None


def _forget() -> None:
    brought: Brought = st.session_state[SHOWN]
    st.session_state[SHOWN] = Brought(tables=brought.tables, files=brought.files + 1)


def _file_key(brought: Brought) -> str:
    return f"own_file_{brought.files}"


def _tell_problem(brought: Brought) -> None:
    if brought.wanted is not None:
        st.info(
            _("{why} Until then you see what was there before.").format(
                why=told.in_words(brought.wanted)
            )
        )
    if brought.problem is not None:
        name, error = brought.problem
        st.error(
            _("{name} could not be read. {why} You still see what was there before.").format(
                name=plain(error.file) if error.file else name, why=told.in_words(error)
            )
        )
