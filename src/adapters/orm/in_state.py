"""``domain.tokens.state`` as conditions, for wherever many rows are asked at once."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from domain.tokens.state import State


def in_state(now: Any, *, of: str = "") -> dict[State, Q]:
    """The condition of each state, on tokens or on sessions. Each row is in exactly one.

    Args:
        now: the present, as a value or as an expression.
        of: the way to the rows from the model that is asked, such as ``personal_access_tokens``.
    """
    way = f"{of}__" if of else ""
    unrevoked = Q((f"{way}revoked_at__isnull", True))
    unexpired = unrevoked & Q((f"{way}expires_at__gt", now))
    present = Q((f"{way}generation", F(f"{way}user__generation")))
    return {
        State.ACTIVE: unexpired & present,
        State.EXPIRED: unrevoked & Q((f"{way}expires_at__lte", now)),
        State.REVOKED: Q((f"{way}revoked_at__isnull", False)),
        State.ENDED: unexpired & ~present,
    }
