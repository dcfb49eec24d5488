"""The service's own load, of all its processes on all hosts: the platform's alone."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from adapters.orm.load import BOUNDS
from adapters.orm.models import RejectionTally, RequestTally
from adapters.orm.prepared import Prepared
from domain.metrics import catalogue
from domain.metrics.family import Distribution, Family, Measured, Sample
from domain.metrics.ports import MetricScope
from domain.policy.scope import PlatformScope

_UPPER = (*BOUNDS, math.inf)

_REQUESTS = Prepared(
    lambda: RequestTally.objects.order_by("route", "method", "status").values_list(
        "method", "route", "status", "le", "requests", "seconds"
    )
)
_REJECTIONS = Prepared(
    lambda: RejectionTally.objects.order_by("reason").values_list("reason", "rejections")
)


@dataclass(frozen=True)
class LoadCollector:
    """Two queries, and nothing for a company."""

    using: str = DEFAULT_DB_ALIAS
    name: str = "load"

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        """Every family it may deliver in the scope."""
        return catalogue.LOAD_FAMILIES if isinstance(scope, PlatformScope) else ()

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:  # noqa: ARG002 - the port's
        """Read what the processes wrote."""
        if not isinstance(scope, PlatformScope):
            return
        rows = _REQUESTS.run(using=self.using)
        yield Measured(catalogue.HTTP_REQUESTS, _requests(rows))
        yield Measured(catalogue.HTTP_DURATION, (), _durations(rows))
        rejections = _REJECTIONS.run(using=self.using)
        samples = (Sample((reason,), float(count)) for reason, count in rejections)
        yield Measured(catalogue.REJECTIONS, tuple(samples))


def _requests(rows: Iterable[Sequence[Any]]) -> tuple[Sample, ...]:
    totals: dict[tuple[str, str, str], float] = defaultdict(float)
    for method, route, status, _, requests, _ in rows:
        totals[method, route, str(status)] += float(requests)
    return tuple(Sample(labels, total) for labels, total in totals.items())


def _durations(rows: Iterable[Sequence[Any]]) -> tuple[Distribution, ...]:
    counts: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * len(_UPPER))
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for method, route, _, le, requests, seconds in rows:
        labels = (method, route)
        counts[labels][_place(le)] += float(requests)
        sums[labels] += float(seconds)
    return tuple(
        Distribution(labels, tuple(zip(_UPPER, accumulate(held), strict=True)), sums[labels])
        for labels, held in counts.items()
    )


@cache
def _place(le: str) -> int:
    """Of the first bucket that holds all of a row's requests: another release has other bounds."""
    return bisect_left(_UPPER, float(le))
