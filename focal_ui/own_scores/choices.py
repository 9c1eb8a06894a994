"""How a table is read: what the guess leaves open is asked before anything is shown."""

import streamlit as st

from focal_core.columns import Column, Table
from focal_core.labels import all_labels, label_choices, likely_ignored
from focal_core.likely import (
    Guess,
    Kind,
    Reading,
    Unsure,
    guess_kind,
    guess_score,
    kind_is_clear,
)
from focal_core.received import UnreadableError
from focal_core.scores import Scores, doubt
from focal_ui.frame import language
from focal_ui.own_scores import told
from focal_ui.own_scores.brought import Brought
from focal_ui.words import _, count


def without_a_question(guess: Guess, table: Table) -> Reading | None:
    """The reading where there is nothing to ask; None where there is."""
    asked = guess.unsure or _asked_for_object(table.columns[guess.reading.label])
    return None if asked else guess.reading


def ask(brought: Brought, table: Table) -> None:
    """Ask how the table is read, and show what comes of it."""
    guess, key = brought.guess, f"own_{brought.tables}"
    assert guess is not None  # noqa: S101 - it came with the table
    with st.container(border=True):
        notes = told.noted(table.notes)
        st.markdown(
            _("**{name}**: {rows} rows. {notes}").format(
                name=brought.table_name, rows=count(table.rows), notes=notes
            )
        )
        open_questions = st.container()
        left, right = st.columns(2)
        with right:
            label = _label(guess, table, key)
            object_label, left_out = _object(table, label, key)
        with left:
            score, unsure = _score(guess, table, label, object_label, key)
            kind = None if score is None else _kind(table.columns[score], f"{key}_kind_{score}")
        if label is None:
            unsure |= {Unsure.LABEL}
        if score is not None and kind is None:
            unsure |= {Unsure.KIND}
        if label is None or score is None or kind is None:
            with open_questions:
                st.info(
                    _("{why} Choose; until then you see what was there before.").format(
                        why=told.unsure_in_words(frozenset(unsure))
                    )
                )
            return
        if object_label is None and _asked_for_object(table.columns[label]):
            st.info(_("Choose the object’s label. Until then you see what was there before."))
            return
        _show(brought, table, Reading(score, label, kind, object_label, left_out), key)


def _label(guess: Guess, table: Table, key: str) -> int | None:
    chosen: int | None = st.selectbox(
        _("Column with the labels"),
        range(len(table.columns)),
        None if Unsure.LABEL in guess.unsure else guess.reading.label,
        format_func=lambda at: told.short(table.columns[at].name),
        placeholder=_("Choose a column"),
        key=f"{key}_label",
    )
    return chosen


def _object(table: Table, label: int | None, key: str) -> tuple[str | None, tuple[str, ...]]:
    """Which label is the object, None where they say it themselves, and which do not count."""
    if label is None:
        return None, ()
    column = table.columns[label]
    try:
        labels = all_labels(column)
    except UnreadableError:  # reading it will say the same
        return None, ()
    asked = _asked_for_object(column)
    object_label = _object_label(labels, f"{key}_object_{label}", asked=asked)
    if len(labels) < 3 or (object_label is None and not asked):
        return object_label, ()
    left_out = st.multiselect(
        _("Labels that count for neither class"),
        [text for text in labels if text != object_label],
        [text for text in likely_ignored(labels) if text != object_label],
        format_func=told.short,
        placeholder=_("None"),
        key=f"{key}_left_{label}_{object_label}",
    )
    return object_label, tuple(left_out)


def _asked_for_object(column: Column) -> bool:
    try:
        return bool(label_choices(column))
    except UnreadableError:
        return False


def _object_label(labels: tuple[str, ...], key: str, *, asked: bool) -> str | None:
    """The label that is the object; None as long as it is not chosen, or as the labels say it."""
    options = labels if asked else (None, *labels)
    language.stay(key)
    chosen: str | None = st.selectbox(
        _("Which label is the object? All others are background"),
        options,
        index=None if asked else 0,
        format_func=lambda text: _("as the labels say") if text is None else told.short(text),
        placeholder=_("Choose a label"),
        key=key,
    )
    return chosen


def _score(
    guess: Guess, table: Table, label: int | None, object_label: str | None, key: str
) -> tuple[int | None, set[Unsure]]:
    """The column with the scores, and what is unclear about it. A better guess asks anew."""
    if label is None:
        likely, clear = guess.reading.score, Unsure.SCORE not in guess.unsure
    else:
        likely, clear = guess_score(table, label, object_label)
    chosen: int | None = st.selectbox(
        _("Column with the scores"),
        range(len(table.columns)),
        likely if clear else None,
        format_func=lambda at: told.short(table.columns[at].name),
        placeholder=_("Choose a column"),
        key=f"{key}_score_{likely if clear else None}",
    )
    return chosen, ({Unsure.SCORE} if chosen is None else set())


def _kind(column: Column, key: str) -> Kind | None:
    language.stay(key)
    clear = kind_is_clear(column)
    chosen: Kind | None = st.segmented_control(
        _("A score is a"),
        tuple(Kind),
        default=guess_kind(column) if clear else None,
        required=clear,
        format_func=lambda kind: _(kind.value),
        key=key,
    )
    return chosen


def _show(brought: Brought, table: Table, reading: Reading, key: str) -> None:
    outcome = brought.read(reading)
    if not isinstance(outcome, Scores):
        st.error(_("{why} You still see what was there before.").format(why=told.in_words(outcome)))
        return
    if outcome.left_out.rows:
        rows = outcome.lines.size + outcome.left_out.rows
        st.warning(told.left_out_in_words(outcome.left_out, rows))
        if not st.toggle(_("Drop these rows and show the rest"), key=f"{key}_drop"):
            st.markdown(_("Until you choose, you see what was there before."))
            return
    why = doubt(table, reading, outcome)
    if why is not None:
        st.warning(told.doubt_in_words(why))
        if not st.toggle(_("This is right, show it"), key=f"{key}_sure_{why.name}"):
            st.markdown(_("Until you choose, you see what was there before."))
            return
    if outcome.clipped:
        st.markdown(told.clipped_in_words(outcome))
    brought.show(outcome)
