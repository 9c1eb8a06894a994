"""One page of the lab without a server: its document, its data, and its pictures to embed."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streamlit.testing.v1.element_tree import Block

from focal_ui.controls import by_page, knobs
from focal_ui.controls.kinds import Steps
from focal_ui.learning import questions
from focal_ui.locale.languages import offered
from focal_ui.publish import state
from focal_ui.publish.elements import Writer
from focal_ui.publish.kept import Kept, Link, Message, families, link_of
from focal_ui.publish.settable import as_text
from focal_ui.publish.shell import document
from focal_ui.publish.visit import Visit, children, key_of, nodes
from focal_ui.stage.family import WIDTHS, Family, family
from focal_ui.stage.prose import to_text
from focal_ui.stage.svg.still import until_scripts
from focal_ui.words import _, language, speaking

Files = dict[str, bytes]
GUESS = "data-guess"  # how a picture names the marks of a guess
SCORED, MOST_ASKED = "challenges", 12  # the page whose headline counts answers; of how many at most
IN_AN_EMBED = ("title", "strip", "controls")


@dataclass(frozen=True)
class Part:
    """One kept link of a page: what differs from the bare page, and its families."""

    entry: dict[str, Any]
    files: Files


def publish(page: str, app: str, tag: str, tags: Sequence[str] = ()) -> Files:
    """All files of a page. app: the address of the full app, "" for none; tag: the language.

    tags: of all languages that are published together, the first first.
    """
    with speaking(tag):
        return _publish(page, app, tags or (tag,))


def _publish(page: str, app: str, tags: Sequence[str]) -> Files:
    kept = Kept.of(page)
    bare = kept.visits[()]
    stills = _stills(bare)
    writer = Writer(bare, app, stills, kept.options)
    parts = [_part(kept, link, app, writer) for link in kept.visits]
    guess, guessed = _guess(kept)
    about = {
        "page": page,
        "links": [part.entry for part in parts],
        "guess": guess,
        "say": _say(),
        "scores": _scores() if page == SCORED else {},
        "app": app,
        "lang": language() if len(offered()) > 1 else "",
        "tags": list(tags),
    }
    files = {name: made for part in parts for name, made in part.files.items()} | guessed
    first = [entry["id"] for entry in parts[0].entry["families"][:1]]
    body = writer.block(bare.main)
    files[_file_of(page)] = document(page, body, about, first)
    for key in stills:
        inside = _alone(writer, bare.main, key)
        files[f"embed/{page}_{key}.html"] = document(
            page, inside, about | {"embedded": key}, first, embedded=True
        )
    return files


def _file_of(page: str) -> str:
    return "index.html" if page == "start" else f"{page}.html"


def _part(kept: Kept, link: Link, app: str, bare: Writer) -> Part:
    shown = kept.visits[link]
    files: Files = {}

    def keep(brought: Any) -> str:
        """The name of the file that brings this; the same for the same, "" for nothing."""
        if not brought:
            return ""
        name, made = _piece(kept.page, brought)
        files[_data(name)] = made
        return name

    entries = [
        {"id": keep(_as_text(message)), "slider": slider, "at": rows}
        for slider, rows, message in (*families(shown, bare=not link), *_more_families(shown))
    ]
    places = {}
    if link:
        pictures = dict.fromkeys(_pictures(shown), "")
        places = _differences(bare, Writer(shown, app, pictures, bare.kept))
    view = shown.shown
    main = view.main.key if view and view.main else next((e["slider"] for e in entries), "")
    entry = {
        "link": dict(link),
        "main": main,
        "families": entries,
        "code": keep(state.code(shown)),
        "tables": keep(state.tables(shown)),
        "places": keep(places),
    }
    return Part(entry, files)


def _more_families(shown: Visit) -> list[Message]:
    """Of pictures outside the view, which follow a slider of their own or none."""
    view = shown.shown
    in_view = (
        {f"follow_{slider.key}" for slider in view.live} | {"follow_nothing"} if view else set()
    )
    found: list[Message] = []
    for node in nodes(shown.main):
        sent = node.type == "bidi_component" and node.proto.component_name == "follow"
        if sent and key_of(node) not in in_view:
            slider = knobs.FILM_STEP.key if key_of(node) == "follow_film" else ""
            found.append((slider, {}, bytes(node.proto.bytes)))
    return found


def _guess(kept: Kept) -> tuple[dict[str, Any] | None, Files]:
    """Each answer to the page's guess, marked on the picture of what was asked."""
    bare = kept.visits[()]
    asked = bare.guess
    if asked is None:
        return None, {}
    about = {key: as_text(key, value) for key, value in asked.about.items()}
    live = {slider.key for slider in bare.shown.live} if bare.shown else set()
    choices = {
        key: text
        for key, text in about.items()
        if key not in live and text != getattr(by_page.on(kept.page, key), "default", None)
    }
    links = list(kept.visits)
    link = link_of(choices)
    made: dict[str, Any] = {"key": asked.choice.key, "options": list(asked.choice.options)}
    shown = kept.visits.get(link)
    view = shown.shown if shown else None
    if view is None or "guess" not in view.values:
        return made | {"link": 0, "drawn": []}, {}
    sliders = {key: _number(key, text) for key, text in about.items() if key in live}
    files, names = {}, []
    for option in asked.choice.options:
        values = {**view.values, **sliders, "guess": asked.guess(option)}
        message = _marked(family(view.draw, None, values, view.live)).packed()
        name, content = _piece(kept.page, _as_text(message))
        files[_data(name)] = content
        names.append(name)
    return made | {"link": links.index(link), "drawn": names}, files


