"""Signing in: passwords, memberships, the limiters and the activity log."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.callers.caller import Company, Membership, Standing, User
from domain.limits import KNOWN_FOR, Limit
from domain.sessions.ports import PasswordHolder
from tests.fakes.people import user_facts
from tests.fakes.world import World


@dataclass(frozen=True)
class FakePasswords:
    """``Passwords`` in memory. ``checked`` counts how often a password was looked at."""

    world: World
    checked: list[str] = field(default_factory=list)

    def check(self, email: str, password: str) -> PasswordHolder | None:
        """Return the active user with this e-mail address and password, else None."""
        address = email.strip().lower()
        self.checked.append(address)
        for row in self.world.users.values():
            may = row.is_active and not row.is_service_account
            if row.email == address and may and row.password == password:
                return PasswordHolder(user_facts(self.world, row.id), password)
        return None

    def still(self, holder: PasswordHolder) -> User | None:
        """Lock the user's row; the user, or None if they may not sign in any more."""
        self.world.locked.append(holder.user.id)
        row = self.world.users.get(holder.user.id)
        if row is None or not row.is_active or row.is_service_account:
            return None
        same = (row.password, row.generation) == (holder.mark, holder.user.generation)
        return user_facts(self.world, row.id) if same else None

    def fault(self, user_id: int, password: str) -> str | None:
        """Why this is no password for the user; None when it is good enough."""
        return None if len(password) > len(self.world.users[user_id].name) else "Too short."

    def change(self, user_id: int, password: str | None) -> None:
        """Set the password, or take it away."""
        self.world.writes.append("Passwords.change")
        self.world.users[user_id].password = password


@dataclass(frozen=True)
class FakeGenerations:
    """``Generations`` in memory."""

    world: World

    def raise_for(self, user_id: int, *, keep_session: UUID | None = None) -> None:
        """Add one: all sessions and tokens of the user end, but for the session to keep."""
        self.world.writes.append("Generations.raise_for")
        self.world.raise_generation(user_id)
        if keep_session is not None:
            generation = self.world.users[user_id].generation
            self.world.change_session(keep_session, generation=generation)


@dataclass(frozen=True)
class FakeMemberships:
    """``Memberships`` in memory."""

    world: World

    def of(self, user: User) -> list[Standing]:
        """The user's standing in each company that they have a membership of, by company id."""
        return [
            Standing(
                user,
                company_id,
                Company(company_id, self.world.companies[company_id]),
                Membership(is_enabled=row.is_enabled, is_owner=row.is_owner),
            )
            for (member, company_id), row in sorted(self.world.memberships.items())
            if member == user.id
        ]

    def company(self, company_id: int) -> Company | None:
        """The company, whoever asks."""
        slug = self.world.companies.get(company_id)
        return None if slug is None else Company(company_id, slug)


@dataclass
class _Bucket:
    started_at: datetime
    attempts: int = 0


@dataclass(frozen=True)
class FakeAttempts:
    """``Attempts`` in memory: fixed windows. ``forgiving`` lets everything through."""

    forgiving: bool = False
    buckets: dict[Limit, _Bucket] = field(default_factory=dict)

    def count(self, limits: Sequence[Limit], *, now: datetime) -> int | None:
        """Count an attempt against each limit. None lets it through; else the seconds to wait."""
        if self.forgiving:
            return None
        found = [(limit, self._bucket(limit, now)) for limit in limits]
        waits = [
            bucket.started_at + limit.window - now
            for limit, bucket in found
            if bucket.attempts >= limit.most
        ]
        if waits:
            return max(1, math.ceil(max(waits).total_seconds()))
        for _, bucket in found:
            bucket.attempts += 1
        return None

    def take_back(self, limits: Sequence[Limit], *, now: datetime) -> None:
        """Take one attempt back from each limit."""
        for limit in limits:
            bucket = self._bucket(limit, now)
            bucket.attempts = max(0, bucket.attempts - 1)

    def forget(self, subject: str) -> int:
        """Forget all attempts of a subject; how many limits had counted some."""
        of_subject = [limit for limit in self.buckets if limit.subject == subject]
        return sum(bool(self.buckets.pop(limit).attempts) for limit in of_subject)

    def _bucket(self, limit: Limit, now: datetime) -> _Bucket:
        bucket = self.buckets.get(limit)
        if bucket is None or abs(now - bucket.started_at) >= limit.window:
            bucket = self.buckets[limit] = _Bucket(now)
        return bucket


@dataclass(frozen=True)
class FakeKnownNetworks:
    """``KnownNetworks`` in memory."""

    world: World

    def is_known(self, account: str, network: str, *, now: datetime) -> bool:
        """Whether the account completed a sign-in from there within ``KNOWN_FOR``."""
        at = self.world.networks.get((account, network))
        return at is not None and now - at < KNOWN_FOR

    def remember(self, account: str, network: str, *, now: datetime) -> None:
        """A sign-in was completed."""
        self.world.writes.append("KnownNetworks.remember")
        self.world.networks[account, network] = now


@dataclass(frozen=True)
class FakeActivityLog:
    """``ActivityLog`` in memory: presence only moves on, logins only grow."""

    world: World

    def signed_in(self, *, user_id: int, company_id: int | None, at: datetime) -> None:
        """Count a successful sign-in with a password, and the presence it shows."""
        self.seen(user_id=user_id, company_id=company_id, at=at)
        if company_id is not None:
            self.world.writes.append("ActivityLog.signed_in")
            self.world.logins[company_id] = self.world.logins.get(company_id, 0) + 1

    def seen(self, *, user_id: int, company_id: int | None, at: datetime) -> None:
        """Note that the user was here. An earlier moment never replaces a later one."""
        self.world.writes.append("ActivityLog.seen")
        self.world.last_seen[user_id] = max(at, self.world.last_seen.get(user_id, at))
        if company_id is not None and (user_id, company_id) in self.world.memberships:
            key = user_id, company_id
            self.world.member_last_seen[key] = max(at, self.world.member_last_seen.get(key, at))
