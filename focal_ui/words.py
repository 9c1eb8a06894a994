"""Every visible string passes through here when it is shown, and is said in the visitor's tongue.

English stands in the code and costs nothing more. The language is set once a run, or by whoever
speaks for somebody who is not here; a thread that has not been told asks once what it should be.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from focal_ui.locale.languages import BY_TAG, ENGLISH

if TYPE_CHECKING:  # Babel is loaded with the first language that needs it
    from focal_ui.locale.speech import Speech

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_UNTOLD: Any = object()  # no language yet: a fragment may run in a thread of its own
_speech: "ContextVar[Speech | None]" = ContextVar("speech", default=_UNTOLD)  # None: English
_ask: list[Callable[[], str]] = []


def _(message: str) -> str:
    """The message in the visitor's language."""
    speech = _speech.get()
    if speech is None:
        return message
    return message if (speech := _told(speech)) is None else speech.say(message)


def ngettext(one: str, many: str, n: int) -> str:
    """One of two messages, whichever goes with n; a language may have more forms, or fewer."""
    speech = _told(_speech.get())
    return (one if n == 1 else many) if speech is None else speech.ngettext(one, many, n)


def later(message: str) -> str:
    """A message that is looked up when it is shown; so marked, the catalogues hold it."""
    return message


def language() -> str:
    """The tag of the language that is spoken now."""
    speech = _told(_speech.get())
    return ENGLISH.tag if speech is None else speech.tag


def web_language() -> str:
    """The same as HTML and browsers name it."""
    return BY_TAG[language()].web


def speak(tag: str) -> None:
    """Speak this language from now on, in this thread."""
    _speech.set(_loaded(tag))


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak this language for a while."""
    before = _speech.set(_loaded(tag))
    try:
        yield
    finally:
        _speech.reset(before)


def as_now(make: Callable[P, T]) -> Callable[P, T]:
    """The same, but it speaks today's language, whenever and wherever it is called."""
    tag = language()

    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        with speaking(tag):
            return make(*args, **kwargs)

    return made


def ask_for_language(ask: Callable[[], str]) -> None:
    """Whom a thread asks that has not been told its language."""
    _ask[:] = [ask]


class Kept(Protocol[P, T_co]):
    """A function whose results are kept."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T_co:
        """The result, made or kept."""

    def cache_clear(self) -> None:
        """Keep nothing."""


def kept(maxsize: int) -> Callable[[Callable[P, T]], Kept[P, T]]:
    """As lru_cache, for what is said or drawn with words: results of one language stay in it."""

    def keep(make: Callable[P, T]) -> Kept[P, T]:
        @lru_cache(maxsize)
        def made(_tag: str, *args: Any, **kwargs: Any) -> T:
            return make(*args, **kwargs)

        @wraps(make)
        def found(*args: P.args, **kwargs: P.kwargs) -> T:
            speech = _speech.get()
            tag = ENGLISH.tag if speech is None else language()
            return made(tag, *args, **kwargs)  # type: ignore[arg-type]

        found.cache_clear = made.cache_clear  # type: ignore[attr-defined]
        return found  # type: ignore[return-value]

    return keep


def _loaded(tag: str) -> "Speech | None":
    if tag == ENGLISH.tag:
        return None
    from focal_ui.locale.speech import load  # noqa: PLC0415

    return load(tag)


def _told(speech: "Speech | None") -> "Speech | None":
    if speech is not _UNTOLD:
        return speech
    speak(_ask[0]() if _ask else ENGLISH.tag)
    return _speech.get()


def percent(share: float | None) -> str:
    """A share of 0 to 1 with three digits: 97.9%, 0.0774%; None is said in words."""
    return _("not defined") if share is None else numeral(_digits(100 * share) + "%")


def points(difference: float) -> str:
    """The difference of two shares: 52 points."""
    shown = _digits(100 * difference)
    words = ngettext("{n} point", "{n} points", 1 if shown == "1" else 2)
    return words.format(n=numeral(shown))


def ap_points(ap: float) -> str:
    """Average precision of 0 to 1, or a difference of two, in points as papers print it: 36.6."""
    return numeral(f"{round(100 * ap, 1) + 0.0:.1f}".replace("-", "−"))


def ap_and_spread(ap: float, sd: float) -> str:
    """Average precision with its standard deviation: 36.6 ± 2.6."""
    return f"{ap_points(ap)} ± {ap_points(sd)}"


def lead_and_spread(difference: float, sd: float) -> str:
    """A difference of two average precisions with its sign: +2.7 ± 4.3."""
    return ("+" if difference > 0 else "") + ap_and_spread(difference, sd)


def number(value: float | None) -> str:
    """Three digits and no fewer than it takes to write the whole part: 10,536, 36.1, 0.00105."""
    return _("not defined") if value is None else numeral(_digits(value))


def count(n: float) -> str:
    """A whole number in full: 1,234,567."""
    return numeral(f"{n:,.0f}")


def short(value: float) -> str:
    """A value that was set, with the digits that it has: 0.25, −5."""
    return numeral(f"{value:g}".replace("-", "−"))


def numeral(english: str) -> str:
    """The numbers in a text, written as in the visitor's language: 10,536.5, or 10.536,5."""
    speech = _speech.get()
    if speech is None:
        return english
    return english if (speech := _told(speech)) is None else speech.numeral(english)


def label(option: str) -> str:
    """What stands on screen for an option, whose English stands in the link."""
    return numeral(option) if is_amount(option) else _(option)


def is_amount(option: str) -> bool:
    """Whether an option is no word but a number: 0.25, 91,000, 36%."""
    return _AMOUNT.fullmatch(option) is not None


def separators() -> str:
    """Decimal sign and what stands between thousands, as Plotly wants them."""
    return numeral("1.5")[1] + numeral("10,000")[2]


def listed(items: Sequence[str]) -> str:
    """A list in words."""
    speech = _told(_speech.get())
    return ", ".join(items) if speech is None else speech.listed(items)


def in_a_row(items: Sequence[str]) -> str:
    """A list of things that are long or hold commas themselves."""
    speech = _told(_speech.get())
    return ("; " if speech is None else speech.semicolon).join(items)


def sentences(*each: str) -> str:
    """Sentences as one text, still to be filled in; "" is none. Chinese has no space between."""
    speech = _told(_speech.get())
    said = [sentence for sentence in each if sentence]
    return " ".join(said) if speech is None else speech.sentences(said)


def entry(name: str, said: str) -> str:
    """What is said of something, behind its name: objects: 2.17%."""
    return _("{name}: {said}").format(name=name, said=said)


def part_of(name: str, part: str) -> str:
    """A name made narrower: FL, mean."""
    return _("{name}, {part}").format(name=name, part=part)


_AMOUNT = re.compile(r"\d[\d,.]*%?")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _digits(value: float) -> str:
    if value and abs(value) < 1e-4:
        shown, power = f"{value:.2e}".split("e-")
        return f"{shown}·10⁻{power.lstrip('0').translate(_RAISED)}".replace("-", "−")
    shown = f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return shown.replace("-", "−")


def times(ratio: float) -> str:
    """How many times: 100×, 1.23×."""
    shown = _digits(ratio)
    return ngettext("{n}×", "{n}×", 1 if shown == "1" else 2).format(n=numeral(shown))


def plain(text: str, longest: int = 40) -> str:
    """A visitor's own text as Markdown code, cut short: no mark, link or picture comes alive."""
    shown = "".join(c if c.isprintable() and c != "`" else " " for c in text)
    shown = shown if len(shown) <= longest else shown[: longest - 1] + "…"
    return f"`{shown}`" if shown.strip() else _("nothing")
