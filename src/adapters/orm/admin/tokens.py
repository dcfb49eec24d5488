"""Personal access tokens: their flags, their grant, their life; never their text or jti.

The text is shown once, by the pages that make it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from adapters.orm.admin import life
from adapters.orm.admin.actor import administrator, signed_in
from adapters.orm.admin.links import company_name
from adapters.orm.admin.reissuing import ReissuingAdmin
from adapters.orm.admin.states import TokenStateFilter, token_badge
from adapters.orm.admin.token_forms import GRANT, NO_GRANT
from adapters.orm.models import PersonalAccessToken
from domain.refusal import RefusedError
from domain.tokens.changes import FlagsRequest

_GLOBAL_FLAG = "access_global_metrics"
_FLAGS = {"read_only", _GLOBAL_FLAG}

FLAGS_WARNING = (
    "Changing a flag makes every string of this token that was issued before useless (401), until "
    "the token is re-issued. The flags are written into the token, so the old string no longer "
    "says what this row says."
)


class PersonalAccessTokenAdmin(ReissuingAdmin):
    """A token from its first string to its end; every step is a use case's."""

    change_form_template = "admin/shellui/personalaccesstoken/change_form.html"

    what_ends = "Their strings stop at once, everywhere."
    list_display = [
        "__str__",
        "user",
        "company_slug",
        "state",
        "read_only",
        "access_global_metrics",
        "granted_by",
        "last_used_at",
        "expires_at",
        "created_at",
    ]
    list_filter = [TokenStateFilter, "access_global_metrics", "read_only"]
    sortable_by = ["created_at", "expires_at"]
    ordering = ["-created_at"]
    search_fields = ["name", "user__email", "company__slug"]
    search_help_text = "A name, an e-mail address, a company's slug or a token's id."
    actions = ["revoke_selected", "grant_again"]
    fieldsets = [
        (None, {"fields": ["name", "id", ("user", "company_slug")]}),
        (
            "Life",
            {
                "fields": [
                    ("state", "created_at", "expires_at"),
                    ("last_used_at", "reissued", "revoked_at"),
                    "old_string",
                ]
            },
        ),
        ("Flags", {"description": FLAGS_WARNING, "fields": ["read_only", "access_global_metrics"]}),
        ("Grant of global metrics", {"fields": [("granted_by", "granted_at"), "grant"]}),
    ]
    readonly_fields = [
        "id",
        "user",
        "company_slug",
        "granted_by",
        "granted_at",
        "grant",
        "state",
        "created_at",
        "expires_at",
        "last_used_at",
        "reissued",
        "old_string",
        "revoked_at",
    ]
    never_looked_up = frozenset({"jti", "previous_jti"})

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonalAccessToken]:
        """Without what only the service needs."""
        rows = super().get_queryset(request).select_related("user", "company", "granted_by")
        return rows.defer("jti", "previous_jti")

    @admin.display(description="company")
    def company_slug(self, obj: PersonalAccessToken) -> str | None:
        """Its company, which may be gone."""
        return company_name(obj)

    @admin.display(description="state")
    def state(self, obj: PersonalAccessToken) -> SafeString:
        """Whether it lives, and whether somebody should look after it."""
        return token_badge(obj, now=self.now())

    @admin.display(description="holds")
    def grant(self, obj: PersonalAccessToken) -> str:
        """Whether the grant still holds, and why not."""
        return life.grant(obj)

    @admin.display(description="last re-issued")
    def reissued(self, obj: PersonalAccessToken) -> str:
        """When its present string was made."""
        return life.last_reissue(obj)

    @admin.display(description="old string")
    def old_string(self, obj: PersonalAccessToken) -> str:
        """Whether one works on beside the new one."""
        return life.overlap(obj, now=self.now())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With what happened to it, for those who may see events."""
        context["show_save_and_add_another"] = False  # a token is added on a page that shows it
        if request.user.has_perm("shellui.view_tokenevent"):
            context["events"] = life.last_events(context["original"])
            context["events_shown"] = life.EVENTS_SHOWN
        return super().render_change_form(request, context, *args, **kwargs)

    def has_change_permission(
        self, request: HttpRequest, obj: PersonalAccessToken | None = None
    ) -> bool:
        """What is revoked stays as it was."""
        is_revoked = obj is not None and obj.revoked_at is not None
        return not is_revoked and super().has_change_permission(request, obj)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """The global flag is given by those who may."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == _GLOBAL_FLAG:
            field.disabled = not self.has_grant_permission(request)
            field.help_text = NO_GRANT if field.disabled else GRANT
        return field

    def save_model(
        self, request: HttpRequest, obj: PersonalAccessToken, form: Any, change: Any
    ) -> None:
        """Write what was changed, and nothing else: never the row that was loaded.

        Saving that would put back its last use, its jti, and the life of a token revoked meanwhile.
        """
        if not change:  # Django would add a row here for a form that asks to be saved as new
            raise PermissionDenied
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        if "name" in changed:
            PersonalAccessToken.objects.filter(pk=obj.pk).update(name=changed["name"])
        flags = {name: value for name, value in changed.items() if name in _FLAGS}
        if flags:
            self.site.tokens.change_flags(
                administrator(request),
                obj.pk,
                FlagsRequest(**flags),
                granted_by=signed_in(request).pk if flags.get(_GLOBAL_FLAG) else None,
                now=self.now(),
            )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say why nothing was saved, and show the row as it is now."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RefusedError as exc:
            self.message_user(request, f"Nothing was saved. {exc.detail}", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def revoke_rows(self, request: HttpRequest, keys: Sequence[Any]) -> None:
        """Revoke each with its account."""
        by, now = administrator(request), self.now()
        for key in keys:
            self.site.tokens.revoke(by, key, now=now)

    @admin.action(description="Grant global metrics again, in my name", permissions=["grant"])
    def grant_again(self, request: HttpRequest, queryset: QuerySet[PersonalAccessToken]) -> None:
        """For grants whose giver left: their tokens need no new string."""
        flagged = queryset.filter(access_global_metrics=True, revoked_at__isnull=True)
        by, now = administrator(request), self.now()
        keys = list(flagged.order_by("pk").values_list("pk", flat=True))
        for key in keys:
            self.site.tokens.change_flags(
                by,
                key,
                FlagsRequest(access_global_metrics=True),
                granted_by=signed_in(request).pk,
                now=now,
            )
        self.message_user(
            request,
            f"Grants in your name now: {len(keys)}. Revoked or unflagged tokens stay as they are.",
            messages.SUCCESS if keys else messages.WARNING,
        )
