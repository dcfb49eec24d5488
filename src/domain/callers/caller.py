"""Who asks: what the database says of them at this very request, and what they came with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ..events.event import SOMEWHERE, Actor, Origin
from ..instant import aware
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
class InPerson:
    """They came themselves, with a session: nothing is taken from what they may do."""


@dataclass(frozen=True, kw_only=True)
class PatRights:
    """They came with a personal access token, which may do less than its user.

    ``grant_is_live``: whoever gave the global flag may still scrape every company themselves.
    """

    read_only: bool
    access_global_metrics: bool
    grant_is_live: bool


@dataclass(frozen=True)
class Shell:
    """The system's own shell. Whoever has it could change every row anyway."""


@dataclass(frozen=True)
class Standing:
    """What holds, now, of somebody in a company, and what they came with. The policy judges it.

    ``company_id`` is what their credential names (None: no company); ``company`` is that company
    when it still exists.

    Raises:
        ValueError: the parts contradict each other.
        TypeError: ``credential`` is none.
    """

    user: User
    company_id: int | None = None
    company: Company | None = None
    membership: Membership | None = None
    credential: InPerson | PatRights = InPerson()

    def __post_init__(self) -> None:
        if not isinstance(self.credential, InPerson | PatRights):
            raise TypeError(f"{self.credential!r} is no credential")
        if self.company is not None and self.company.id != self.company_id:
            raise ValueError(f"company {self.company.id} is not company_id {self.company_id}")
        has_company = self.membership is not None or isinstance(self.credential, PatRights)
        if has_company and self.company_id is None:
            raise ValueError("a membership and a personal access token are of a company")

    @property
    def is_owner(self) -> bool:
        """An owner with an enabled membership."""
        return self.is_member and self.membership is not None and self.membership.is_owner

    @property
    def is_member(self) -> bool:
        """A member with an enabled membership."""
        return self.membership is not None and self.membership.is_enabled


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
