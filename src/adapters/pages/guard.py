"""What stands before a page: a person who is signed in, and for some their password once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from adapters.pages.browser import caller_at
from adapters.pages.services import PageServices
from domain.callers.caller import Caller
from domain.policy import Allowed, Permission, Refused, decide
from domain.refusal import RefusedError
from domain.sessions.own import is_confirmed
from domain.tokens.rejection import TokenRejectedError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, Caller, P], HttpResponse]

_NOT_DONE = (
    "Nothing was done: your password is asked for first. Then do it again: choose and type once "
    "more, for what was sent is not kept."
)


def guarded(services: PageServices, page: Page[P]) -> View[P]:
    """A page for the person signed in; whoever is not, or not any more, is sent to sign in."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            caller = caller_at(request, services)
            return page(request, caller, *args, **kwargs)
        except TokenRejectedError:
            return redirect_to_login(request.get_full_path(), reverse("tokens_sign_in"))
        except RefusedError as exc:
            return _refused(request, caller, exc, services.status[exc.reason])

    return view


def confirmed(services: PageServices, page: Page[P]) -> View[P]:
    """The same for a page that writes: the person gave their password a moment ago."""

    def asked(
        request: HttpRequest, caller: Caller, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        to_confirm = ask_password(request, caller, services=services)
        return to_confirm or page(request, caller, *args, **kwargs)

    return guarded(services, asked)


def ask_password(
    request: HttpRequest, caller: Caller, *, services: PageServices
) -> HttpResponse | None:
    """The way to the page that asks for the password; None when it was given a moment ago.

    Both doors ask here: before a form is shown, so that nothing typed is lost, and again when it is
    sent.
    """
    if is_confirmed(caller, now=services.now()):
        return None
    if request.method == "POST":
        messages.warning(request, _NOT_DONE)
    return redirect_to_login(request.get_full_path(), reverse("tokens_confirm"))


def show(
    request: HttpRequest, caller: Caller, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page with the person's name on it, and the way to the other pages that are for them."""
    heading = {
        "caller": caller,
        "has_tokens": isinstance(decide(caller, Permission.READ_TOKENS), Allowed),
        "administers": isinstance(decide(caller, Permission.ADMINISTER), Allowed),
    }
    return render(request, template, {**heading, **context}, status=status)


def _refused(request: HttpRequest, caller: Caller, exc: RefusedError, status: int) -> HttpResponse:
    """The reason; and when it is about the person, that it holds for their tokens as well."""
    return show(
        request,
        caller,
        "pages/refused.html",
        status=status,
        problem=exc.detail,
        tokens_too=isinstance(decide(caller, Permission.READ_SELF), Refused),
    )
