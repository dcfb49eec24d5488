"""A collector whose results are shared, for a time, by every process and host, when they are dear.

``domain.metrics.sharing`` says which those are, for how long they are good, and what is served.
Only gauges may be shared: a counter that is not live could go back.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from adapters.orm.deadline import seconds_left
from adapters.sharing.encoding import decode, encode
from adapters.sharing.measuring import Measurement, Measuring
from adapters.sharing.store import Entry, SharedResults, StoreAwayError
from domain.metrics.family import Family, Kind, Measured
from domain.metrics.ports import Aged, Collector, MetricScope
from domain.metrics.sharing import NOTHING, Dear, Shared, Use
from domain.policy.scope import CompanyScope, PlatformScope

_LONGEST_WAIT = 60.0
"""Seconds, for a scrape that has no end of its own."""
_FOR_ANOTHER = 5.0
"""For so long another process is waited for; it may have died. Then measuring begins here."""
_LOOK_AGAIN = 0.05
_REMEMBERED = 1_000


@dataclass(frozen=True)
class _Last:
    """The last measurement, decoded."""

    version: str
    shared: Shared
    measured: tuple[Measured, ...]


_NOTHING = _Last("", NOTHING, ())


class NotMeasuredError(Exception):
    """The last measurement failed, or takes longer than a scrape has."""


@dataclass
class SharedCollector:
    """Wraps a collector.

    Attributes:
        inner: what measures.
        store: what processes share.
        patiently: in it, statements have as long as measuring in the background may take.
        timer: a monotonic clock, in seconds.
    """

    inner: Collector
    store: SharedResults
    patiently: Callable[[], AbstractContextManager[None]]
    timer: Callable[[], float] = time.monotonic
    _dear: Dear = field(default_factory=Dear, init=False)
    _kept: dict[str, _Last] = field(default_factory=dict, init=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        kinds = {family.kind for family in self.inner.families(PlatformScope())}
        if kinds - {Kind.GAUGE}:
            raise ValueError(f"{self.name} has more than gauges, and cannot be shared")
        self._platform = Measuring(f"measuring {self.name} of the platform")
        self._companies = Measuring(f"measuring {self.name} of a company")

    @property
    def name(self) -> str:
        """The wrapped collector's."""
        return self.inner.name

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """The wrapped collector's."""
        return self.inner.families(scope)

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        """Measure, or deliver what was measured a short time ago.

        Raises:
            NotMeasuredError: it could not be measured; it is tried again in the background.
        """
        if scope in self._dear:
            with suppress(StoreAwayError):
                return self._shared(scope, now)
        return self._live(scope, now)

    def _live(self, scope: MetricScope, now: datetime) -> tuple[Measured, ...]:
        started, failed = self.timer(), True
        try:
            measured = tuple(self.inner.collect(scope, now=now))
            failed = False
        finally:
            self._dear.note(scope, cost=self.timer() - started, failed=failed)
        return measured

    def _shared(self, scope: MetricScope, now: datetime) -> Iterable[Measured]:
        key = self._key(scope)
        last = self._last(key, scope)
        use = last.shared.use
        if use is Use.SERVE:
            return self._served(last, scope)
        measurement = self._begin(key, scope, last, now)
        if use is Use.SERVE_AND_RENEW:
            return self._served(last, scope)
        if use is Use.TELL_FAILURE:
            raise NotMeasuredError(f"{self.name} could not be measured, and is tried again")
        return self._awaited(measurement, key, scope, now)

    def _served(self, last: _Last, scope: MetricScope) -> Aged:
        self._dear.note(scope, cost=last.shared.cost)
        return Aged(last.measured, last.shared.age)

    def _last(self, key: str, scope: MetricScope) -> _Last:
        """What is shared now. Of threads that ask at once, one decodes it."""
        with self._reading:
            known = self._kept.get(key, _NOTHING)
            entry = self.store.read(key, known=known.version)
            if entry is None:
                return _NOTHING
            if entry.version == known.version:
                return replace(known, shared=entry.shared)
            self._kept.pop(key, None)  # what is too old need not be there beside the new one
            return self._keep(key, self._decoded(entry, scope))

    def _decoded(self, entry: Entry, scope: MetricScope) -> _Last:
        if entry.text is None:
            return _Last(entry.version, entry.shared, ())
        try:
            measured = decode(entry.text, self.families(scope))
        except (ValueError, LookupError, TypeError, zlib.error):  # nobody of this version wrote it
            return _Last(entry.version, NOTHING, ())
        return _Last(entry.version, entry.shared, measured)

    def _keep(self, key: str, last: _Last) -> _Last:
        if len(self._kept) >= _REMEMBERED:
            self._kept.clear()
        self._kept[key] = last
        return last

    def _begin(
        self, key: str, scope: MetricScope, last: _Last, now: datetime
    ) -> Measurement | None:
        def run(measurement: Measurement) -> None:
            try:
                seconds = last.shared.claimed_for
                claim = self.store.claim(key, seen=last.version, seconds=seconds)
            except StoreAwayError as exc:
                measurement.error = exc
                return
            if claim is not None:
                self._measure(measurement, claim, scope, now)

        measuring = self._companies if isinstance(scope, CompanyScope) else self._platform
        return measuring.begin(key, run)

    def _measure(
        self, measurement: Measurement, claim: str, scope: MetricScope, now: datetime
    ) -> None:
        """Measure, hand the result to whoever waits in this process, then share it."""
        measurement.began_at = started = self.timer()
        try:
            with self.patiently():
                measurement.result = tuple(self.inner.collect(scope, now=now))
        except Exception as exc:
            measurement.error = exc
            raise
        finally:
            cost = self.timer() - started
            self._dear.note(scope, cost=cost, failed=measurement.result is None)
            measurement.done.set()
            with suppress(StoreAwayError):
                self._share(measurement, claim, cost)

    def _share(self, measurement: Measurement, claim: str, cost: float) -> None:
        text = None
        if measurement.result is not None:
            with suppress(ValueError):  # what cannot be written is told as failed
                text = encode(measurement.result)
        self.store.finish(measurement.key, claim, text, cost=cost)
        if measurement.result is not None and text is not None:
            self._keep(measurement.key, _Last(claim, Shared(cost, cost), measurement.result))

    def _awaited(
        self, measurement: Measurement | None, key: str, scope: MetricScope, now: datetime
    ) -> Iterable[Measured]:
        """What is being measured for this scrape.

        Raises:
            NotMeasuredError: that failed, or takes longer than the scrape has.
            StoreAwayError: nothing can be shared.
        """
        if measurement is None:  # the thread measures something else, or there is none
            return self._live(scope, now)
        if not measurement.done.wait(min(_LONGEST_WAIT, seconds_left())):
            raise NotMeasuredError(f"{self.name} is still being measured")
        if isinstance(measurement.error, StoreAwayError):
            raise measurement.error
        if measurement.error is not None:
            raise NotMeasuredError(f"{self.name} could not be measured") from measurement.error
        if measurement.result is not None:
            return Aged(measurement.result, self.timer() - measurement.began_at)
        return self._from_another(key, scope, now)

    def _from_another(self, key: str, scope: MetricScope, now: datetime) -> Iterable[Measured]:
        """What another process is measuring; when it does not come, measured here."""
        give_up_at = self.timer() + min(_FOR_ANOTHER, seconds_left() / 2)
        while True:
            last = self._last(key, scope)
            if last.shared.use in {Use.SERVE, Use.SERVE_AND_RENEW}:
                return self._served(last, scope)
            if last.shared.use is Use.TELL_FAILURE:
                raise NotMeasuredError(f"{self.name} could not be measured by another process")
            if self.timer() >= give_up_at:
                return self._live(scope, now)
            time.sleep(_LOOK_AGAIN)

    def _key(self, scope: MetricScope) -> str:
        """Names what it holds, so that another version's results are not met under it."""
        shape = repr([(family.name, family.labels) for family in self.families(scope)])
        whose = scope.company_id if isinstance(scope, CompanyScope) else "platform"
        return f"{self.name} {whose} {sha256(shape.encode()).hexdigest()[:16]}"
