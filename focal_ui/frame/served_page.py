"""What a browser gets before anything runs: a page with its language, title and preview.

Streamlit serves one file for every page, titled "Streamlit"; a shared link would be previewed so.
"""

import html
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from focal_ui import words
from focal_ui.frame import language
from focal_ui.locale.languages import Language, find, preferred
from focal_ui.words import _

OLD_TITLE, OLD_LANGUAGE = b"<title>Streamlit</title>", b'<html lang="en"'
PICTURE = Path(__file__).parents[2] / "docs" / "start.png"
PREVIEW = "/preview.png"
ONE_STEP_BACK = Path(__file__).with_name("one_step_back.js").read_text(encoding="utf-8")


class Titled:
    """ASGI middleware: puts language, title, description and preview into every HTML page."""

    def __init__(self, app: ASGIApp, titles: Callable[[], Mapping[str, str]]) -> None:
        """Wrap an app. titles: of its pages, by the last part of their address, in words of now."""
        self._app = app
        self._titles = titles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and rewrite what is an HTML page."""
        if not _may_be_a_page(scope):
            return await self._app(scope, receive, send)
        # As it is, not packed; a file that the browser has already may have another title.
        unwanted = (b"accept-encoding", b"if-none-match", b"if-modified-since")
        asked = [header for header in scope["headers"] if header[0] not in unwanted]
        scope = {**scope, "headers": asked}
        start: Message | None = None
        body = b""

        async def rewrite(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message  # its length is not known yet
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await self._send(scope, start, body, send)

        await self._app(scope, receive, rewrite)
        return None

    async def _send(self, scope: Scope, start: Message, body: bytes, send: Send) -> None:
        spoken = _language(scope)
        with words.speaking(spoken.tag):
            titled = body.replace(OLD_TITLE, self._head(scope).encode(), 1)
        titled = titled.replace(OLD_LANGUAGE, f'<html lang="{spoken.web}"'.encode(), 1)
        headers = MutableHeaders(scope=start)
        headers["content-length"] = str(len(titled))
        if titled != body and "etag" in headers:
            del headers["etag"]  # of the file as it was
        await send(start)
        await send({"type": "http.response.body", "body": titled})

    def _head(self, scope: Scope) -> str:
        name = _("Focal Loss Lab")
        own = self._titles().get(scope["path"].rstrip("/").rpartition("/")[2], "")
        title = html.escape(f"{own} · {name}" if own else name)
        said = html.escape(
            _(
                "See where a detector’s loss comes from: move γ and α, and watch 100,000 easy "
                "background locations fade. Focal loss to see, try and teach."
            )
        )
        picture = html.escape(_origin(scope) + PREVIEW)
        return (
            f'<title>{title}</title><meta name="description" content="{said}">'
            f'<meta property="og:title" content="{title}">'
            f'<meta property="og:description" content="{said}">'
            f'<meta property="og:type" content="website">'
            f'<meta property="og:image" content="{picture}">'
            f"<script>{{{ONE_STEP_BACK}}}</script>"
        )


def _language(scope: Scope) -> Language:
    """What the link says, else what the browser asks for."""
    asked = QueryParams(scope.get("query_string", b"")).get(language.KEY, "")
    return find(asked) or preferred(Headers(scope=scope).get("accept-language", ""))


def _may_be_a_page(scope: Scope) -> bool:
    """No page's address has a dot or one of the folders that Streamlit keeps for itself."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return not any(part in scope["path"] for part in (".", "/_stcore", "/static/", "/media/"))


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and headers.get("content-type", "").startswith("text/html")


def _origin(scope: Scope) -> str:
    """Where visitors find the app, also behind a proxy that says so."""
    headers = Headers(scope=scope)
    scheme = headers.get("x-forwarded-proto", scope.get("scheme", "http"))
    return f"{scheme}://{headers.get('host', 'localhost')}"


async def _preview(_request: Request) -> FileResponse:
    return FileResponse(PICTURE)


ROUTES = (Route(PREVIEW, _preview),)
