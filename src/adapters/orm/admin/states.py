"""Whether a token or a session lives: as a badge, and as a filter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from adapters.orm.admin.base import TableAdmin

SOON = timedelta(days=7)
"""How long before its end a token is said to expire soon."""


class Ends(Protocol):
    """A row that expires, and can be revoked."""

    expires_at: datetime
    revoked_at: datetime | None


def state(row: Ends, *, now: datetime) -> str:
    """``active``, ``expired`` or ``revoked``."""
    if row.revoked_at is not None:
        return "revoked"
    return "active" if now < row.expires_at else "expired"


def badge(
    row: Ends, *, now: datetime, soon: timedelta = timedelta(0), needed: str = ""
) -> SafeString:
    """The state for people; it says what is needed, or with ``soon`` when the end is that near."""
    name = words = state(row, now=now)
    if name == "active" and needed:
        name, words = "soon", needed
    elif name == "active" and row.expires_at - now <= soon:
        name, words = "soon", "expires soon"
    return format_html('<span class="state state-{}">{}</span>', name, words)


class StateFilter(admin.SimpleListFilter):
    """By state; the conditions are the indexes'."""

    title = "state"
    parameter_name = "state"

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Any],
        model_admin: TableAdmin[Any],
    ) -> None:
        self.now = model_admin.now()
        super().__init__(request, params, model, model_admin)

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Iterable[tuple[str, str]]:
        """The states to choose from."""
        _ = (request, model_admin)
        return [(name, name) for name in self.conditions()]

    def conditions(self) -> dict[str, Q]:
        """What each state means."""
        alive = Q(revoked_at__isnull=True)
        return {
            "active": alive & Q(expires_at__gt=self.now),
            "expired": alive & Q(expires_at__lte=self.now),
            "revoked": Q(revoked_at__isnull=False),
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in the chosen state."""
        _ = request
        return queryset.filter(self.conditions().get(self.value() or "", Q()))


class TokenStateFilter(StateFilter):
    """Tokens also expire soon."""

    def conditions(self) -> dict[str, Q]:
        """The states, and those that somebody should look after."""
        near = Q(expires_at__gt=self.now, expires_at__lte=self.now + SOON)
        soon = Q(revoked_at__isnull=True) & near
        return {**super().conditions(), "expires within 7 days": soon}
