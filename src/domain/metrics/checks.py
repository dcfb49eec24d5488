"""What a collector may deliver: checked family by family, series by series, before it leaves.

What passes is built anew from plain values, so that nothing a plugin still holds is served. A large
family that cannot change, and is delivered again to the same scope, passed already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from weakref import WeakValueDictionary

from ..policy.scope import CompanyScope
from .catalogue import COMPANY_LABEL
from .family import Family, Kind, Measured
from .ports import MetricScope
from .series import (
    BUCKET_LABEL,
    CollectorFaultError,
    checked_distributions,
    checked_samples,
    plain_text,
)

_METRIC_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")  # a colon is for recording rules
_LABEL_NAME = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")

_MANY = 1_000
"""Series, from which on to remember what passed costs less than to check it again."""
_passed: WeakValueDictionary[tuple[int, MetricScope], Measured] = WeakValueDictionary()
"""What a scope was given and may be given again as it is, while somebody keeps it."""

__all__ = ["CollectorFaultError", "checked_families", "checked_measured"]


def checked_families(families: Iterable[Family]) -> tuple[Family, ...]:
    """The families a collector declares.

    Raises:
        CollectorFaultError: one cannot be written in the exposition formats.
    """
    declared = tuple(families)
    for family in declared:
        _check_family(family)
    return declared


@lru_cache(maxsize=1024)  # a fault is not kept, and a family does not change
def _check_family(family: Family) -> None:
    if not _METRIC_NAME.fullmatch(family.name):
        raise CollectorFaultError(f"{family.name!r} is no metric's name")
    if family.kind is Kind.COUNTER and not family.name.endswith("_total"):
        raise CollectorFaultError(f"{family.name} is a counter and does not end in _total")
    if not all(_LABEL_NAME.fullmatch(label) for label in family.labels):
        raise CollectorFaultError(f"{family.name} has a label that is no label's name")
    if len(set(family.labels)) != len(family.labels):
        raise CollectorFaultError(f"{family.name} has a label twice")
    if family.kind is Kind.HISTOGRAM and BUCKET_LABEL in family.labels:
        raise CollectorFaultError(f"{family.name} has the label of its buckets")
    plain_text(family.help, family.name)


def checked_measured(
    delivered: Iterable[Measured],
    scope: MetricScope,
    *,
    declared: Sequence[Family],
    taken: frozenset[str],
) -> tuple[Measured, ...]:
    """What a collector delivered, in plain values.

    Args:
        delivered: what it delivered.
        scope: how far it may look.
        declared: the families it may deliver.
        taken: names of families that others deliver.

    Raises:
        CollectorFaultError: a family or a series of it may not be served.
    """
    measured = []
    names = set(taken)
    known = {family.name: family for family in declared}
    for item in delivered:
        family = known.get(item.family.name)
        if family is None or item.family != family:
            raise CollectorFaultError(f"{item.family.name} was never declared")
        if names & family.names:
            raise CollectorFaultError(f"{family.name} is delivered twice")
        names |= family.names
        measured.append(_checked(family, item, scope))
    return tuple(measured)


def _checked(family: Family, item: Measured, scope: MetricScope) -> Measured:
    if family.kind is Kind.HISTOGRAM:
        if tuple(item.samples):
            raise CollectorFaultError(f"{family.name} is a histogram and has no plain samples")
        distributions = checked_distributions(family, item.distributions)
        _check_series(family, [one.labels for one in distributions], scope)
        return Measured(family, (), distributions)
    if item.distributions:
        raise CollectorFaultError(f"{family.name} is no histogram")
    if _passed.get((id(item), scope)) is item:
        return Measured(family, item.samples)
    samples = checked_samples(family, item.samples)
    _check_series(family, [sample.labels for sample in samples], scope)
    if len(samples) > _MANY and samples is item.samples:  # plain all through: it cannot change
        _passed[id(item), scope] = item
    return Measured(family, samples)


def _check_series(family: Family, series: Sequence[tuple[str, ...]], scope: MetricScope) -> None:
    if len(set(series)) != len(series):
        raise CollectorFaultError(f"{family.name} has the same series twice")
    if not isinstance(scope, CompanyScope):
        return
    if COMPANY_LABEL not in family.labels:
        raise CollectorFaultError(f"{family.name} is not a company's family")
    index, tenant = family.labels.index(COMPANY_LABEL), str(scope.company_id)
    if {labels[index] for labels in series} - {tenant}:
        raise CollectorFaultError(f"{family.name} holds another company's series")
