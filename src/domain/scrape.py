"""Use cases: scrape one company, scrape everything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .callers.caller import Caller
from .gate import Gate
from .metrics.collection import (
    Timer,
    known_families,
    needed,
    own_families,
    run_collectors,
    snapshot,
)
from .metrics.family import Snapshot
from .metrics.ports import Collector, Limit, MetricScope, no_limit
from .policy.permission import Permission
from .policy.scope import CompanyScope, PlatformScope
from .refusal import RefusalReason, RefusedError

_ANY_COMPANY = CompanyScope(0)


@dataclass(frozen=True)
class Scrape:
    """Decide, collect, check.

    Attributes:
        gate: where the policy is asked.
        collectors: the plugins.
        timer: a monotonic clock, in seconds.
        limit: stops a collector that runs on past the budget.
    """

    gate: Gate
    collectors: Sequence[Collector]
    timer: Timer
    limit: Limit = no_limit

    def __post_init__(self) -> None:
        names = [collector.name for collector in self.collectors]
        if len(set(names)) != len(names):
            raise ValueError(f"two collectors have one name: {', '.join(sorted(names))}")

    def company_names(self) -> list[str]:
        """What ``names`` may hold for a company."""
        return self._names(_ANY_COMPANY)

    def platform_names(self) -> list[str]:
        """What ``names`` may hold for the platform."""
        return self._names(PlatformScope())

    def company(
        self,
        caller: Caller,
        *,
        names: Sequence[str] = (),
        now: datetime,
        budget_seconds: float = math.inf,
    ) -> Snapshot:
        """The metrics of the one company the caller's token names.

        Args:
            caller: who asks.
            names: families to keep; none given means all.
            now: the time to measure at.
            budget_seconds: after this many seconds no collector is started, nor goes on.

        Raises:
            RefusedError: a name is unknown, or the policy says no.
        """
        self._check_names(names, _ANY_COMPANY)
        scope = self.gate.admit_to_company(caller, Permission.SCRAPE_COMPANY, now=now)
        return self._scrape(scope, caller, names, now=now, budget_seconds=budget_seconds)

    def platform(
        self,
        caller: Caller,
        *,
        names: Sequence[str] = (),
        now: datetime,
        budget_seconds: float = math.inf,
    ) -> Snapshot:
        """Every company's metrics and the platform's; see ``company``."""
        self._check_names(names, PlatformScope())
        scope = self.gate.admit_to_platform(caller, now=now)
        return self._scrape(scope, caller, names, now=now, budget_seconds=budget_seconds)

    def _scrape(
        self,
        scope: MetricScope,
        caller: Caller,
        names: Sequence[str],
        *,
        now: datetime,
        budget_seconds: float,
    ) -> Snapshot:
        collectors = needed(self.collectors, scope, names)
        give_up_at = self.timer() + budget_seconds
        with self.limit(budget_seconds):
            outcomes = run_collectors(
                collectors, scope, now=now, timer=self.timer, give_up_at=give_up_at
            )
        return snapshot(outcomes, scope, token_expires_at=caller.token_expires_at, names=names)

    def _names(self, scope: MetricScope) -> list[str]:
        families = [f for c in self.collectors for f in known_families(c, scope)]
        return sorted({name for f in (*families, *own_families(scope)) for name in f.names})

    def _check_names(self, names: Sequence[str], scope: MetricScope) -> None:
        if not names:
            return
        served = self._names(scope)
        for name in names:
            if name not in served:
                raise RefusedError(
                    RefusalReason.UNKNOWN_METRIC,
                    detail=f"No metric {name[:100]!r} here. Use one of: {', '.join(served)}.",
                )
