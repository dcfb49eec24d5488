"""The server's side of the service: each request is read whole before it takes a thread.

Granian waits for a slow body as long as its client likes (emmett-framework/granian#728), and under
WSGI a thread waits with it: a handful of clients that stop half-way would hold every thread. Here
waiting costs a few bytes, bounded in size and time, and threads only ever compute.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, NamedTuple

from api.errors import error
from api.middleware import MAX_BODY_BYTES
from api.request_id import name_for
from config.lanes import FullError, Lanes
from config.wsgi import application as wsgi_application

THREADS_VARIABLE = "SERVE_THREADS"
BODY_SECONDS = 10.0
"""A body has to be here within this time, whole."""
_DRAINED_BYTES = 4 * 1024 * 1024
"""How much of a body that is too large is read and dropped, so that its client hears the answer."""

Header = tuple[str, str]


class Answer(NamedTuple):
    """What goes back."""

    status: int
    headers: list[Header]
    body: bytes


class BrokenBodyError(Exception):
    """The client went away before its body was here."""


class Front:
    """Reads requests, runs the WSGI application on threads, answers."""

    def __init__(self, application: Callable[..., Iterable[bytes]], *, threads: int) -> None:
        self._application = application
        self._lanes = Lanes(threads=threads)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        answer = await self._answer(scope, proto)
        proto.response_bytes(answer.status, answer.headers, answer.body)

    async def _answer(self, scope: Any, proto: Any) -> Answer:
        headers = _joined(scope.headers.items())
        try:
            body = await _body(headers, proto) if _has_body(headers) else b""
            environ = _environ(scope, headers, body)
            return await self._lanes.of(environ).run(self._call, environ)
        except TimeoutError:
            refused = 408, "body_timeout", "The body did not arrive in time. Send it again."
        except BrokenBodyError:
            refused = 400, "body_incomplete", "The body is cut short. Send it again."
        except FullError:
            refused = 503, "overloaded", "Too many requests are waiting. Try again soon."
        return _refusal(*refused, name=name_for(headers.get("x-request-id", "")))

    def _call(self, environ: dict[str, Any]) -> Answer:
        told: list[Any] = []
        response = self._application(environ, lambda *given: told.extend(given))
        try:
            body = b"".join(response)
        finally:
            response.close()  # type: ignore[attr-defined] # Django's responses have it
        return Answer(int(told[0].split(" ", 1)[0]), told[1], body)


def _joined(items: Iterable[Header]) -> dict[str, str]:
    """Headers by name, repeated ones as one list (RFC 9110 section 5.3).

    A name with an underscore is dropped: in a WSGI environment it would pass for one with a dash,
    and ``X_Forwarded_For`` for what a trusted proxy has said.
    """
    found = defaultdict(list)
    for name, value in items:
        if "_" not in name:
            found[name].append(value)
    return {name: ("; " if name == "cookie" else ",").join(found[name]) for name in found}


def _has_body(headers: dict[str, str]) -> bool:
    return _declared(headers) > 0 or "transfer-encoding" in headers


def _declared(headers: dict[str, str]) -> int:
    return int(headers.get("content-length") or 0)


async def _body(headers: dict[str, str], proto: Any) -> bytes:
    """Read the body, of one that is too large no more than shows it.

    Raises:
        TimeoutError: it is not here in time.
        BrokenBodyError: it will not be here at all.
    """
    kept, size, ends = bytearray(), 0, 0
    async with asyncio.timeout(BODY_SECONDS):
        async for chunk in proto:
            size += len(chunk)
            ends += not chunk  # one at the end; another one when the client broke off
            kept += chunk[: MAX_BODY_BYTES + 1 - len(kept)]
            if size > _DRAINED_BYTES:
                return bytes(kept)
    if ends > 1 or size < _declared(headers):
        raise BrokenBodyError
    return bytes(kept)


def _environ(scope: Any, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """The WSGI environment (PEP 3333), with nothing of the process's own in it."""
    client, _, _ = scope.client.rpartition(":")
    server, _, port = scope.server.rpartition(":")
    environ = {f"HTTP_{name.replace('-', '_').upper()}": text for name, text in headers.items()}
    environ.pop("HTTP_CONTENT_LENGTH", None)
    return environ | {
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": environ.pop("HTTP_CONTENT_TYPE", ""),
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": client.strip("[]"),
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": scope.scheme,
    }


def _refusal(status: int, code: str, detail: str, *, name: str) -> Answer:
    """An error of the server's own: nothing more is read from this connection."""
    headers = {
        "Connection": "close",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-ID": name,
    }
    if status == 503:  # noqa: PLR2004 - the status itself
        headers["Retry-After"] = "1"
    response = error(status, code, detail, headers=headers)
    return Answer(status, list(response.items()), response.content)


application = Front(wsgi_application, threads=int(os.environ.get(THREADS_VARIABLE, "4")))
