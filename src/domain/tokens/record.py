"""Records: what the database says about a token or a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ..instant import aware
from ..policy.standing import PatRights
from .state import State, state_of


@dataclass(frozen=True)
class Maker:
    """The credential that made a token's string: a PAT, a session, or the shell (neither).

    ``ends_at``: the string may not end later. None: the maker sets no end.
    """

    pat_id: UUID | None = None
    session_id: UUID | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Grant:
    """Somebody's word for the global flag.

    Attributes:
        giver: the user who gave it; None when they are gone.
        at: when.
        is_live: whether they may still give it: they are active staff, now.
    """

    giver: int | None
    at: datetime | None
    is_live: bool


@dataclass(frozen=True)
class Overlap:
    """The string that a re-issue keeps alive until the first use of the new one.

    Attributes:
        jti: the old string's.
        until: when it stops in any case.
        made_by_pat: the token that made it: what a token makes ends with it.
    """

    jti: str
    until: datetime
    made_by_pat: UUID | None = None


@dataclass(frozen=True)
class PatRecord:
    """A personal access token's row, without the token. Times are aware UTC.

    ``flags_changed_at`` says that no string was issued since the flags were changed.
    ``generation`` is the user's when the present string was made (see ``User``).
    ``made_by_pat`` or ``made_by_session`` is the credential that made the present string.
    ``overlap`` is an older string that may live on, ``grant`` the word for the global flag.

    Raises:
        ValueError: a time names no zone.
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
    flags_changed_at: datetime | None = None
    generation: int = 0
    made_by_pat: UUID | None = None
    made_by_session: UUID | None = None
    overlap: Overlap | None = None
    grant: Grant | None = None

    def __post_init__(self) -> None:
        aware(self.created_at)
        aware(self.expires_at)

    @property
    def grant_is_live(self) -> bool:
        """Whether somebody answers for the global flag."""
        return self.grant is not None and self.grant.is_live

    @property
    def rights(self) -> PatRights:
        """What it leaves of its user's rights."""
        return PatRights(
            read_only=self.read_only,
            access_global_metrics=self.access_global_metrics,
            grant_is_live=self.grant_is_live,
        )

    def state(self, generation: int, *, now: datetime) -> State:
        """How it stands, its user being of this generation."""
        return state_of(self, generation, now=now)

    def live_overlap(self, now: datetime) -> Overlap | None:
        """The overlap, while its old string lives beside the new one."""
        return self.overlap if self.overlap is not None and now < self.overlap.until else None

    def answers_to(self, jti: str, *, now: datetime) -> bool:
        """Whether ``jti`` is the string's, or that of the old one in an overlap."""
        overlap = self.live_overlap(now)
        return jti == self.jti or (overlap is not None and jti == overlap.jti)


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

    def __post_init__(self) -> None:
        aware(self.created_at)
        aware(self.expires_at)

    def state(self, generation: int, *, now: datetime) -> State:
        """How it stands, its user being of this generation."""
        return state_of(self, generation, now=now)
