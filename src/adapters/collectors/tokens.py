"""Personal access tokens by state and access, and the first expiry to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Min, Q

from adapters.collectors.scoping import companies
from domain.metrics import catalogue
from domain.metrics.family import Family, Measured, Sample
from domain.metrics.ports import MetricScope

_STATES = ("active", "expired", "revoked")
_ACCESS = {"read_only": True, "read_write": False}


@dataclass(frozen=True)
class TokensCollector:
    """One query, whatever the scope."""

    using: str = DEFAULT_DB_ALIAS
    name: str = "tokens"

    def families(self, _scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver."""
        return (catalogue.COMPANY_PATS, catalogue.COMPANY_PAT_EARLIEST_EXPIRY)

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Count each state and access, zeros included, so that no series appears out of nowhere."""
        states = _state_conditions(now)
        counts = {
            f"{state}_{access}": Count(
                "personal_access_tokens",
                filter=condition & Q(personal_access_tokens__read_only=read_only),
            )
            for state, condition in states.items()
            for access, read_only in _ACCESS.items()
        }
        earliest = Min("personal_access_tokens__expires_at", filter=states["active"])
        rows = list(companies(scope, self.using).values("id").annotate(**counts, earliest=earliest))
        yield Measured(catalogue.COMPANY_PATS, tuple(_samples(rows)))
        yield Measured(
            catalogue.COMPANY_PAT_EARLIEST_EXPIRY,
            tuple(
                Sample((str(row["id"]),), row["earliest"].timestamp())
                for row in rows
                if row["earliest"] is not None
            ),
        )


def _state_conditions(now: datetime) -> dict[str, Q]:
    revoked = Q(personal_access_tokens__revoked_at__isnull=False)
    alive = Q(personal_access_tokens__revoked_at__isnull=True)
    return {
        "active": alive & Q(personal_access_tokens__expires_at__gt=now),
        "expired": alive & Q(personal_access_tokens__expires_at__lte=now),
        "revoked": revoked,
    }


def _samples(rows: list[dict[str, Any]]) -> Iterable[Sample]:
    for row in rows:
        for state in _STATES:
            for access in _ACCESS:
                yield Sample((str(row["id"]), state, access), float(row[f"{state}_{access}"]))
