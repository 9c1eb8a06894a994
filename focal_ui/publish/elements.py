"""What a page drew in Streamlit as plain HTML, element by element: nothing is written twice."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from streamlit.testing.v1.element_tree import Block, Element

from focal_ui.controls import by_page
from focal_ui.controls.kinds import Choice
from focal_ui.frame import settings
from focal_ui.publish import address, settable
from focal_ui.publish.markup import tag, text
from focal_ui.publish.prose import formula, markdown
from focal_ui.publish.visit import Visit, children, key_of, nodes
from focal_ui.words import _

Node = Element | Block
UNSEEN = (settings.OUT_OF_SIGHT, "served_")
"""What keys of containers start with that nobody sees, or that only a server has a use for."""
WITH_PYTHON = ("with_python", "inbox")
"""What keys of that start with which only the full app can do."""
KEY = re.compile(r"\.st-key-(\w+)")
HREF = re.compile(r'href="([^"]*)"')
PICTURE = re.compile(r'data-picture="(\w+)"')
FILES: dict[str, str] = {"handout": "files/class_kit.html"} | {
    f"{kind}_{letter}_{with_key}": f"files/worksheet_{letter}{'_key' if with_key else ''}.{kind}"
    for letter in "ABCDEF"
    for kind in ("html", "md")
    for with_key in (False, True)
}
"""What the class kit hands out, by the key of its button; lab.py makes it."""


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

    @cached_property
    def veiled(self) -> set[str]:
        """Keys of what a style on the page hides: it is there to keep its part of a link."""
        styles = [node.proto.body for node in nodes(self.visit.main) if node.type == "html"]
        return {key for body in styles if "<style" in body for key in KEY.findall(body)}

    def block(self, block: Block) -> str:
        """All that stands in a block."""
        return "".join(self.node(each) for each in children(block))

    def node(self, node: Node) -> str:
        """One element or block; "" for what has no meaning without a server."""
        key = key_of(node)
        if key.startswith(UNSEEN) or key in self.veiled:
            return ""
        if key.startswith(WITH_PYTHON):
            return self._with_python()
        draw = getattr(self, f"_{node.type}", None)
        if draw is None:
            return self.block(node) if isinstance(node, Block) else ""
        made: str = draw(node, key)
        return _explained(made, node)

    def inside(self, block: Block) -> str:
        """What stands inside of a block’s own element."""
        if block.type != "expander":
            return self.block(block)
        made = self.node(block)
        return made[made.index("<summary>") : made.rindex("</details>")]

    # Blocks

    def _flex_container(self, block: Any, key: str) -> str:
        inside, laid_out = self.block(block), block.proto.flex_container
        if not inside and not key:
            return ""
        kind = "row" if laid_out.direction == laid_out.HORIZONTAL else "stack"
        kind += " box" if laid_out.border else ""
        return tag(
            "div", tag("div", inside, class_=_classes(kind, key)), data_testid="stLayoutWrapper"
        )

    def _column(self, block: Any, _key: str) -> str:
        return tag(
            "div", self.block(block), class_="column", style=f"flex:{block.proto.weight:g} 1 0"
        )

    def _expander(self, block: Any, key: str) -> str:
        return self._drawer(block.proto.label, block, _classes("", key))

    def _popover(self, block: Any, key: str) -> str:
        if key.startswith("typed_"):
            return ""
        return self._drawer(block.proto.popover.label, block, _classes("small", key))

    def _drawer(self, label: str, block: Block, kind: str) -> str:
        inside = tag("div", self.block(block), class_="stack")
        return tag(
            "details", tag("summary", markdown(label, inline=True)) + inside, class_=kind or None
        )

    def _tab_container(self, block: Block, _key: str) -> str:
        tabs = [
            tag(
                "details",
                tag("summary", text(each.proto.label)) + self.block(each),
                name="tabs",
                open=at == 0,
            )
            for at, each in enumerate(children(block))
            if isinstance(each, Block)
        ]
        return tag("div", "".join(tabs), class_="tabs")

    # What is read

    def _markdown(self, node: Any, _key: str) -> str:
        return self._linked(tag("div", markdown(node.value)))

    def _caption(self, node: Any, _key: str) -> str:
        return self._linked(tag("div", markdown(node.value), class_="caption"))

    def _info(self, node: Any, _key: str) -> str:
        return self._linked(tag("div", markdown(node.value), class_="note"))

    _warning = _success = _error = _info

    def _title(self, node: Any, _key: str) -> str:
        return tag("h1", markdown(node.value, inline=True))

    def _header(self, node: Any, _key: str) -> str:
        return tag("h2", markdown(node.value, inline=True))

    def _subheader(self, node: Any, _key: str) -> str:
        return tag("h3", markdown(node.value, inline=True))

    def _latex(self, node: Any, _key: str) -> str:
        return tag("div", formula(node.value), data_formula=True)

    def _code(self, node: Any, _key: str) -> str:
        return tag("pre", tag("code", text(node.value)), tabindex="0")

    def _metric(self, node: Any, _key: str) -> str:
        inside = tag("span", text(node.label)) + tag("b", text(node.value))
        return tag("div", inside, class_="metric")

    def _table(self, node: Any, _key: str) -> str:
        shown = node.value
        return table({str(name): list(shown[name]) for name in shown.columns})

    _arrow_data_frame = _table

    def _html(self, node: Any, _key: str) -> str:
        body: str = node.proto.body
        if "<style" in body:
            return ""
        picture = PICTURE.search(body)
        if picture:
            body = body.replace("></div>", f">{self.still.get(picture[1], '')}</div>")
        return tag("div", tag("div", body, class_="stHtml"), data_testid="stElementContainer")

    # Ways

    def _page_link(self, node: Any, _key: str) -> str:
        link = dict(parse_qsl(node.proto.query_string.lstrip("?"), keep_blank_values=True))
        where = address.of_page(node.proto.page, link)
        return tag(
            "a", markdown(node.proto.label, inline=True), class_="way", data_keeps=True, href=where
        )

    def _linked(self, made: str) -> str:
        """Links to the app’s own pages lead to ours."""
        return HREF.sub(lambda found: f'href="{_ours(found[1])}"', made)

    def _with_python(self) -> str:
        words = text(_("This needs the full app, which runs Python."))
        if self.app:
            where = address.of_app(self.app, self.visit.page, {})
            words += " " + tag("a", text(_("Open it there")), data_app=True, href=where)
        return tag("p", words, class_="note")

    # What can be set, and pressed

    def _slider(self, node: Any, key: str) -> str:
        proto = node.proto
        if key not in by_page.KNOBS:
            return ""
        scale = proto.min, proto.max, proto.step
        return settable.slider(key, proto.label, scale, node.value, proto.default[0])

    def _select_slider(self, node: Any, key: str) -> str:
        if key not in by_page.KNOBS:
            return ""
        names = list(node.proto.options)
        scale = 0, len(names) - 1, 1
        at, default = names.index(str(node.value)), int(node.proto.default[0])
        return settable.slider(key, node.label, scale, at, default, names)

    def _button_group(self, node: Any, key: str) -> str:
        knob, guess = by_page.KNOBS.get(key), self.visit.guess
        if not isinstance(knob, Choice):
            return ""
        labels = [option.content for option in node.proto.options]
        shown = dict(zip(knob.options, labels, strict=True))
        chosen = node.value[0] if isinstance(node.value, list) and node.value else node.value
        kept = self.kept.get(key, set(shown))
        made = settable.choice(key, node.proto.label, shown, chosen, kept)
        return made + settable.revealed(guess) if guess and guess.choice.key == key else made

    def _radio(self, _node: Any, key: str) -> str:
        asked = settable.question_of(key)
        return settable.question(asked) if asked else ""

    def _number_input(self, node: Any, key: str) -> str:
        task = settable.task_of(key)
        return settable.task(task, node.proto.label) if task else ""

    def _button(self, _node: Any, key: str) -> str:
        name = key.removesuffix("_table")
        if name == key or name not in self.still:
            return ""
        return tag(
            "button", text(_("Table")), type="button", data_table=name, aria_expanded="false"
        )

    def _download_button(self, node: Any, key: str) -> str:
        name, file = key.removesuffix("_csv"), FILES.get(key)
        if name != key and name in self.still:
            return tag("button", text(_("CSV")), type="button", data_csv=name)
        if not file or (key == "handout" and not self.app):
            return ""
        return tag("a", text(node.proto.label), class_="way", href=file, download=True)


def table(columns: Mapping[str, list[Any]]) -> str:
    """A table that scrolls where it is too wide."""
    heads = "".join(tag("th", markdown(name, inline=True), scope="col") for name in columns)
    rows = "".join(
        tag("tr", "".join(tag("td", markdown(_cell(cell), inline=True)) for cell in row))
        for row in zip(*columns.values(), strict=True)
    )
    inside = tag("thead", tag("tr", heads)) + tag("tbody", rows)
    return tag("div", tag("table", inside), class_="wide-table", tabindex="0")


def _explained(made: str, node: Node) -> str:
    """With what the app says behind a question mark: beside the words that it explains."""
    words = "" if isinstance(node, Block) else str(getattr(node.proto, "help", ""))
    if not words or not made:
        return made
    mark = tag("summary", tag("span", text(_("What is this?")), class_="unseen") + "?")
    mark = tag("details", mark + tag("div", markdown(words)), class_="help")
    for end in ("</label><output", "</fieldset>", "</div>"):
        if end in made:
            before, after = made.split(end, 1) if end != "</div>" else made.rsplit(end, 1)
            inside = end.startswith("</label>")
            return before + (end[:8] + mark + end[8:] if inside else mark + end) + after
    return made + mark


def _ours(href: str) -> str:
    """Where a link leads without a server; href as it stands in HTML."""
    plain = html.unescape(href)
    ours = address.from_app(plain, "") if plain.startswith("/") else None
    return html.escape(ours) if ours else href


def _cell(cell: object) -> str:
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def _classes(kind: str, key: str) -> str:
    return f"{kind} st-key-{key}".strip() if key else kind
