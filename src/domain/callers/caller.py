"""Who asks: what the database says of them at this very request, and what they came with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ..events.event import SOMEWHERE, Actor, Origin
from ..instant import aware
from ..policy.standing import (
    Company,
    InPerson,
    Membership,
    PatRights,
    Shell,
    Standing,
    User,
)
from ..tokens.record import Maker

__all__ = [
    "Caller",
    "Company",
    "Credential",
    "InPerson",
    "Membership",
    "PatCredential",
    "PatRights",
    "SessionCredential",
    "Shell",
    "Standing",
    "User",
]


@dataclass(frozen=True)
class SessionCredential(InPerson):
    """The caller came with a session: by its access token, or by a browser that keeps its id.

    ``confirmed_at`` is when the password was last given in it.
    """

    session_id: UUID
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class PatCredential(PatRights):
    """The caller came with a personal access token.

    ``ends_at``: when the token ends by its own expiry. What it makes ends no later.
    ``supersedes``: this is the first use of a re-issued string: the one it replaces dies with it.
    """

    pat_id: UUID
    jti: str
    ends_at: datetime
    supersedes: bool = False


Credential = SessionCredential | PatCredential


@dataclass(frozen=True)
class Caller(Standing):
    """A good token's bearer.

    ``token_expires_at`` is the expiry of the very token used. ``origin`` is where the request came
    from.

    Raises:
        ValueError: the parts contradict each other, or a time names no zone.
        TypeError: ``credential`` is none that somebody can come with.
    """

    credential: Credential = field(kw_only=True)
    token_expires_at: datetime = field(kw_only=True)
    origin: Origin = SOMEWHERE

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.credential, SessionCredential | PatCredential):
            raise TypeError(f"nobody comes with {self.credential!r}")
        end = aware(self.token_expires_at)
        if isinstance(self.credential, PatCredential) and end > aware(self.credential.ends_at):
            raise ValueError("a string of a token outlives the token")

    @classmethod
    def of(
        cls,
        standing: Standing,
        credential: Credential,
        *,
        token_expires_at: datetime,
        origin: Origin = SOMEWHERE,
    ) -> Caller:
        """Whoever has this standing and came, from ``origin``, with this credential."""
        return cls(
            standing.user,
            standing.company_id,
            standing.company,
            standing.membership,
            origin,
            credential=credential,
            token_expires_at=token_expires_at,
        )

    @property
    def actor(self) -> Actor:
        """The caller and their credential, as the account of events names them."""
        maker = self.maker
        return Actor(
            self.user.id,
            self.user.email,
            self.origin,
            pat_id=maker.pat_id,
            session_id=maker.session_id,
        )

    @property
    def maker(self) -> Maker:
        """The caller's credential, as the maker of a token's string."""
        match self.credential:
            case PatCredential(pat_id=pat_id, ends_at=ends_at):
                return Maker(pat_id=pat_id, ends_at=ends_at)
            case SessionCredential(session_id=session_id):
                return Maker(session_id=session_id)
