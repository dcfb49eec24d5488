"""The admin site: ShellUI's name, who may enter, and what its pages need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import update_wrapper
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from adapters.admin.actor import caller_of
from adapters.admin.choices import ChoicesView
from adapters.admin.telling import tell_refused
from adapters.orm.models import User
from domain.administer_credentials import AdministerCredentials
from domain.administer_people import AdministerPeople
from domain.administer_tokens import AdministerTokens
from domain.callers.caller import Caller
from domain.events.ports import SecurityLog
from domain.policy import Allowed, Permission, decide
from domain.refusal import RefusedError
from domain.token_reach import TokenReach
from domain.tokens.rejection import Rejection, TokenRejectedError

AskPassword = Callable[[HttpRequest, Caller], HttpResponse | None]
_FORBIDDEN = "permission_required"
"""Django's permission was not there, or the page's own question said no."""
_READS = {"GET", "HEAD", "OPTIONS"}
M = TypeVar("M", bound=Model)
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class ShellUIAdminSite(AdminSite):
    """Made by ``build.build_admin_site`` with what its pages need.

    Who is there is the caller of a session of ours: what ends that session closes the admin, and
    Django's own sign-in is not used. Each view finds ``request.caller`` and ``request.user``.

    Attributes:
        now: the clock.
        caller_at: who sits at the browser.
        tokens: what is done to anybody's tokens.
        reach: what a token reaches.
        people: what is made of anybody's account.
        credentials: what ends anybody's sessions and tokens.
        security: where changes of rights and memberships are told.
    """

    site_header = "ShellUI"
    site_title = "ShellUI"
    index_title = "Users, companies and tokens"
    site_url = "/api/docs/"

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        caller_at: Callable[[HttpRequest], Caller],
        ask_password: AskPassword,
        tokens: AdministerTokens,
        reach: TokenReach,
        people: AdministerPeople,
        credentials: AdministerCredentials,
        security: SecurityLog,
    ) -> None:
        super().__init__(name="admin")
        self.now = now
        self.caller_at = caller_at
        self._ask_password = ask_password
        self.tokens = tokens
        self.reach = reach
        self.people = people
        self.credentials = credentials
        self.security = security

    def get_urls(self) -> list[Any]:
        """Django's, without its way to a row's page on the site: no row of ours has one."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the caller may enter: the policy's answer."""
        caller: Caller | None = getattr(request, "caller", None)
        return caller is not None and isinstance(decide(caller, Permission.ADMINISTER), Allowed)

    def admin_view(self, view: V, cacheable: bool = False) -> V:  # noqa: FBT001, FBT002 - Django's signature
        """Django's, for the person who is signed in to our pages."""
        guarded = super().admin_view(view, cacheable)

        def entered(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                self._enter(request)
                if not self.has_permission(request):
                    return self._for_staff(request)
                if request.method in _READS:
                    return guarded(request, *args, **kwargs)
                return self.ask_password(request) or self._written(request, guarded, args, kwargs)
            except TokenRejectedError:  # nobody is signed in, or not any more
                return redirect_to_login(request.get_full_path(), reverse("tokens_sign_in"))
            except RefusedError as exc:
                raise PermissionDenied(self.refused(request, exc)) from exc

        return cast("V", update_wrapper(entered, guarded))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """What a field may choose, as it is typed."""
        return cast("HttpResponse", ChoicesView.as_view(admin_site=self)(request))

    def viewable(self, request: HttpRequest, model: type[M]) -> QuerySet[M]:
        """The rows that the person may look at: no others can be named by an id that is sent."""
        pages = self.get_model_admin(model)
        rows: QuerySet[M] = pages.get_queryset(request)
        return rows if pages.has_view_permission(request) else rows.none()

    def ask_password(self, request: HttpRequest) -> HttpResponse | None:
        """The way to the page that asks for the password again; None when it was given.

        Nothing is written here without it. A page asks before it shows a form that writes.
        """
        return self._ask_password(request, caller_of(request))

    def refused(self, request: HttpRequest, exc: RefusedError) -> str:
        """The sentence of a refusal; whoever guards the service is told of it."""
        tell_refused(self.security, request, exc.reason.code)
        return exc.detail

    def _written(
        self, request: HttpRequest, view: V, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        """What a page makes of what was sent; that it was not allowed is told."""
        try:
            answer = view(request, *args, **kwargs)
        except PermissionDenied:
            tell_refused(self.security, request, _FORBIDDEN)
            raise
        if answer.status_code == HTTPStatus.FORBIDDEN:
            tell_refused(self.security, request, _FORBIDDEN)
        return answer

    def _enter(self, request: HttpRequest) -> None:
        caller = self.caller_at(request)
        request.caller = caller  # type: ignore[attr-defined]
        user = User.objects.filter(pk=caller.user.id).first()
        if user is None:  # deleted since the caller was read
            raise TokenRejectedError(Rejection.SESSION_UNKNOWN)
        request.user = user

    def _for_staff(self, request: HttpRequest) -> HttpResponseBase:
        context = {
            **self.each_context(request),
            "title": "The administration is for staff",
            "is_nav_sidebar_enabled": False,  # nothing in it is for them
        }
        request.current_app = self.name
        template = "admin/shellui/for_staff.html"
        return TemplateResponse(request, template, context, status=403)
