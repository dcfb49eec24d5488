"""The store in the database: one small table on the primary, by its clock.

Nothing here may make a scrape wait: what it asks has a quarter of a second. After a failure the
table is left alone for a while, and every process measures for itself.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from adapters.orm.deadline import seconds_left, statements_within
from adapters.orm.models import SharedResult
from adapters.sharing.store import Entry, StoreAwayError
from domain.metrics.sharing import Shared

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.25
_TO_FINISH_SECONDS = 5.0
"""No scrape waits for that."""
_PAUSE_SECONDS = 5.0
"""For so long a table that failed is left alone."""
_KEPT_SECONDS = 3600.0
"""Older rows are deleted; and a claim that lasts longer was made by a clock that was put back."""
_TABLE = SharedResult._meta.db_table  # noqa: SLF001 - Django's public _meta
_CLOCKS = {
    "postgresql": "EXTRACT(EPOCH FROM clock_timestamp())::float8",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}
_READ = """
SELECT version, {clock} - measured_at, cost, text IS NULL,
       CASE WHEN version = %s THEN NULL ELSE text END
FROM {table} WHERE key = %s AND version <> ''
"""
_CLAIM = """
INSERT INTO {table} (key, version, measured_at, cost, claim, claimed_until)
VALUES (%s, '', 0, 0, %s, {clock} + %s)
ON CONFLICT (key) DO UPDATE SET claim = EXCLUDED.claim, claimed_until = EXCLUDED.claimed_until
WHERE {table}.version = %s
  AND NOT {table}.claimed_until BETWEEN {clock} AND {clock} + %s
"""
_FINISH = """
UPDATE {table} SET version = %s, measured_at = {clock} - %s, cost = %s, text = %s,
       claimed_until = CASE WHEN claim = %s THEN 0 ELSE claimed_until END
WHERE key = %s AND (claim = %s OR %s AND NOT measured_at BETWEEN {clock} - %s AND {clock})
"""
_PURGE = "DELETE FROM {table} WHERE measured_at < {clock} - %s AND claimed_until < {clock} - %s"


@dataclass
class OrmSharedResults:
    """The table. ``timer`` is a monotonic clock, in seconds."""

    timer: Callable[[], float] = time.monotonic
    _away_until: float = field(default=0.0, init=False)

    def read(self, key: str, *, known: str = "") -> Entry | None:
        """See the port."""
        with self._asking() as cursor:
            cursor.execute(_sql(_READ), [known, key])
            row = cursor.fetchone()
        if row is None:
            return None
        version, age, cost, failed, text = row
        shared = Shared(age, cost, failed=bool(failed))
        return Entry(version, shared, None if text is None else bytes(text))

    def claim(self, key: str, *, seen: str = "", seconds: float) -> str | None:
        """See the port."""
        mine = uuid.uuid4().hex
        with self._asking() as cursor:
            cursor.execute(_sql(_CLAIM), [key, mine, seconds, seen, _KEPT_SECONDS])
            return mine if cursor.rowcount else None

    def finish(self, key: str, claim: str, text: bytes | None, *, cost: float) -> None:
        """See the port."""
        is_result = text is not None
        with self._asking(_TO_FINISH_SECONDS) as cursor:
            cursor.execute(
                _sql(_FINISH), [claim, cost, cost, text, claim, key, claim, is_result, cost]
            )
            cursor.execute(_sql(_PURGE), [_KEPT_SECONDS, _KEPT_SECONDS])

    @contextmanager
    def _asking(self, seconds: float = _PATIENCE_SECONDS) -> Iterator[Any]:
        if self.timer() < self._away_until:
            raise StoreAwayError
        try:
            with _within(min(seconds, seconds_left())), connection.cursor() as cursor:
                yield cursor
        except (DatabaseError, InterfaceError) as exc:
            self._away_until = self.timer() + _PAUSE_SECONDS
            logger.warning(
                "shared results are out of reach (%s): scrapes measure for themselves",
                type(exc).__name__,
            )
            raise StoreAwayError from exc


def _sql(statement: str) -> str:
    return statement.format(table=_TABLE, clock=_CLOCKS[connection.vendor])


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Statements that take longer fail. SQLite waits for a lock without a look at the deadline."""
    connection.ensure_connection()
    is_sqlite = connection.vendor == "sqlite"
    raw: Any = connection.connection
    usual = raw.execute("PRAGMA busy_timeout").fetchone()[0] if is_sqlite else None
    try:
        if is_sqlite:
            raw.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        with statements_within(seconds):
            yield
    finally:
        if is_sqlite:
            raw.execute(f"PRAGMA busy_timeout = {usual}")
