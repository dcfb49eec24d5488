"""How the admin's pages write: what was changed, and nothing else; and it is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from adapters.admin.site import ShellUIAdminSite
from adapters.admin.telling import TOLD, tell_deleted, tell_saved
from adapters.admin.typed import ModelAdmin

M = TypeVar("M", bound=Model)


class SavesWhatChanged(ModelAdmin[M]):
    """What others changed meanwhile stays theirs. Every page writes by these methods."""

    @property
    def site(self) -> ShellUIAdminSite:
        """The site this is registered with."""
        return cast("ShellUIAdminSite", self.admin_site)

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: Any) -> None:
        """Save a new row, or of an old one the columns that were changed."""
        if not change:
            super().save_model(request, obj, form, change)
            tell_saved(self.site.security, request, obj)
            return
        save_changed(obj, form.changed_data)
        if form.changed_data:
            tell_saved(self.site.security, request, obj, form.changed_data)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Save what a row has many of, such as groups, where it was changed, and inline rows."""
        for field in self.opts.many_to_many if change else ():
            if field.name not in form.changed_data:
                form.cleaned_data.pop(field.name, None)
        super().save_related(request, form, formsets, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:  # noqa: ARG002 - Django's
        """The same for the rows of an inline."""
        formset.save(commit=False)
        for obj in formset.deleted_objects:
            tell_deleted(self.site.security, request, obj)
            obj.delete()
        for obj, changed in formset.changed_objects:
            save_changed(obj, changed)
            tell_saved(self.site.security, request, obj, changed)
        for obj in formset.new_objects:
            obj.save()
            tell_saved(self.site.security, request, obj)
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        """Delete a row."""
        tell_deleted(self.site.security, request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        """Delete the rows that were chosen."""
        if issubclass(self.model, TOLD):
            for obj in queryset:
                tell_deleted(self.site.security, request, obj)
        super().delete_queryset(request, queryset)


def save_changed(obj: Model, changed: Iterable[str]) -> None:
    """Write the changed columns, and no other."""
    columns = {field.name for field in obj._meta.concrete_fields}  # noqa: SLF001 - Django's public _meta
    if names := columns.intersection(changed):
        obj.save(update_fields=names)
