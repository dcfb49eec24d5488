"""A row's grant of the global flag, as the domain has it."""

from __future__ import annotations

from datetime import datetime

from adapters.orm.models import PersonalAccessToken
from domain.tokens.record import Grant


def grant(
    giver: int | None, at: datetime | None, *, is_active: bool | None, is_staff: bool | None
) -> Grant | None:
    """The grant of a giver who is this now: it lives while the policy lets them give it."""
    if giver is None and at is None:
        return None
    return Grant(giver, at, is_live=bool(is_active and is_staff))


def grant_of(row: PersonalAccessToken) -> Grant | None:
    """The grant of a row whose giver was read."""
    giver, at = row.granted_by, row.granted_at
    if giver is None:
        return grant(None, at, is_active=None, is_staff=None)
    return grant(giver.pk, at, is_active=giver.is_active, is_staff=giver.is_staff)
