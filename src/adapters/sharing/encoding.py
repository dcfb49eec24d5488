"""What was measured as bytes, and back: nothing that is read can run anything."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence

from domain.metrics.family import Family, Measured, Sample

_QUICKLY = 1


def encode(measured: Iterable[Measured]) -> bytes:
    """As compressed JSON. Families with the same series, and most have, share them.

    Raises:
        ValueError: a value is no finite number.
    """
    series: dict[tuple[tuple[str, ...], ...], int] = {}
    families = []
    for item in measured:
        labels = tuple(sample.labels for sample in item.samples)
        place = series.setdefault(labels, len(series))
        families.append((item.family.name, place, [sample.value for sample in item.samples]))
    document = {"series": list(series), "families": families}
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    return zlib.compress(text.encode(), _QUICKLY)


def decode(text: bytes, families: Iterable[Family]) -> tuple[Measured, ...]:
    """What ``encode`` wrote.

    Args:
        text: the bytes.
        families: those that may be in it.

    Raises:
        ValueError, LookupError, TypeError, zlib.error: this version of the service wrote it not.
    """
    document = json.loads(zlib.decompress(text))
    known = {family.name: family for family in families}
    series = [[tuple(labels) for labels in one] for one in document["series"]]
    return tuple(
        Measured(known[name], _samples(series[place], values))
        for name, place, values in document["families"]
    )


def _samples(series: Sequence[tuple[str, ...]], values: Sequence[float]) -> tuple[Sample, ...]:
    return tuple(Sample(labels, value) for labels, value in zip(series, values, strict=True))
