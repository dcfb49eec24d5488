"""For commands that work on every row: statements that may take as long as they take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

_HOURS = 12 * 3600.0


@contextmanager
def patient() -> Iterator[None]:
    """In the block the service's own limit on a statement's time is hours."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    raw: Any = connection.connection  # see ``adapters.orm.postgresql``
    waited, raw.wait_seconds = raw.wait_seconds, _HOURS
    try:
        yield
    finally:
        raw.wait_seconds = waited
