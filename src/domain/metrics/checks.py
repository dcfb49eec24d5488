"""What a collector may deliver: checked family by family, series by series, before it leaves.

What passes is built anew from plain values, so that nothing a plugin still holds is served.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from domain.metrics.catalogue import COMPANY_LABEL
from domain.metrics.family import Family, Kind, Measured, Sample
from domain.metrics.ports import MetricScope
from domain.policy.scope import CompanyScope

_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")


class CollectorFaultError(Exception):
    """A collector declared or delivered what it may not."""


def checked_families(families: Iterable[Family]) -> tuple[Family, ...]:
    """The families a collector declares.

    Raises:
        CollectorFaultError: one cannot be written in the exposition formats.
    """
    declared = tuple(families)
    for family in declared:
        _check_family(family)
    return declared


def _check_family(family: Family) -> None:
    if not _METRIC_NAME.fullmatch(family.name):
        raise CollectorFaultError(f"{family.name!r} is no metric's name")
    if family.kind is Kind.COUNTER and not family.name.endswith("_total"):
        raise CollectorFaultError(f"{family.name} is a counter and does not end in _total")
    if not all(_LABEL_NAME.fullmatch(label) for label in family.labels):
        raise CollectorFaultError(f"{family.name} has a label that is no label's name")
    if len(set(family.labels)) != len(family.labels):
        raise CollectorFaultError(f"{family.name} has a label twice")
    _text(family.help, family)


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
    for item in delivered:
        if item.family not in declared:
            raise CollectorFaultError(f"{item.family.name} was never declared")
        family = declared[declared.index(item.family)]
        if names & family.names:
            raise CollectorFaultError(f"{family.name} is delivered twice")
        names |= family.names
        measured.append(Measured(family, _checked_samples(family, item.samples, scope)))
    return tuple(measured)


def _checked_samples(
    family: Family, samples: Iterable[Sample], scope: MetricScope
) -> tuple[Sample, ...]:
    plain = tuple(_checked_sample(family, sample) for sample in samples)
    if len({sample.labels for sample in plain}) != len(plain):
        raise CollectorFaultError(f"{family.name} has the same series twice")
    if isinstance(scope, CompanyScope):
        _check_tenant(family, plain, str(scope.company_id))
    return plain


def _checked_sample(family: Family, sample: Sample) -> Sample:
    labels = tuple(_text(value, family) for value in sample.labels)
    if len(labels) != len(family.labels):
        raise CollectorFaultError(f"{family.name} has labels it did not declare")
    if not math.isfinite(sample.value):
        raise CollectorFaultError(f"{family.name} is not a finite number")
    return Sample(labels, float(sample.value))


def _text(value: str, family: Family) -> str:
    if type(value) is not str:
        raise CollectorFaultError(f"{family.name} has text that is not a string")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise CollectorFaultError(f"{family.name} has text that is no UTF-8") from None
    return value


def _check_tenant(family: Family, samples: Sequence[Sample], company_id: str) -> None:
    if COMPANY_LABEL not in family.labels:
        raise CollectorFaultError(f"{family.name} is not a company's family")
    index = family.labels.index(COMPANY_LABEL)
    if any(sample.labels[index] != company_id for sample in samples):
        raise CollectorFaultError(f"{family.name} holds another company's series")
