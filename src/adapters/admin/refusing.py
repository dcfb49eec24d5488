"""What a use case refuses is said on the page that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from adapters.admin.site import ShellUIAdminSite
from adapters.admin.typed import ModelAdmin
from domain.refusal import RefusedError

M = TypeVar("M", bound=Model)


class SaysWhyNot(ModelAdmin[M]):
    """Each of Django's pages that write is one transaction: refused, nothing of it was done."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's; a refusal leads back to the row as it is now."""
        view = super().changeform_view
        return self.or_why_not(request, lambda: view(request, object_id, form_url, extra_context))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same."""
        view = super().delete_view
        return self.or_why_not(request, lambda: view(request, object_id, extra_context))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same, of the list's actions."""
        view = super().changelist_view
        return self.or_why_not(request, lambda: view(request, extra_context))

    def or_why_not(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """The view's answer; refused, the page once more, with the reason."""
        try:
            return view()
        except RefusedError as exc:
            if request.method != "POST":
                raise
            site = cast("ShellUIAdminSite", self.admin_site)
            self.message_user(
                request, f"Nothing was done. {site.refused(request, exc)}", messages.ERROR
            )
            return HttpResponseRedirect(request.get_full_path())
