"""What is said of a visitor's files. Their words never become Markdown: they pass `plain`."""

from focal_core.columns import Fault
from focal_core.likely import Kind, Unsure
from focal_core.received import Note, UnreadableError
from focal_core.scores import CLOSEST, FIRST, LARGEST_LOGIT, Doubt, LeftOut, Scores
from focal_ui.own_scores.brought import Brought, ReadAs
from focal_ui.words import _, count, entry, in_a_row, listed, number, numeral, plain, sentences

_OURS = frozenset(  # no visitor's words
    {"size", "rows", "limit", "length", "columns", "format", "pairs"}
)
_LONGEST_NAME = 40


def in_words(error: UnreadableError) -> str:
    """The sentence of an error, with a visitor's own words made harmless."""
    facts = {
        key: fact if isinstance(fact, int) or key in _OURS else plain(fact)
        for key, fact in error.facts.items()
    }
    return _(error.sentence).format(**facts)


def shown_in_words(brought: Brought) -> str:
    """Whose scores the page is about, and how many rows of each class."""
    scores = brought.shown
    name = _("the example") if brought.scores is None else brought.name
    return _("Shown: {name}. Background rows: {background}, object rows: {objects}.").format(
        name=name, background=count(scores.background), objects=count(scores.objects)
    )


def noted(notes: tuple[Note, ...]) -> str:
    """What was assumed while reading."""
    return sentences(
        *(
            _(note.sentence).format(**{key: count(n) for key, n in note.facts.items()})
            for note in notes
        )
    )


def read_as_in_words(read_as: ReadAs) -> str:
    """How the columns were taken and what the first rows then are."""
    score = {
        Kind.PROBABILITY: _("Score: column {score}, read as the probability of an object."),
        Kind.PERCENT: _("Score: column {score}, read as the probability of an object in percent."),
        Kind.LOGIT: _("Score: column {score}, read as the logit of an object."),
    }[read_as.kind].format(score=plain(read_as.score))
    if read_as.objects:
        label = _("Label: column {label}; objects are the rows with {object}.")
    else:
        label = _("Label: column {label}; no row is an object.")
    label = label.format(
        label=plain(read_as.label), object=listed([plain(each) for each in read_as.objects])
    )
    rows = in_a_row(
        [
            (
                _("row {line}: p = {p}, object")
                if is_object
                else _("row {line}: p = {p}, background")
            ).format(line=line, p=number(p))
            for line, p, is_object in read_as.first
        ]
    )
    return sentences(score, label, _("First rows: {rows}.").format(rows=rows))


def unsure_in_words(unsure: frozenset[Unsure]) -> str:
    """What the visitor has to choose before anything is computed."""
    questions = {
        Unsure.LABEL: _("It is not clear which column holds the labels."),
        Unsure.SCORE: _("It is not clear which column holds the score of the object."),
        Unsure.KIND: _("It is not clear what a score is: a probability, a percentage or a logit."),
    }
    return sentences(*(sentence for what, sentence in questions.items() if what in unsure))


def doubt_in_words(doubt: Doubt) -> str:
    """What speaks against the reading."""
    return {
        Doubt.UPSIDE_DOWN: _(
            "Objects score **lower** than background here. Is another column the score of the "
            "object, or another label the object’s?"
        ),
        Doubt.WINNER: _(
            "Rows in which another class was predicted have high scores, so this seems to be the "
            "confidence in the class that **was predicted**. Needed is the score of the object in "
            "every row, also where another class was predicted."
        ),
        Doubt.NEVER_LOW: _(
            "No score is below one half. Is this the confidence in the class that **was "
            "predicted**? Needed is the score of the object in every row, also where another class "
            "was predicted."
        ),
        Doubt.DECIDED: _(
            "Every score is 0 or 1. These seem to be **decisions**; needed is the score before the "
            "decision."
        ),
    }[doubt]


def left_out_in_words(left_out: LeftOut, rows: int) -> str:
    """How many rows cannot be used, why, and where the first are."""
    counts = listed([entry(_reason(fault), count(n)) for fault, n in left_out.counts.items()])
    first = listed(
        [
            _("row {line} ({reason})").format(line=line, reason=_reason(fault))
            for line, fault in left_out.first
        ]
    )
    more = "" if left_out.rows <= FIRST else " …"
    return _("{n} of {rows} rows cannot be used ({counts}). See {first}{more}.").format(
        n=count(left_out.rows), rows=count(rows), counts=counts, first=first, more=more
    )


def clipped_in_words(scores: Scores) -> str:
    """How many scores were moved to the closest that can be shown."""
    return _(
        "Scores too close to certain to be shown: {n} of {all}. A probability is taken to be at "
        "least {closest} away from 0 and 1, a logit at most {largest}."
    ).format(
        n=count(scores.clipped),
        all=count(scores.lines.size),
        closest=numeral(f"{CLOSEST:.7f}"),
        largest=number(LARGEST_LOGIT),
    )


def _reason(fault: Fault) -> str:
    return {
        Fault.EMPTY: _("no score"),
        Fault.NO_NUMBER: _("score is not a single number"),
        Fault.INFINITE: _("infinite score"),
        Fault.OUTSIDE: _("score outside 0 to 1"),
        Fault.NO_LABEL: _("no label, or one that is left out"),
        Fault.CELLS: _("more or fewer cells than the first row"),
    }[fault]


def short(text: str) -> str:
    """A visitor's text as an option of a list, which is shown as it is."""
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"
