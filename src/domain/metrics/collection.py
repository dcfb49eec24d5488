"""Collection: run the collectors, isolate those that fail, check what leaves.

A collector that fails, lies about its company, or breaks its own declaration is dropped whole and
reported by ``shellui_auth_collector_success 0``.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..policy.scope import CompanyScope
from . import catalogue
from .checks import checked_families, checked_measured
from .family import Family, Measured, Sample, Snapshot
from .ports import Aged, Collector, MetricScope

logger = logging.getLogger(__name__)

Timer = Callable[[], float]
"""A monotonic clock, in seconds."""


@dataclass(frozen=True)
class Outcome:
    """What became of one collector."""

    name: str
    measured: tuple[Measured, ...]
    succeeded: bool
    seconds: float
    age_seconds: float = 0.0


def run_collectors(
    collectors: Sequence[Collector],
    scope: MetricScope,
    *,
    now: datetime,
    timer: Timer,
    give_up_at: float = math.inf,
) -> list[Outcome]:
    """Run each collector in turn; one that fails takes nobody with it.

    Args:
        collectors: what to run. Of two that deliver one family, the first keeps it.
        scope: how far they may look.
        now: the time they measure at.
        timer: a monotonic clock.
        give_up_at: the timer's reading after which no further collector is started.
    """
    taken = {name for family in own_families(scope) for name in family.names}
    outcomes = []
    for collector in collectors:
        outcome = _run(
            collector, scope, now=now, timer=timer, give_up_at=give_up_at, taken=frozenset(taken)
        )
        outcomes.append(outcome)
        taken.update(name for item in outcome.measured for name in item.family.names)
    return outcomes


def _run(
    collector: Collector,
    scope: MetricScope,
    *,
    now: datetime,
    timer: Timer,
    give_up_at: float,
    taken: frozenset[str],
) -> Outcome:
    started = timer()
    if started >= give_up_at:
        logger.warning("collector %s skipped: the scrape's time is up", collector.name)
        return Outcome(collector.name, (), succeeded=False, seconds=0.0)
    try:
        delivered = collector.collect(scope, now=now)
        measured = checked_measured(
            delivered,
            scope,
            declared=checked_families(collector.families(scope)),
            taken=taken,
        )
    except Exception:  # a plugin may raise anything, and the rest of the scrape must arrive
        logger.exception("collector %s failed", collector.name)
        return Outcome(collector.name, (), succeeded=False, seconds=timer() - started)
    age = delivered.age_seconds if isinstance(delivered, Aged) else 0.0
    seconds = timer() - started
    return Outcome(collector.name, measured, succeeded=True, seconds=seconds, age_seconds=age)


def has_nothing_in(scope: MetricScope, collector: Collector) -> bool:
    """Whether a collector says that it delivers nothing in the scope: then it is not run."""
    try:
        return not tuple(collector.families(scope))
    except Exception:  # noqa: BLE001 - a plugin may raise anything; it is reported when it is run
        return False


def known_families(collector: Collector, scope: MetricScope) -> tuple[Family, ...]:
    """What a collector declares in the scope; nothing when it cannot say."""
    try:
        return checked_families(collector.families(scope))
    except Exception:  # it is reported when it is run
        logger.exception("collector %s cannot say what it delivers", collector.name)
        return ()


def needed(
    collectors: Sequence[Collector], scope: MetricScope, names: Sequence[str]
) -> list[Collector]:
    """Only what is asked for is computed; a collector's health is asked of all of them.

    Args:
        collectors: the plugins.
        scope: how far they may look.
        names: of the families that are asked for; none given means all.
    """
    if not names or _any_answers(own_families(scope).of_collectors, names):
        return [c for c in collectors if not has_nothing_in(scope, c)]
    return [c for c in collectors if _any_answers(known_families(c, scope), names)]


def _any_answers(families: Iterable[Family], names: Sequence[str]) -> bool:
    return any(family.answers_to(name) for family in families for name in names)


def snapshot(
    outcomes: Sequence[Outcome],
    scope: MetricScope,
    *,
    token_expires_at: datetime,
    names: Sequence[str] = (),
) -> Snapshot:
    """Join the outcomes with the scrape's own families, keeping those that are asked for."""
    own = _own_measured(outcomes, scope, token_expires_at=token_expires_at)
    delivered = [item for outcome in outcomes for item in outcome.measured]
    everything = (*delivered, *own)
    return Snapshot(tuple(m for m in everything if not names or _any_answers((m.family,), names)))


def own_families(scope: MetricScope) -> catalogue.OwnFamilies:
    """The families a scrape tells about itself."""
    return catalogue.COMPANY_OWN if isinstance(scope, CompanyScope) else catalogue.PLATFORM_OWN


def _own_measured(
    outcomes: Sequence[Outcome], scope: MetricScope, *, token_expires_at: datetime
) -> Iterator[Measured]:
    own = own_families(scope)
    tenant = (str(scope.company_id),) if isinstance(scope, CompanyScope) else ()

    def of_each(family: Family, values: Iterable[tuple[str, float]]) -> Measured:
        return Measured(family, tuple(Sample((*tenant, name), value) for name, value in values))

    yield Measured(own.token_expiry, (Sample(tenant, token_expires_at.timestamp()),))
    yield of_each(own.success, ((o.name, float(o.succeeded)) for o in outcomes))
    yield of_each(own.duration, ((o.name, o.seconds) for o in outcomes))
    yield of_each(own.data_age, ((o.name, o.age_seconds) for o in outcomes if o.succeeded))
