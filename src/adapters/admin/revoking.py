"""Revoking: from the list and from a row's page, after a page that says what will happen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from adapters.admin.actor import signed_in
from adapters.admin.base import KeptAdmin, M
from adapters.admin.confirming import asks_password_first
from adapters.admin.links import page

_SHOWN = 20
"""How many rows the question lists by name."""
_LIMIT = 1000
"""How many rows one press of a button revokes."""


class RevocableAdmin(KeptAdmin[M]):
    """Rows that end by being revoked.

    The permission is the model's ``revoke_...``; it does not take one to change.
    """

    change_form_template = "admin/shellui/revocable/change_form.html"
    actions = ["revoke_selected"]
    what_ends: ClassVar[str]
    """One sentence: what stops when a row is revoked."""

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """The model's own permission."""
        return request.user.has_perm(f"{self.opts.app_label}.revoke_{self.opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        """The row's revoke page, before Django's."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_revoke"
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<path:object_id>/revoke/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the button to those who may press it, while there is something to revoke."""
        row = context.get("original")
        live = row is not None and row.revoked_at is None
        context["can_revoke"] = live and self.has_revoke_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description="Revoke the selected %(verbose_name_plural)s", permissions=["revoke"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask, with the number; then revoke."""
        if "confirmed" in request.POST:
            self._revoke(request, queryset)
            return None
        sent = {
            "action": ["revoke_selected"],
            "select_across": [request.POST.get("select_across", "0")],
            ACTION_CHECKBOX_NAME: request.POST.getlist(ACTION_CHECKBOX_NAME),
        }
        return self._ask(request, queryset, sent=sent, back=request.get_full_path())

    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask about one row; then revoke it."""
        row = self.get_object(request, unquote(object_id))
        if not (self.has_view_permission(request) and self.has_revoke_permission(request)):
            raise PermissionDenied
        if row is None:
            raise Http404
        back = page(self.model, "change", row.pk)
        rows = self.get_queryset(request).filter(pk=row.pk)
        if request.method != "POST":
            return self._ask(request, rows, sent={}, back=back)
        self._revoke(request, rows)
        return HttpResponseRedirect(back)

    def revoke_rows(self, request: HttpRequest, keys: Sequence[Any]) -> int:
        """Revoke rows that were live a moment ago; how many others ended with them.

        An earlier revocation keeps its time.
        """
        raise NotImplementedError

    def count_others(self, keys: Sequence[Any]) -> int:
        """How many others would end with these rows."""
        _ = keys
        return 0

    def _revoke(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        live = rows.filter(revoked_at__isnull=True).order_by("pk")
        keys = list(live.values_list("pk", flat=True)[: _LIMIT + 1])
        if len(keys) > _LIMIT:
            message = f"Nothing was revoked: choose at most {_LIMIT:,} at once."
            self.message_user(request, message, messages.ERROR)
            return
        others = self.revoke_rows(request, keys)
        revoked = self.model._default_manager.filter(pk__in=keys)  # noqa: SLF001 - Django's name for it
        LogEntry.objects.log_actions(signed_in(request).pk, revoked, CHANGE, "Revoked.")
        message = f"{self._counted(len(keys))} revoked." if keys else "There was nothing to revoke."
        if others:
            message += f" {others:,} more, made with what was revoked, ended too."
        self.message_user(request, message, messages.SUCCESS if keys else messages.WARNING)

    def _counted(self, count: int) -> str:
        one, many = self.opts.verbose_name, self.opts.verbose_name_plural
        return f"{count:,} {one if count == 1 else many}"

    @asks_password_first
    def _ask(
        self, request: HttpRequest, rows: QuerySet[Any], *, sent: dict[str, list[str]], back: str
    ) -> HttpResponse:
        live = rows.filter(revoked_at__isnull=True).order_by("pk")
        count = live.count()
        keys = list(live.values_list("pk", flat=True)) if count <= _LIMIT else []
        context = {
            **self.admin_site.each_context(request),
            "title": f"Revoke {self._counted(count)}?",
            "opts": self.opts,
            "media": self.media,
            "count": count,
            "others": self.count_others(keys),
            "shown": live[:_SHOWN],
            "more": max(0, count - _SHOWN),
            "what_ends": self.what_ends,
            "sent": sent,
            "back": back,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/shellui/revocable/confirm.html", context)
