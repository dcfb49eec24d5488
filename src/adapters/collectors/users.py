"""Users, owners, social accounts and active users."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from adapters.collectors.scoping import column, companies, single
from adapters.orm.models import Company, Membership, SocialAccount, User
from domain.metrics import catalogue
from domain.metrics.active_users import Windows, windows
from domain.metrics.family import Family, Measured, Sample
from domain.metrics.ports import MetricScope
from domain.policy.scope import PlatformScope

_COMPANY_COLUMNS = {
    catalogue.COMPANY_USERS: "users",
    catalogue.COMPANY_USERS_ACTIVE: "users_active",
    catalogue.COMPANY_USERS_STAFF: "users_staff",
    catalogue.COMPANY_OWNERS: "owners",
    catalogue.COMPANY_SOCIAL_ACCOUNTS: "social_accounts",
    catalogue.COMPANY_DAILY: "daily",
    catalogue.COMPANY_WEEKLY: "weekly",
    catalogue.COMPANY_MONTHLY: "monthly",
}
_PLATFORM_COLUMNS = {
    catalogue.USERS: "users",
    catalogue.USERS_ACTIVE: "users_active",
    catalogue.USERS_STAFF: "users_staff",
    catalogue.DAILY: "daily",
    catalogue.WEEKLY: "weekly",
    catalogue.MONTHLY: "monthly",
}


@dataclass(frozen=True)
class UsersCollector:
    """One query for a company; four for the platform."""

    using: str = DEFAULT_DB_ALIAS
    name: str = "users"

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver in the scope."""
        company = (catalogue.COMPANY_INFO, *_COMPANY_COLUMNS)
        if isinstance(scope, PlatformScope):
            platform = (catalogue.SOCIAL_ACCOUNTS, catalogue.COMPANIES)
            return (*company, *_PLATFORM_COLUMNS, *platform)
        return company

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Count, in the database."""
        since = windows(now)
        rows = list(_company_rows(companies(scope, self.using), since))
        yield _info(rows)
        for family, key in _COMPANY_COLUMNS.items():
            yield column(family, rows, key)
        if isinstance(scope, PlatformScope):
            yield from self._platform(since, companies_count=len(rows))

    def _platform(self, since: Windows, *, companies_count: int) -> Iterable[Measured]:
        totals = User.objects.using(self.using).aggregate(
            users=Count("pk"),
            users_active=Count("pk", filter=Q(is_active=True)),
            users_staff=Count("pk", filter=Q(is_staff=True)),
            **_seen("activity__last_seen_at", since),
        )
        for family, key in _PLATFORM_COLUMNS.items():
            yield single(family, totals[key])
        accounts = SocialAccount.objects.using(self.using).count()
        yield single(catalogue.SOCIAL_ACCOUNTS, accounts)
        yield single(catalogue.COMPANIES, companies_count)


def _company_rows(rows: QuerySet[Company], since: Windows) -> QuerySet[Company, dict[str, Any]]:
    enabled = Q(memberships__is_enabled=True)
    owner = Q(memberships__role=Membership.Role.OWNER)
    linked = SocialAccount.objects.filter(user__memberships__company=OuterRef("pk")).order_by()
    linked_count = linked.values("user__memberships__company").values(n=Count("pk"))
    return rows.values("id", "slug").annotate(
        users=Count("memberships"),
        users_active=Count("memberships", filter=enabled & Q(memberships__user__is_active=True)),
        users_staff=Count("memberships", filter=Q(memberships__user__is_staff=True)),
        owners=Count("memberships", filter=enabled & owner),
        **_seen("memberships__last_seen_at", since),
        social_accounts=Coalesce(Subquery(linked_count), 0),
    )


def _seen(last_seen_at: str, since: Windows) -> dict[str, Count]:
    counted = last_seen_at.rpartition("__")[0]
    starts = {"daily": since.day, "weekly": since.week, "monthly": since.month}
    return {
        key: Count(F(counted), filter=Q(**{f"{last_seen_at}__gte": start}))
        for key, start in starts.items()
    }


def _info(rows: list[dict[str, Any]]) -> Measured:
    samples = (Sample((str(row["id"]), row["slug"]), 1.0) for row in rows)
    return Measured(catalogue.COMPANY_INFO, tuple(samples))
