"""What every field of the admin's forms has, on a page of its own and inline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import BooleanField, CharField, Field, ForeignKey, ManyToManyField, Model
from django.http import HttpRequest

from adapters.admin.site import ShellUIAdminSite
from adapters.admin.typed import BaseModelAdmin
from adapters.orm.held import can_hold
from adapters.orm.one_line import one_line

M = TypeVar("M", bound=Model)


class RowSelect(AutocompleteSelect):
    """Django's looks up whatever was sent, and fails on what is no id."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        """The row that was chosen."""
        chosen = [text for text in value if can_hold(self.field, str(text))]
        return super().optgroups(name, chosen, attr)


class CheckedFields(BaseModelAdmin[M]):
    """Text stays in its line, rows are named that one may see, and the page carries what it showed.

    So only what the person changed counts as changed. Without it an old page puts back what was
    changed since: a stopped user, a disabled member.
    """

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Django's own, with that."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, (BooleanField, CharField, ManyToManyField)):
            field.show_hidden_initial = True
        if field is not None and isinstance(db_field, CharField):
            field.validators = [*field.validators, one_line]
        return field

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """The rows that the person may look at: an id that is sent names no other."""
        site = cast("ShellUIAdminSite", self.admin_site)
        own: dict[str, Any] = {"queryset": site.viewable(request, db_field.remote_field.model)}
        if db_field.name in self.get_autocomplete_fields(request):
            own["widget"] = RowSelect(db_field, site)
        return super().formfield_for_foreignkey(db_field, request, **{**own, **kwargs})
