"""The port behind which collectors are plugged in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from domain.metrics.family import Family, Measured
from domain.policy.scope import CompanyScope, PlatformScope

MetricScope = CompanyScope | PlatformScope


class Collector(Protocol):
    """Measures some families. It may fail: the rest of the scrape still arrives."""

    @property
    def name(self) -> str:
        """Its name in the ``collector`` label."""
        ...

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver in the scope. No query is made."""
        ...

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Measure, at ``now``, what the scope holds and nothing beyond it."""
        ...
