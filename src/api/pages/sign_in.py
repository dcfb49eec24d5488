"""Signing in to the pages, and out."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from api.errors import STATUS
from api.pages.browser import caller_at, forget, origin_at, sign_in
from api.pages.forms import CompanyChoiceForm, SignInForm
from api.services import Services
from domain.refusal import RefusedError
from domain.sessions.sign_in import Credentials
from domain.tokens.rejection import TokenRejectedError


def sign_in_urls(services: Services) -> list[URLPattern]:
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
            return _refused(request, form, exc)
        except TokenRejectedError as exc:  # it ended before it had begun
            return _form(request, form, status=401, problem=exc.rejection.sentence)
        return HttpResponseRedirect(reverse("tokens"))

    @never_cache
    @require_POST
    def sign_out_page(request: HttpRequest) -> HttpResponse:
        with suppress(RefusedError, TokenRejectedError):  # nothing was left to end
            services.sign_out(caller_at(request, services), now=services.now())
        forget(request)
        return HttpResponseRedirect(reverse("tokens_sign_in"))

    return [
        path("sign-in/", sign_in_page, name="tokens_sign_in"),
        path("sign-out/", sign_out_page, name="tokens_sign_out"),
    ]


def _credentials(request: HttpRequest, form: SignInForm) -> Credentials:
    return Credentials(
        email=form.cleaned_data["email"],
        password=form.cleaned_data["password"],
        company_id=form.cleaned_data["company_id"],
        origin=origin_at(request),
    )


def _refused(request: HttpRequest, form: SignInForm, exc: RefusedError) -> HttpResponse:
    """The form again, with the reason, and the choices when there are some."""
    if exc.choices:
        form = CompanyChoiceForm(choices=exc.choices, initial={"email": form.cleaned_data["email"]})
    response = _form(request, form, status=STATUS[exc.reason], problem=exc.detail)
    if exc.retry_after is not None:
        response["Retry-After"] = str(exc.retry_after)
    return response


def _form(
    request: HttpRequest, form: SignInForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {"form": form, "problem": problem}
    return render(request, "pages/sign_in.html", context, status=status)
