"""Whether a credential lives: the one place that says so, of tokens and of sessions alike."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Protocol

from ..instant import aware


class State(Enum):
    """How a credential's row stands. ``ENDED``: with all of its user's credentials."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ENDED = "ended"


class Credential(Protocol):
    """A row that expires, can be revoked, and keeps its user's generation (see ``User``)."""

    @property
    def revoked_at(self) -> datetime | None:
        """When it was revoked."""
        ...

    @property
    def expires_at(self) -> datetime:
        """When it expires."""
        ...

    @property
    def generation(self) -> int:
        """The user's, when its present string was made."""
        ...


def state_of(row: Credential, generation: int, *, now: datetime) -> State:
    """How a row stands whose user is of this generation. The order is that of the reasons.

    Whether the user is active, and whether flags wait for a re-issue, is not asked here: see
    ``validation.pat_end``.
    """
    aware(now)
    if row.revoked_at is not None:
        return State.REVOKED
    if now >= row.expires_at:
        return State.EXPIRED
    return State.ACTIVE if row.generation == generation else State.ENDED
