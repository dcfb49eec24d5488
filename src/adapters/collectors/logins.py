"""Successful sign-ins, from the tally that only grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from adapters.collectors.scoping import ByScope, column
from domain.metrics import catalogue
from domain.metrics.family import Family, Measured
from domain.metrics.ports import MetricScope

ALWAYS_SHOWN = "email"
"""The service's own provider: at 0 before the first sign-in, so that a rate has a start."""

_COMPANIES = ByScope(
    lambda companies: companies.values_list(
        "id", "login_tallies__provider", "login_tallies__successes"
    ).order_by("id", "login_tallies__provider")
)


@dataclass(frozen=True)
class LoginsCollector:
    """One query, whatever the scope."""

    using: str = DEFAULT_DB_ALIAS
    name: str = "logins"

    def families(self, _scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver."""
        return (catalogue.SUCCESSFUL_LOGINS,)

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:  # noqa: ARG002 - the port's
        """Read the tallies."""
        rows = _COMPANIES.rows(scope, using=self.using)
        tallies = [row for row in rows if row[1] is not None]
        shown = {row[0] for row in tallies if row[1] == ALWAYS_SHOWN}
        tallies += [
            (company, ALWAYS_SHOWN, 0) for company in sorted({row[0] for row in rows} - shown)
        ]
        labels = [(str(row[0]), row[1]) for row in tallies]
        yield column(catalogue.SUCCESSFUL_LOGINS, labels, [row[2] for row in tallies])
