"""The account of events: looked at, never changed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from adapters.orm.admin.base import ReadOnlyAdmin
from adapters.orm.admin.links import page
from adapters.orm.models import PersonalAccessToken, TokenEvent


class TokenEventAdmin(ReadOnlyAdmin[TokenEvent]):
    """One row for each thing that happened to a token; the token may be gone."""

    list_display = [
        "at",
        "kind",
        "user_email",
        "company_slug",
        "token",
        "actor_name",
        "means",
        "address",
    ]
    list_filter = ["kind", "means"]
    sortable_by = ()
    ordering = ["-at", "-id"]
    search_fields = ["user_email", "company_slug", "actor_name", "=address"]
    search_help_text = "An e-mail address, a company's slug, an IP address or a token's id."
    searched_id = "pat_id"
    readonly_fields = [
        "at",
        "kind",
        "token",
        "session_id",
        "user_email",
        "company_slug",
        "actor_name",
        "means",
        "address",
        "detail",
    ]
    fields = [*readonly_fields]

    @admin.display(description="token")
    def token(self, obj: TokenEvent) -> SafeString | None:
        """The way to the token, by the name it had."""
        if obj.pat_id is None:
            return None
        name = str(obj.detail.get("name") or obj.pat_id)
        url = page(PersonalAccessToken, "change", obj.pat_id)
        return format_html('<a href="{}">{}</a>', url, name)
