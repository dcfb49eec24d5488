"""The pages: list, create, re-issue and revoke one's own tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from api.errors import STATUS
from api.pages.browser import caller_at
from api.pages.forms import CreateForm, ReissueForm
from api.pages.once import new_form_id, use_form_id
from api.pages.rows import ShownToken, shown
from api.pages.sign_in import sign_in_urls
from api.services import Services
from domain.callers.caller import Caller
from domain.manage_tokens import IssuedPat, PatRequest, ReissueRequest
from domain.policy import Allowed, Permission, Refused, decide, reach_of_new
from domain.refusal import RefusedError
from domain.tokens.record import PatRecord
from domain.tokens.rejection import TokenRejectedError
from domain.tokens.revoking import Revocation

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def token_pages(services: Services) -> list[URLPattern]:
    """Build the routes under ``/tokens/``."""
    pages = _Pages(services)
    return [
        *sign_in_urls(services),
        path("", _guarded(services, pages.tokens), name="tokens"),
        path("<uuid:pat_id>/reissue/", _guarded(services, pages.reissue), name="tokens_reissue"),
        path("<uuid:pat_id>/revoke/", _guarded(services, pages.revoke), name="tokens_revoke"),
    ]


class _Pages:
    """One method a page; each asks one use case."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def tokens(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """The list, with the form for a new one."""
        form = self._create_form(caller, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            return self._create(request, caller, form)
        records = self._services.tokens.list(caller, now=self._services.now())
        context = {
            "caller": caller,
            "rows": [self._shown(caller, record) for record in records],
            "form": form,
            "form_id": new_form_id(request),
        }
        return render(request, "pages/tokens.html", context, status=422 if form.errors else 200)

    def _create_form(self, caller: Caller, data: Any) -> CreateForm:
        return CreateForm(
            data,
            max_seconds=self._services.max_pat_lifetime_seconds,
            company=reach_of_new(caller, read_only=True, access_global_metrics=False).company,
            grant=decide(caller, Permission.GRANT_GLOBAL_METRICS),
        )

    def _create(self, request: HttpRequest, caller: Caller, form: CreateForm) -> HttpResponse:
        if not use_form_id(request):
            return _sent_before(request)
        values = form.cleaned_data
        wanted = PatRequest(
            name=values["name"],
            read_only=values["read_only"],
            access_global_metrics=values.get("access_global_metrics", False),
            expires_in=timedelta(seconds=values["expires_in"]),
        )
        issued = self._services.tokens.create(caller, wanted, now=self._services.now())
        return self._shown_once(request, caller, issued)

    def reissue(self, request: HttpRequest, caller: Caller, pat_id: UUID) -> HttpResponse:
        """Say what will happen; on POST do it and show the new string."""
        record = self._services.tokens.read(caller, pat_id, now=self._services.now())
        form = ReissueForm(
            request.POST if request.method == "POST" else None,
            has_flag=record.access_global_metrics,
            grant=decide(caller, Permission.GRANT_GLOBAL_METRICS),
        )
        if request.method == "POST" and form.is_valid():
            if not use_form_id(request):
                return _sent_before(request)
            wanted = ReissueRequest(
                overlap=timedelta(seconds=form.cleaned_data["overlap_seconds"]),
                access_global_metrics=form.cleaned_data.get("access_global_metrics"),
            )
            issued = self._services.tokens.reissue(caller, pat_id, wanted, now=self._services.now())
            return self._shown_once(request, caller, issued)
        return self._confirm(request, caller, record, "pages/reissue.html", form=form)

    def revoke(self, request: HttpRequest, caller: Caller, pat_id: UUID) -> HttpResponse:
        """Say what will happen; on POST do it."""
        if request.method != "POST":
            now = self._services.now()
            record = self._services.tokens.read(caller, pat_id, now=now)
            heirs = self._services.tokens.count_heirs(caller, pat_id, now=now)
            return self._confirm(request, caller, record, "pages/revoke.html", heirs=heirs)
        revocation = self._services.tokens.revoke(caller, pat_id, now=self._services.now())
        messages.success(request, _revoked(revocation))
        return HttpResponseRedirect(reverse("tokens"))

    def _confirm(
        self, request: HttpRequest, caller: Caller, record: PatRecord, template: str, **more: Any
    ) -> HttpResponse:
        row = self._shown(caller, record)
        context = {"caller": caller, "row": row, "form_id": new_form_id(request), **more}
        return render(request, template, context)

    def _shown(self, caller: Caller, record: PatRecord) -> ShownToken:
        reach = self._services.reach.of_own(caller, record)
        return shown(record, reach, caller, now=self._services.now())

    def _shown_once(self, request: HttpRequest, caller: Caller, issued: IssuedPat) -> HttpResponse:
        """The answer to the POST itself: the token passes through no URL, cookie or session.

        Its reach is found without a query: nothing that can fail stands between it and its owner.
        """
        record = issued.record
        reach = reach_of_new(
            caller,
            read_only=record.read_only,
            access_global_metrics=record.access_global_metrics,
        )
        context = {
            "caller": caller,
            "row": shown(record, reach, caller, now=self._services.now()),
            "token": issued.token,
            "host": request.get_host(),
            "scheme": request.scheme,
        }
        return render(request, "pages/shown_once.html", context)


def _guarded(
    services: Services, page: Callable[Concatenate[HttpRequest, Caller, P], HttpResponse]
) -> View[P]:
    """A page for the person signed in; whoever is not, or not any more, is sent to sign in."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            caller = caller_at(request, services)
            return page(request, caller, *args, **kwargs)
        except TokenRejectedError:
            return HttpResponseRedirect(reverse("tokens_sign_in"))
        except RefusedError as exc:
            return _refused(request, caller, exc)

    return view


def _refused(request: HttpRequest, caller: Caller, exc: RefusedError) -> HttpResponse:
    """The reason; and when it is about the person, that it holds for their tokens as well."""
    context = {
        "caller": caller,
        "problem": exc.detail,
        "tokens_too": isinstance(decide(caller, Permission.READ_SELF), Refused),
        "may_go_back": isinstance(decide(caller, Permission.READ_TOKENS), Allowed),
    }
    return render(request, "pages/refused.html", context, status=STATUS[exc.reason])


def _revoked(revocation: Revocation) -> str:
    record, heirs = revocation.record, revocation.heirs
    also = f" {heirs} more that were made with it ended too." if heirs else ""
    return f"Revoked {record.name or record.id}. It works nowhere any more.{also}"


def _sent_before(request: HttpRequest) -> HttpResponse:
    messages.warning(request, "That form was sent already; nothing was made a second time.")
    return HttpResponseRedirect(reverse("tokens"))
