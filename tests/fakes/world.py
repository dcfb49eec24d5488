"""The world: users, companies, memberships, tokens and sessions, in dictionaries.

Build it with ``add_*``, change it with the other verbs, look at it with the plain attributes. The
fakes read and write the same world, and each write of a fake leaves its name in ``writes``; what
the builders do leaves none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from uuid import UUID

from domain.events.event import Event
from domain.tokens.record import Grant as LiveGrant
from domain.tokens.record import PatRecord, SessionRecord


@dataclass
class UserRow:
    """A user. ``password`` None: nobody can sign in with one."""

    id: int
    email: str
    name: str
    password: str | None
    is_active: bool
    is_staff: bool
    groups: tuple[str, ...] = ()
    is_superuser: bool = False
    is_service_account: bool = False
    generation: int = 0
    group_ids: frozenset[int] = frozenset()
    permissions: frozenset[int] = frozenset()


@dataclass
class MembershipRow:
    """A user's place in a company."""

    is_owner: bool
    is_enabled: bool


@dataclass(frozen=True)
class Grant:
    """Who gave a token the global flag, and when. ``by`` None: the user is gone."""

    by: int | None
    at: datetime


@dataclass
class World:
    """Everything the service remembers."""

    users: dict[int, UserRow] = field(default_factory=dict)
    companies: dict[int, str] = field(default_factory=dict)
    memberships: dict[tuple[int, int], MembershipRow] = field(default_factory=dict)
    pats: dict[UUID, PatRecord] = field(default_factory=dict)
    grants: dict[UUID, Grant] = field(default_factory=dict)
    sessions: dict[UUID, SessionRecord] = field(default_factory=dict)
    last_seen: dict[int, datetime] = field(default_factory=dict)
    member_last_seen: dict[tuple[int, int], datetime] = field(default_factory=dict)
    logins: dict[int, int] = field(default_factory=dict)
    networks: dict[tuple[str, str], datetime] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    refused_uses: set[object] = field(default_factory=set)
    locked: list[object] = field(default_factory=list)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def add_user(
        self,
        email: str = "",
        *,
        is_active: bool = True,
        is_staff: bool = False,
        name: str = "",
        password: str | None = None,
        groups: tuple[str, ...] = (),
        is_superuser: bool = False,
        is_service_account: bool = False,
    ) -> int:
        """Add a user and return the id; without an address one is made up."""
        user_id = next(self._ids)
        self.users[user_id] = UserRow(
            id=user_id,
            email=(email or f"user{user_id}@example.com").strip().lower(),
            name=name,
            password=password,
            is_active=is_active,
            is_staff=is_staff,
            groups=groups,
            is_superuser=is_superuser,
            is_service_account=is_service_account,
        )
        return user_id

    def add_company(self, slug: str = "") -> int:
        """Add a company and return the id; without a slug one is made up."""
        company_id = next(self._ids)
        self.companies[company_id] = slug or f"company-{company_id}"
        return company_id

    def add_membership(
        self, user_id: int, company_id: int, *, is_owner: bool = False, is_enabled: bool = True
    ) -> None:
        """Make a user a member, or an owner, of a company."""
        self.memberships[user_id, company_id] = MembershipRow(is_owner, is_enabled)

    def add_pat(self, record: PatRecord, *, granted_by: int | None = None) -> PatRecord:
        """Put a token's row there as it is; the grant is as old as the row."""
        self.pats[record.id] = record
        if granted_by is not None:
            self.grants[record.id] = Grant(granted_by, record.created_at)
        return record

    def add_session(self, record: SessionRecord) -> SessionRecord:
        """Put a session's row there as it is."""
        self.sessions[record.id] = record
        return record

    def set_active(self, user_id: int, *, is_active: bool) -> None:
        """Activate or deactivate a user."""
        self.users[user_id].is_active = is_active

    def raise_generation(self, user_id: int) -> None:
        """End every session and token of a user."""
        self.users[user_id].generation += 1

    def set_staff(self, user_id: int, *, is_staff: bool) -> None:
        """Promote a user to staff, or demote them."""
        self.users[user_id].is_staff = is_staff

    def set_membership(
        self,
        user_id: int,
        company_id: int,
        *,
        is_enabled: bool | None = None,
        is_owner: bool | None = None,
    ) -> None:
        """Change what is given of a membership."""
        row = self.memberships[user_id, company_id]
        row.is_enabled = row.is_enabled if is_enabled is None else is_enabled
        row.is_owner = row.is_owner if is_owner is None else is_owner

    def remove_membership(self, user_id: int, company_id: int) -> None:
        """Take a user out of a company."""
        del self.memberships[user_id, company_id]

    def remove_company(self, company_id: int) -> None:
        """Remove a company with its memberships; tokens and sessions outlive it."""
        del self.companies[company_id]
        self.logins.pop(company_id, None)
        for key in [key for key in self.memberships if key[1] == company_id]:
            self._forget_membership(key)

    def remove_user(self, user_id: int) -> None:
        """Remove a user with all that is theirs; grants they gave stay, given by nobody."""
        del self.users[user_id]
        self.last_seen.pop(user_id, None)
        for key in [key for key in self.memberships if key[0] == user_id]:
            self._forget_membership(key)
        self.pats = {k: v for k, v in self.pats.items() if v.user_id != user_id}
        self.sessions = {k: v for k, v in self.sessions.items() if v.user_id != user_id}
        for pat_id, grant in self.grants.items():
            if grant.by == user_id:
                self.grants[pat_id] = replace(grant, by=None)

    def pat(self, pat_id: UUID) -> PatRecord | None:
        """A token's row with its grant as it is now."""
        record, grant = self.pats.get(pat_id), self.grants.get(pat_id)
        if record is None or grant is None:
            return record
        giver = self.users.get(grant.by) if grant.by is not None else None
        is_live = giver is not None and giver.is_active and giver.is_staff
        return replace(record, grant=LiveGrant(grant.by, grant.at, is_live=is_live))

    def put_pat(self, record: PatRecord) -> None:
        """Put a token's row there, and what is kept of its grant."""
        self.pats[record.id] = replace(record, grant=None)
        self.grants.pop(record.id, None)
        if record.grant is not None:
            self.grants[record.id] = Grant(record.grant.giver, record.grant.at)

    def change_pat(self, pat_id: UUID, **columns: object) -> PatRecord:
        """Change columns of a token's row, as an administrator might."""
        self.pats[pat_id] = replace(self.pats[pat_id], **columns)  # type: ignore[arg-type]
        return self.pats[pat_id]

    def change_session(self, session_id: UUID, **columns: object) -> SessionRecord:
        """Change columns of a session's row."""
        self.sessions[session_id] = replace(self.sessions[session_id], **columns)  # type: ignore[arg-type]
        return self.sessions[session_id]

    def _forget_membership(self, key: tuple[int, int]) -> None:
        del self.memberships[key]
        self.member_last_seen.pop(key, None)
