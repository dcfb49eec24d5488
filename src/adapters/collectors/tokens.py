"""Personal access tokens by state and access, and the first expiry to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, DateTimeField, Min, Q, QuerySet

from adapters.collectors.scoping import ByScope, column
from adapters.orm.in_state import in_state
from adapters.orm.models import Company
from adapters.orm.prepared import slot
from domain.metrics import catalogue
from domain.metrics.family import Family, Measured
from domain.metrics.ports import MetricScope
from domain.tokens.state import State

_ACCESS = {"read_only": True, "read_write": False}
_KINDS = tuple(product(("active", "expired", "revoked"), _ACCESS))


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
        rows = _COMPANIES.rows(scope, using=self.using, now=now)
        kinds = [(str(row[0]), *kind) for row in rows for kind in _KINDS]
        counts = (count for row in rows for count in row[2:])
        yield column(catalogue.COMPANY_PATS, kinds, counts)
        expiring = [(str(row[0]), row[1].timestamp()) for row in rows if row[1] is not None]
        yield column(
            catalogue.COMPANY_PAT_EARLIEST_EXPIRY,
            ((company_id,) for company_id, _ in expiring),
            (moment for _, moment in expiring),
        )


def _rows(companies: QuerySet[Company]) -> QuerySet[Company, Sequence[Any]]:
    states = _state_conditions()
    counts = {
        f"{state}_{access}": Count(
            "personal_access_tokens",
            filter=states[state] & Q(personal_access_tokens__read_only=_ACCESS[access]),
        )
        for state, access in _KINDS
    }
    earliest = Min("personal_access_tokens__expires_at", filter=states["active"])
    return companies.annotate(earliest=earliest, **counts).values_list("id", "earliest", *counts)


def _state_conditions() -> dict[str, Q]:
    """What ended with all of its user's credentials was revoked, in one word."""
    states = in_state(slot("now", DateTimeField()), of="personal_access_tokens")
    return {
        "active": states[State.ACTIVE],
        "expired": states[State.EXPIRED],
        "revoked": states[State.REVOKED] | states[State.ENDED],
    }


_COMPANIES = ByScope(_rows)