def _marked(drawn: Family) -> Family:
    """Only the pictures that bear the guess: all else is there already."""
    pictures = {
        key: made for key, made in drawn.message["pictures"].items() if GUESS in json.dumps(made)
    }
    return Family(drawn.message | {"pictures": pictures, "words": {}})


def _number(key: str, text: str) -> float:
    knob = by_page.KNOBS[key]
    return knob.options[text] if isinstance(knob, Steps) else float(text)


def _stills(shown: Visit) -> dict[str, str]:
    """Every picture as it stands under the page's own link, for where no script runs."""
    view = shown.shown
    if view is None:
        return {}
    exhibits = view.draw(**view.values).exhibits
    return {
        key: "".join(
            until_scripts(kind, key, exhibit.figure, width, to_text(exhibit.sentence))
            for kind, width in WIDTHS.items()
        )
        for key, exhibit in exhibits.items()
    }


def _pictures(shown: Visit) -> list[str]:
    view = shown.shown
    return list(view.draw(**view.values).exhibits) if view else []


def _differences(bare: Writer, other: Writer) -> dict[str, str]:
    """What stands in each place of a page under another link, where it differs."""
    mine, theirs = _places(bare), _places(other)
    if mine is None or theirs is None or list(mine) != list(theirs):
        return {"page": other.block(_page_block(other.visit.main))}
    if mine[""] != theirs[""]:
        return {"page": other.block(_page_block(other.visit.main))}
    return {name: made for name, made in theirs.items() if made != mine[name]}


def _places(writer: Writer) -> dict[str, str] | None:
    """The HTML inside of each named block of a page, and of all else together."""
    found: dict[str, str] = {"": ""}
    for node in children(_page_block(writer.visit.main)):
        key = key_of(node)
        if key and isinstance(node, Block):
            found[key] = writer.inside(node)
        else:
            found[""] += writer.node(node)
    return found


def _page_block(main: Block) -> Block:
    return next(node for node in nodes(main) if isinstance(node, Block) and key_of(node) == "page")


def _alone(writer: Writer, main: Block, key: str) -> str:
    """A picture with the headline, the sliders and the choices that it depends on."""
    blocks = {key_of(node): node for node in nodes(main) if isinstance(node, Block)}
    wanted = [*IN_AN_EMBED, f"card_{key}"]
    inside = "".join(writer.node(blocks[name]) for name in wanted if name in blocks)
    return f'<div class="stack st-key-page">{inside}</div>'


def _data(name: str) -> str:
    return f"data/{name}.js"


def _as_text(message: bytes) -> str:
    return base64.b64encode(message).decode()


def _piece(page: str, brought: Any) -> tuple[str, bytes]:
    """A file of data, named by what is in it: a browser may keep it for ever."""
    text = json.dumps(brought, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    name = f"{page}.{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return name, f"focalLab({json.dumps(name)},{text});\n".encode()


def _scores() -> dict[int, list[str]]:
    """How many of so many are right, in words: the headline follows the answers."""
    return {
        asked: [
            questions.score([True] * right + [None] * (asked - right), marked=True)
            for right in range(asked + 1)
        ]
        for asked in range(1, MOST_ASKED + 1)
    }


def _say() -> Mapping[str, str]:
    return {
        "not_kept": _("is not kept here: the page shows what is nearest to it."),
        "together": _("is not kept together with the other choices."),
        "moved": _("{name} goes from {before} to {now}: here it is kept there."),
        "table_at": _("At {name} = {value}"),
        "missing": _("A file of this lab is missing."),
    }
