"""Successful sign-ins, from the tally that only grows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from adapters.collectors.scoping import companies
from domain.metrics import catalogue
from domain.metrics.family import Family, Measured, Sample
from domain.metrics.ports import MetricScope

ALWAYS_SHOWN = "email"
"""The service's own provider: at 0 before the first sign-in, so that a rate has a start."""


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
        rows = companies(scope, self.using).values_list(
            "id", "login_tallies__provider", "login_tallies__successes"
        )
        tallies: dict[int, dict[str, int]] = defaultdict(lambda: {ALWAYS_SHOWN: 0})
        for company_id, provider, successes in rows:
            tally = tallies[company_id]
            if provider is not None:
                tally[provider] = successes
        yield Measured(
            catalogue.SUCCESSFUL_LOGINS,
            tuple(
                Sample((str(company_id), provider), float(successes))
                for company_id, tally in tallies.items()
                for provider, successes in sorted(tally.items())
            ),
        )
