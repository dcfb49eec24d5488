"""A user's row as the domain has it."""

from __future__ import annotations

from adapters.orm.models import User
from domain.callers.caller import User as UserFacts

USER_COLUMNS = (
    "id",
    "email",
    "name",
    "is_active",
    "is_staff",
    "is_superuser",
    "is_service_account",
    "generation",
)
"""``domain.callers.caller.User``, column by column."""


def user_facts(row: User) -> UserFacts:
    """What the domain knows of a user whose row was read."""
    return UserFacts(*(getattr(row, name) for name in USER_COLUMNS))
