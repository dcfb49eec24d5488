"""Records: what the database says about a token or a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class PatRecord:
    """A personal access token's row, without the token. Times are aware UTC.

    ``previous_jti`` is the string that a re-issue with overlap keeps alive until
    ``previous_expires_at`` or the first use of the new one, whichever is first.
    ``flags_changed_at`` says that no string was issued since the flags were changed.
    """

    id: UUID
    jti: str
    user_id: int
    company_id: int
    name: str
    read_only: bool
    access_global_metrics: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    previous_jti: str | None = None
    previous_expires_at: datetime | None = None
    flags_changed_at: datetime | None = None

    def overlaps(self, now: datetime) -> bool:
        """Whether an old string still lives beside the new one."""
        return (
            self.previous_jti is not None
            and self.previous_expires_at is not None
            and now < self.previous_expires_at
        )

    def answers_to(self, jti: str, *, now: datetime) -> bool:
        """Whether ``jti`` is the string's, or that of the old one in an overlap."""
        return jti == self.jti or (self.overlaps(now) and jti == self.previous_jti)


@dataclass(frozen=True)
class SessionRecord:
    """A session's row: the family of one refresh token after another."""

    id: UUID
    user_id: int
    company_id: int | None
    refresh_jti: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
