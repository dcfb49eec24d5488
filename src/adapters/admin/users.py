"""Users: people and service accounts, who sign in with their e-mail address."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from adapters.admin.actor import administrator, signed_in
from adapters.admin.confirming import asks_password_first
from adapters.admin.ending import EndsCredentials
from adapters.admin.links import link_to_list
from adapters.admin.memberships import UserAddMembershipInline, UserMembershipInline
from adapters.admin.passwords import UserPasswordForm
from adapters.admin.typed import UserAdmin as DjangoUserAdmin
from adapters.admin.user_forms import RIGHTS, SUPERUSERS_GIVE, NewUserForm, rights_change
from adapters.orm.models import PersonalAccessToken, Session, User, UserActivity
from adapters.orm.user_facts import user_facts
from domain.policy import ChangePerson, GiveRights

_PASSWORD = "password"  # noqa: S105 - a field's name
_WRITTEN = ["date_joined", "last_login", "last_seen", "tokens", "sessions"]
"""What the service writes."""


class UserAdmin(EndsCredentials, DjangoUserAdmin):
    """Rights are a superuser's to give, and staff are a superuser's to change: the domain's rules.

    What changes an account, or ends something of it, is a use case's.
    """

    holds_as = "user_id"
    add_form = NewUserForm
    list_display = ["email", "name", "is_active", "is_staff", "is_service_account", "last_seen"]
    list_filter = ["is_active", "is_staff", "is_service_account"]
    list_select_related = ["activity"]
    sortable_by = ["email"]
    ordering = ["email"]
    search_fields = ["email", "name"]
    search_help_text = "An e-mail address or a name."
    inlines = [UserMembershipInline, UserAddMembershipInline]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[Any]]:
        """A user has to be there before their memberships."""
        _ = request
        return [] if obj is None else list(self.inlines)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """A service account has no password to be looked at."""
        if obj is None:
            asked = ["is_service_account"] if _gives_rights(request) else []
            names = ["email", "name", *asked, "usable_password", "password1", "password2"]
            return [(None, {"classes": ["wide"], "fields": names})]
        password = [] if obj.is_service_account else [_PASSWORD]
        return [
            (None, {"fields": ["email", "name", *password]}),
            ("Rights", {"fields": RIGHTS}),
            ("Life", {"fields": _WRITTEN}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """What the service writes, and for most what gives rights."""
        _ = obj
        return _WRITTEN if _gives_rights(request) else [*_WRITTEN, *SUPERUSERS_GIVE]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff are changed by superusers; one's own password has a page of its own."""
        return _may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff are deleted by superusers."""
        return _may_touch(request, obj) and super().has_delete_permission(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the reason why nothing of it is this person's to change."""
        user = context["original"]
        if user is not None:
            by = administrator(request)
            context["why_not"] = self.site.people.why_not_change(by, user_facts(user))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """Rights first, for the use case locks in the one order; then what is left."""
        if change:
            wanted = rights_change(form)
            if wanted.names:
                by, now = administrator(request), self.now()
                self.site.people.change_rights(by, obj.pk, wanted, now=now)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """The use case has written groups and permissions."""
        for name in ("groups", "user_permissions") if change else ():
            form.cleaned_data.pop(name, None)
        super().save_related(request, form, formsets, change)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """By the use case."""
        self.site.people.delete(administrator(request), [obj.pk], now=self.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """All or none of those that were chosen."""
        keys = list(queryset.values_list("pk", flat=True))
        self.site.people.delete(administrator(request), keys, now=self.now())

    @asks_password_first
    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's signature
        form_url: str = "",
    ) -> HttpResponse:
        """Django's page for somebody else's password. One's own takes the present one.

        It takes its form from the admin it belongs to: this request has one of its own, whose form
        knows who asks.
        """
        if self.get_object(request, unquote(id)) == signed_in(request):
            return HttpResponseRedirect(reverse("tokens_password"))
        by, now = administrator(request), self.now()

        def set_password(user_id: int, password: str | None) -> None:
            self.site.people.set_password(by, user_id, password, now=now)

        own = copy(self)
        own.change_password_form = partial(UserPasswordForm, set_password=set_password)
        view = super(UserAdmin, own).user_change_password
        return self.or_why_not(request, lambda: view(request, id, form_url))

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
        why_not = self.site.people.why_not_delete(
            administrator(request), [user.pk for user in objs]
        )
        protected = [*protected, *reasons, *([why_not] if why_not else [])]
        return deleted, counts, lacking - kept - {_name(UserActivity)}, protected


def _name(model: type[Any]) -> str:
    return str(model._meta.verbose_name)  # noqa: SLF001 - Django's public _meta


def _gives_rights(request: HttpRequest) -> bool:
    return administrator(request).refusal(GiveRights()) is None


def _may_touch(request: HttpRequest, obj: User | None) -> bool:
    if obj is None:
        return True
    return administrator(request).refusal(ChangePerson(user_facts(obj))) is None
