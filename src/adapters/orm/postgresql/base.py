"""The backend: it never waits for the server without an end (see ``connection``)."""

from __future__ import annotations

import select
import time
from collections import defaultdict
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from adapters.orm.postgresql.breaker import Breaker
from adapters.orm.postgresql.connection import DEFAULT_WAIT, BoundedConnection

WAIT_OPTION = "wait_seconds"
_HEALTH_WAIT = 2.0
_TRUSTED_SECONDS = 1.0
"""For so long a connection that answered is taken for good."""

_breakers: defaultdict[str, Breaker] = defaultdict(Breaker)


class _Driver:
    """psycopg, as Django asks for it, with our connections."""

    connect = staticmethod(BoundedConnection.connect)

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with bounded connections that are not all tried at once."""

    Database = _Driver()  # type: ignore[assignment] # it has all that the module has
    _good_until = 0.0
    _takes_options = True

    def get_connection_params(self) -> dict[str, Any]:
        """What to connect with: ``wait_seconds`` is ours, and none of libpq's."""
        params: dict[str, Any] = super().get_connection_params()
        self._wait_seconds = float(params.pop(WAIT_OPTION, DEFAULT_WAIT))
        return params

    def is_usable(self) -> bool:
        """Whether the connection is good, asked before a request's first statement: in short.

        One that was good a moment ago is not asked again while it has nothing to read: a server
        that ends a connection sends something, be it only the end.
        """
        was_good = time.monotonic() < self._good_until and not self.errors_occurred
        if was_good and not _has_something_to_read(self.connection):
            return True
        usable = self._answers()
        self._good_until = time.monotonic() + _TRUSTED_SECONDS if usable else 0.0
        return usable

    def _answers(self) -> bool:
        self.connection.wait_seconds = min(_HEALTH_WAIT, self._wait_seconds)
        try:
            return bool(super().is_usable())
        finally:
            self.connection.wait_seconds = self._wait_seconds

    def chunked_cursor(self) -> Any:
        """A cursor that the server keeps open from chunk to chunk; no such one behind a pooler."""
        self.ensure_connection()
        return super().chunked_cursor() if self.connection.is_direct else self.cursor()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect.

        Raises:
            OperationalError: it failed, or failed before and another thread tries already.
        """
        self._good_until = 0.0
        made = _breakers[self.alias].call(lambda: self._connected(conn_params))
        made.wait_seconds = self._wait_seconds
        return made

    def _connected(self, params: dict[str, Any]) -> Any:
        """Connect without the JIT compiler: while it compiles, nothing can stop a statement.

        PgBouncer takes no such option, and a connection through it has what the role has.
        """
        connect = super().get_new_connection
        if self._takes_options:
            options = " ".join([params.get("options") or "", "-c jit=off"]).strip()
            try:
                return connect({**params, "options": options})
            except psycopg.OperationalError as exc:
                if "startup parameter" not in str(exc):
                    raise
            self._takes_options = False
        return connect(params)


def _has_something_to_read(connection: Any) -> bool:
    """Whether the server has sent what nobody asked for, or the connection is closed already."""
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
