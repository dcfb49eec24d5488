"""A collector whose platform results are shared, for a time, by every process and host.

One measures, the others wait for it. A failure is not kept. A company's scrape is always measured:
tenants never meet here. Only gauges may be shared: a counter that is not live could go back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from adapters.cache.result import LONGEST_SECONDS, Result, decode, encode
from adapters.cache.store import Store
from adapters.orm.deadline import seconds_left
from domain.metrics.family import Family, Kind, Measured
from domain.metrics.ports import Aged, Collector, MetricScope
from domain.policy.scope import CompanyScope, PlatformScope

_LONGEST_CLAIM = 10.0
"""Seconds. Who takes longer to measure, or dies over it, is waited for no more."""
_LOOK_AGAIN = 0.02


@dataclass
class SharedCollector:
    """Wraps a collector.

    Attributes:
        inner: what measures.
        store: what processes share.
        timer: a monotonic clock, in seconds.
    """

    inner: Collector
    store: Store
    timer: Callable[[], float] = time.monotonic
    _kept: Result | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        kinds = {family.kind for family in self.inner.families(PlatformScope())}
        if kinds - {Kind.GAUGE}:
            raise ValueError(f"{self.name} has more than gauges, and cannot be shared")

    @property
    def name(self) -> str:
        """The wrapped collector's."""
        return self.inner.name

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """The wrapped collector's."""
        return self.inner.families(scope)

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Measure, or deliver what was measured a short time ago."""
        if isinstance(scope, CompanyScope):
            return self.inner.collect(scope, now=now)
        result = self._mine(now) or self._alone(now)
        return Aged(result.measured, result.age(now))

    def _mine(self, now: datetime) -> Result | None:
        kept = self._kept
        return kept if kept is not None and kept.is_fresh(now) else None

    def _alone(self, now: datetime) -> Result:
        """One thread of the process goes and asks; the others then find what it brought.

        Raises:
            TimeoutError: the scrape has no time to wait for it.
        """
        if not self._lock.acquire(timeout=min(_LONGEST_CLAIM, seconds_left())):
            raise TimeoutError(f"{self.name} is still being measured")
        try:
            result = self._mine(now)
            if result is None:
                self._kept = None  # what is too old need not be there beside the new one
                result = self._kept = self._shared(now) or self._claimed(now)
            return result
        finally:
            self._lock.release()

    def _shared(self, now: datetime) -> Result | None:
        text = self.store.get(self.name)
        if text is None:
            return None
        try:
            result = decode(text, self.families(PlatformScope()))
        except (ValueError, LookupError, TypeError):  # another version's
            return None
        return result if result.is_fresh(now) else None

    def _claimed(self, now: datetime) -> Result:
        """Measure, unless another process is at it: then wait for what it brings."""
        give_up_at = self.timer() + min(_LONGEST_CLAIM, seconds_left())
        while (claim := self.store.claim(self.name, seconds=_LONGEST_CLAIM)) is None:
            time.sleep(_LOOK_AGAIN)
            result = self._shared(now)
            if result is not None:
                return result
            if self.timer() >= give_up_at:
                return self._measure(now)
        try:
            result = self._shared(now) or self._measure(now)
            self.store.put(self.name, lambda: encode(result), seconds=LONGEST_SECONDS)
        finally:
            self.store.release(self.name, claim)
        return result

    def _measure(self, now: datetime) -> Result:
        started = self.timer()
        measured = tuple(self.inner.collect(PlatformScope(), now=now))
        return Result(measured, now.timestamp(), self.timer() - started)
