"""Families and samples, in Prometheus's own terms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple


class Kind(Enum):
    """A family's type, as the exposition formats name it."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


_HISTOGRAM_SUFFIXES = ("", "_bucket", "_count", "_sum")


@dataclass(frozen=True)
class Family:
    """A metric family as declared. ``name`` is the name of its samples.

    A counter's sample name ends in ``_total``; in OpenMetrics its family name does not. A
    histogram's samples have suffixes, and its buckets a label ``le`` more.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()

    @property
    def openmetrics_name(self) -> str:
        """The family name OpenMetrics gives it."""
        return self.name.removesuffix("_total") if self.kind is Kind.COUNTER else self.name

    def answers_to(self, name: str) -> bool:
        """Whether ``name`` asked for means this family."""
        return name in self.names

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name it has in either format: no two families of a scrape may share one."""
        if self.kind is Kind.HISTOGRAM:
            return frozenset(self.name + suffix for suffix in _HISTOGRAM_SUFFIXES)
        return frozenset({self.name, self.openmetrics_name})


class Sample(NamedTuple):
    """One series' value now. ``labels`` are the values, in the order the family declares them."""

    labels: tuple[str, ...]
    value: float


class Distribution(NamedTuple):
    """A histogram's value now.

    ``buckets`` are an upper bound each, rising to infinity, and how many lie at or below it.
    """

    labels: tuple[str, ...]
    buckets: tuple[tuple[float, float], ...]
    sum: float


@dataclass(frozen=True)
class Measured:
    """A family and its samples; a histogram has ``distributions`` instead."""

    family: Family
    samples: tuple[Sample, ...]
    distributions: tuple[Distribution, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """Everything one scrape answers with."""

    measured: tuple[Measured, ...]
