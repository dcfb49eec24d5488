"""The admin site: ShellUI's name, and what its pages need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from adapters.orm.admin.passwords import OwnPasswordForm
from domain.administer_tokens import AdministerTokens
from domain.token_reach import TokenReach


class ShellUIAdminSite(AdminSite):
    """Made by ``build.build_admin_site`` with what its pages need.

    Attributes:
        now: the clock.
        tokens: what is done to anybody's tokens.
        reach: what a token reaches.
    """

    site_header = "ShellUI"
    site_title = "ShellUI"
    index_title = "Users, companies and tokens"
    site_url = "/api/docs/"

    def __init__(
        self, *, now: Callable[[], datetime], tokens: AdministerTokens, reach: TokenReach
    ) -> None:
        super().__init__(name="admin")
        self.now = now
        self.tokens = tokens
        self.reach = reach

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Change one's own password: Django's page, our form."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)  # type: ignore[return-value]  # it is a template's, or a redirect
