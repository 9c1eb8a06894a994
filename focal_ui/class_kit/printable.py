"""HTML to print: one file that opens without a network, on A4 or letter."""

import html
import re

from focal_ui.words import web_language

_INDEX = re.compile(r"(?<![\w$])([A-Za-zαπ])_(\w)(?!\w)")
_POWER = re.compile(r"\^(−?\w)")
_NAME = re.compile(r"(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])")
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font: 12pt/1.5 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
       color: #1a1f2b; background: #fff }}
h1 {{ font-size: 1.6em }} h2 {{ font-size: 1.2em; margin-top: 1.6em; break-after: avoid }}
li {{ margin: .4em 0 }} section {{ break-before: page }} tr, li {{ break-inside: avoid }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .3em .6em }}
tr {{ border-bottom: 1px solid #767676 }}
.plan td:first-child {{ white-space: nowrap }} td {{ overflow-wrap: anywhere }}
.sums td {{ overflow-wrap: normal }}
.tasks li {{ margin: 1.2em 0 }} .name {{ text-align: right }}
.small {{ font-size: 9pt; line-height: 1.25 }}
.answer {{ min-height: 2.4em; border-bottom: 1px solid #767676; font-weight: 600 }}
.qr {{ display: flex; gap: 2mm; align-items: center; width: 62mm }}
.qr svg {{ width: 24mm; height: 24mm; flex: none }}
.board svg {{ width: 100%; max-width: 160mm; height: auto }}
@page {{ margin: 14mm 16mm 16mm }}
@media print {{
  body {{ margin: 0; padding: 0; max-width: none; font: 10pt/1.35 system-ui, sans-serif }}
}}
</style></head><body>{body}</body></html>
"""


def page(title: str, body: str) -> str:
    """The whole file. body: HTML."""
    return _PAGE.format(language=web_language(), title=text(title), body=body)


def text(words: str) -> str:
    """Words as HTML, with p_t, $p_t$, 2^γ and *names* set as in a book."""
    plain = _NAME.sub(r"<em>\1</em>", html.escape(words.replace("$", "")))
    indexed = _INDEX.sub(r"<i>\1</i><sub>\2</sub>", plain)
    return _POWER.sub(r"<sup>\1</sup>", indexed)


def paragraphs(*lines: str) -> str:
    """A paragraph for each line."""
    return "".join(f"<p>{text(line)}</p>" for line in lines)


def bullets(*lines: str) -> str:
    """A list."""
    return "<ul>" + "".join(f"<li>{text(line)}</li>" for line in lines) + "</ul>"


def table(*rows: tuple[str, ...], kind: str = "") -> str:
    """A table; cells are HTML, the first row is the heading. kind: its class for the style."""
    heading, *others = rows
    lines = [_row(heading, "th"), *(_row(row, "td") for row in others)]
    return f'<table class="{kind}">{"".join(lines)}</table>'


def _row(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"
