"""Statements as the database's driver takes them, where Django's own way costs more than they do.

PostgreSQL plans the join behind an authentication in half a millisecond and runs it in a tenth of
one: it is asked to keep the plan. Django's cursors there write the values into the SQL, so that
every statement is a new one to it; on SQLite they look for each ``%s`` again at every execution.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX


class Statement:
    """One statement, in Django's notation and in the driver's."""

    def __init__(self, sql: str, vendor: str) -> None:
        self._sql = sql
        self._is_postgresql = vendor == "postgresql"
        is_sqlite = vendor == "sqlite"
        self._drivers = FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%") if is_sqlite else sql

    def rows(self, connection: Any, params: list[Any]) -> list[Any]:
        """Execute on a connection of Django's that is open, and fetch everything.

        Where statements are watched it is Django's cursor, which knows what it sent. Else it is the
        driver's own, with what Django does that matters: errors are Django's, and a transaction
        that broke takes no more statements.
        """
        if connection.queries_logged or connection.execute_wrappers:
            with connection.cursor() as cursor:
                cursor.execute(self._sql, params)
                return list(cursor.fetchall())
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors:
            raw = connection.connection
            source = raw.prepared if self._is_postgresql else raw
            found: list[Any] = source.execute(self._drivers, params).fetchall()
            return found
