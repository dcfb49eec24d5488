"""The pages: list, create, re-issue and revoke one's own tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, include, path, reverse

from adapters.pages.account import account_urls
from adapters.pages.confirm import confirm_urls
from adapters.pages.forms import CreateForm, ReissueForm
from adapters.pages.guard import confirmed, guarded, show
from adapters.pages.once import new_form_id, use_form_id
from adapters.pages.rows import ShownToken, shown
from adapters.pages.services import PageServices
from adapters.pages.sign_in import sign_in_urls
from domain.callers.caller import Caller
from domain.manage_tokens import IssuedPat, PatRequest, ReissueRequest
from domain.policy import Permission, Refused, decide, reach_of_new
from domain.refusal import RefusedError
from domain.tokens.listing import Place
from domain.tokens.record import PatRecord
from domain.tokens.revoking import Revocation


def token_pages(services: PageServices) -> list[URLPattern | URLResolver]:
    """Build the routes under ``/tokens/``."""
    pages = _Pages(services)
    return [
        *sign_in_urls(services),
        *confirm_urls(services),
        path("account/", include(account_urls(services))),
        path("", guarded(services, pages.tokens), name="tokens"),
        path("new/", confirmed(services, pages.new), name="tokens_new"),
        path("<uuid:pat_id>/reissue/", confirmed(services, pages.reissue), name="tokens_reissue"),
        path("<uuid:pat_id>/revoke/", confirmed(services, pages.revoke), name="tokens_revoke"),
    ]


_ON_A_PAGE = 50


class _Pages:
    """One method a page; each asks one use case."""

    def __init__(self, services: PageServices) -> None:
        self._services = services

    def tokens(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """The list, in pages."""
        after = _place(request.GET.get("after", ""))
        page = self._services.tokens.list(
            caller, most=_ON_A_PAGE, after=after, now=self._services.now()
        )
        rows = [self._shown(caller, record) for record in page.records]
        return show(request, caller, "pages/tokens.html", rows=rows, older=page.next, after=after)

    def new(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """The form for a new one; on POST make it and show its string."""
        may = decide(caller, Permission.WRITE_TOKENS)
        if isinstance(may, Refused):
            raise RefusedError(may.reason)
        form = self._create_form(caller, request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._create(request, caller, form)
        status, form_id = 422 if form.is_bound else 200, new_form_id(request)
        return show(request, caller, "pages/new.html", status=status, form=form, form_id=form_id)

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
        row, form_id = self._shown(caller, record), new_form_id(request)
        return show(request, caller, template, row=row, form_id=form_id, **more)

    def _shown(self, caller: Caller, record: PatRecord) -> ShownToken:
        return shown(record, caller, now=self._services.now())

    def _shown_once(self, request: HttpRequest, caller: Caller, issued: IssuedPat) -> HttpResponse:
        """The answer to the POST itself: the token passes through no URL, cookie or session."""
        return show(
            request,
            caller,
            "pages/shown_once.html",
            row=shown(issued.record, caller, now=self._services.now()),
            token=issued.token,
        )


def _revoked(revocation: Revocation) -> str:
    record, heirs = revocation.record, revocation.heirs
    also = f" {heirs} more that were made with it ended too." if heirs else ""
    return f"Revoked {record.name or record.id}. It works nowhere any more.{also}"


def _place(text: str) -> Place | None:
    """Where the page begins; what is no place is the first page's."""
    try:
        return Place.read(text)
    except ValueError:
        return None


def _sent_before(request: HttpRequest) -> HttpResponse:
    messages.warning(request, "That form was sent already; nothing was made a second time.")
    return HttpResponseRedirect(reverse("tokens"))
