"""How the app speaks in one language: its messages, its plural forms, its numbers and its lists.

English needs none of this: its messages stand in the code, and its numbers are written there.
"""

import gettext
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import zip_longest
from numbers import Real
from pathlib import Path
from unicodedata import east_asian_width

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

from focal_ui.locale import pseudo
from focal_ui.locale.languages import PSEUDO

FOLDER = Path(__file__).parent
DOMAIN = "messages"
THIN = "\u202f"  # a thin space at which no line breaks
_NUMERAL = re.compile(r"(?<![\w.,])(\d[\d,]*)(\.\d+)?(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?( ?%)?")
_WITHOUT_SPACES = {"zh", "ja"}  # languages, by their codes
_PLACE = "\x00"  # of a thing in a list
_COMMAS = ",\uff0c"  # the second as Chinese has it


class Speech:
    """One language. translate: an English message; plural: singular or plural, whichever fits n."""

    def __init__(
        self,
        tag: str,
        translate: Callable[[str], str],
        plural: Callable[[str, str, int], str],
        locale: Locale,
    ) -> None:
        """Read from the locale how numbers are written."""
        self.tag = tag
        self._translate, self._plural, self._locale = translate, plural, locale
        self._decimal = str(locale.number_symbols["latn"]["decimal"])
        self._spaced = locale.language not in _WITHOUT_SPACES
        self.semicolon = "; " if self._spaced else "\uff1b"
        self._percent = _percent_sign(locale)
        self.say = lru_cache(maxsize=8_192)(self._say)
        self.numeral = lru_cache(maxsize=8_192)(self._numeral)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The form that goes with n."""
        return Said.of(self._plural(one, many, n), self)

    def listed(self, items: Sequence[str]) -> str:
        """A list in words; where a thing holds a comma, semicolons stand between them."""
        between = format_list([_PLACE] * len(items), locale=self._locale).split(_PLACE)[1:-1]
        commas = any(sign in item for item in items for sign in _COMMAS)
        if commas and not self._spaced:
            between = [self.semicolon] * len(between)
        elif commas and len(between) > 1:
            last = between[-1] if ", " not in "|".join(items) else f";{between[-1]}"
            between = [self.semicolon] * (len(between) - 1) + [last]
        elif between and not self._spaced:
            between[-1] = _set_off(between[-1], items[-2], items[-1])
        return "".join(each for both in zip_longest(items, between, fillvalue="") for each in both)

    def sentences(self, each: Sequence[str]) -> "Said":
        """Sentences as one text, to be filled in at once."""
        return Said.of((" " if self._spaced else "").join(each), self)

    def _say(self, message: str) -> str:
        return Said.of(self._translate(message), self) if message else ""

    def _numeral(self, english: str) -> str:
        """The numbers in an English text, each as it is written here."""
        return _NUMERAL.sub(self._written, english)

    def _written(self, found: re.Match[str]) -> str:
        whole, part, power, percent = found.groups(default="")
        if "," in whole:
            whole = format_decimal(int(whole.replace(",", "")), locale=self._locale)
        part = part.replace(".", self._decimal)
        return whole + part + power + (self._percent if percent else "")


class Said(str):
    """A message that writes the numbers in it as its language does, also when joined to others."""

    __slots__ = ("_speech",)
    _speech: Speech

    @classmethod
    def of(cls, text: str, speech: Speech) -> "Said":
        """The text in this language."""
        said = cls(text)
        said._speech = speech
        return said

    def __add__(self, other: str) -> "Said":
        """Two messages, to be filled in at once."""
        return Said.of(str(self) + str(other), self._speech)

    def __radd__(self, other: str) -> "Said":
        """The same with a plain text before it."""
        return Said.of(str(other) + str(self), self._speech)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """To be kept or sent it is a text like any other."""
        return str, (str(self),)

    def format(self, *args: object, **named: object) -> str:
        """As a plain text does, but 2.5 becomes 2,5 where it is written so."""
        numeral = self._speech.numeral
        return str.format(
            str(self),
            *(_as_figure(value, numeral) for value in args),
            **{name: _as_figure(value, numeral) for name, value in named.items()},
        )


class _Figure:
    """A number, as a message sees it."""

    __slots__ = ("_numeral", "_value")

    def __init__(self, value: Real, numeral: Callable[[str], str]) -> None:
        self._value, self._numeral = value, numeral

    def __format__(self, spec: str) -> str:
        said = format(self._value, spec)
        return self._numeral(f"−{said[1:]}" if said.startswith("-") else said)


def _as_figure(value: object, numeral: Callable[[str], str]) -> object:
    return _Figure(value, numeral) if isinstance(value, Real) else value


def _set_off(word: str, before: str, after: str) -> str:
    """A Chinese word between two things: a space stands beside what is not Chinese itself."""
    left, right = before.rstrip("*")[-1:], after.lstrip("*")[:1]
    return f"{_gap(left)}{word}{_gap(right)}"


def _gap(sign: str) -> str:
    return "" if not sign or east_asian_width(sign) in "WF" else " "


def _percent_sign(locale: Locale) -> str:
    """With what stands before it: nothing, or a thin space."""
    pattern = str(locale.percent_formats[None].pattern)
    return f"{THIN}%" if pattern.endswith(("\xa0%", f"{THIN}%")) else "%"


@lru_cache(maxsize=16)
def load(tag: str) -> Speech:
    """The language with this tag, read once."""
    if tag == PSEUDO.tag:
        return Speech(tag, pseudo.accented, pseudo.plural, Locale.parse("es"))
    found = gettext.translation(DOMAIN, FOLDER, [tag], fallback=True)
    return Speech(tag, found.gettext, found.ngettext, Locale.parse(tag))
