"""The caller: what the database says, at this very request, about who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..events.event import SOMEWHERE, Actor, Origin
from ..tokens.record import Maker


@dataclass(frozen=True)
class User:
    """The user's live row.

    ``generation`` counts how often all of the user's credentials were ended at once: a credential
    of another generation is no good. A service account signs in nowhere; it only has tokens.
    """

    id: int
    email: str
    name: str
    is_active: bool
    is_staff: bool
    is_superuser: bool = False
    is_service_account: bool = False
    generation: int = 0


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
    """The caller came with a session: by its access token, or by a browser that keeps its id.

    ``confirmed_at`` is when the password was last given in it.
    """

    session_id: UUID
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class PatCredential:
    """The caller came with a personal access token.

    ``grant_is_live``: the global flag's granting user exists, is active and is staff, now.
    ``ends_at``: when the token ends by its own expiry. What it makes ends no later.
    """

    pat_id: UUID
    jti: str
    read_only: bool
    access_global_metrics: bool
    grant_is_live: bool
    ends_at: datetime
    supersedes: bool = False
    """The first use of a re-issued string: the one it replaces has to die with it."""


Credential = SessionCredential | PatCredential


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
    credential: Credential
    token_expires_at: datetime
    origin: Origin = SOMEWHERE

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
