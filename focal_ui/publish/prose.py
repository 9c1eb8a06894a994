"""Streamlit's Markdown, and formulas, as plain HTML."""

import html
import re
from functools import cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

from focal_ui.stage import prose

_FORMULA = re.compile(r"\$([^$\n]+)\$")
_BADGE = re.compile(r":(\w+)-badge\[([^\]]*)\]")
_ICON = re.compile(r":material/(\w+):\s*")
_ICONS = {"check_circle": "✓ ", "cancel": "✗ "}
_PLACE = re.compile("\ue000(\\d+)\ue001")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": False}).enable("table")


def markdown(text: str, *, inline: bool = False) -> str:
    """The text as HTML; formulas as the stage sets them. inline: without a paragraph around it."""
    kept: list[str] = []

    def keep(made: str) -> str:
        kept.append(made)
        return f"\ue000{len(kept) - 1}\ue001"

    text = _ICON.sub(lambda found: _ICONS.get(found[1], ""), text)
    text = _FORMULA.sub(lambda found: keep(prose.to_html(found[0])), text)
    text = _BADGE.sub(
        lambda found: keep(f'<span class="badge">{html.escape(found[2])}</span>'), text
    )
    made = _parser().renderInline(text) if inline else _parser().render(text).strip()
    return _PLACE.sub(lambda found: kept[int(found[1])], made)


@cache
def formula(latex: str) -> str:
    """A formula on a line of its own, as MathML: browsers set it without a script."""
    return convert(latex.strip().strip("$").strip(), display="block")
