"""What a page drew in Streamlit as plain HTML, element by element: nothing is written twice."""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from streamlit.testing.v1.element_tree import Block, Element

from focal_ui.controls import by_page
from focal_ui.controls.kinds import Choice, Steps
from focal_ui.frame import page_parts, settings
from focal_ui.learning import challenges, question_bank
from focal_ui.learning.challenges import Task
from focal_ui.learning.questions import LINK, Question
from focal_ui.publish import address
from focal_ui.publish.prose import formula, markdown
from focal_ui.publish.visit import Visit, children, key_of
from focal_ui.words import _

Node = Element | Block
UNSEEN = (settings.OUT_OF_SIGHT,)  # what keys of containers start with that nobody sees
WITH_PYTHON = ("with_python", "inbox", "link_address")
"""Keys of what only the full app can do."""
HREF = re.compile(r'href="([^"]*)"')


@dataclass
class Writer:
    """Turns the elements of one visit into HTML.

    app: the address of the full app, "" for none; still: pictures by their keys, as they stand;
    kept: which options of a choice can be shown without Python.
    """

    visit: Visit
    app: str
    still: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, set[str]] = field(default_factory=dict)

    def block(self, block: Block) -> str:
        """All that stands in a block."""
        return "".join(self.node(each) for each in children(block))

    def node(self, node: Node) -> str:
        """One element or block; "" for what has no meaning without a server."""
        key = key_of(node)
        if key.startswith(UNSEEN):
            return ""
        if key.startswith(WITH_PYTHON):
            return self._with_python()
        draw = getattr(self, f"_{node.type}", None)
        if draw is None:
            return self.block(node) if isinstance(node, Block) else ""
        made: str = draw(node, key)
        return made

    def inside(self, block: Block) -> str:
        """What stands inside of a block’s own element."""
        made = self.node(block)
        if block.type != "expander":
            return self.block(block)
        return made[made.index("<summary>") : made.rindex("</details>")]

    # Blocks

    def _flex_container(self, block: Block, key: str) -> str:
        inside = self.block(block)
        across = block.proto.flex_container.direction == block.proto.flex_container.HORIZONTAL
        kind = "row" if across else "stack"
        if block.proto.flex_container.border:
            kind += " box"
        if not inside and not key:
            return ""
        return (
            f'<div data-testid="stLayoutWrapper"><div class="{_classes(kind, key)}">'
            f"{inside}</div></div>"
        )

    def _column(self, block: Block, _key: str) -> str:
        return f'<div class="column" style="flex:{block.proto.weight:g} 1 12rem">{self.block(block)}</div>'

    def _expander(self, block: Block, key: str) -> str:
        return self._drawer(block.proto.label, key, self.block(block))

    def _popover(self, block: Block, key: str) -> str:
        if key.startswith("typed_"):
            return ""
        return self._drawer(block.proto.popover.label, key, self.block(block), "small")

    def _drawer(self, label: str, key: str, inside: str, kind: str = "") -> str:
        return (
            f'<details class="{_classes(kind, key)}"><summary>{markdown(label, inline=True)}'
            f'</summary><div class="stack">{inside}</div></details>'
        )

    def _tab_container(self, block: Block, _key: str) -> str:
        tabs = [
            f"<details{' open' if at == 0 else ''} name=\"tabs\"><summary>{html.escape(each.proto.label)}"
            f"</summary>{self.block(each)}</details>"
            for at, each in enumerate(children(block))
            if isinstance(each, Block)
        ]
        return f'<div class="tabs">{"".join(tabs)}</div>'

    # What is read

    def _markdown(self, node: Any, _key: str) -> str:
        return self._linked(f"<div>{markdown(node.value)}</div>")

    def _caption(self, node: Any, _key: str) -> str:
        return self._linked(f'<div class="caption">{markdown(node.value)}</div>')

    def _title(self, node: Any, _key: str) -> str:
        return f"<h1>{markdown(node.value, inline=True)}</h1>"

    def _header(self, node: Any, _key: str) -> str:
        return f"<h2>{markdown(node.value, inline=True)}</h2>"

    def _subheader(self, node: Any, _key: str) -> str:
        return f"<h3>{markdown(node.value, inline=True)}</h3>"

    def _latex(self, node: Any, _key: str) -> str:
        return f"<div data-formula>{formula(node.value)}</div>"

    def _code(self, node: Any, _key: str) -> str:
        return f'<pre tabindex="0"><code>{html.escape(node.value)}</code></pre>'

    def _info(self, node: Any, _key: str) -> str:
        return self._linked(f'<div class="note">{markdown(node.value)}</div>')

    _warning = _success = _error = _info

    def _metric(self, node: Any, _key: str) -> str:
        return (
            f'<div class="metric"><span>{html.escape(node.label)}</span>'
            f"<b>{html.escape(node.value)}</b></div>"
        )

    def _table(self, node: Any, _key: str) -> str:
        frame = node.value
        return table({str(name): list(frame[name]) for name in frame.columns})

    _arrow_data_frame = _table

    def _html(self, node: Any, _key: str) -> str:
        body: str = node.proto.body
        if "<style" in body:
            return ""
        picture = re.search(r'data-picture="(\w+)"', body)
        if picture:
            body = body.replace("></div>", f">{self.still.get(picture[1], '')}</div>")
        return f'<div data-testid="stElementContainer"><div class="stHtml">{body}</div></div>'

    # Ways

    def _page_link(self, node: Any, _key: str) -> str:
        proto = node.proto
        link = dict(parse_qsl(proto.query_string.lstrip("?"), keep_blank_values=True))
        where = html.escape(address.of_page(proto.page, link))
        return f'<a class="way" data-keeps href="{where}">{markdown(proto.label, inline=True)}</a>'

    def _linked(self, made: str) -> str:
        """Links to the app’s own pages lead to ours."""
        return HREF.sub(lambda found: f'href="{self._ours(found[1])}"', made)

    def _ours(self, href: str) -> str:
        plain = html.unescape(href)
        ours = address.from_app(plain, "") if plain.startswith("/") else None
        return html.escape(ours) if ours else href

    def _with_python(self) -> str:
        words = _("This needs the full app, which runs Python.")
        if not self.app:
            return f'<p class="note">{html.escape(words)}</p>'
        where = html.escape(address.of_app(self.app, self.visit.page, {}))
        return f'<p class="note">{html.escape(words)} <a data-app href="{where}">{_("Open it there")}</a></p>'

    # What can be set

    def _slider(self, node: Any, key: str) -> str:
        if key not in by_page.KNOBS:
            return ""
        proto = node.proto
        return _range(
            key, proto.label, (proto.min, proto.max, proto.step), node.value, proto.default[0], []
        )

    def _select_slider(self, node: Any, key: str) -> str:
        if key not in by_page.KNOBS:
            return ""
        names = list(node.proto.options)
        at, first = names.index(str(node.value)), int(node.proto.default[0])
        return _range(key, node.label, (0, len(names) - 1, 1), at, first, names)

    def _button_group(self, node: Any, key: str) -> str:
        knob = by_page.KNOBS.get(key)
        if not isinstance(knob, Choice):
            return ""
        labels = [option.content for option in node.proto.options]
        values = dict(zip(knob.options, labels, strict=True))
        chosen = node.value[0] if isinstance(node.value, list) and node.value else node.value
        chosen = chosen if chosen in values else None
        kept = self.kept.get(key, set(values))
        guess = self.visit.guess
        made = _choice(key, node.proto.label, values, chosen, knob.default, kept)
        if guess and guess.choice.key == key:
            return made + self._reveal(key, list(values))
        return made

    def _reveal(self, key: str, options: list[str]) -> str:
        guess = self.visit.guess
        assert guess is not None
        told = "".join(
            f'<div data-for="{html.escape(said)}" hidden>{markdown(guess.guess(said).in_words)}</div>'
            for said in options
        )
        about = {name: as_text(name, value) for name, value in guess.about.items()}
        button = (
            f'<div class="st-key-show_{key}"><button type="button" hidden '
            f"data-about='{html.escape(json.dumps(about), quote=True)}'>"
            f"{_('Show it in the picture')}</button></div>"
            if about
            else ""
        )
        return f'<div data-told="{key}">{told}{button}</div>'

    def _radio(self, node: Any, key: str) -> str:
        question = _question(key)
        if question is None:
            return ""
        options = question.lettered
        shown = {letter: option.text for letter, option in options.items()}
        told = "".join(
            f'<div class="verdict {"right" if option.right else "wrong"}" data-for="{letter}" hidden>'
            + markdown(f"{_(page_parts.RIGHT if option.right else page_parts.WRONG)} {option.reason}")
            + "</div>"
            for letter, option in options.items()
        )
        return (
            _choice(key, question.ask, shown, None, None, set(shown), lettered=True)
            + f'<div data-told="{key}">{told}</div>'
        )

    def _number_input(self, node: Any, key: str) -> str:
        task = _task(key)
        if task is None:
            return ""
        answer = task.answer()
        low = answer - (task.tolerance if task.below is None else task.below)
        right = _("{mark} Right: {answer}.").format(
            mark=_(page_parts.RIGHT), answer=task.shown_answer
        )
        wrong = _("{mark} Not yet. Try again, or take a hint.").format(mark=_(page_parts.WRONG))
        return (
            f'<div class="number st-key-{key}"><label>{html.escape(node.proto.label)} '
            f'<input type="number" step="any" data-key="{key}" data-low="{low!r}" '
            f'data-high="{answer + task.tolerance!r}"></label></div>'
            f'<div data-told="{key}"><div class="verdict right" data-for="right" hidden>{markdown(right)}'
            f'</div><div class="verdict wrong" data-for="wrong" hidden>{markdown(wrong)}</div></div>'
        )

    # What can be pressed

    def _button(self, node: Any, key: str) -> str:
        if key.endswith("_table"):
            name = key.removesuffix("_table")
            return f'<button type="button" data-table="{name}" aria-expanded="false">{_("Table")}</button>'
        return ""

    def _download_button(self, node: Any, key: str) -> str:
        name = key.removesuffix("_csv")
        if name != key and name in self.still:
            return f'<button type="button" data-csv="{name}">{_("CSV")}</button>'
        file = FILES.get(key)
        label = html.escape(node.proto.label)
        return f'<a class="way" href="{file}" download>{label}</a>' if file else ""


