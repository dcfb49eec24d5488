"""The caller: what the database says, at this very request, about who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events.event import SOMEWHERE, Actor, Origin


@dataclass(frozen=True)
class User:
    """The user's live row."""

    id: int
    email: str
    name: str
    is_active: bool
    is_staff: bool


@dataclass(frozen=True)
class Membership:
    """The user's live membership of the token's company."""

    is_enabled: bool
    is_owner: bool


@dataclass(frozen=True)
class Company:
    """The token's company, alive."""

    id: int
    slug: str


@dataclass(frozen=True)
class SessionCredential:
    """The caller came with a session's access token."""

    session_id: UUID


@dataclass(frozen=True)
class PatCredential:
    """The caller came with a personal access token.

    ``grant_is_live``: the global flag's granting user exists, is active and is staff, now.
    """

    pat_id: UUID
    jti: str
    read_only: bool
    access_global_metrics: bool
    grant_is_live: bool
    supersedes: bool = False
    """The first use of a re-issued string: the one it replaces has to die with it."""


@dataclass(frozen=True)
class Caller:
    """A good token's bearer.

    ``company_id`` is what the token names (None: no company); ``company`` is that company when it
    still exists. ``token_expires_at`` is the expiry of the very token used. ``origin`` is where the
    request came from.
    """

    user: User
    company_id: int | None
    company: Company | None
    membership: Membership | None
    credential: SessionCredential | PatCredential
    token_expires_at: datetime
    origin: Origin = SOMEWHERE

    @property
    def actor(self) -> Actor:
        """The caller as the account of events names them."""
        return Actor(self.user.id, self.user.email, self.origin)

    @property
    def is_owner(self) -> bool:
        """An owner with an enabled membership."""
        return (
            self.membership is not None and self.membership.is_enabled and self.membership.is_owner
        )

    @property
    def is_member(self) -> bool:
        """A member with an enabled membership."""
        return self.membership is not None and self.membership.is_enabled
