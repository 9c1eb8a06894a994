"""Words with a little Markdown as HTML: what a script can put into the page while a slider moves.

Bold, italic and short formulas between dollars are understood; all else is shown as it stands.
"""

import html
import re

_FORMULA = re.compile(r"\$([^$]+)\$")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_ITALIC = re.compile(r"(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])")
_SIGNS = {r"\gamma": "γ", r"\alpha": "α", r"\sum": "∑", r"\ln": "ln ", r"\,": "\u2009", "-": "−"}
_INDEX = re.compile(r"([A-Za-zα∑])_(\w)")
_POWER = re.compile(r"\^(\w)")
_MARKS = re.compile(r"<[^>]+>")


def to_html(words: str) -> str:
    """The words as HTML; nothing in them can become a tag of its own, no line parts ± from both."""
    safe = html.escape(words, quote=False).replace(" ± ", "\u00a0±\u00a0")
    return _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<b>\1</b>", _FORMULA.sub(_set, safe)))


def to_text(words: str) -> str:
    """The words as they are read aloud: no marks, a formula as its letters."""
    return html.unescape(_MARKS.sub("", to_html(words)))


def _set(formula: re.Match[str]) -> str:
    text = formula.group(1)
    for written, sign in _SIGNS.items():
        text = text.replace(written, sign)
    text = _POWER.sub(r"<sup>\1</sup>", _INDEX.sub(r"<i>\1</i><sub>\2</sub>", text))
    return f'<span class="formula">{text}</span>'
