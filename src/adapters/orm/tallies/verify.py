"""What the tallies tell, held against what the rows say: plain SQL on one side and on the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from adapters.orm.models import Company, Membership, SocialAccount, User, UserActivity
from adapters.orm.models.tallies import PLATFORM
from adapters.orm.tallies.dialect import number
from adapters.orm.tallies.rebuild import alone
from adapters.orm.tallies.triggers import TABLE
from domain.metrics.active_users import windows

_USER, _MEMBERSHIP = User._meta.db_table, Membership._meta.db_table  # noqa: SLF001 - public _meta
_ACCOUNT, _ACTIVITY = SocialAccount._meta.db_table, UserActivity._meta.db_table  # noqa: SLF001
_COMPANY = Company._meta.db_table  # noqa: SLF001

COLUMNS = (
    "users",
    "users_active",
    "users_staff",
    "owners",
    "social_accounts",
    "daily",
    "weekly",
    "monthly",
)
Numbers = dict[int, tuple[int, ...]]
"""By company, and the platform under ``PLATFORM``, in the order of ``COLUMNS``."""


@dataclass(frozen=True)
class Difference:
    """One number that is not what it should be. The platform's company is ``PLATFORM``."""

    company_id: int
    column: str
    told: int
    true: int


def differences(*, now: datetime) -> list[Difference]:
    """Every number of which the tallies tell something else than the rows; writers wait."""
    with alone():
        told, true = tallied(now), counted(now)
    return list(_differences(told, true))


def _differences(told: Numbers, true: Numbers) -> Iterator[Difference]:
    nothing = (0,) * len(COLUMNS)
    for company_id in sorted(true):
        pairs = zip(COLUMNS, told.get(company_id, nothing), true[company_id], strict=True)
        for column, one, other in pairs:
            if one != other:
                yield Difference(company_id, column, one, other)


def tallied(now: datetime) -> Numbers:
    """What the tallies tell."""
    since = windows(now)
    starts = {"day": since.day, "week": since.week, "month": since.month}
    seen = ", ".join(
        f"SUM(CASE WHEN period IN ('{period}', 'change') AND start >= '{start.date()}' "
        "THEN seen ELSE 0 END)"
        for period, start in starts.items()
    )
    sums = ", ".join(f"SUM({name})" for name in COLUMNS[:5])
    return _numbers(f"SELECT company_id, {sums}, {seen} FROM {TABLE} GROUP BY company_id")  # noqa: S608


def counted(now: datetime) -> Numbers:
    """The plain SQL aggregate that tallies stand for."""
    return _numbers(_companies(now)) | _numbers(_platform(now))


def _companies(now: datetime) -> str:
    return f"""
        SELECT c.id, COUNT(m.id), COALESCE(SUM({number("m.is_enabled AND u.is_active")}), 0),
            COALESCE(SUM({number("u.is_staff")}), 0),
            COALESCE(SUM({number("m.is_enabled AND m.role = 'owner'")}), 0),
            COALESCE(SUM(a.accounts), 0), {_seen("m.last_seen_at", now)}
        FROM {_COMPANY} c
        LEFT JOIN {_MEMBERSHIP} m ON m.company_id = c.id
        LEFT JOIN {_USER} u ON u.id = m.user_id
        LEFT JOIN (SELECT user_id, COUNT(*) AS accounts FROM {_ACCOUNT} GROUP BY user_id) a
            ON a.user_id = m.user_id
        GROUP BY c.id
    """  # noqa: S608 - here and below: SQL of ours alone


def _platform(now: datetime) -> str:
    return f"""
        SELECT {PLATFORM}, COUNT(*), COALESCE(SUM({number("u.is_active")}), 0),
            COALESCE(SUM({number("u.is_staff")}), 0), 0, (SELECT COUNT(*) FROM {_ACCOUNT}),
            {_seen("v.last_seen_at", now)}
        FROM {_USER} u LEFT JOIN {_ACTIVITY} v ON v.user_id = u.id
    """  # noqa: S608


def _seen(moment: str, now: datetime) -> str:
    since = windows(now)
    return ", ".join(
        f"COALESCE(SUM({_since(moment, start)}), 0)"
        for start in (since.day, since.week, since.month)
    )


def _numbers(sql: str) -> Numbers:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0]: tuple(map(int, row[1:])) for row in cursor.fetchall()}


def _since(moment: str, start: datetime) -> str:
    return number(f"{moment} >= '{start:%Y-%m-%d %H:%M:%S}'")
