"""Users: people and service accounts, who sign in with their e-mail address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from adapters.orm.admin.confirming import asks_password_first
from adapters.orm.admin.holders import HoldsTokens
from adapters.orm.admin.links import link_to_list
from adapters.orm.admin.memberships import UserAddMembershipInline, UserMembershipInline
from adapters.orm.admin.passwords import UserPasswordForm
from adapters.orm.admin.typed import UserAdmin as DjangoUserAdmin
from adapters.orm.models import PersonalAccessToken, Session, User, UserActivity

_RIGHTS = ["is_staff", "is_superuser", "groups", "user_permissions"]


class UserAdmin(HoldsTokens[User], DjangoUserAdmin):
    """Rights are a superuser's to give, and staff are a superuser's to change.

    Otherwise whoever may change users could give themselves anything.
    """

    holds_as = "user_id"
    change_password_form = UserPasswordForm
    list_display = ["email", "name", "is_active", "is_staff", "last_seen"]
    list_filter = ["is_active", "is_staff"]
    list_select_related = ["activity"]
    sortable_by = ["email"]
    ordering = ["email"]
    search_fields = ["email", "name"]
    search_help_text = "An e-mail address or a name."
    inlines = [UserMembershipInline, UserAddMembershipInline]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Rights", {"fields": ["is_active", *_RIGHTS]}),
        ("Life", {"fields": ["date_joined", "last_login", "last_seen", "tokens", "sessions"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "name", "usable_password", "password1", "password2"],
            },
        )
    ]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[Any]]:
        """A user has to be there before their memberships."""
        _ = request
        return [] if obj is None else list(self.inlines)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """What the service writes, and for most what gives rights."""
        _ = obj
        written = ["date_joined", "last_login", "last_seen", "tokens", "sessions"]
        return written if _is_superuser(request) else [*written, *_RIGHTS]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff are changed by superusers; one's own password has a page of its own."""
        return _may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff are deleted by superusers."""
        return _may_touch(request, obj) and super().has_delete_permission(request, obj)

    @asks_password_first
    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's signature
        form_url: str = "",
    ) -> HttpResponse:
        """Django's page for somebody else's password."""
        return super().user_change_password(request, id, form_url)

    @admin.display(description="last seen")
    def last_seen(self, obj: User) -> str | None:
        """When they were last seen anywhere."""
        seen = obj.activity.last_seen_at if hasattr(obj, "activity") else None
        return None if seen is None else date_format(seen, "DATETIME_FORMAT")

    @admin.display(description="tokens")
    def tokens(self, obj: User) -> SafeString:
        """The way to their tokens."""
        return link_to_list(PersonalAccessToken, "Their tokens", user__id__exact=obj.pk)

    @admin.display(description="sessions")
    def sessions(self, obj: User) -> SafeString:
        """The way to their sessions."""
        return link_to_list(Session, "Their sessions", user__id__exact=obj.pk)

    def get_deleted_objects(
        self, objs: Sequence[User] | QuerySet[User], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Their presence goes with them; tokens and sessions are history and keep them here."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        kept = lacking & {_name(PersonalAccessToken), _name(Session)}
        reasons = [
            f"A {name}: kept as history. Untick “active” on the user's page to stop them instead."
            for name in sorted(kept)
        ]
        return deleted, counts, lacking - kept - {_name(UserActivity)}, [*protected, *reasons]


def _name(model: type[Any]) -> str:
    return str(model._meta.verbose_name)  # noqa: SLF001 - Django's public _meta


def _is_superuser(request: HttpRequest) -> bool:
    return cast("User", request.user).is_superuser


def _may_touch(request: HttpRequest, obj: User | None) -> bool:
    return obj is None or _is_superuser(request) or not (obj.is_staff or obj.is_superuser)
