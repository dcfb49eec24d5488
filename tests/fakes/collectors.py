"""Collectors: an honest one, one that says whatever it is told to, and one that breaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from domain.metrics import catalogue
from domain.metrics.family import Family, Measured, Sample
from domain.metrics.ports import MetricScope
from domain.policy.scope import CompanyScope, PlatformScope
from tests.fakes.world import World


@dataclass(frozen=True)
class FakeUsersCollector:
    """An honest collector: it counts the world's memberships, and its users on the platform."""

    world: World
    name: str = "users"

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver in the scope."""
        company = (catalogue.COMPANY_INFO, catalogue.COMPANY_USERS)
        return (*company, catalogue.USERS) if isinstance(scope, PlatformScope) else company

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Count."""
        inside = {
            company_id: slug
            for company_id, slug in self.world.companies.items()
            if not isinstance(scope, CompanyScope) or company_id == scope.company_id
        }
        members = [company_id for _, company_id in self.world.memberships]
        info = (Sample((str(key), slug), 1.0) for key, slug in inside.items())
        users = (Sample((str(key),), float(members.count(key))) for key in inside)
        yield Measured(catalogue.COMPANY_INFO, tuple(info))
        yield Measured(catalogue.COMPANY_USERS, tuple(users))
        if isinstance(scope, PlatformScope):
            yield Measured(catalogue.USERS, (Sample((), float(len(self.world.users))),))


@dataclass(frozen=True)
class ScriptedCollector:
    """Delivers what it is given, whatever the scope. ``runs`` holds the scopes it was run in."""

    measured: tuple[Measured, ...]
    name: str = "scripted"
    declared: tuple[Family, ...] | None = None
    runs: list[MetricScope] = field(default_factory=list)

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """What it is told to declare, by default what it delivers."""
        if self.declared is None:
            return tuple(item.family for item in self.measured)
        return self.declared

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Deliver."""
        self.runs.append(scope)
        return self.measured


@dataclass(frozen=True)
class BrokenCollector:
    """Delivers one good family, then raises."""

    error: Exception
    name: str = "broken"

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver."""
        return (catalogue.COMPANY_OWNERS,)

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Raise, halfway."""
        company_id = scope.company_id if isinstance(scope, CompanyScope) else 1
        yield Measured(catalogue.COMPANY_OWNERS, (Sample((str(company_id),), 1.0),))
        raise self.error


@dataclass(frozen=True)
class SpeechlessCollector:
    """Cannot even say what it delivers."""

    name: str = "speechless"

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """Raise."""
        raise LookupError("no declaration")

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Deliver nothing."""
        return ()
