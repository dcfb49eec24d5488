"""Sessions: looked at, and revoked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from adapters.admin.actor import administrator
from adapters.admin.base import ReadOnlyAdmin
from adapters.admin.links import company_name
from adapters.admin.revoking import RevocableAdmin
from adapters.admin.states import StateFilter, session_badge
from adapters.orm.models import Session

_SECRET = ("refresh_jti", "refresh_family", "refresh_live", "refresh_spent")


class SessionAdmin(RevocableAdmin[Session], ReadOnlyAdmin[Session]):
    """One sign-in, at any door, and all access tokens that came of it."""

    what_ends = "Their access and refresh tokens stop at once; the users have to sign in again."
    list_display = ["id", "user", "company_slug", "state", "created_at", "last_used_at", "network"]
    list_filter = [StateFilter]
    sortable_by = ["created_at", "expires_at"]
    ordering = ["-created_at"]
    search_fields = ["user__email", "company__slug"]
    search_help_text = "An e-mail address, a company's slug or a session's id."
    readonly_fields = [
        "id",
        "user",
        "company_slug",
        "state",
        "created_at",
        "expires_at",
        "last_used_at",
        "network",
        "revoked_at",
    ]
    fields = [*readonly_fields]
    never_looked_up = frozenset(_SECRET)

    def revoke_rows(self, request: HttpRequest, keys: Sequence[Any]) -> int:
        """End them, with the account of each."""
        self.site.credentials.end_sessions(administrator(request), keys, now=self.now())
        return 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Without what only the service needs."""
        rows = super().get_queryset(request).select_related("user", "company")
        return rows.defer(*_SECRET)

    @admin.display(description="company")
    def company_slug(self, obj: Session) -> Any:
        """Its company, which staff may do without."""
        return company_name(obj)

    @admin.display(description="state")
    def state(self, obj: Session) -> SafeString:
        """Whether it lives."""
        return session_badge(obj, now=self.now())
