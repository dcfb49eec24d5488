"""Revoking all tokens of a user or of a company, from its page, with the number first."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from adapters.admin.actor import administrator
from adapters.admin.asking import AsksFirst, Question
from adapters.admin.base import M
from adapters.admin.links import counted

_TOKEN = "personal access token"  # noqa: S105 - what it is called
_ALL_STOP = (
    "All of them stop at once, everywhere, the expired ones included. This cannot be undone. "
    "Tokens made until you confirm go with them; should it stop half-way, do it again."
)


class HoldsTokens(AsksFirst[M]):
    """Rows that have tokens. It takes the permission to revoke tokens, and to see the row."""

    change_form_template = "admin/shellui/holder/change_form.html"
    holds_as: ClassVar[str]
    """What the use case calls the row's id."""

    def get_urls(self) -> list[URLPattern]:
        """The row's page for its tokens' end, before Django's."""
        return [self.ask_url("revoke_tokens", self.revoke_tokens_view), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the button to those who may press it."""
        context["can_revoke_tokens"] = _may_revoke(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def revoke_tokens_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, with the number; on POST revoke them."""
        return self.answer(
            request,
            object_id,
            may=_may_revoke(request),
            question=self._about_tokens,
            act=lambda row: self._revoke_tokens(request, row),
        )

    def _about_tokens(self, row: M) -> Question:
        count = self.site.tokens.count_unrevoked(**{self.holds_as: row.pk})
        title = f"Revoke {counted(count, _TOKEN)} of {row}?"
        if not count:
            return Question(title, ("There is none that is not revoked already.",))
        return Question(title, (_ALL_STOP,), button="Revoke them")

    def _revoke_tokens(self, request: HttpRequest, row: M) -> None:
        held = {self.holds_as: row.pk}
        count = self.site.tokens.revoke_all(administrator(request), **held, now=self.now())
        if not count:
            self.message_user(request, "There was nothing to revoke.", messages.WARNING)
            return
        words = f"{counted(count, _TOKEN)} revoked."
        self.log_change(request, row, words)
        self.message_user(request, words, messages.SUCCESS)


def _may_revoke(request: HttpRequest) -> bool:
    return request.user.has_perm("shellui.revoke_personalaccesstoken")
