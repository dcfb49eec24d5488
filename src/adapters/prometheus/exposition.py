"""From a snapshot to bytes, through ``prometheus_client`` on a registry made for the request.

A registry that outlives the request would carry one company's series into another's answer.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from adapters.prometheus.accept import OPENMETRICS, TEXT, accepts_gzip, prefers_openmetrics
from domain.metrics.family import Kind, Measured, Snapshot

_GZIP_LEVEL = 6
_GZIP_WORTH_BYTES = 512


@dataclass(frozen=True)
class Exposition:
    """A scrape's body with the headers that describe it."""

    body: bytes
    content_type: str
    content_encoding: str | None


def render(snapshot: Snapshot, *, accept: str, accept_encoding: str) -> Exposition:
    """Render in the format, and the encoding, that the request's headers prefer."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_SnapshotCollector(snapshot))
    chosen = OPENMETRICS if prefers_openmetrics(accept) else TEXT
    encode, content_type = choose_encoder(chosen)
    body = encode(registry)
    if len(body) < _GZIP_WORTH_BYTES or not accepts_gzip(accept_encoding):
        return Exposition(body, content_type, None)
    return Exposition(gzip.compress(body, _GZIP_LEVEL, mtime=0), content_type, "gzip")


@dataclass(frozen=True)
class _SnapshotCollector:
    snapshot: Snapshot

    def collect(self) -> Iterable[Metric]:
        return (_metric(measured) for measured in self.snapshot.measured)

    def describe(self) -> Iterable[Metric]:
        return ()  # without it, registering would collect


def _metric(measured: Measured) -> Metric:
    family = measured.family
    kind = CounterMetricFamily if family.kind is Kind.COUNTER else GaugeMetricFamily
    metric = kind(family.name, family.help, labels=family.labels)
    for sample in measured.samples:
        metric.add_metric(sample.labels, sample.value)
    return metric
