"""Rows in bulk: COPY on PostgreSQL, else ``executemany``. Values are as the database has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

Row = tuple[Any, ...]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows of ``columns``; every other column gets its field's default."""
    fields = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001 - public _meta
    given = [fields[name] for name in columns]
    others = [f for f in fields.values() if f not in given and not f.primary_key]
    defaults = tuple(_as_stored(field, field.get_default()) for field in others)
    names = [field.column or "" for field in (*given, *others)]
    complete = (row + defaults for row in rows)
    table = model._meta.db_table  # noqa: SLF001
    if connection.vendor == "postgresql":
        _copy(table, names, complete)
    else:
        _insert_many(table, names, complete)


def reset_sequences(*tables: type[models.Model]) -> None:
    """Let new rows follow the highest id that was inserted."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _as_stored(field: models.Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _copy(table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
    columns = ", ".join(map(_quoted, names))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {_quoted(table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _insert_many(table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
    columns = ", ".join(map(_quoted, names))
    marks = ", ".join(["?"] * len(names))
    connection.ensure_connection()
    connection.connection.cursor().executemany(
        f"INSERT INTO {_quoted(table)} ({columns}) VALUES ({marks})",  # noqa: S608 - Django's names
        rows,
    )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
