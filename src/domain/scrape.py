"""Use cases: scrape one company, scrape everything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.callers.caller import Caller
from domain.gate import Gate
from domain.metrics.collection import (
    Timer,
    known_families,
    own_families,
    run_collectors,
    snapshot,
)
from domain.metrics.family import Family, Snapshot
from domain.metrics.ports import Collector, MetricScope
from domain.policy.permission import Permission
from domain.policy.scope import CompanyScope, PlatformScope
from domain.refusal import RefusalReason, RefusedError

_ANY_COMPANY = CompanyScope(0)


@dataclass(frozen=True)
class Scrape:
    """Decide, collect, check.

    Attributes:
        gate: where the policy is asked.
        collectors: the plugins.
        timer: a monotonic clock, in seconds.
    """

    gate: Gate
    collectors: Sequence[Collector]
    timer: Timer

    def __post_init__(self) -> None:
        names = [collector.name for collector in self.collectors]
        if len(set(names)) != len(names):
            raise ValueError(f"two collectors have one name: {', '.join(sorted(names))}")

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
            budget_seconds: no collector is started after this many seconds.

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
        def wanted(family: Family) -> bool:
            return not names or any(family.answers_to(name) for name in names)

        outcomes = run_collectors(
            self._needed(
                scope, wanted_own=any(wanted(f) for f in own_families(scope)[1:]), names=names
            ),
            scope,
            now=now,
            timer=self.timer,
            give_up_at=self.timer() + budget_seconds,
        )
        return snapshot(outcomes, scope, token_expires_at=caller.token_expires_at, wanted=wanted)

    def _needed(
        self, scope: MetricScope, *, wanted_own: bool, names: Sequence[str]
    ) -> list[Collector]:
        """Only what is asked for is computed; a collector's health is asked of all of them."""
        if not names or wanted_own:
            return list(self.collectors)
        return [
            collector
            for collector in self.collectors
            if any(f.answers_to(name) for f in known_families(collector, scope) for name in names)
        ]

    def _check_names(self, names: Sequence[str], scope: MetricScope) -> None:
        if not names:
            return
        known = [f for c in self.collectors for f in known_families(c, scope)]
        known.extend(own_families(scope))
        for name in names:
            if not any(family.answers_to(name) for family in known):
                served = ", ".join(sorted(family.name for family in known))
                raise RefusedError(
                    RefusalReason.UNKNOWN_METRIC,
                    detail=f"No metric {name[:100]!r} here. Use one of: {served}.",
                )
