"""Where a visitor's own scores come in: paste or upload, choose columns, or keep the example.

What comes in lives in the visitor's session alone, as arrays; the file and the text are let go as
soon as they are read. A visitor's words never become Markdown: they pass `plain`, or stand in
options of a list, which are shown as they are.
"""

from dataclasses import dataclass, field

import streamlit as st

from focal_core.columns import Fault, Table
from focal_core.labels import label_choices
from focal_core.likely import Kind, Reading, guess_kind, guess_reading
from focal_core.received import LARGEST, UnreadableError
from focal_core.scores import (
    CLOSEST,
    FIRST,
    LARGEST_LOGIT,
    HardestFirst,
    LeftOut,
    Scores,
    Sums,
    example,
    example_scores,
    read_scores,
)
from focal_core.table import read_table
from focal_ui.frame import language
from focal_ui.words import _, count, number, numeral, plain

SHOWN = "own_scores"  # session_state: what this visitor brought
PASTE = "own_text"
DRAWER = "inbox"
PLACEHOLDER = "score,is_object\n0.93,1\n0.02,0\n0.40,0"
NO_MEMORY = "The server has too little memory for it now; try fewer lines, or later."
MOST_RECEIVED = 20  # MB: what is too large is received too, to be told why it is refused
_LONGEST_NAME = 40
_OURS = frozenset({"size", "rows", "limit", "length", "columns", "format"})  # no visitor's words


@dataclass(eq=False)
class Brought:
    """What a visitor has brought.

    scores: what is shown; None for the example. name: what it is called, as harmless Markdown.
    rows, sums, tie: what the page has found out about them and would take long to find again.
    messages: what the browser needs to follow the sliders, for this visitor alone.
    table, guess: the last table read, and the likeliest way to read it.
    reading, outcome: how it was read, and what came of that.
    problem: why the last file or text could not be read, with its name.
    """

    scores: Scores | None = None
    name: str = ""
    rows: HardestFirst | None = None
    sums: dict[float, Sums] = field(default_factory=dict)
    tie: tuple[float | None, float | None] | None = None
    messages: dict[str, bytes] = field(default_factory=dict)
    table: Table | None = None
    guess: Reading | None = None
    table_name: str = ""
    tables: int = 0
    files: int = 0
    reading: Reading | None = None
    outcome: Scores | UnreadableError | None = None
    problem: tuple[str, UnreadableError] | None = None

    def __repr__(self) -> str:
        """Short: it names what is kept of these scores."""
        return f"Brought({self.name!r})"

    def sums_at(self, gamma: float) -> Sums:
        """What both classes add to loss and gradient at this gamma, without class weight."""
        if self.rows is None:
            self.rows = HardestFirst.of(self.shown)
        if gamma not in self.sums:
            self.sums[gamma] = self.rows.sums(gamma)
        return self.sums[gamma]

    @property
    def shown(self) -> Scores:
        """The scores that the page is about."""
        return example() if self.scores is None else self.scores

    def take(self, content: str | bytes, name: str) -> bool:
        """Read a text or a file; what was there stays if that fails. Whether it succeeded."""
        try:
            table = read_table(content)
            guess = guess_reading(table).reading
        except UnreadableError as error:
            self.problem = (name, error)
            return False
        except MemoryError:
            self.problem = (name, UnreadableError(NO_MEMORY))
            return False
        self.table, self.table_name, self.guess = table, name, guess
        self.tables += 1
        self.reading = self.outcome = self.problem = None
        return True

    def read(self, reading: Reading) -> Scores | UnreadableError:
        """What comes of reading the table this way; the last answer is kept."""
        if self.table is not None and (reading != self.reading or self.outcome is None):
            self.reading = reading
            try:
                self.outcome = read_scores(self.table, reading)
            except UnreadableError as error:
                self.outcome = error
            except MemoryError:
                self.outcome = UnreadableError(NO_MEMORY)
        assert self.outcome is not None  # noqa: S101
        return self.outcome

    def show(self, scores: Scores | None, name: str = "") -> None:
        """Let the page be about these scores."""
        if scores is not self.scores:
            self.scores, self.name = scores, name
            self.rows = self.tie = None
            self.sums.clear()
            self.messages.clear()


