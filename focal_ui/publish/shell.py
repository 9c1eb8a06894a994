"""The document around a page: its head, the menu, and the scripts, each a file of its own."""

import json
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from focal_ui.locale.languages import BY_TAG
from focal_ui.publish import address
from focal_ui.publish.markup import tag, text
from focal_ui.publish.visit import name_of, pages, sections
from focal_ui.words import _, language, web_language

ICON, STYLE = "icon.png", "lab.css"
SCRIPTS = ("stage.js", "lab.js")


def document(
    page: str, body: str, about: Mapping[str, Any], first: Sequence[str], *, embedded: bool = False
) -> bytes:
    """The whole file.

    body: its HTML; about: what the script needs; first: the data that it begins with.
    """
    up = "../" if embedded else ""
    told = json.dumps(about, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    told = told.replace("</", "<\\/")  # nothing in it ends its element
    scripts = [*SCRIPTS, *(f"data/{name}.js" for name in first)]
    inside = _embedded(page, body) if embedded else _whole(page, body, about)
    ends = tag("script", told, type="application/json", id="lab")
    ends += "".join(tag("script", src=up + name) for name in scripts)
    whole = tag(
        "html",
        tag("head", _head(page, up))
        + "\n"
        + tag("body", tag("div", inside, data_testid="stApp") + "\n" + ends),
        lang=web_language(),
        class_="embed" if embedded else None,
    )
    return f"<!doctype html>\n{whole}\n".encode()


def _head(page: str, up: str) -> str:
    return (
        tag("meta", charset="utf-8")
        + tag("meta", name="viewport", content="width=device-width, initial-scale=1")
        + tag("title", text(f"{_(pages()[page].TITLE)} · {_('Focal Loss Lab')}"))
        + tag("link", rel="icon", href=up + ICON)
        + tag("link", rel="stylesheet", href=up + STYLE)
    )


def _whole(page: str, body: str, about: Mapping[str, Any]) -> str:
    skip = tag("a", text(_("To the page")), class_="skip", href="#main")
    main = tag("main", _notices() + body, id="main", data_testid="stMainBlockContainer")
    return skip + _menu(page, str(about["app"]), about["tags"]) + main


def _embedded(page: str, body: str) -> str:
    words = _("From Focal Loss Lab: {title}").format(title=_(pages()[page].TITLE))
    way = tag(
        "a", text(words), data_keeps=True, target="_blank", rel="noopener",
        href="../" + address.of_page(page, {}),
    )  # fmt: skip
    inside = _notices() + body + tag("p", way, class_="caption")
    return tag("main", inside, data_testid="stMainBlockContainer")


def _notices() -> str:
    waiting = text(_("First your guess, then the pictures"))
    without = text(_("Without scripts the sliders stand still."))
    return (
        tag("div", id="notice", role="status", hidden=True)
        + tag("p", waiting, id="first_guess", hidden=True)
        + tag("noscript", tag("p", without))
    )


def _menu(page: str, app: str, tags: Sequence[str]) -> str:
    groups = "".join(_section(_(title), modules, page) for title, modules in sections().items())
    box = tag("input", type="checkbox", id="projector")
    more = tag("p", tag("label", f"{box} {text(_('Presentation mode'))}"))
    others = [other for other in tags if other != language()]
    more += "".join(tag("p", _in_language(page, other, tags)) for other in others)
    if app:
        words = text(_("This page in the full app"))
        where = address.of_app(app, page, {})
        more += tag("p", tag("a", words, data_app=True, href=where))
    return tag(
        "details",
        tag("summary", text(_("Focal Loss Lab")))
        + tag("nav", groups + more, aria_label=_("Pages")),
        class_="menu",
    )


def _in_language(page: str, other: str, tags: Sequence[str]) -> str:
    spoken = BY_TAG[other]
    where = address.in_language(page, language(), other, tags)
    return tag("a", text(spoken.name), href=where, data_language=True, lang=spoken.web)


def _section(title: str, modules: Sequence[ModuleType], page: str) -> str:
    links = [
        tag(
            "li",
            tag(
                "a", text(_(each.TITLE)), data_keeps=True,
                href=address.of_page(name_of(each), {}),
                aria_current="page" if name_of(each) == page else None,
            ),
        )
        for each in modules
    ]  # fmt: skip
    return tag("h2", text(title)) + tag("ul", "".join(links))
