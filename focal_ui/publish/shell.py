"""The document around a page: its head, the menu, and the scripts, each a file of its own."""

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

from focal_ui.publish import address
from focal_ui.publish.visit import name_of, pages, sections
from focal_ui.words import _, language

ICON = "icon.png"
STYLES = ("lab.css",)
SCRIPTS = ("stage.js", "lab.js")


def document(
    page: str, body: str, about: Mapping[str, Any], first: Sequence[str], *, embedded: bool = False
) -> bytes:
    """The whole file. body: its HTML; about: what the script needs; first: data that it begins with."""
    up = "../" if embedded else ""
    title = f"{_(pages()[page].TITLE)} · {_('Focal Loss Lab')}"
    told = json.dumps(about, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    told = told.replace("</", "<\\/")  # nothing in it ends its element
    scripts = [*SCRIPTS, *(f"data/{name}.js" for name in first)]
    heads = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(title)}</title>",
        f'<link rel="icon" href="{up}{ICON}">',
        *(f'<link rel="stylesheet" href="{up}{name}">' for name in STYLES),
    ]
    ends = [
        f'<script type="application/json" id="lab">{told}</script>',
        *(f'<script src="{up}{name}"></script>' for name in scripts),
    ]
    inside = _embedded(page, body) if embedded else _whole(page, body, str(about["app"]))
    kind = ' class="embed"' if embedded else ""
    return (
        f'<!doctype html>\n<html lang="{language().replace("_", "-")}"{kind}><head>{"".join(heads)}</head>\n'
        f'<body><div data-testid="stApp">{inside}</div>\n{"".join(ends)}</body></html>\n'
    ).encode()


def _whole(page: str, body: str, app: str) -> str:
    return (
        f'<a class="skip" href="#main">{_("To the page")}</a>{_menu(page, app)}'
        f'<main id="main" data-testid="stMainBlockContainer">{_notices()}{body}</main>'
    )


def _embedded(page: str, body: str) -> str:
    words = _("From Focal Loss Lab: {title}").format(title=_(pages()[page].TITLE))
    way = f'<a data-keeps target="_blank" rel="noopener" href="../{address.of_page(page, {})}">{html.escape(words)}</a>'
    return f'<main data-testid="stMainBlockContainer">{_notices()}{body}<p class="caption">{way}</p></main>'


def _notices() -> str:
    waiting = _("First your guess, then the pictures")
    return (
        '<div id="notice" role="status" hidden></div>'
        f'<p id="first_guess" hidden>{html.escape(waiting)}</p>'
        f"<noscript><p>{_('Without scripts the sliders stand still.')}</p></noscript>"
    )


def _menu(page: str, app: str) -> str:
    groups = "".join(
        f"<h2>{html.escape(_(title))}</h2><ul>"
        + "".join(
            f'<li><a data-keeps href="{address.of_page(name_of(each), {})}"'
            f'{" aria-current=page" if name_of(each) == page else ""}>{html.escape(_(each.TITLE))}</a></li>'
            for each in modules
        )
        + "</ul>"
        for title, modules in sections().items()
    )
    full = (
        f'<p><a data-app href="{html.escape(address.of_app(app, page, {}))}">{_("This page in the full app")}</a></p>'
        if app
        else ""
    )
    room = f'<p><label><input type="checkbox" id="projector"> {_("Projector")}</label></p>'
    return (
        f'<details class="menu"><summary>{_("Focal Loss Lab")}</summary>'
        f'<nav aria-label="{_("Pages")}">{groups}</nav>{room}{full}</details>'
    )
