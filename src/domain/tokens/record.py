"""Records: what the database says about a token or a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Maker:
    """The credential that made a token's string: a PAT, a session, or the shell (neither).

    ``ends_at``: the string may not end later. None: the maker sets no end.
    """

    pat_id: UUID | None = None
    session_id: UUID | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class PatRecord:
    """A personal access token's row, without the token. Times are aware UTC.

    ``previous_jti`` is the string that a re-issue with overlap keeps alive until
    ``previous_expires_at`` or the first use of the new one, whichever is first.
    ``flags_changed_at`` says that no string was issued since the flags were changed.
    ``generation`` is the user's when the present string was made (see ``User``).
    ``made_by_pat`` or ``made_by_session`` is the credential that made the present string, and
    ``previous_made_by_pat`` the token that made the previous one: what a token makes ends with it.
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
    generation: int = 0
    made_by_pat: UUID | None = None
    made_by_session: UUID | None = None
    previous_made_by_pat: UUID | None = None

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
class SpentToken:
    """The direct parent of the live refresh token.

    Attributes:
        digest: what is kept of it.
        at: when it was first spent.
        answer_ends_at: when the access token of that first answer ends.
    """

    digest: str
    at: datetime
    answer_ends_at: datetime


@dataclass(frozen=True)
class RefreshState:
    """Where a session's chain of refresh tokens stands. It holds digests, never a token.

    Attributes:
        family: of the part that all tokens of the session share.
        live: of the one token that is good.
        spent: its parent; None before the first refresh.
    """

    family: str
    live: str
    spent: SpentToken | None = None


@dataclass(frozen=True)
class SessionRecord:
    """A session's row. Times are aware UTC.

    ``generation`` is the user's when the session began. ``confirmed_at`` is when the password was
    last given in it. ``network`` is the one it was last used from. ``refresh`` is None in a row of
    an older release: its refresh tokens are no good any more.
    """

    id: UUID
    user_id: int
    company_id: int | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    generation: int = 0
    last_used_at: datetime | None = None
    confirmed_at: datetime | None = None
    network: str = ""
    refresh: RefreshState | None = field(default=None, repr=False)
