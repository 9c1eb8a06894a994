"""Streamlit's own programs and styles, packed once and kept: a first visit is a third as large.

Streamlit sends them as they are, since to pack them for each visitor would keep the server busy.
Their addresses name their contents, so what was packed once serves everybody.
"""

import gzip
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ICONS = Path(__file__).with_name("icons.woff2")
ICONS_OF = "MaterialSymbols-Rounded.nEdyypZU.woff2"
"""Streamlit's font of icons, in the place of which the small one is sent; see fewer_icons.py."""
WORTH_IT = (".js", ".css", ".svg", ".json")
FOLDER = "/static/"
KEPT_FOR_GOOD = {"cache-control": "public, immutable, max-age=31536000"}


class Packed:
    """ASGI middleware: answers for files in FOLDER with what it has packed before."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app; nothing is packed before somebody asks for it."""
        self._app = app
        self._kept: dict[str, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what cannot be packed."""
        if scope["type"] == "http" and scope["path"].endswith(f"{FOLDER}media/{ICONS_OF}"):
            return await FileResponse(ICONS, headers=KEPT_FOR_GOOD)(scope, receive, send)
        if not _can_be_packed(scope):
            return await self._app(scope, receive, send)
        path = scope["path"]
        if path not in self._kept:
            collected = await self._collect(scope, receive)
            if not _is_a_file(collected[0]):
                return await _answer(*collected, send)
            self._kept[path] = _pack(*collected)
        return await _answer(*self._kept[path], send)

    async def _collect(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        return messages[0], b"".join(message.get("body", b"") for message in messages[1:])


def _can_be_packed(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    headers, path = Headers(scope=scope), scope["path"]
    return (
        FOLDER in path
        and path.endswith(WORTH_IT)
        and "gzip" in headers.get("accept-encoding", "")
        and not {"range", "if-none-match", "if-modified-since"} & set(headers.keys())
    )


def _is_a_file(start: Message) -> bool:
    """Where there is no file Streamlit answers with its page; that is kept for no address."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and not kind.startswith("text/html")


def _pack(start: Message, body: bytes) -> tuple[Message, bytes]:
    packed = gzip.compress(body, compresslevel=9, mtime=0)
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(packed))
    headers.add_vary_header("Accept-Encoding")
    for name in ("etag", "accept-ranges"):  # of the file as it was
        if name in headers:
            del headers[name]
    return {**start, "headers": headers.raw}, packed


async def _answer(start: Message, body: bytes, send: Send) -> None:
    await send(start)
    await send({"type": "http.response.body", "body": body})
