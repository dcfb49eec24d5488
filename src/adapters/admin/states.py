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

from adapters.admin.base import TableAdmin
from adapters.orm.in_state import in_state
from adapters.orm.models import PersonalAccessToken, Session, User
from domain.tokens.state import State, state_of

SOON = timedelta(days=7)
"""How long before its end a token is said to expire soon."""


_ENDED = "ended with all of its user's credentials"


class Credential(Protocol):
    """A token's or a session's row, with its user."""

    revoked_at: datetime | None
    expires_at: datetime
    generation: int
    user: User


def state(row: Credential, *, now: datetime) -> State:
    """The domain's answer."""
    return state_of(row, row.user.generation, now=now)


def session_badge(row: Session, *, now: datetime) -> SafeString:
    """A session's state for people."""
    found = state(row, now=now)
    return _badge(found.value, _ENDED if found is State.ENDED else found.value)


def token_badge(row: PersonalAccessToken, *, now: datetime) -> SafeString:
    """A token's; it says what is needed, and when the end is near."""
    found = state(row, now=now)
    if found is State.ENDED:
        return _badge("ended", f"{_ENDED}: re-issue it")
    if found is State.ACTIVE and row.flags_changed_at is not None:
        return _badge("soon", "no string works: re-issue it")
    if found is State.ACTIVE and row.expires_at - now <= SOON:
        return _badge("soon", "expires soon")
    return _badge(found.value, found.value)


def _badge(name: str, words: str) -> SafeString:
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
        return {state.value: condition for state, condition in in_state(self.now).items()}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in the chosen state."""
        _ = request
        return queryset.filter(self.conditions().get(self.value() or "", Q()))


class TokenStateFilter(StateFilter):
    """Tokens also expire soon."""

    def conditions(self) -> dict[str, Q]:
        """The states, and those that somebody should look after."""
        states = super().conditions()
        soon = states[State.ACTIVE.value] & Q(expires_at__lte=self.now + SOON)
        return {**states, "expires within 7 days": soon}
