"""Live facts about people: who is behind a token, and what a token says about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.callers.caller import Company, Membership, Standing, User
from domain.callers.ports import PatFacts, SessionFacts
from domain.tokens.issuing import Profile
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.fakes.world import World


@dataclass(frozen=True)
class FakeCallerDirectory:
    """``CallerDirectory`` in memory. ``asked`` holds every id that was looked up."""

    world: World
    asked: list[UUID] = field(default_factory=list)

    def pat_facts(self, pat_id: UUID) -> PatFacts | None:
        """The facts behind a PAT, or None when there is no such row."""
        self.asked.append(pat_id)
        record = self.world.pat(pat_id)
        if record is None:
            return None
        return PatFacts(
            record=record,
            standing=self._standing(record.user_id, record.company_id),
        )

    def session_facts(self, session_id: UUID) -> SessionFacts | None:
        """The facts behind a session, or None when there is no such row."""
        self.asked.append(session_id)
        record = self.world.sessions.get(session_id)
        if record is None:
            return None
        return SessionFacts(record, self._standing(record.user_id, record.company_id))

    def _standing(self, user_id: int, company_id: int | None) -> Standing:
        if company_id is None or company_id not in self.world.companies:
            return Standing(user_facts(self.world, user_id), company_id)
        row = self.world.memberships.get((user_id, company_id))
        return Standing(
            user=user_facts(self.world, user_id),
            company_id=company_id,
            company=Company(company_id, self.world.companies[company_id]),
            membership=row and Membership(is_enabled=row.is_enabled, is_owner=row.is_owner),
        )


@dataclass(frozen=True)
class FakeProfiles:
    """``Profiles`` in memory."""

    world: World

    def profile(self, user_id: int, company_id: int | None) -> Profile:
        """The user's profile as seen in the company."""
        user = self.world.users.get(user_id)
        if user is None:
            raise TokenRejectedError(Rejection.UNKNOWN)
        row = None if company_id is None else self.world.memberships.get((user_id, company_id))
        return Profile(
            email=user.email,
            name=user.name,
            full_name=user.name,
            is_staff=user.is_staff,
            is_company_owner=row is not None and row.is_owner and row.is_enabled,
            groups=tuple(sorted(user.groups)),
        )


def user_facts(world: World, user_id: int) -> User:
    """A user's row as the domain sees it."""
    row = world.users[user_id]
    return User(
        row.id,
        row.email,
        row.name,
        is_active=row.is_active,
        is_staff=row.is_staff,
        is_superuser=row.is_superuser,
        is_service_account=row.is_service_account,
        generation=row.generation,
    )
