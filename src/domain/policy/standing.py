"""What the policy judges: the live facts about somebody in a company, and what they came with."""

from __future__ import annotations

from dataclasses import dataclass


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
