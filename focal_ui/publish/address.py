"""An address of the app as one of the lab without a server, and back: the same keys and values."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from focal_ui.class_kit import class_link
from focal_ui.class_kit.class_link import FIRST

INDEX = "index"


def of_page(page: str, link: Mapping[str, str]) -> str:
    """A page of the lab without a server; its state stands after the #."""
    state = f"#{urlencode(link, safe=',')}" if link else ""
    return f"{INDEX if page in ('', FIRST) else page}.html{state}"


def of_app(app: str, page: str, link: Mapping[str, str]) -> str:
    """The same page of the full app. app: where it lives."""
    return class_link.build(app, page, link)


def from_app(link: str, app: str) -> str | None:
    """The page of the lab that shows what a link of the app shows; None if it is not the app's."""
    if not link.startswith(app):
        return None
    parts = urlsplit(link)
    path = parts.path.removeprefix(urlsplit(app).path).strip("/")
    return None if "/" in path else of_page(path, dict(parse_qsl(parts.query)))


def to_app(address: str, app: str) -> str:
    """The link of the app that shows what a page of the lab shows."""
    parts = urlsplit(address)
    page = parts.path.rpartition("/")[2].removesuffix(".html")
    return of_app(app, FIRST if page in ("", INDEX) else page, dict(parse_qsl(parts.fragment)))
