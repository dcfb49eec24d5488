"""Answers on their way: a reader who takes nothing holds their memory for a while, not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

PIECE_BYTES = 256 * 1024
"""What is larger goes in pieces of this size. Each waits until there is room for it.

The server copies what it is given: it has no more than a piece beside the whole.
"""
MOST_BYTES = 64 * 1024 * 1024
"""Of all answers that a worker is sending in pieces."""
SECONDS = 60.0
"""An answer has to be read within this time, whole."""


class Sending:
    """The answers that one worker is sending."""

    def __init__(self) -> None:
        self._bytes = 0

    def has_room_for(self, body: bytes) -> bool:
        """Whether the answer may be sent now. A small one always may, and so may one alone."""
        return len(body) <= PIECE_BYTES or not self._bytes or self._bytes + len(body) <= MOST_BYTES

    async def send(self, body: bytes, send: Callable[[Mapping[str, Any]], Awaitable[None]]) -> None:
        """Send a body. One that is not read in time is given up, and its connection is closed."""
        if len(body) <= PIECE_BYTES:
            await send({"type": "http.response.body", "body": body})
            return
        self._bytes += len(body)
        try:
            async with asyncio.timeout(SECONDS):
                for start in range(0, len(body), PIECE_BYTES):
                    end = start + PIECE_BYTES
                    piece = {"body": body[start:end], "more_body": end < len(body)}
                    await send({"type": "http.response.body", **piece})
        except TimeoutError:
            pass  # what was sent is cut short: the server sees that and closes the connection
        finally:
            self._bytes -= len(body)
