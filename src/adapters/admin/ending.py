"""Ending all sessions and tokens of a user at once, with the numbers first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from adapters.admin.actor import administrator, signed_in
from adapters.admin.asking import Question
from adapters.admin.holders import HoldsTokens
from adapters.admin.links import counted
from adapters.orm.models import User

_AFTERWARDS = (
    "They sign in again, and a re-issue gives a token a new string. What is under way makes no "
    "session and no token any more."
)
_YOU_TOO = "These are your own: you sign in again afterwards."
_ENDED = "All sessions and tokens of this user have ended."


class EndsCredentials(HoldsTokens[User]):
    """It takes the permissions to revoke sessions and to revoke tokens, and to see the user."""

    def get_urls(self) -> list[URLPattern]:
        """The user's page for the end of all, before Django's."""
        return [self.ask_url("end_all", self.end_all_view), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the button to those who may press it."""
        context["can_end_all"] = _may_end(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def end_all_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, with the numbers; on POST end them."""
        return self.answer(
            request,
            object_id,
            may=_may_end(request),
            question=lambda user: self._about_all(request, user),
            act=lambda user: self._end_all(request, user),
        )

    def _about_all(self, request: HttpRequest, user: User) -> Question:
        live = self.site.credentials.live(user.pk, now=self.now())
        sessions, tokens = counted(live.sessions, "session"), counted(live.tokens, "token")
        says = [f"What works now, {sessions} and {tokens}, stops at once, everywhere.", _AFTERWARDS]
        if user == signed_in(request):
            says.append(_YOU_TOO)
        title = f"End all sessions and tokens of {user}?"
        return Question(title, tuple(says), button="End them")

    def _end_all(self, request: HttpRequest, user: User) -> None:
        self.site.credentials.end_everything(administrator(request), user.pk, now=self.now())
        self.log_change(request, user, _ENDED)
        self.message_user(request, _ENDED, messages.SUCCESS)


def _may_end(request: HttpRequest) -> bool:
    names = ("shellui.revoke_session", "shellui.revoke_personalaccesstoken")
    return request.user.has_perms(names)