def brought_so_far() -> Brought:
    """What this visitor has brought; the example, if nothing."""
    brought: Brought = st.session_state.setdefault(SHOWN, Brought())
    return brought


def ask() -> Brought:
    """Draw the drawer in which scores come in, and return what is there."""
    brought = brought_so_far()
    drawer = st.expander(
        _("Bring your own scores"), key=DRAWER, icon=":material/upload:", on_change="rerun"
    )
    with drawer:
        if drawer.open or brought.table is not None:  # a choice that is not drawn is forgotten
            _inbox(brought)
            _tell_problem(brought)
            if brought.table is not None:
                _choices(brought, brought.table)
    return brought


def _inbox(brought: Brought) -> None:
    st.markdown(
        _(
            "One line for each scored location, one column with the score of “object” and one with "
            "the label (1 for an object). **Nothing is stored or logged**: your scores stay in "
            "this visit’s memory and are gone when you leave or reload."
        )
    )
    left, right = st.columns(2)
    with left, st.form("paste", border=False):
        st.text_area(_("Paste lines"), key=PASTE, height=150, placeholder=PLACEHOLDER)
        st.form_submit_button(_("Read the text"), on_click=_take_text)
    with right:
        st.file_uploader(
            _("Or upload CSV or TSV, up to {n} MB").format(n=LARGEST // 2**20),
            key=_file_key(brought),
            max_upload_size=MOST_RECEIVED,
            on_change=_take_file,
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
            if brought.table is not None or brought.problem is not None:
                st.button(_("Back to the example"), key="back_to_example", on_click=_forget)


def _take_text() -> None:
    text = st.session_state.get(PASTE) or ""
    brought: Brought = st.session_state[SHOWN]
    if brought.take(text, _("pasted text")):
        st.session_state[PASTE] = ""
        _shut_if_clear(brought)


def _take_file() -> None:
    brought: Brought = st.session_state[SHOWN]
    upload = st.session_state.get(_file_key(brought))
    if upload is not None:
        if brought.take(upload.getvalue(), plain(upload.name)):
            _shut_if_clear(brought)
        brought.files += 1  # an empty uploader takes its place, and the upload is let go


def _shut_if_clear(brought: Brought) -> None:
    """Let the result come into view, unless something is to be chosen or told first."""
    table, guess = brought.table, brought.guess
    assert table is not None and guess is not None  # noqa: S101, PT018 - it was read
    if _labels(table, guess.label):
        return
    kind = guess_kind(table.columns[guess.score])
    outcome = brought.read(Reading(guess.score, guess.label, kind, None))
    if isinstance(outcome, Scores) and not _something_to_say(outcome):
        st.session_state[DRAWER] = False


def _something_to_say(scores: Scores) -> bool:
    return bool(scores.left_out.rows or scores.clipped or scores.upside_down or scores.never_low)


def _forget() -> None:
    brought: Brought = st.session_state[SHOWN]
    st.session_state[SHOWN] = Brought(tables=brought.tables, files=brought.files + 1)


def _file_key(brought: Brought) -> str:
    return f"own_file_{brought.files}"


def _tell_problem(brought: Brought) -> None:
    if brought.problem is not None:
        name, error = brought.problem
        st.error(
            _("{name} could not be read. {why} Below you still see what was there before.").format(
                name=name, why=in_words(error)
            )
        )


def in_words(error: UnreadableError) -> str:
    """The sentence of an error, with a visitor's own words made harmless."""
    facts = {
        key: fact if isinstance(fact, int) or key in _OURS else plain(fact)
        for key, fact in error.facts.items()
    }
    return _(error.sentence).format(**facts)


def _choices(brought: Brought, table: Table) -> None:
    key = f"own_{brought.tables}"
    guess = brought.guess
    assert guess is not None  # noqa: S101 - it came with the table
    places = range(len(table.columns))
    with st.container(border=True):
        st.markdown(
            _("**{name}**: {rows} lines. {notes}").format(
                name=brought.table_name,
                rows=count(table.rows),
                notes=" ".join(_(note.sentence).format(**note.facts) for note in table.notes),
            )
        )
        left, right = st.columns(2)
        score = left.selectbox(
            _("Column with the scores"),
            places,
            guess.score,
            format_func=lambda at: _short(table.columns[at].name),
            key=f"{key}_score",
        )
        label = right.selectbox(
            _("Column with the labels"),
            places,
            guess.label,
            format_func=lambda at: _short(table.columns[at].name),
            key=f"{key}_label",
        )
        with left:
            language.stay(f"{key}_kind_{score}")
            kind = st.segmented_control(
                _("A score is a"),
                tuple(Kind),
                default=guess_kind(table.columns[score]),
                required=True,
                format_func=lambda kind: _(kind.value),
                key=f"{key}_kind_{score}",
            )
        choices = _labels(table, label)
        with right:
            object_label = _object_label(choices, f"{key}_object_{label}") if choices else None
        if choices and object_label is None:
            st.info(_("Choose the object’s label. Until then you see what was there before."))
            return
        reading = Reading(score, label, kind, object_label)
        _show(brought, brought.read(reading), key)


def _labels(table: Table, label: int) -> tuple[str, ...]:
    try:
        return label_choices(table.columns[label])
    except UnreadableError:  # reading it will say the same
        return ()


def _object_label(choices: tuple[str, ...], key: str) -> str | None:
    chosen: str | None = st.selectbox(
        _("Which label is the object? All others are background"),
        choices,
        index=None,
        format_func=_short,
        placeholder=_("Choose a label"),
        key=key,
    )
    return chosen


def _show(brought: Brought, outcome: Scores | UnreadableError, key: str) -> None:
    if isinstance(outcome, UnreadableError):
        st.error(
            _("{why} Below you still see what was there before.").format(why=in_words(outcome))
        )
        return
    left_out = outcome.left_out
    if left_out.rows:
        st.warning(_left_out_in_words(left_out, outcome.lines.size + left_out.rows))
        drop = st.toggle(_("Drop these lines and show the rest"), key=f"{key}_drop")
        if not drop:
            st.markdown(_("Until you choose, you see what was there before."))
            return
    if outcome.clipped:
        st.markdown(
            _(
                "Surer than can be shown: {n} of {all}. A probability is taken to be at least "
                "{closest} away from 0 and 1, a logit at most {largest}."
            ).format(
                n=count(outcome.clipped),
                all=count(outcome.lines.size),
                closest=numeral(f"{CLOSEST:.7f}"),
                largest=number(LARGEST_LOGIT),
            )
        )
    if outcome.upside_down:
        st.warning(
            _(
                "Objects score **lower** than background here. Is another column the score of the "
                "object, or another label the object’s?"
            )
        )
    elif outcome.never_low:
        st.warning(
            _(
                "No score is below one half. Is this how sure the model is of the class that "
                "**won**? Needed is the score of the object in every line, also where it lost."
            )
        )
    brought.show(outcome, brought.table_name)


def _left_out_in_words(left_out: LeftOut, rows: int) -> str:
    counts = ", ".join(f"{count(n)} {_reason(fault)}" for fault, n in left_out.counts.items())
    first = ", ".join(
        _("line {line} ({reason})").format(line=line, reason=_reason(fault))
        for line, fault in left_out.first
    )
    more = "" if left_out.rows <= FIRST else " …"
    return _("{n} of {rows} lines cannot be used: {counts}. See {first}{more}.").format(
        n=count(left_out.rows), rows=count(rows), counts=counts, first=first, more=more
    )


def _reason(fault: Fault) -> str:
    return {
        Fault.EMPTY: _("empty"),
        Fault.NO_NUMBER: _("not a number"),
        Fault.INFINITE: _("infinite"),
        Fault.OUTSIDE: _("outside 0 to 1"),
        Fault.NO_LABEL: _("without a label of 0 or 1"),
        Fault.CELLS: _("with more or fewer cells than the first line"),
    }[fault]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"
