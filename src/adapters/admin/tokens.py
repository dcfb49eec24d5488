"""Personal access tokens: their flags, their grant, their life; never their text or jti.

The text is shown once, by the pages that make it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from adapters.admin import life
from adapters.admin.actor import administrator, signed_in
from adapters.admin.links import company_name, counted
from adapters.admin.reissuing import ReissuingAdmin
from adapters.admin.states import TokenStateFilter, token_badge
from adapters.admin.token_forms import GRANT, NO_GRANT, NO_WRITING
from adapters.orm.models import PersonalAccessToken
from adapters.orm.user_facts import user_facts
from domain.administer_refusal import refused
from domain.policy import ChangeTokensOf, WriteAs
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
        context["why_not"] = _why_not_touch(request, context["original"])
        if request.user.has_perm("shellui.view_tokenevent"):
            context["events"] = life.last_events(context["original"])
            context["events_shown"] = life.EVENTS_SHOWN
        return super().render_change_form(request, context, *args, **kwargs)

    def has_change_permission(
        self, request: HttpRequest, obj: PersonalAccessToken | None = None
    ) -> bool:
        """What is revoked stays as it was, and staff's is not everybody's to change."""
        stays = obj is not None and (obj.revoked_at is not None or _why_not_touch(request, obj))
        return not stays and super().has_change_permission(request, obj)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """The global flag is given by those who may."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == _GLOBAL_FLAG:
            field.disabled = not self.has_grant_permission(request)
            field.help_text = NO_GRANT if field.disabled else GRANT
        return field

    def get_form(
        self,
        request: HttpRequest,
        obj: PersonalAccessToken | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> type[Any]:
        """A token that may not become one that writes is shown so."""
        form = super().get_form(request, obj, change, **kwargs)
        why_not = "" if obj is None else self._why_not_write(request, obj)
        field = form.base_fields.get("read_only")
        if field is not None and why_not:
            field.disabled, field.help_text = True, why_not
        return form

    def _why_not_write(self, request: HttpRequest, obj: PersonalAccessToken) -> str:
        if not obj.read_only:
            return ""
        refusal = administrator(request).refusal(WriteAs(user_facts(obj.user)))
        if refusal:
            return refused(refusal).detail
        may_not = obj.access_global_metrics and not self.has_grant_permission(request)
        return NO_WRITING if may_not else ""

    def save_model(
        self, request: HttpRequest, obj: PersonalAccessToken, form: Any, change: Any
    ) -> None:
        """Have the use cases write what was changed: never the row that was loaded.

        Saving that would put back its last use, its jti, and the life of a token revoked meanwhile.
        """
        if not change:  # Django would add a row here for a form that asks to be saved as new
            raise PermissionDenied
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        by, now = administrator(request), self.now()
        if "name" in changed:
            self.site.tokens.rename(by, obj.pk, changed["name"], now=now)
        flags = FlagsRequest(**{name: changed[name] for name in _FLAGS & changed.keys()})
        if flags != FlagsRequest():
            giver = self._giver(request, flags)
            self.site.tokens.change_flags(by, obj.pk, flags, giver_id=giver, now=now)

    def _giver(self, request: HttpRequest, flags: FlagsRequest) -> int | None:
        """Who widens a token with global metrics answers for it, if they may."""
        widens = flags.access_global_metrics or flags.read_only is False
        return signed_in(request).pk if widens and self.has_grant_permission(request) else None

    def revoke_rows(self, request: HttpRequest, keys: Sequence[Any]) -> int:
        """Revoke each, and its line, with the account of it."""
        by, now = administrator(request), self.now()
        ended = (self.site.tokens.revoke(by, key, now=now).line for key in keys)
        return len(frozenset[UUID]().union(*ended) - set(keys))

    def count_others(self, keys: Sequence[Any]) -> int:
        """The tokens that were made with these."""
        return self.site.tokens.count_heirs(*keys)

    @admin.action(description="Grant global metrics again, in my name", permissions=["grant"])
    def grant_again(self, request: HttpRequest, queryset: QuerySet[PersonalAccessToken]) -> None:
        """For grants whose giver left: their tokens need no new string."""
        flagged = queryset.filter(access_global_metrics=True, revoked_at__isnull=True)
        keys = list(flagged.order_by("pk").values_list("pk", flat=True))
        refusals = [why_not for key in keys if (why_not := self._grant(request, key))]
        granted = len(keys) - len(refusals)
        self.message_user(
            request,
            f"Grants in your name now: {granted}. Revoked or unflagged tokens stay as they are.",
            messages.SUCCESS if granted else messages.WARNING,
        )
        for why_not, count in Counter(refusals).items():
            told = f"{counted(count, 'token')} of those chosen not granted: {why_not}"
            self.message_user(request, told, messages.ERROR)

    def _grant(self, request: HttpRequest, key: UUID) -> str:
        """Grant one in one's own name; why not, or nothing."""
        wanted, giver = FlagsRequest(access_global_metrics=True), signed_in(request).pk
        by, now = administrator(request), self.now()
        try:
            self.site.tokens.change_flags(by, key, wanted, giver_id=giver, now=now)
        except RefusedError as exc:
            return self.site.refused(request, exc)
        return ""


def _why_not_touch(request: HttpRequest, row: PersonalAccessToken) -> str:
    refusal = administrator(request).refusal(ChangeTokensOf(user_facts(row.user)))
    return refused(refusal).detail if refusal else ""
