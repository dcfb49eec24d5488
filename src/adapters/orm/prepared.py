"""Statements made ready once. Django's ORM says what to ask; it need not say so at every request.

Building a queryset and its SQL takes Python far longer than the database takes to answer. So it
is built once, with ``slot(...)`` in place of each value, and the SQL is kept. PostgreSQL keeps its
plan of it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, QuerySet

from adapters.orm.driver import Statement

Row = Sequence[Any]
Converter = Callable[[Any, Any, Any], Any]


class slot(Expression):  # noqa: N801 - it reads as a value among values
    """Stands in a queryset for a value that each run brings."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, Any]:
        """A parameter, to be filled in by the run."""
        return "%s", [self]

    def fill(self, value: Any, connection: Any) -> Any:
        """The value as the database takes it."""
        return self.output_field.get_db_prep_value(value, connection, prepared=False)


@dataclass(frozen=True)
class Sql:
    """A statement in SQL, where the ORM has no words for what the planner needs to see.

    ``params`` are its ``%s``, in order: slots, or values.
    """

    text: str
    params: tuple[Any, ...] = ()


@dataclass
class Prepared:
    """A ``values_list`` queryset with slots, or SQL, made ready once for each database."""

    build: Callable[[], QuerySet[Any, Any] | Sql]
    _compiled: dict[str, _Compiled] = field(default_factory=dict)

    def run(self, *, using: str = DEFAULT_DB_ALIAS, **values: Any) -> list[Row]:
        """The rows, as the ORM itself would give them."""
        compiled = self._compiled.get(using)
        if compiled is None:
            compiled = self._compiled[using] = _compile(self.build(), using)
        return compiled.run(using, values)


@dataclass(frozen=True)
class _Compiled:
    statement: Statement
    params: tuple[Any, ...]
    slots: tuple[slot, ...]
    converters: tuple[tuple[int, list[Converter], Any], ...]

    def run(self, using: str, values: dict[str, Any]) -> list[Row]:
        connection = connections[using]
        filled = {one.name: one.fill(values[one.name], connection) for one in self.slots}
        params = [filled[param.name] if type(param) is slot else param for param in self.params]
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        rows = self.statement.rows(connection, params)
        if self.converters:
            for place, row in enumerate(rows):  # in its place: there may be many
                rows[place] = self._converted(row, connection)
        return rows

    def _converted(self, row: Row, connection: Any) -> Row:
        converted = list(row)
        for place, convert, expression in self.converters:
            for step in convert:
                converted[place] = step(converted[place], expression, connection)
        return tuple(converted)


def _compile(source: QuerySet[Any, Any] | Sql, using: str) -> _Compiled:
    if isinstance(source, Sql):
        return _ready(source.text, source.params, {}, using)
    compiler: Any = source.query.get_compiler(using)
    sql, params = compiler.as_sql()
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    return _ready(sql, params, compiler.get_converters(columns), using)


def _ready(sql: str, params: Sequence[Any], converters: dict[int, Any], using: str) -> _Compiled:
    return _Compiled(
        Statement(sql, connections[using].vendor),
        tuple(params),
        tuple({param.name: param for param in params if isinstance(param, slot)}.values()),
        tuple((place, convert, column) for place, (convert, column) in converters.items()),
    )
