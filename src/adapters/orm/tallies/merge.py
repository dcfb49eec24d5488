"""Merging: what triggers wrote since the last time is added to one row for each period."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from adapters.orm.models import Tally
from adapters.orm.models.tallies import NO_DAY
from adapters.orm.tallies.dialect import Dialect
from adapters.orm.tallies.triggers import COLUMNS, NUMBERS, TABLE
from domain.metrics.active_users import windows

_SPARE = timedelta(days=1)
"""A clock may be set back by as much, and every number is still right."""


def kept_since(now: datetime) -> dict[str, date]:
    """For each period the first start that is still of use."""
    since = windows(now - _SPARE)
    return {"day": since.day.date(), "week": since.week.date(), "month": since.month.date()}


def merge(*, now: datetime) -> int:
    """Merge, and drop periods that are over; how many rows were written.

    A reader sees all of it or nothing, and the same sums before and after. Several at once share
    the work: a change is deleted by one of them, and added by the same.
    """
    dialect, kept = Dialect(connection.vendor), kept_since(now)
    with transaction.atomic(), connection.cursor() as cursor:
        if not Tally.objects.filter(period="change").exists():
            return 0
        cursor.execute(_merged(dialect, kept))
        written: int = cursor.rowcount
        if not dialect.is_postgresql:
            cursor.execute(_TAKEN)
        for statement in _over(kept):
            cursor.execute(statement)
    return written


_TAKEN = f"DELETE FROM {TABLE} WHERE period = 'change'"  # noqa: S608 - here and below: SQL of ours


def _merged(dialect: Dialect, kept: dict[str, date]) -> str:
    source = "taken" if dialect.is_postgresql else f"{TABLE} WHERE period = 'change'"
    taken = f"WITH taken AS ({_TAKEN} RETURNING *) " if dialect.is_postgresql else ""
    start, numbers = dialect.date(NO_DAY), ", ".join(NUMBERS[:-1])
    totals = f"'total' AS period, {start} AS start, {numbers}, 0 AS seen"
    visits = (
        f"'{period}', {dialect.start(period, 'start')}, {'0, ' * len(NUMBERS[:-1])}seen"
        for period in kept
    )
    parts = " UNION ALL ".join(
        f"SELECT company_id, {part} FROM {source}"  # noqa: S608
        for part in (totals, *visits)
    )
    sums = ", ".join(f"SUM({name})" for name in NUMBERS)
    some = " OR ".join(f"SUM({name}) <> 0" for name in NUMBERS)
    added = ", ".join(f"{name} = {TABLE}.{name} + EXCLUDED.{name}" for name in NUMBERS)
    return (
        f"{taken}INSERT INTO {TABLE} ({', '.join(COLUMNS)}) "  # noqa: S608
        f"SELECT company_id, period, start, {sums} FROM ({parts}) AS parts "
        f"WHERE {_of_use(kept)} GROUP BY company_id, period, start HAVING {some} "
        "ORDER BY company_id, period, start "
        "ON CONFLICT (company_id, period, start) WHERE NOT period = 'change' "
        f"DO UPDATE SET {added}"
    )


def _of_use(kept: dict[str, date]) -> str:
    """Old periods are dropped anyway: a last visit there that moves on is not written there."""
    recent = " OR ".join(
        f"(period = '{name}' AND start >= '{since}')" for name, since in kept.items()
    )
    return f"(period = 'total' OR {recent})"


def _over(kept: dict[str, date]) -> list[str]:
    empty = " AND ".join(f"{name} = 0" for name in NUMBERS)
    ended = (f"(period = '{name}' AND start < '{since}')" for name, since in kept.items())
    return [
        f"DELETE FROM {TABLE} WHERE {' OR '.join(ended)}",  # noqa: S608
        f"DELETE FROM {TABLE} WHERE period = 'total' AND {empty}",  # noqa: S608
    ]
