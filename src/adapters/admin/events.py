"""The account of events: looked at, never changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import admin
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from adapters.admin.base import ReadOnlyAdmin
from adapters.admin.links import page
from adapters.orm.models import PersonalAccessToken, Session, TokenEvent


class TokenEventAdmin(ReadOnlyAdmin[TokenEvent]):
    """One row for each thing that happened to a token; the token may be gone."""

    list_display = [
        "at",
        "kind",
        "user_email",
        "company_slug",
        "token",
        "actor_name",
        "credential",
        "means",
        "address",
    ]
    list_filter = ["kind", "means"]
    sortable_by = ()
    ordering = ["-at", "-id"]
    search_fields = ["user_email", "company_slug", "actor_name", "=address"]
    search_help_text = (
        "An e-mail address, a company's slug or an IP address; a token's id finds what happened to "
        "it and what was done with it."
    )
    searched_ids = ("pat_id", "actor_pat_id")
    readonly_fields = [
        "at",
        "kind",
        "token",
        "session_id",
        "user_email",
        "company_slug",
        "actor_name",
        "credential",
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

    @admin.display(description="with")
    def credential(self, obj: TokenEvent) -> SafeString | None:
        """The way to the session or the token that they acted with; the shell has none."""
        if obj.actor_pat_id is not None:
            return _link(PersonalAccessToken, obj.actor_pat_id, "token")
        if obj.actor_session_id is not None:
            return _link(Session, obj.actor_session_id, "session")
        return None


def _link(model: type[Model], key: UUID, kind: str) -> SafeString:
    return format_html('<a href="{}">{} {}</a>', page(model, "change", key), kind, key)
