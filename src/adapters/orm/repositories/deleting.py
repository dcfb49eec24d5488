"""Deleting many rows while others work on them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet


@transaction.atomic
def delete_unlocked(rows: QuerySet[Any]) -> int:
    """Delete the rows that nobody has locked; how many. It never waits for anybody."""
    keys = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    deleted, _ = QuerySet(rows.model).filter(pk__in=keys).delete()
    return deleted
