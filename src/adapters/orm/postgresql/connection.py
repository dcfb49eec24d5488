"""A connection that waits for no answer without an end.

The limit is the client's own, for two reasons. Behind a pooler that shares the server's connections
(PgBouncer in transaction mode) ``SET statement_timeout`` is somebody else's limit a moment later.
And a server that is paused, or cut off, keeps no limit at all.

What runs past its limit is cancelled. ``cancel_safe`` returns when the server has dealt with the
request and closed the connection that it came on, and PgBouncer, since 1.18, gives the server's
connection to nobody else before that. So the request can hit no other statement. Then the answer of
the cancelled statement is read, whatever it is, and the connection is as good as before.
"""

from __future__ import annotations

import time
from functools import cached_property
from typing import Any, Self

import psycopg
from psycopg.errors import QueryCanceled, _WaitTimeout
from psycopg.pq import TransactionStatus

from adapters.orm.deadline import seconds_left

DEFAULT_WAIT = 8.0
"""Seconds. No statement of this service is meant to take as long."""

_CANCEL_SECONDS = 1.0
"""For so long a server may take to stop a statement; one that does not is given up."""

_GUARD = b"SET LOCAL idle_in_transaction_session_timeout = 30000"
"""A host that is gone without a word must not hold its locks for hours. The transaction's alone."""

_ONLY_WHEN_ASKED = 2**31
"""A statement's use that nobody reaches: psycopg prepares by itself from this one on."""


class PreparedCursor(psycopg.Cursor[Any]):
    """Prepares each statement the first time it meets it, on a connection that allows it."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        """Execute, prepared."""
        return super().execute(query, params, prepare=True)


class BoundedConnection(psycopg.Connection[Any]):
    """Stops what takes longer than ``wait_seconds``, or than a scrape has left."""

    wait_seconds = DEFAULT_WAIT

    @cached_property
    def is_direct(self) -> bool:
        """Whether the process that answers is the one that the connection was made with.

        Else a pooler stands between, and may let another process answer the next time: that knows
        nothing of statements that were prepared, nor of cursors that were opened.
        """
        answering = self.execute("SELECT pg_backend_pid()").fetchone()
        return answering == (self.pgconn.backend_pid,)

    @cached_property
    def prepared(self) -> PreparedCursor:
        """The cursor for statements that are asked again and again: each is read out at once."""
        self.prepare_threshold = _ONLY_WHEN_ASKED if self.is_direct else None
        return PreparedCursor(self)

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer.

        Raises:
            psycopg.errors.QueryCanceled: it took too long, and was stopped.
            psycopg.OperationalError: it could not be stopped; the connection is closed.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        return self._bounded(gen, min(self.wait_seconds, seconds_left()))

    def rollback(self) -> None:
        """Roll back, however little time a scrape has left: what was stopped has to be undone."""
        with self.lock:
            self._bounded(self._rollback_gen(), self.wait_seconds)

    def _start_query(self) -> Any:
        begins = not self._autocommit and self.pgconn.transaction_status == TransactionStatus.IDLE
        yield from super()._start_query()
        if begins:
            yield from self._exec_command(_GUARD)

    def _bounded(self, gen: Any, limit: float) -> Any:
        try:
            return super().wait(gen, timeout=limit)
        except _WaitTimeout:
            pass
        try:
            return self._stopped(gen)
        except QueryCanceled as exc:
            raise QueryCanceled(f"stopped, for it took longer than {limit:.1f} seconds") from exc

    def _stopped(self, gen: Any) -> Any:
        """Cancel, and take what the statement answers to that: it may be done already."""
        give_up_at = time.monotonic() + _CANCEL_SECONDS
        try:
            self.cancel_safe(timeout=_CANCEL_SECONDS)
            return super().wait(gen, timeout=max(0.0, give_up_at - time.monotonic()))
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()  # what comes late must hit, or pass for, nothing else
            raise
