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
