"""An address of the app as one of the lab without a server, and back: the same keys and values."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from focal_ui.class_kit import class_link
from focal_ui.class_kit.class_link import FIRST
from focal_ui.locale.languages import BY_TAG

INDEX = "index"
LANG = "lang"  # of the app's links; the lab has a folder for each language but the first


def of_page(page: str, link: Mapping[str, str]) -> str:
    """A page of the lab without a server; its state stands after the #."""
    state = f"#{urlencode(link, safe=',')}" if link else ""
    return f"{INDEX if page in ('', FIRST) else page}.html{state}"


def of_app(app: str, page: str, link: Mapping[str, str]) -> str:
    """The same page of the full app. app: where it lives."""
    return class_link.build(app, page, link)


def from_app(link: str, app: str, tags: Sequence[str] = ()) -> str | None:
    """The page of the lab that shows what a link of the app shows; None if it is not the app's.

    tags: of the languages that the lab holds beside its first, each in a folder of that name.
    """
    if not link.startswith(app):
        return None
    parts = urlsplit(link)
    path = parts.path.removeprefix(urlsplit(app).path).strip("/")
    if "/" in path:
        return None
    said = dict(parse_qsl(parts.query))
    tag = said.pop(LANG, "")
    return (f"{tag}/" if tag in tags else "") + of_page(path, said)


def to_app(address: str, app: str) -> str:
    """The link of the app that shows what a page of the lab shows."""
    parts = urlsplit(address)
    folder, _slash, file = parts.path.rpartition("/")
    page, tag = file.removesuffix(".html"), folder.rpartition("/")[2]
    spoken = {LANG: tag} if tag in BY_TAG else {}
    link = dict(parse_qsl(parts.fragment)) | spoken
    return of_app(app, FIRST if page in ("", INDEX) else page, link)


def in_language(page: str, now: str, other: str, tags: Sequence[str]) -> str:
    """From a page to the same in another language. tags: all of the lab, its first first."""
    up = "" if now == tags[0] else "../"
    return up + ("" if other == tags[0] else f"{other}/") + of_page(page, {})
