"""How long the statements of a scrape may take: set for a block, kept by the database.

PostgreSQL has its ``statement_timeout``: it is set before the block's first statement, set again
when half of it has passed, and reset at the end. SQLite asks, every so many steps of its machine,
whether to go on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError

_LONGEST = 8_000
"""Milliseconds: no scraper gives a statement more than any other has."""
_STEPS = 10_000
"""Of SQLite's machine, between two looks at the clock: a fraction of a millisecond."""


@dataclass
class _Deadline:
    """A moment of the monotonic clock, and the limits that were set on connections for it."""

    at: float
    limits: list[tuple[Any, int]] = field(default_factory=list)

    def left(self) -> int:
        """Whole milliseconds, at least one: zero would be no limit."""
        return max(1, min(_LONGEST, int((self.at - time.monotonic()) * 1000)))


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def statements_within(seconds: float) -> Iterator[None]:
    """In the block, statements that run past so many seconds from now fail; infinity is none."""
    if math.isinf(seconds):
        yield
        return
    deadline = _Deadline(time.monotonic() + seconds)
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)
        for connection in {
            id(connection): connection for connection, _ in deadline.limits
        }.values():
            _reset(connection)


def seconds_left() -> float:
    """Until the block's deadline; for ever outside of any."""
    deadline = _deadline.get()
    return math.inf if deadline is None else max(0.0, deadline.at - time.monotonic())


@contextmanager
def limited(connection: Any) -> Iterator[None]:
    """Around one statement: the connection's own limits, or those of the block it is in."""
    deadline = _deadline.get()
    if deadline is None:
        yield
    elif connection.vendor == "postgresql":
        _set(connection, deadline)
        yield
    else:
        connection.connection.set_progress_handler(lambda: time.monotonic() > deadline.at, _STEPS)
        try:
            yield
        finally:
            connection.connection.set_progress_handler(None, 0)


def _set(connection: Any, deadline: _Deadline) -> None:
    left = deadline.left()
    current = [limit for known, limit in deadline.limits if known is connection][-1:]
    if not current or left < current[0] // 2:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {left}")
        deadline.limits.append((connection, left))


def _reset(connection: Any) -> None:
    with suppress(DatabaseError):
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
        return
    if not connection.in_atomic_block:  # there it went with what failed
        connection.close()
