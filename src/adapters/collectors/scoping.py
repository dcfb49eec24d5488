"""What every collector needs: the companies of a scope, and families from rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from adapters.orm.models import Company
from domain.metrics.family import Family, Measured, Sample
from domain.metrics.ports import MetricScope
from domain.policy.scope import CompanyScope


def companies(scope: MetricScope, using: str) -> QuerySet[Company]:
    """The companies the scope holds, by id."""
    rows = Company.objects.using(using).order_by("id")
    return rows.filter(pk=scope.company_id) if isinstance(scope, CompanyScope) else rows


def single(family: Family, value: float) -> Measured:
    """A family without labels."""
    return Measured(family, (Sample((), float(value)),))


def column(family: Family, rows: Iterable[dict[str, Any]], key: str) -> Measured:
    """A family of one company each: the column ``key`` of rows that hold the company's ``id``."""
    return Measured(family, tuple(Sample((str(row["id"]),), float(row[key])) for row in rows))
