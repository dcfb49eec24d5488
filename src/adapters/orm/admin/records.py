"""What is counted and noted by the service, and the accounts at other providers."""

from __future__ import annotations

from django.contrib.admin import DateFieldListFilter

from adapters.orm.admin.base import ReadOnlyAdmin, TableAdmin
from adapters.orm.models import LoginTally, SocialAccount, UserActivity


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
    """A user's account at another provider."""

    list_display = ["uid", "provider", "user", "created_at"]
    list_select_related = ["user"]
    sortable_by = ()
    ordering = ["provider", "uid"]
    search_fields = ["uid", "user__email", "=provider"]
    search_help_text = "An id at the provider, an e-mail address, or a provider."
    autocomplete_fields = ["user"]
    fields = ["user", "provider", "uid", "created_at"]
    readonly_fields = ["created_at"]
