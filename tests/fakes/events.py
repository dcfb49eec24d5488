"""The account of events, overlaps, and anybody's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.callers.caller import Company, Membership, Standing, User
from domain.events.event import Event
from domain.people.rights import RightsChange
from domain.policy.rules import leads
from domain.tokens.record import PatRecord
from tests.fakes.people import user_facts
from tests.fakes.world import World


@dataclass(frozen=True)
class FakeRefusedUses:
    """``RefusedUses`` in memory: one a minute for one token, or for all sessions of one user."""

    world: World

    def note(self, event: Event) -> None:
        """Note it; no write of the request's, for the real one is written behind its back."""
        key = event.pat_id or event.user_id, event.at.replace(second=0, microsecond=0)
        if key not in self.world.refused_uses:
            self.world.refused_uses.add(key)
            self.world.events.append(event)


@dataclass(frozen=True)
class FakeOverlaps:
    """``Overlaps`` in memory."""

    world: World

    def end(self, pat_id: UUID, *, jti: str) -> bool:
        """The old string stops."""
        record = self.world.pats.get(pat_id)
        if record is None or record.jti != jti or record.overlap is None:
            return False
        self.world.writes.append("Overlaps.end")
        self.world.change_pat(pat_id, overlap=None)
        return True


@dataclass(frozen=True)
class FakePeople:
    """``People`` in memory."""

    world: World

    def standing(self, user_id: int, company_id: int | None) -> Standing | None:
        """The user and their place in the company, or None when there is no such user."""
        if user_id not in self.world.users:
            return None
        slug = None if company_id is None else self.world.companies.get(company_id)
        row = None if company_id is None else self.world.memberships.get((user_id, company_id))
        return Standing(
            user=user_facts(self.world, user_id),
            company_id=company_id,
            company=None if slug is None else Company(company_id, slug),
            membership=row and Membership(is_enabled=row.is_enabled, is_owner=row.is_owner),
        )


@dataclass(frozen=True)
class FakePeopleRecords:
    """``PeopleRecords`` in memory."""

    world: World

    def users(self, user_ids: Sequence[int]) -> list[User]:
        """The users with these ids, by id."""
        known = sorted(set(user_ids) & set(self.world.users))
        return [user_facts(self.world, user_id) for user_id in known]

    def leaders(self) -> list[int]:
        """The users who lead, by id."""
        return [user.id for user in self.users(list(self.world.users)) if leads(user)]

    def change(self, user_id: int, change: RightsChange) -> None:
        """Store what a user shall be."""
        self.world.writes.append("PeopleRecords.change")
        row = self.world.users[user_id]
        for name in change.names:
            setattr(row, "group_ids" if name == "groups" else name, getattr(change, name))

    def delete(self, user_ids: Sequence[int]) -> None:
        """Delete users."""
        self.world.writes.append("PeopleRecords.delete")
        for user_id in user_ids:
            self.world.remove_user(user_id)


@dataclass(frozen=True)
class FakeFirstRows:
    """``FirstRows`` in memory."""

    world: World

    def hold(self) -> None:
        """Nobody else is there."""

    def add_administrator(self, email: str) -> int:
        """Store an active superuser without a password; their id."""
        if email in {row.email for row in self.world.users.values()}:
            raise ValueError("email: somebody has it")
        self.world.writes.append("FirstRows.add_administrator")
        return self.world.add_user(email=email, is_staff=True, is_superuser=True, password=None)

    def add_company(self, *, name: str, slug: str) -> int:
        """Store a company; its id."""
        if slug in self.world.companies.values():
            raise ValueError("slug: it is taken")
        self.world.writes.append("FirstRows.add_company")
        return self.world.add_company(slug)


@dataclass(frozen=True)
class FakeTokenPopulation:
    """``TokenPopulation`` in memory."""

    world: World

    def count_unrevoked(self, *, user_id: int | None, company_id: int | None) -> int:
        """How many tokens of the user, of the company, or of both, are not revoked."""
        return len(self._unrevoked(user_id, company_id))

    def holders(self, *, company_id: int) -> list[int]:
        """The users who have tokens in the company that are not revoked, in order."""
        return sorted({record.user_id for record in self._unrevoked(None, company_id)})

    def unrevoked(self, *, user_id: int, company_id: int | None) -> list[PatRecord]:
        """The user's tokens that are not revoked, in the company or in all."""
        return sorted(self._unrevoked(user_id, company_id), key=lambda record: record.id)

    def _unrevoked(self, user_id: int | None, company_id: int | None) -> list[PatRecord]:
        return [
            record
            for record in self.world.pats.values()
            if record.revoked_at is None
            and user_id in {None, record.user_id}
            and company_id in {None, record.company_id}
        ]