FILES: dict[str, str] = {"handout": "files/class_kit.html"} | {
    f"{kind}_{letter}_{with_key}": f"files/worksheet_{letter}{'_key' if with_key else ''}.{kind}"
    for letter in "ABCDEF"
    for kind in ("html", "md")
    for with_key in (False, True)
}
"""What the class kit hands out, by the key of its button; made by files.py."""


def table(columns: Mapping[str, list[Any]]) -> str:
    """A table that scrolls where it is too wide."""
    head = "".join(f'<th scope="col">{markdown(name, inline=True)}</th>' for name in columns)
    rows = zip(*columns.values(), strict=True)
    body = "".join(
        "<tr>" + "".join(f"<td>{markdown(_cell(each), inline=True)}</td>" for each in row) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide-table" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def as_text(key: str, value: float | str) -> str:
    """A knob's value as a link says it."""
    knob = by_page.KNOBS[key]
    if isinstance(knob, Steps):
        names = {number: name for name, number in knob.options.items()}
        return names.get(value, str(value)) if not isinstance(value, str) else value
    return value if isinstance(value, str) else f"{value:g}"


def _cell(cell: object) -> str:
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def _classes(kind: str, key: str) -> str:
    return f"{kind} st-key-{key}".strip() if key else kind


def _question(key: str) -> Question | None:
    make: Callable[[], Question] | None = question_bank.BANK.get(key.removeprefix(LINK))
    return make() if make and key.startswith(LINK) else None


def _task(key: str) -> Task | None:
    tasks = [task for level in challenges.LEVELS.values() for task in level()]
    return next((task for task in tasks if task.key == key), None)


def _why_not(key: str) -> str:
    knob = by_page.KNOBS.get(key)
    return html.escape((knob.complaint("?") if knob else None) or "", quote=True)


def _range(
    key: str,
    label: str,
    scale: tuple[float, float, float],
    value: float,
    default: float,
    names: list[str],
) -> str:
    low, high, step = scale
    shown = names[int(value)] if names else f"{value:g}"
    labels = f" data-labels='{html.escape(json.dumps(names), quote=True)}'" if names else ""
    return (
        f'<div class="slider st-key-{key}"><label for="{key}">{html.escape(label)}</label>'
        f'<output for="{key}">{html.escape(shown)}</output>'
        f'<input type="range" id="{key}" data-key="{key}" min="{low:g}" max="{high:g}" '
        f'step="{step:g}" value="{value:g}" data-default="{default:g}" '
        f'aria-valuetext="{html.escape(shown)}"{labels} data-why="{_why_not(key)}"></div>'
    )


def _choice(
    key: str,
    label: str,
    options: Mapping[str, str],
    chosen: str | None,
    default: str | None,
    kept: set[str],
    *,
    lettered: bool = False,
) -> str:
    """A group of options; values as a link says them, and what is read."""
    made = "".join(
        f'<label><input type="radio" name="{key}" value="{html.escape(value, quote=True)}"'
        f"{' checked' if value == chosen else ''}{'' if value in kept else ' disabled'}>"
        f"<span>{f'<b>{value}</b> ' if lettered else ''}{markdown(text, inline=True)}</span></label>"
        for value, text in options.items()
    )
    kind = "question" if lettered else "choice"
    legend = ' class="unseen"' if lettered or key.startswith("guess_") else ""
    why = "" if lettered else f' data-why="{_why_not(key)}"'
    renamed = dict(getattr(by_page.KNOBS.get(key), "renamed", {}))
    if renamed:  # what old links call an option
        why += f' data-renamed="{html.escape(json.dumps(renamed), quote=True)}"'
    return (
        f'<fieldset class="{kind} st-key-{key}" data-key="{key}" '
        f'data-default="{html.escape(default or "", quote=True)}"{why}>'
        f"<legend{legend}>{markdown(label, inline=True)}</legend>{made}</fieldset>"
    )
