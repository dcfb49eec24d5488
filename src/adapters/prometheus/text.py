"""The two text formats, written as ``prometheus_client`` writes them, byte for byte.

It escapes each label of each sample and writes each number by itself. Here a family is looked
through once: most have nothing to escape, and counts repeat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from prometheus_client.utils import floatToGoString

from domain.metrics.family import Distribution, Family, Kind, Measured

_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ('"', '\\"'))
_SPECIAL = re.compile(r'[\\\n"]')
_END = b"# EOF\n"
_FEW = 8
_PIECE = 4096
"""Series whose lines are in memory at once."""
_anew: Callable[[float], str] = floatToGoString
_known: Callable[[float], str] = lru_cache(maxsize=4096)(_anew)
"""Counts come again at every scrape."""


def number(value: float) -> str:
    """A number as Go, and so Prometheus, writes it."""
    return _known(value) if value else _anew(value)  # 0.0 equals -0.0


def expose(measured: Iterable[Measured], *, openmetrics: bool) -> Iterator[bytes]:
    """The exposition, a family at a time, and a large one in pieces."""
    for item in measured:
        yield _head(item.family, openmetrics).encode()
        for start in range(0, max(len(item.samples), len(item.distributions)), _PIECE):
            yield "".join(_lines(item, start)).encode()
    if openmetrics:
        yield _END


@lru_cache(maxsize=1024)
def _head(family: Family, openmetrics: bool) -> str:  # noqa: FBT001 - a key of the cache
    name = family.openmetrics_name if openmetrics else family.name
    escapes = _ESCAPES if openmetrics else _ESCAPES[:2]
    return f"# HELP {name} {_escaped(family.help, escapes)}\n# TYPE {name} {family.kind.value}\n"


def _lines(item: Measured, start: int) -> Iterable[str]:
    family, samples = item.family, item.samples[start : start + _PIECE]
    if family.kind is Kind.HISTOGRAM:
        distributions = item.distributions[start : start + _PIECE]
        return chain.from_iterable(_histogram(family, one) for one in distributions)
    labels, values = zip(*samples, strict=True)
    template = _template(family.name, family.labels)
    series = zip(_in_order(family.labels, _safe(labels)), _numbers(values), strict=True)
    return [template % (*texts, value) for texts, value in series]


@lru_cache(maxsize=1024)
def _template(name: str, labels: tuple[str, ...]) -> str:
    pairs = ",".join(f'{label}="%s"' for label in sorted(labels))
    return f"{name}{{{pairs}}} %s\n" if pairs else f"{name} %s\n"


def _in_order(
    names: tuple[str, ...], labels: Sequence[tuple[str, ...]]
) -> Iterable[tuple[str, ...]]:
    """The labels' values in the order of the labels' names."""
    order = _order(names)
    return map(order, labels) if order else labels


@lru_cache(maxsize=1024)
def _order(names: tuple[str, ...]) -> itemgetter[Any] | None:
    order = sorted(range(len(names)), key=names.__getitem__)
    return None if order == list(range(len(names))) else itemgetter(*order)


def _safe(labels: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """The labels, escaped where there is anything to escape."""
    if not _SPECIAL.search("".join(chain.from_iterable(labels))):
        return labels
    return [tuple(_escaped(value, _ESCAPES) for value in series) for series in labels]


def _escaped(text: str, escapes: Iterable[tuple[str, str]]) -> str:
    for special, escape in escapes:
        text = text.replace(special, escape)
    return text


def _numbers(values: Sequence[float]) -> list[str]:
    if len(values) <= _FEW:
        return [number(value) for value in values]
    known = {value: _anew(value) for value in set(values)}
    return [known[value] if value else _anew(value) for value in values]


def _histogram(family: Family, one: Distribution) -> Iterator[str]:
    [labels] = _safe([one.labels])
    bucket = _template(f"{family.name}_bucket", (*family.labels, "le"))
    for bound, count in one.buckets:
        [series] = _in_order((*family.labels, "le"), [(*labels, number(bound))])
        yield bucket % (*series, number(count))
    [plain] = _in_order(family.labels, [labels])
    for suffix, value in (("_count", one.buckets[-1][1]), ("_sum", one.sum)):
        yield _template(family.name + suffix, family.labels) % (*plain, number(value))
