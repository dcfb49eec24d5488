"""What is counted and noted by the service, and the accounts at other providers."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import DateFieldListFilter
from django.http import HttpRequest

from adapters.admin.actor import administrator
from adapters.admin.base import ReadOnlyAdmin, TableAdmin
from adapters.orm.models import LoginTally, SocialAccount, UserActivity
from adapters.orm.user_facts import user_facts
from domain.refusal import RefusalReason, RefusedError


class LoginTallyAdmin(ReadOnlyAdmin[LoginTally]):
    """A counter never goes back, so nobody edits it."""

    list_display = ["company", "provider", "successes"]
    list_select_related = ["company"]
    sortable_by = ()
    ordering = ["company_id", "provider"]
    search_fields = ["company__slug", "=provider"]
    search_help_text = "A company's slug, or a provider."


class UserActivityAdmin(ReadOnlyAdmin[UserActivity]):
    """When users were last seen."""

    list_display = ["user", "last_seen_at"]
    list_filter = [("last_seen_at", DateFieldListFilter)]
    list_select_related = ["user"]
    sortable_by = ["last_seen_at"]
    ordering = ["-last_seen_at"]
    search_fields = ["user__email"]
    search_help_text = "An e-mail address."


class SocialAccountAdmin(TableAdmin[SocialAccount]):
    """A user's account at another provider: a way to be that user. It stays the one user's."""

    list_display = ["uid", "provider", "user", "created_at"]
    list_select_related = ["user"]
    sortable_by = ()
    ordering = ["provider", "uid"]
    search_fields = ["uid", "user__email", "=provider"]
    search_help_text = "An id at the provider, an e-mail address, or a provider."
    autocomplete_fields = ["user"]
    fields = ["user", "provider", "uid", "created_at"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: SocialAccount | None = None
    ) -> list[str]:
        """Whose it is, is chosen once."""
        _ = request
        return ["created_at"] if obj is None else ["user", "created_at"]

    def has_change_permission(self, request: HttpRequest, obj: SocialAccount | None = None) -> bool:
        """Staff's are linked and unlinked by superusers."""
        return not self._why_not(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: SocialAccount | None = None) -> bool:
        """The same."""
        return not self._why_not(request, obj) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: SocialAccount, form: Any, change: Any) -> None:
        """Whoever links an account to a user could be that user."""
        why_not = self._why_not(request, obj)
        if why_not:
            raise RefusedError(RefusalReason.SUPERUSER_REQUIRED, detail=why_not)
        super().save_model(request, obj, form, change)

    def _why_not(self, request: HttpRequest, obj: SocialAccount | None) -> str | None:
        if obj is None:
            return None
        by, holder = administrator(request), user_facts(obj.user)
        return self.site.people.why_not_change(by, holder)
