"""The tallies computed from the rows they stand for: to begin with, and to be held against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from adapters.orm.models import Membership, SocialAccount, User, UserActivity
from adapters.orm.models.tallies import NO_DAY, PLATFORM
from adapters.orm.tallies.dialect import Dialect, number
from adapters.orm.tallies.merge import kept_since
from adapters.orm.tallies.triggers import COLUMNS, TABLE

_USER, _MEMBERSHIP = User._meta.db_table, Membership._meta.db_table  # noqa: SLF001 - public _meta
_ACCOUNT, _ACTIVITY = SocialAccount._meta.db_table, UserActivity._meta.db_table  # noqa: SLF001
_LOCKED = (_USER, _MEMBERSHIP, _ACCOUNT, _ACTIVITY, TABLE)


def rebuild(*, now: datetime) -> None:
    """Replace every tally by what the rows say; nobody changes those rows meanwhile.

    Periods that are over, seen from ``now``, are left out.
    """
    dialect = Dialect(connection.vendor)
    selects = [_COMPANY_TOTALS, _PLATFORM_TOTALS]
    for period, since in kept_since(now).items():
        for source, company in ((_MEMBERSHIP, "company_id"), (_ACTIVITY, str(PLATFORM))):
            selects.append(_seen(source, company, period, dialect.start(period), str(since)))
    with alone() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - here and below: SQL of ours alone
        for select in selects:
            cursor.execute(f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) {select}")


@contextmanager
def alone() -> Iterator[Any]:
    """A cursor in a transaction during which the rows that tallies stand for stay as they are."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # SQLite's transactions are alone from the beginning
            cursor.execute(f"LOCK TABLE {', '.join(_LOCKED)} IN SHARE ROW EXCLUSIVE MODE")
        yield cursor


_COMPANY_TOTALS = f"""
    SELECT m.company_id, 'total', '{NO_DAY}', COUNT(*),
        SUM({number("m.is_enabled AND u.is_active")}), SUM({number("u.is_staff")}),
        SUM({number("m.is_enabled AND m.role = 'owner'")}), SUM(COALESCE(a.accounts, 0)), 0
    FROM {_MEMBERSHIP} m JOIN {_USER} u ON u.id = m.user_id
    LEFT JOIN (SELECT user_id, COUNT(*) AS accounts FROM {_ACCOUNT} GROUP BY user_id) a
        ON a.user_id = m.user_id
    GROUP BY m.company_id
"""  # noqa: S608
_PLATFORM_TOTALS = f"""
    SELECT {PLATFORM}, 'total', '{NO_DAY}', COUNT(*),
        COALESCE(SUM({number("is_active")}), 0), COALESCE(SUM({number("is_staff")}), 0),
        0, (SELECT COUNT(*) FROM {_ACCOUNT}), 0
    FROM {_USER}
"""  # noqa: S608


def _seen(source: str, company: str, period: str, start: str, since: str) -> str:
    return f"""
        SELECT company, '{period}', start, 0, 0, 0, 0, 0, COUNT(*)
        FROM (SELECT {company} AS company, {start} AS start FROM {source}
              WHERE last_seen_at >= '{since}') AS visits
        GROUP BY company, start
    """  # noqa: S608
