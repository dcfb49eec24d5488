"""The password again, before what an unwatched browser must not do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path

from adapters.pages.account_forms import ConfirmForm
from adapters.pages.browser import renew
from adapters.pages.guard import guarded, show
from adapters.pages.refusals import say, with_status
from adapters.pages.services import PageServices
from adapters.pages.sign_in import next_page
from domain.callers.caller import Caller
from domain.refusal import RefusedError
from domain.sessions.own import is_confirmed


def confirm_urls(services: PageServices) -> list[URLPattern]:
    """Build the route."""

    def page(request: HttpRequest, caller: Caller) -> HttpResponse:
        if is_confirmed(caller, now=services.now()):
            return HttpResponseRedirect(next_page(request))
        form = ConfirmForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return _form(request, caller, form, status=422 if form.is_bound else 200)
        try:
            services.account.confirm(caller, form.cleaned_data["password"], now=services.now())
        except RefusedError as exc:
            say(form, "password", exc)
            return with_status(_form(request, caller, form), exc, services)
        renew(request)
        return HttpResponseRedirect(next_page(request))

    return [path("confirm/", guarded(services, page), name="tokens_confirm")]


def _form(
    request: HttpRequest, caller: Caller, form: ConfirmForm, *, status: int = 200
) -> HttpResponse:
    return show(request, caller, "pages/confirm.html", status=status, form=form)
