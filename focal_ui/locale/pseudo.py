"""A language that is none: the English with an accent on every letter, and longer.

What is read without accents has gone past the catalogues; what no longer fits would not fit in a
language of longer words either.
"""

import re

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "áƀçđéƒğĥíĵķłɱñóþɋŕšťúṽŵẋýžÁƁÇĐÉƑĞĤÍĴĶŁṀÑÓÞɊŔŠŤÚṼŴẊÝŽ"
_LETTERS = str.maketrans(_PLAIN, _ACCENTED)
_LONGER = re.compile(r"[áéíóúÁÉÍÓÚ]")
_LONG_WORD = 4
_KEPT = re.compile(
    r"\{[^}]*\}"  # what is filled in
    r"|\$[^$]+\$"  # a formula
    r"|`[^`]*`"  # code
    r"|:[a-z]+/[a-z_]+:|:[a-z-]+\[|&[#\w]+;"  # icons and badges of Markdown, entities of HTML
    r"|</?\w+[^>]*>|\]\([^)]*\)|https?://\S+"  # marks, links
)


def accented(message: str) -> str:
    """The message with accents, nearly half as long again; marks and placeholders stay."""
    shown, at = "", 0
    for kept in _KEPT.finditer(message):
        shown += _words(message[at : kept.start()]) + kept.group()
        at = kept.end()
    return shown + _words(message[at:])


def plural(one: str, many: str, n: int) -> str:
    """As in English."""
    return accented(one if n == 1 else many)


def _words(text: str) -> str:
    return re.sub(r"[A-Za-z]+", _word, text)


def _word(found: re.Match[str]) -> str:
    """With every vowel doubled, but in short words and abbreviations."""
    word = found.group()
    shown = word.translate(_LETTERS)
    if len(word) < _LONG_WORD or word.isupper():
        return shown
    return _LONGER.sub(lambda vowel: vowel.group() * 2, shown)
