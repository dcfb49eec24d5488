"""The service as Granian calls it: bytes go in as they stand in a request, one answer comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from adapters.server.asgi import environment_of
from tests.helpers.wsgi import Answer, answer_of

Headers = Sequence[tuple[bytes, bytes]]
HOST = (b"host", b"testserver")


def scope_of(
    method: str,
    target: bytes,
    headers: Headers = (HOST,),
    *,
    peer: str = "127.0.0.1",
    scheme: str = "http",
) -> dict[str, Any]:
    """What Granian makes of a request line and its headers."""
    path, _, query = target.partition(b"?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": unquote_to_bytes(path).decode(errors="replace"),
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in headers],
        "client": (peer, "51234"),
        "server": ("127.0.0.1", "8000"),
    }


def send(
    method: str,
    target: bytes,
    headers: Headers = (HOST,),
    body: bytes = b"",
    *,
    peer: str = "127.0.0.1",
    scheme: str = "http",
) -> Answer:
    """Send a request on the test's own thread, in whose transaction its rows are."""
    scope = scope_of(method, target, headers, peer=peer, scheme=scheme)
    signals = (request_started, request_finished)
    for signal in signals:  # the transaction outlives the request
        signal.disconnect(close_old_connections)
    try:
        return answer_of(environment_of(scope, body))
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
