"""What every collector needs: querysets compiled for each kind of scope, and families."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import BigIntegerField, QuerySet

from adapters.orm.models import Company
from adapters.orm.prepared import Prepared, slot
from domain.metrics.family import Family, Measured, Sample
from domain.metrics.ports import MetricScope
from domain.policy.scope import CompanyScope

Build = Callable[[QuerySet[Company]], QuerySet[Any, Any]]


class ByScope:
    """A ``values_list`` queryset on companies, compiled for one company and for all of them."""

    def __init__(self, build: Build) -> None:
        one = slot("company_id", BigIntegerField())
        self._one = Prepared(lambda: build(Company.objects.filter(pk=one).order_by("id")))
        self._all = Prepared(lambda: build(Company.objects.order_by("id")))

    def rows(self, scope: MetricScope, *, using: str, **values: Any) -> list[Sequence[Any]]:
        """The rows of the scope's companies, by id."""
        if isinstance(scope, CompanyScope):
            return self._one.run(using=using, company_id=scope.company_id, **values)
        return self._all.run(using=using, **values)


def single(family: Family, value: float) -> Measured:
    """A family without labels."""
    return Measured(family, (Sample((), float(value)),))


def column(family: Family, labels: Iterable[tuple[str, ...]], values: Iterable[Any]) -> Measured:
    """A family of series with these labels and values. Equal values are one object."""
    floats: dict[Any, float] = {}
    kept = (floats.setdefault(value, float(value)) for value in values)
    return Measured(family, tuple(map(Sample, labels, kept)))
