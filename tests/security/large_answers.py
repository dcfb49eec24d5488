"""A service whose every answer is large: ``tests.security.large_answers:asgi`` for Granian."""

from __future__ import annotations

from typing import Any

import tests.settings  # noqa: F401 - what a refusal is made with

# isort: split
from adapters.server import sending
from adapters.server.asgi import Front

BYTES = 8 * 1024 * 1024
sending.SECONDS = 5.0


class _Body(list[bytes]):
    def close(self) -> None:
        """As Django's responses have it."""


def _large(_environ: dict[str, Any], start_response: Any) -> _Body:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(BYTES))])
    return _Body([b"x" * BYTES])


asgi = Front(_large, threads=4)
