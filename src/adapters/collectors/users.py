"""Users, owners, social accounts and active users: counted, each in the index that holds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField, DateTimeField

from adapters.collectors.scoping import column, single
from adapters.orm.prepared import Prepared, Sql, slot
from domain.metrics import catalogue
from domain.metrics.active_users import windows
from domain.metrics.family import Family, Measured
from domain.metrics.ports import MetricScope
from domain.policy.scope import CompanyScope, PlatformScope

_COMPANY = (
    catalogue.COMPANY_USERS,
    catalogue.COMPANY_USERS_ACTIVE,
    catalogue.COMPANY_USERS_STAFF,
    catalogue.COMPANY_OWNERS,
    catalogue.COMPANY_SOCIAL_ACCOUNTS,
    catalogue.COMPANY_DAILY,
    catalogue.COMPANY_WEEKLY,
    catalogue.COMPANY_MONTHLY,
)
_PLATFORM = (
    catalogue.USERS,
    catalogue.USERS_ACTIVE,
    catalogue.USERS_STAFF,
    catalogue.SOCIAL_ACCOUNTS,
    catalogue.DAILY,
    catalogue.WEEKLY,
    catalogue.MONTHLY,
)

_SEEN = """
    COUNT(*) FILTER (WHERE last_seen_at >= %s) AS daily,
    COUNT(*) FILTER (WHERE last_seen_at >= %s) AS weekly,
    COUNT(*) FILTER (WHERE last_seen_at >= %s) AS monthly
"""
_MEMBERS = f"""
    COUNT(*) AS users, COUNT(*) FILTER (WHERE is_enabled) AS enabled,
    COUNT(*) FILTER (WHERE is_enabled AND role = 'owner') AS owners, {_SEEN}
    FROM shellui_membership m
"""
_ITS = "m.company_id = (SELECT id FROM company)"
# Most users are active and few are staff: the few have indexes of their own.
_INACTIVE, _STAFF, _ACCOUNTS = (
    f"COUNT(*) AS number FROM shellui_membership m JOIN {few}"
    for few in (
        "shellui_user u ON u.id = m.user_id AND NOT u.is_active AND m.is_enabled",
        "shellui_user u ON u.id = m.user_id AND u.is_staff",
        "shellui_socialaccount a ON a.user_id = m.user_id",
    )
)
# Subqueries are planned one by one; joined, they would be planned together, and badly. And the
# planner does not see which company it is: so it keeps one plan, where planning is what takes long.
_ONE_COMPANY = f"""
    WITH company AS (SELECT id, slug FROM shellui_company WHERE id = %s)
    SELECT id, slug, users, enabled - (SELECT {_INACTIVE} AND {_ITS}), (SELECT {_STAFF} AND {_ITS}),
        owners, (SELECT {_ACCOUNTS} AND {_ITS}), daily, weekly, monthly
    FROM company, (SELECT {_MEMBERS} WHERE {_ITS}) members
"""  # noqa: S608 - here and below: SQL of ours alone
_EVERY_COMPANY = f"""
    SELECT c.id, c.slug, COALESCE(users, 0), COALESCE(enabled, 0) - COALESCE(inactive.number, 0),
        COALESCE(staff.number, 0), COALESCE(owners, 0), COALESCE(accounts.number, 0),
        COALESCE(daily, 0), COALESCE(weekly, 0), COALESCE(monthly, 0)
    FROM shellui_company c
    LEFT JOIN (SELECT m.company_id, {_MEMBERS} GROUP BY m.company_id) members
        ON members.company_id = c.id
    LEFT JOIN (SELECT m.company_id, {_INACTIVE} GROUP BY m.company_id) inactive
        ON inactive.company_id = c.id
    LEFT JOIN (SELECT m.company_id, {_STAFF} GROUP BY m.company_id) staff
        ON staff.company_id = c.id
    LEFT JOIN (SELECT m.company_id, {_ACCOUNTS} GROUP BY m.company_id) accounts
        ON accounts.company_id = c.id
    ORDER BY c.id
"""  # noqa: S608
_TOTALS = f"""
    SELECT users, users - (SELECT COUNT(*) FROM shellui_user WHERE NOT is_active),
        (SELECT COUNT(*) FROM shellui_user WHERE is_staff),
        (SELECT COUNT(*) FROM shellui_socialaccount), daily, weekly, monthly
    FROM (SELECT COUNT(*) AS users FROM shellui_user) everybody,
        (SELECT {_SEEN} FROM shellui_useractivity WHERE last_seen_at >= %s) seen
"""  # noqa: S608

_ID = slot("company_id", BigIntegerField())
_SINCE, *_WINDOWS = (slot(name, DateTimeField()) for name in ("since", "day", "week", "month"))

COMPANY_ROW = Prepared(lambda: Sql(_ONE_COMPANY, (_ID, *_WINDOWS)))
COMPANY_ROWS = Prepared(lambda: Sql(_EVERY_COMPANY, tuple(_WINDOWS)))
PLATFORM_ROW = Prepared(lambda: Sql(_TOTALS, (*_WINDOWS, _SINCE)))


@dataclass(frozen=True)
class UsersCollector:
    """One query for a company; two for the platform."""

    using: str = DEFAULT_DB_ALIAS
    name: str = "users"

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver in the scope."""
        company = (catalogue.COMPANY_INFO, *_COMPANY)
        if isinstance(scope, PlatformScope):
            return (*company, *_PLATFORM, catalogue.COMPANIES)
        return company

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Count, in the database."""
        since = vars(windows(now))
        if isinstance(scope, CompanyScope):
            rows = COMPANY_ROW.run(using=self.using, company_id=scope.company_id, **since)
        else:
            rows = COMPANY_ROWS.run(using=self.using, **since)
        ids, slugs, *numbers = zip(*rows, strict=True) if rows else ((),) * (2 + len(_COMPANY))
        labels = [(str(company_id),) for company_id in ids]
        info = [(*label, slug) for label, slug in zip(labels, slugs, strict=True)]
        yield column(catalogue.COMPANY_INFO, info, (1 for _ in info))
        for family, values in zip(_COMPANY, numbers, strict=True):
            yield column(family, labels, values)
        if isinstance(scope, PlatformScope):
            yield single(catalogue.COMPANIES, len(rows))
            first = min(since.values())
            [totals] = PLATFORM_ROW.run(using=self.using, since=first, **since)
            for family, value in zip(_PLATFORM, totals, strict=True):
                yield single(family, value)
