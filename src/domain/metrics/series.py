"""The series of one family, in plain values: exact strings, exact floats, in exact tuples."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from .family import Distribution, Family, Sample

BUCKET_LABEL = "le"
"""The label, of a histogram's buckets, that no histogram declares."""
_FEW = 8


class CollectorFaultError(Exception):
    """A collector declared or delivered what it may not."""


def checked_samples(family: Family, samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """The samples in plain values.

    Raises:
        CollectorFaultError: one of them cannot be served.
    """
    delivered = tuple(samples)
    if _all_plain(family, delivered):
        return delivered
    return tuple(_checked_sample(family, sample) for sample in delivered)


def _all_plain(family: Family, samples: Sequence[Sample]) -> bool:
    """Whether nothing need be built anew: what is plain all through cannot be changed either."""
    if len(samples) > _FEW:
        return _many_are_plain(len(family.labels), samples)
    return all(_is_plain(len(family.labels), sample) for sample in samples)


def _is_plain(labels: int, sample: Sample) -> bool:
    return (
        type(sample) is Sample
        and type(sample[1]) is float
        and math.isfinite(sample[1])
        and type(sample[0]) is tuple
        and len(sample[0]) == labels
        and all(type(text) is str for text in sample[0])
        and _is_utf8("".join(sample[0]))
    )


def _many_are_plain(count: int, samples: Sequence[Sample]) -> bool:
    """The same without a step of Python for each: there may be hundreds of thousands."""
    if set(map(type, samples)) != {Sample}:
        return False
    labels, values = zip(*samples, strict=True)
    if set(map(type, values)) != {float} or not all(map(math.isfinite, values)):
        return False
    if set(map(type, labels)) != {tuple} or set(map(len, labels)) != {count}:
        return False
    texts = list(chain.from_iterable(labels))
    return set(map(type, texts)) <= {str} and _is_utf8("".join(texts))


def _checked_sample(family: Family, sample: Sample) -> Sample:
    labels = _checked_labels(family, sample.labels)
    if not math.isfinite(sample.value):
        raise CollectorFaultError(f"{family.name} is not a finite number")
    return Sample(labels, float(sample.value))


def checked_distributions(
    family: Family, distributions: Iterable[Distribution]
) -> tuple[Distribution, ...]:
    """A histogram's distributions in plain values.

    Raises:
        CollectorFaultError: one of them cannot be served.
    """
    return tuple(_checked_distribution(family, one) for one in distributions)


def _checked_distribution(family: Family, one: Distribution) -> Distribution:
    buckets = tuple((float(bound), float(count)) for bound, count in one.buckets)
    bounds, counts = [bound for bound, _ in buckets], [count for _, count in buckets]
    rising = all(low < high for low, high in pairwise(bounds))
    if bounds[-1:] != [math.inf] or bounds[0] < 0 or not rising:
        raise CollectorFaultError(f"{family.name} has buckets that do not rise from 0 to infinity")
    if not all(map(math.isfinite, (*counts, one.sum))):
        raise CollectorFaultError(f"{family.name} is not a finite number")
    if not all(low <= high for low, high in pairwise((0.0, *counts))):
        raise CollectorFaultError(f"{family.name} has a bucket that holds less than a lower one")
    return Distribution(_checked_labels(family, one.labels), buckets, float(one.sum))


def _checked_labels(family: Family, values: Iterable[str]) -> tuple[str, ...]:
    labels = tuple(plain_text(value, family.name) for value in values)
    if len(labels) != len(family.labels):
        raise CollectorFaultError(f"{family.name} has labels it did not declare")
    return labels


def plain_text(value: str, name: str) -> str:
    """The value, which must be a plain string that UTF-8 can hold.

    Raises:
        CollectorFaultError: it is not; ``name`` is the family to name.
    """
    if type(value) is not str:
        raise CollectorFaultError(f"{name} has text that is not a string")
    if not _is_utf8(value):
        raise CollectorFaultError(f"{name} has text that is no UTF-8")
    return value


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
