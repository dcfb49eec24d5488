"""The server's side of the service: each request is read whole before it takes a thread.

Granian waits for a slow body as long as its client likes (emmett-framework/granian#728), and under
WSGI a thread waits with it: a handful of clients that stop half-way would hold every thread. Here
waiting costs a few bytes, bounded in size and time, and threads only ever compute.

It is ASGI that is spoken with Granian, for it hands on the bytes as they came, and tells the end of
a body from a client that went away. Granian's RSGI drops each header that is not ASCII, so that one
which cannot be read looks like one never sent.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from corsheaders.middleware import CorsMiddleware
from django.http import HttpRequest, HttpResponse

from adapters.server.errors import error
from adapters.server.forwarded import Proxies
from adapters.server.lanes import FullError, Lanes
from adapters.server.middleware import MAX_BODY_BYTES
from adapters.server.request_id import name_for
from adapters.server.sending import Sending
from adapters.server.wsgi import Utf8Request

THREADS_VARIABLE = "SERVE_THREADS"
BODY_SECONDS = 10.0
"""A body has to be here within this time, whole."""
_DRAINED_BYTES = 4 * 1024 * 1024
"""How much of a body that is too large is read and dropped, so that its client hears the answer."""

_FRAMING = {b"content-length", b"transfer-encoding"}
_CORS = CorsMiddleware(lambda _request: HttpResponse())
"""Its headers go on what the application has not answered itself."""

Header = tuple[str, str]
Scope = Mapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Answer(NamedTuple):
    """What goes back."""

    status: int
    headers: list[Header]
    body: bytes


class BrokenBodyError(Exception):
    """The client went away before its body was here."""


class Front:
    """Reads requests, runs the WSGI application on threads, answers."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        *,
        threads: int,
        proxies: Proxies | None = None,
    ) -> None:
        self._application = application
        self._lanes = Lanes(threads=threads, network_of=(proxies or Proxies(())).network_of)

        self._sending = Sending()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        status, headers, body = await self._answer(scope, receive)
        if not self._sending.has_room_for(body):
            refused = 503, "overloaded", "Too many large answers are being read. Try again soon."
            request = Utf8Request(environment_of(scope, b""))
            status, headers, body = _refusal(*refused, request=request)
        sent = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await self._sending.send(body, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        try:
            body = await _body(receive) if _may_have_body(scope) else b""
            environ = environment_of(scope, body)
            return await self._lanes.run(self._call, environ)
        except TimeoutError:
            refused = 408, "body_timeout", "The body did not arrive in time. Send it again."
        except BrokenBodyError:
            refused = 400, "body_incomplete", "The body is cut short. Send it again."
        except FullError:
            refused = 503, "overloaded", "Too many requests are waiting. Try again soon."
        return _refusal(*refused, request=Utf8Request(environment_of(scope, b"")))

    def _call(self, environ: dict[str, Any]) -> Answer:
        told: list[Any] = []
        response = self._application(environ, lambda *given: told.extend(given))
        try:
            body = b"".join(response)
        finally:
            response.close()  # type: ignore[attr-defined] # Django's responses have it
        return Answer(int(told[0].split(" ", 1)[0]), told[1], body)


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by name, repeated ones as one list (RFC 9110 section 5.3), bytes read as Latin-1.

    A name with an underscore is dropped: in a WSGI environment it would pass for one with a dash,
    and ``X_Forwarded_For`` for what a trusted proxy has said.
    """
    found = defaultdict(list)
    for name, value in scope["headers"]:
        if b"_" not in name:
            found[name.decode("latin-1")].append(value.decode("latin-1"))
    return {name: ("; " if name == "cookie" else ",").join(found[name]) for name in found}


def _may_have_body(scope: Scope) -> bool:
    """Whether there is one to wait for: what announces none has none (RFC 9112 section 6.3).

    Granian tells the end of each body by another turn of the event loop. For a scrape that was as
    much work as all of Django around a view.
    """
    reads = scope["method"] in {"GET", "HEAD"}
    return not reads or any(name in _FRAMING for name, _ in scope["headers"])


async def _body(receive: Receive) -> bytes:
    """Read the body, of one that is too large no more than shows it.

    Raises:
        TimeoutError: it is not here in time.
        BrokenBodyError: it will not be here at all.
    """
    kept, size = bytearray(), 0
    async with asyncio.timeout(BODY_SECONDS):
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise BrokenBodyError
            chunk = message["body"]
            size += len(chunk)
            kept += chunk[: MAX_BODY_BYTES + 1 - len(kept)]
            if not message["more_body"] or size > _DRAINED_BYTES:
                return bytes(kept)


def environment_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment, with nothing of the process's own in it.

    Every text in it is bytes read as Latin-1, as PEP 3333 has it.
    """
    (client, _), (server, port) = scope["client"], scope["server"]
    headers = {f"HTTP_{name.replace('-', '_').upper()}": v for name, v in _headers(scope).items()}
    headers.pop("HTTP_CONTENT_LENGTH", None)
    return headers | {
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers.pop("HTTP_CONTENT_TYPE", ""),
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REMOTE_ADDR": client,
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": scope["scheme"],
    }


def _refusal(status: int, code: str, detail: str, *, request: HttpRequest) -> Answer:
    """An error of the server's own: nothing more is read from this connection."""
    headers = {
        "Connection": "close",
        "Cache-Control": "no-store",
        "X-Request-ID": name_for(request.headers.get("X-Request-ID", "")),
    }
    if status == 503:  # noqa: PLR2004 - the status itself
        headers["Retry-After"] = "1"
    response = error(status, code, detail, headers=headers)
    _CORS.add_response_headers(request, response)
    return Answer(status, list(response.items()), response.content)
