"""A collector's result as it is kept, and as JSON: nothing that is read back can run anything."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.metrics.family import Family, Measured, Sample

LONGEST_SECONDS = 15.0
"""The freshness that the platform's scrape keeps, whatever it costs to measure."""
_COSTS = 50
"""A result is used for so many times as long as it took to measure: at most 2 % of the time goes
into measuring, and a small platform's numbers are as good as live."""


@dataclass(frozen=True)
class Result:
    """What was measured, when, and how many seconds that took."""

    measured: tuple[Measured, ...]
    measured_at: float
    cost: float

    def age(self, now: datetime) -> float:
        """In seconds. Hosts' clocks differ a little: nothing comes from the future."""
        return max(0.0, now.timestamp() - self.measured_at)

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may still be served. What is from far in the future may not."""
        good_for = min(LONGEST_SECONDS, self.cost * _COSTS)
        return -good_for <= now.timestamp() - self.measured_at < good_for


def encode(result: Result) -> bytes:
    """As JSON. Families with the same series, and most have, share them."""
    series: dict[tuple[tuple[str, ...], ...], int] = {}
    families = []
    for item in result.measured:
        labels = tuple(sample.labels for sample in item.samples)
        place = series.setdefault(labels, len(series))
        families.append((item.family.name, place, [sample.value for sample in item.samples]))
    document = {
        "at": result.measured_at,
        "cost": result.cost,
        "series": list(series),
        "families": families,
    }
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()


def decode(text: bytes, families: Iterable[Family]) -> Result:
    """What ``encode`` wrote.

    Args:
        text: the JSON.
        families: those that may be in it.

    Raises:
        ValueError, LookupError, TypeError: it was not written by this version of the service.
    """
    document = json.loads(text)
    known = {family.name: family for family in families}
    series = [[tuple(labels) for labels in one] for one in document["series"]]
    measured = tuple(
        Measured(known[name], _samples(series[place], values))
        for name, place, values in document["families"]
    )
    return Result(measured, float(document["at"]), float(document["cost"]))


def _samples(series: list[tuple[str, ...]], values: list[float]) -> tuple[Sample, ...]:
    return tuple(Sample(labels, value) for labels, value in zip(series, values, strict=True))
