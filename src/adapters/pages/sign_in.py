"""Signing in to the pages and to the admin, and out of both."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import RedirectView

from adapters.pages.browser import origin_at, sign_in, sign_out
from adapters.pages.forms import CompanyChoiceForm, SignInForm
from adapters.pages.refusals import with_status
from adapters.pages.services import PageServices
from domain.refusal import RefusedError
from domain.sessions.sign_in import Credentials
from domain.tokens.rejection import TokenRejectedError


def sign_in_urls(services: PageServices) -> list[URLPattern]:
    """Build the routes."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def sign_in_page(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return _form(request, SignInForm())
        form = SignInForm(request.POST)
        if not form.is_valid():
            return _form(request, form, status=422)
        try:
            sign_in(request, services, _credentials(request, form))
        except RefusedError as exc:
            return _refused(request, form, exc, services)
        except TokenRejectedError as exc:  # it ended before it had begun
            return _form(request, form, status=401, problem=exc.rejection.sentence)
        return HttpResponseRedirect(next_page(request))

    return [
        path("sign-in/", sign_in_page, name="tokens_sign_in"),
        path("sign-out/", _sign_out_page(services), name="tokens_sign_out"),
    ]


def admin_sign_in_urls(services: PageServices) -> list[URLPattern]:
    """The admin's addresses of the same pages. They stand before its own ones."""
    to_sign_in = RedirectView.as_view(pattern_name="tokens_sign_in", query_string=True)
    to_password = RedirectView.as_view(pattern_name="tokens_password")
    return [
        path("login/", never_cache(to_sign_in)),
        path("logout/", _sign_out_page(services)),
        path("password_change/", never_cache(to_password)),
        path("password_change/done/", never_cache(to_password)),
    ]


def next_page(request: HttpRequest) -> str:
    """The page of ours that ``next`` in the address names; else the tokens."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("tokens")


def _sign_out_page(services: PageServices) -> Callable[[HttpRequest], HttpResponse]:
    @never_cache
    @require_POST
    def page(request: HttpRequest) -> HttpResponse:
        sign_out(request, services)
        return HttpResponseRedirect(reverse("tokens_sign_in"))

    return page


def _credentials(request: HttpRequest, form: SignInForm) -> Credentials:
    return Credentials(
        email=form.cleaned_data["email"],
        password=form.cleaned_data["password"],
        company_id=form.cleaned_data["company_id"],
        origin=origin_at(request),
    )


def _refused(
    request: HttpRequest, form: SignInForm, exc: RefusedError, services: PageServices
) -> HttpResponse:
    """The form again, with the reason, and the choices when there are some."""
    if exc.choices:
        form = CompanyChoiceForm(choices=exc.choices, initial={"email": form.cleaned_data["email"]})
    return with_status(_form(request, form, problem=exc.detail), exc, services)


def _form(
    request: HttpRequest, form: SignInForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {"form": form, "problem": problem}
    return render(request, "pages/sign_in.html", context, status=status)
