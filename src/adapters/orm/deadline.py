"""How long the statements of a scrape may take: a moment, kept by whoever waits for the database.

A connection of PostgreSQL looks here before it waits (``adapters.orm.postgresql.connection``).
SQLite asks, every so many steps of its machine, whether to go on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_STEPS = 10_000
"""Of SQLite's machine, between two looks at the clock: a fraction of a millisecond."""

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)
"""A moment of the monotonic clock."""


@contextmanager
def statements_within(seconds: float) -> Iterator[None]:
    """In the block, statements that run past so many seconds from now fail; infinity is none."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float:
    """Until the block's deadline; for ever outside of any."""
    return max(0.0, _deadline.get() - time.monotonic())


def stop_at_deadline(connection: Any, **_: Any) -> None:
    """Django's ``connection_created``: see that a connection of SQLite keeps the deadline."""
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(lambda: seconds_left() == 0, _STEPS)
