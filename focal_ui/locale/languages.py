"""Which languages there are, and which of them a link or a browser asks for."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language: its tag in the link, which is also its folder, its own name, its tag in HTML."""

    tag: str
    name: str
    web: str


ENGLISH = Language("en", "English", "en")
SPANISH = Language("es", "Español", "es")
CHINESE = Language("zh_Hans", "简体中文", "zh-Hans")
PSEUDO = Language("en_XA", "Ƥšéúðó", "en-XA")
"""For tests alone: made in memory from the English, longer and with an accent on every letter."""

TRANSLATED = (SPANISH, CHINESE)
"""Those that have a catalogue, be it an empty one."""
FINISHED: tuple[Language, ...] = (SPANISH, CHINESE)
"""Those that are offered to visitors; tests hold that none of their messages is missing."""

TRY = "FOCAL_LAB_TRY_LANGUAGES"  # of the environment: more tags to offer, with commas between
ALIASES = {
    "zh": CHINESE,
    "zh_cn": CHINESE,
    "zh_sg": CHINESE,
    "zh_hans_cn": CHINESE,
    "zh_hans_sg": CHINESE,
}
BY_TAG = {language.tag: language for language in (ENGLISH, *TRANSLATED, PSEUDO)}


def offered() -> tuple[Language, ...]:
    """What a visitor can choose from; English first."""
    tried = (BY_TAG.get(tag) for tag in os.environ.get(TRY, "").split(","))
    return tuple(dict.fromkeys((ENGLISH, *FINISHED, *(each for each in tried if each))))


def find(asked: str) -> Language | None:
    """The offered language that a tag means: es, es-MX, zh-CN; None if there is none."""
    tag = asked.strip().replace("-", "_").casefold()
    known = {language.tag.casefold(): language for language in BY_TAG.values()} | ALIASES
    found, parts = known.get(tag), tag.split("_")
    if found is None and parts[0] != "zh":  # traditional Chinese is not simplified Chinese
        found = known.get(parts[0])
    return found if found in offered() else None


def preferred(header: str) -> Language:
    """The first offered language of an Accept-Language header, or of a single tag."""
    weighed = [_weighed(part) for part in header.split(",") if part.strip()]
    for tag, _weight in sorted(weighed, key=lambda each: -each[1]):
        if found := find(tag):
            return found
    return ENGLISH


def _weighed(part: str) -> tuple[str, float]:
    tag, _semicolon, weight = part.partition(";")
    try:
        return tag, float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return tag, 0.0
