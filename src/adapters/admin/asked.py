"""A list as its address asks for it, and the rows that are chosen in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest

from adapters.orm.held import can_hold

ENDINGS = frozenset({"exact", "in", "isnull", "gt", "gte", "lt", "lte"})
"""What an address may ask of a column. Patterns are none of it: one can take hours."""
_NO_ROW = "What this address asks for is in no row."


class AskedRows(ChangeList):
    """Django's. What no column can hold is in no row, and the person is told."""

    def get_filters_params(self, params: Any = None) -> Any:
        """The filters that ask for what can be."""
        asked = super().get_filters_params(params)
        possible = {name: texts for name, texts in asked.items() if self._can_be(name, texts)}
        self._is_impossible = len(possible) < len(asked)
        return possible

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """The rows."""
        rows = super().get_queryset(request, exclude_parameters)
        if not self._is_impossible:
            return rows
        messages.error(request, _NO_ROW)
        return rows.none()

    def _can_be(self, name: str, texts: list[str]) -> bool:
        column, ending = looked_up(self.model, name)
        if column is None or ending == "isnull":
            return True
        parts = ",".join(texts).split(",") if ending == "in" else texts
        return all(can_hold(column, part) for part in parts)


def looked_up(model: type[Model], lookup: str) -> tuple[Any, str]:
    """The column that a lookup asks about, and what it asks; no column for a filter's own name."""
    path, _, ending = lookup.rpartition(LOOKUP_SEP)
    for tried, rest in ((lookup, "exact"), (path, ending)):
        try:
            found = get_fields_from_path(model, tried)[-1]
        except (FieldDoesNotExist, NotRelationField):
            continue
        return found, rest
    return None, ending
