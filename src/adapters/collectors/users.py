"""Users, owners, social accounts and active users: sums of tallies (see ``orm.tallies``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from adapters.collectors.scoping import ByScope, column, single
from adapters.orm.models import Company, Tally
from adapters.orm.models.tallies import PLATFORM
from adapters.orm.prepared import Prepared, slot
from domain.metrics import catalogue
from domain.metrics.active_users import Windows, windows
from domain.metrics.family import Family, Measured
from domain.metrics.ports import MetricScope
from domain.policy.scope import PlatformScope

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
_TOTALS = ("users", "users_active", "users_staff", "owners", "social_accounts")


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
        """Add up, in the database."""
        since = _days(windows(now))
        rows = _COMPANIES.rows(scope, using=self.using, **since)
        ids, slugs, *numbers = zip(*rows, strict=True) if rows else ((),) * (2 + len(_COMPANY))
        labels = [(str(company_id),) for company_id in ids]
        info = [(*label, slug) for label, slug in zip(labels, slugs, strict=True)]
        yield column(catalogue.COMPANY_INFO, info, (1 for _ in info))
        for family, values in zip(_COMPANY, numbers, strict=True):
            yield column(family, labels, values)
        if isinstance(scope, PlatformScope):
            yield single(catalogue.COMPANIES, len(rows))
            [totals] = _PLATFORM_TOTALS.run(using=self.using, **since)
            for family, value in zip(_PLATFORM, totals, strict=True):
                yield single(family, value)


def _days(since: Windows) -> dict[str, date]:
    return {"day": since.day.date(), "week": since.week.date(), "month": since.month.date()}


def _company_rows(companies: QuerySet[Company]) -> QuerySet[Company, tuple[int, ...]]:
    return companies.annotate(
        **{f"sum_{name}": Coalesce(Sum(f"tallies__{name}"), 0) for name in _TOTALS},
        **_seen("tallies__"),
    ).values_list("id", "slug", *(f"sum_{name}" for name in _TOTALS), "day", "week", "month")


def _platform_totals() -> QuerySet[Tally, tuple[int, ...]]:
    totals = [name for name in _TOTALS if name != "owners"]
    rows = Tally.objects.filter(company_id=PLATFORM).values(_all=Value(1)).order_by()
    return rows.annotate(
        **{f"sum_{name}": Coalesce(Sum(name), 0) for name in totals}, **_seen("")
    ).values_list(*(f"sum_{name}" for name in totals), "day", "week", "month")


def _seen(prefix: str) -> dict[str, Coalesce]:
    """What was merged by period, and what has changed since, which is kept by day."""
    return {
        period: Coalesce(
            Sum(
                f"{prefix}seen",
                filter=Q(
                    **{
                        f"{prefix}period__in": [period, "change"],
                        f"{prefix}start__gte": slot(period, DateField()),
                    }
                ),
            ),
            0,
        )
        for period in ("day", "week", "month")
    }


_COMPANIES = ByScope(_company_rows)
_PLATFORM_TOTALS = Prepared(_platform_totals)
