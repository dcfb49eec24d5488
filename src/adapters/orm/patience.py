"""For what works on every row: statements that may take longer than a request's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from adapters.orm.deadline import statements_within

_HOURS = 12 * 3600.0


@contextmanager
def patient(seconds: float = _HOURS, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """In the block the limit on statements' time is so many seconds for all of them together."""
    connection = connections[using]
    with statements_within(seconds):
        if connection.vendor != "postgresql":
            yield
            return
        connection.ensure_connection()
        raw: Any = connection.connection  # see ``adapters.orm.postgresql``
        waited, raw.wait_seconds = raw.wait_seconds, seconds
        try:
            yield
        finally:
            raw.wait_seconds = waited
