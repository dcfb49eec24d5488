"""A fresh database for the service, and plain SQL to see what is in it."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg

from tests import postgresql
from tests.e2e.clients import absent


@dataclass(frozen=True)
class Database:
    """A database of this run's own.

    Attributes:
        name: ``sqlite`` or ``postgresql``.
        url: what the service gets as DATABASE_URL.
    """

    name: str
    url: str

    def execute(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement in a transaction of its own, with ``?`` for each value; its rows."""
        if self.name == "sqlite":
            return self._sqlite(sql, values)
        return self._postgresql(sql.replace("?", "%s"), values)

    def one(self, sql: str, *values: Any) -> Any:
        """The only column of the only row."""
        ((value,),) = self.execute(sql, *values)
        return value

    def _sqlite(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        path = self.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
            return connection.execute(sql, [_as_django_writes(v) for v in values]).fetchall()

    def _postgresql(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []


def _as_django_writes(value: Any) -> Any:
    """SQLite has no type for a moment or a UUID: both are text there, moments in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.hex if isinstance(value, UUID) else value


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """A file that is not there yet."""
    yield Database("sqlite", f"sqlite:///{folder / 'e2e.sqlite3'}")


@contextmanager
def postgresql_server(_folder: Path) -> Iterator[Database]:
    """A new database on the server for tests, dropped when it is no longer wanted."""
    if not postgresql.is_up():
        absent("No PostgreSQL server answers (see TEST_POSTGRES_URL), so this did not run.")
    server = postgresql.server_url()
    name = f"shellui_e2e_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        try:
            url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            yield Database("postgresql", url)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


MAKERS = {"sqlite": sqlite, "postgresql": postgresql_server}
