"""Empty the database between tests, the account of events too, which it refuses to anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db.backends.base.operations import BaseDatabaseOperations

_TABLE = "shellui_tokenevent"


@contextmanager
def flush_empties_events() -> Iterator[None]:
    """Within, Django's flush goes around the triggers that keep the events."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def around(operations: Any, statements: list[str]) -> None:
        before, after = _triggers(operations.connection)
        flush(operations, [*before, *statements, *after])

    with mock.patch.object(BaseDatabaseOperations, "execute_sql_flush", around):
        yield


def _triggers(connection: Any) -> tuple[list[str], list[str]]:
    """How to turn them off, and on again."""
    if connection.vendor == "postgresql":
        alter = f"ALTER TABLE {_TABLE} {{}} TRIGGER USER"
        return [alter.format("DISABLE")], [alter.format("ENABLE")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [_TABLE]
        )
        found = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]
