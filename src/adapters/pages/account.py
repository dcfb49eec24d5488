"""A person's own sessions and password."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from adapters.pages.account_forms import PasswordForm
from adapters.pages.browser import renew, sign_out
from adapters.pages.guard import confirmed, guarded, show
from adapters.pages.refusals import say, with_status
from adapters.pages.services import PageServices
from domain.callers.caller import Caller
from domain.refusal import RefusalReason, RefusedError


def account_urls(services: PageServices) -> list[URLPattern]:
    """Build the routes under ``/tokens/account/``."""
    pages = _Account(services)
    return [
        path("", guarded(services, pages.sessions), name="tokens_account"),
        path("password/", guarded(services, pages.password), name="tokens_password"),
        path("end/", confirmed(services, pages.end_others), name="tokens_end_others"),
        path("end/<uuid:session_id>/", confirmed(services, pages.end), name="tokens_end"),
        path("end-everything/", confirmed(services, pages.end_all), name="tokens_end_everything"),
    ]


@dataclass(frozen=True)
class _Account:
    """One method a page; each asks one use case."""

    services: PageServices

    def sessions(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """Where the person is signed in."""
        rows = self.services.account.sessions(caller, now=self.services.now())
        this = caller.maker.session_id
        return show(request, caller, "pages/account.html", rows=rows, this=this)

    def end(self, request: HttpRequest, caller: Caller, session_id: UUID) -> HttpResponse:
        """Ask; on POST end one session."""
        if request.method != "POST":
            rows = self.services.account.sessions(caller, now=self.services.now())
            row = next((row for row in rows if row.id == session_id), None)
            if row is None:
                raise RefusedError(RefusalReason.SESSION_NOT_FOUND)
            return show(request, caller, "pages/end.html", row=row)
        self.services.account.end_session(caller, session_id, now=self.services.now())
        messages.success(request, "That session has ended.")
        return HttpResponseRedirect(reverse("tokens_account"))

    def end_others(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """Ask; on POST end every session but this one."""
        if request.method != "POST":
            rows = self.services.account.sessions(caller, now=self.services.now())
            return show(request, caller, "pages/end_others.html", count=len(rows) - 1)
        count = self.services.account.end_other_sessions(caller, now=self.services.now())
        messages.success(request, f"Other sessions ended: {count}.")
        return HttpResponseRedirect(reverse("tokens_account"))

    def end_all(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """Ask, with the number of tokens; on POST end all sessions and all tokens."""
        if request.method != "POST":
            count = self.services.account.count_tokens(caller, now=self.services.now())
            return show(request, caller, "pages/end_everything.html", count=count)
        self.services.account.end_everything(caller, now=self.services.now())
        sign_out(request, self.services)
        return HttpResponseRedirect(reverse("tokens_sign_in"))

    def password(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """The form; on POST change the password. The form has the present one: nobody else asks."""
        form = PasswordForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return _password(request, caller, form, status=422 if form.is_bound else 200)
        try:
            self._change(caller, form)
        except RefusedError as exc:
            _say(form, exc)
            return with_status(_password(request, caller, form), exc, self.services)
        renew(request)
        messages.success(request, _changed(ended_tokens=form.cleaned_data["end_tokens"]))
        return HttpResponseRedirect(reverse("tokens_account"))

    def _change(self, caller: Caller, form: PasswordForm) -> None:
        values = form.cleaned_data
        self.services.account.change_password(
            caller,
            values["old"],
            values["new"],
            end_tokens=values["end_tokens"],
            now=self.services.now(),
        )


def _password(
    request: HttpRequest, caller: Caller, form: PasswordForm, *, status: int = 200
) -> HttpResponse:
    return show(request, caller, "pages/password.html", status=status, form=form)


def _say(form: PasswordForm, exc: RefusedError) -> None:
    if exc.reason is RefusalReason.PASSWORD_REFUSED:
        form.add_error("new", exc.detail)
    else:
        say(form, "old", exc)


def _changed(*, ended_tokens: bool) -> str:
    also = " All your tokens have ended." if ended_tokens else " Your tokens go on."
    return f"Your password is changed. Your other sessions have ended.{also}"
