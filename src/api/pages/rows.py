"""A token's row as the pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.tokens.record import PatRecord

SOON = timedelta(days=7)


@dataclass(frozen=True)
class ShownToken:
    """A record and what a person wants to know of it at a glance."""

    record: PatRecord
    state: str
    expires_soon: bool

    @property
    def title(self) -> str:
        """Its name, or its id."""
        return self.record.name or str(self.record.id)

    @property
    def is_revoked(self) -> bool:
        """Whether it is past every help."""
        return self.record.revoked_at is not None


def shown(record: PatRecord, *, now: datetime) -> ShownToken:
    """Judge a record at ``now``."""
    state = "active" if now < record.expires_at else "expired"
    if record.revoked_at is not None:
        state = "revoked"
    soon = state == "active" and record.expires_at - now <= SOON
    return ShownToken(record, state, soon)
