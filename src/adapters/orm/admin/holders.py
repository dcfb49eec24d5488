"""Revoking all tokens of a user or of a company, from its page, with the number first."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from adapters.orm.admin.actor import administrator
from adapters.orm.admin.base import M, TableAdmin
from adapters.orm.admin.confirming import asks_password_first
from adapters.orm.admin.links import page


class HoldsTokens(TableAdmin[M]):
    """Rows that have tokens. It takes the permission to revoke tokens, and to see the row."""

    change_form_template = "admin/shellui/holder/change_form.html"
    holds_as: ClassVar[str]
    """What the use case calls the row's id."""

    def get_urls(self) -> list[URLPattern]:
        """The row's page for its tokens' end, before Django's."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_revoke_tokens"
        view = self.admin_site.admin_view(self.revoke_tokens_view)
        return [path("<path:object_id>/revoke-tokens/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the button to those who may press it."""
        context["can_revoke_tokens"] = _may_revoke(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def revoke_tokens_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, with the number; on POST revoke them."""
        row = self.get_object(request, unquote(object_id))
        if not (self.has_view_permission(request, row) and _may_revoke(request)):
            raise PermissionDenied
        if row is None:
            raise Http404
        back = page(self.model, "change", row.pk)
        if request.method != "POST":
            return self._ask_about_tokens(request, row, back=back)
        self._revoke_tokens(request, row)
        return HttpResponseRedirect(back)

    def _revoke_tokens(self, request: HttpRequest, row: M) -> None:
        held = {self.holds_as: row.pk}
        count = self.site.tokens.revoke_all(administrator(request), **held, now=self.now())
        if not count:
            self.message_user(request, "There was nothing to revoke.", messages.WARNING)
            return
        words = f"{_tokens(count)} revoked."
        self.log_change(request, row, words)
        self.message_user(request, words, messages.SUCCESS)

    @asks_password_first
    def _ask_about_tokens(self, request: HttpRequest, row: M, *, back: str) -> HttpResponse:
        count = self.site.tokens.count_unrevoked(**{self.holds_as: row.pk})
        context = {
            **self.admin_site.each_context(request),
            "title": f"Revoke {_tokens(count)} of {row}?",
            "opts": self.opts,
            "media": self.media,
            "original": row,
            "count": count,
            "back": back,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/shellui/holder/revoke_tokens.html", context)


def _may_revoke(request: HttpRequest) -> bool:
    return request.user.has_perm("shellui.revoke_personalaccesstoken")


def _tokens(count: int) -> str:
    return f"{count:,} personal access token{'' if count == 1 else 's'}"
