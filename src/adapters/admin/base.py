"""What every page of the admin has in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from adapters.admin.asked import ENDINGS, AskedRows, looked_up
from adapters.admin.confirming import asks_password_first
from adapters.admin.fields import CheckedFields
from adapters.admin.refusing import SaysWhyNot
from adapters.admin.saving import SavesWhatChanged
from adapters.orm.held import can_hold
from domain.given import is_storable

M = TypeVar("M", bound=Model)

MOST_WORDS, MOST_CHARACTERS = 5, 200
"""Of one search."""
_TOO_MUCH = f"A search takes at most {MOST_WORDS} words and {MOST_CHARACTERS} characters."

_MAY_WRITE = {"add", "has_change_permission", "has_editable_inline_admin_formsets"}
"""What Django says of a form that its reader may send."""


class TableAdmin(SaysWhyNot[M], CheckedFields[M], SavesWhatChanged[M]):
    """A list that stays quick with 100,000 rows, and a page that saves only what was changed."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    never_looked_up: ClassVar[frozenset[str]] = frozenset()
    """Columns that no query string may ask about."""
    searched_ids: ClassVar[tuple[str, ...]] = ("pk",)
    """The columns that a whole id is looked for in; each has an index."""

    class Media:
        css = {"all": ("shellui/admin.css",)}

    def now(self) -> datetime:
        """The site's clock."""
        return self.site.now()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        """Find by a whole id at once, else every word in some search field.

        A search has bounds, for each word makes the statement longer.
        """
        words = search_term.split()
        if len(words) > MOST_WORDS or len(search_term) > MOST_CHARACTERS:
            messages.error(request, _TOO_MUCH)
            return queryset.none(), False
        if not is_storable(search_term):
            return queryset.none(), False
        found = _by_id(queryset, self.searched_ids, search_term.strip())
        if found is not None:
            return found, False
        for word in words:
            matches = (_match(self.model, field, word) for field in self.search_fields)
            queryset = queryset.filter(reduce(or_, matches))
        return queryset, False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The row; where it may be written, the password comes first."""
        response = super().render_change_form(request, context, *args, **kwargs)
        writes = _MAY_WRITE & {name for name, holds in context.items() if holds}
        return (self.site.ask_password(request) if writes else None) or response

    @asks_password_first
    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Django's question."""
        return super().render_delete_form(request, context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Django's rules, none of ``never_looked_up``, and no patterns."""
        column, ending = looked_up(self.model, lookup)
        if lookup.split("__", maxsplit=1)[0] in self.never_looked_up:
            return False
        asks_little = column is None or ending in ENDINGS
        return asks_little and super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AskedRows]:
        """The list that knows what can be."""
        _ = (request, kwargs)
        return AskedRows

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> M | None:
        """The row that the address names, if there can be one."""
        column = self.opts.get_field(from_field) if from_field else self.opts.pk
        possible = can_hold(column, object_id)
        return super().get_object(request, object_id, from_field) if possible else None

    def response_action(  # type: ignore[override]  # the stubs are of a newer Django
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Django's, with those of the chosen rows that there can be."""
        sent = request.POST.copy()
        chosen = [key for key in sent.getlist(ACTION_CHECKBOX_NAME) if can_hold(self.opts.pk, key)]
        sent.setlist(ACTION_CHECKBOX_NAME, chosen)
        request.POST = sent  # type: ignore[assignment]  # it is read only from here on
        return super().response_action(request, queryset)


class KeptAdmin(TableAdmin[M]):
    """Rows that the service makes, and that stay as history."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody adds."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody deletes."""
        return False


class ReadOnlyAdmin(KeptAdmin[M]):
    """Rows that are looked at."""

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody changes."""
        return False


def _by_id(queryset: QuerySet[Any], columns: Iterable[str], term: str) -> QuerySet[Any] | None:
    try:
        wanted = UUID(term) if len(term) >= 32 else None  # noqa: PLR2004 - a UUID's digits
    except ValueError:
        return None
    if wanted is None:
        return None
    return queryset.filter(reduce(or_, (Q((column, wanted)) for column in columns)))


def _match(model: type[Model], search_field: str, word: str) -> Q:
    """Rows with the word in the field, which may be a related row's; whole, after a ``=``.

    Related rows are found on their own first: joined before they are filtered, they all are read.
    """
    name = search_field.removeprefix("=")
    lookup = "icontains" if name == search_field else "iexact"
    relation, _, column = name.rpartition("__")
    condition = Q((f"{column}__{lookup}", word))
    if not relation:
        return condition
    related = model._meta.get_field(relation).related_model  # noqa: SLF001 - Django's public _meta
    rows = cast("type[Model]", related)._default_manager.filter(condition)  # noqa: SLF001 - Django's name for it
    return Q((f"{relation}__in", rows.order_by().values("pk")))
