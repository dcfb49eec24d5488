"""Signing in: passwords, memberships, the limiters and the activity log."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.callers.caller import Membership, User
from domain.refusal import CompanyChoice
from domain.sessions.ports import CompanyMembership, PasswordHolder
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

    def of(self, user_id: int) -> list[CompanyMembership]:
        """All memberships of the user, by company id."""
        return [
            CompanyMembership(
                CompanyChoice(company_id, self.world.companies[company_id]),
                Membership(is_enabled=row.is_enabled, is_owner=row.is_owner),
            )
            for (member, company_id), row in sorted(self.world.memberships.items())
            if member == user_id
        ]

    def company(self, company_id: int) -> CompanyChoice | None:
        """The company, whoever asks."""
        slug = self.world.companies.get(company_id)
        return None if slug is None else CompanyChoice(company_id, slug)


@dataclass
class _Bucket:
    started_at: datetime
    attempts: int = 0


@dataclass(frozen=True)
class FakeSignInLimiter:
    """``SignInLimiter`` in memory: fixed windows, for each account and for each address."""

    per_account: int = 10
    per_address: int = 100
    window: timedelta = timedelta(minutes=15)
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def attempt(self, *, email: str, address: str, now: datetime) -> int | None:
        """Count an attempt. None lets it through; else the whole seconds to wait."""
        limits = self._limits(email, address)
        buckets = {key: self._bucket(key, now) for key in limits}
        waits = [
            bucket.started_at + self.window - now
            for key, bucket in buckets.items()
            if bucket.attempts >= limits[key]
        ]
        if waits:
            return max(1, math.ceil(max(waits).total_seconds()))
        for bucket in buckets.values():
            bucket.attempts += 1
        return None

    def succeeded(self, *, email: str, address: str, now: datetime) -> None:
        """Take the attempt back: a right password is no attack."""
        for key in self._limits(email, address):
            bucket = self._bucket(key, now)
            bucket.attempts = max(0, bucket.attempts - 1)

    def _limits(self, email: str, address: str) -> dict[str, int]:
        account = f"account {email.strip().lower()}"
        return {account: self.per_account, f"address {address}": self.per_address}

    def _bucket(self, key: str, now: datetime) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None or bucket.started_at + self.window <= now:
            bucket = self._buckets[key] = _Bucket(now)
        return bucket


@dataclass(frozen=True)
class FakeIssueLimiter:
    """``IssueLimiter`` in memory: a fixed window for each user."""

    per_user: int = 120
    window: timedelta = timedelta(minutes=1)
    _buckets: dict[int, _Bucket] = field(default_factory=dict)

    def attempt(self, *, user_id: int, now: datetime) -> int | None:
        """Count one. None lets it through; else the whole seconds to wait."""
        bucket = self._buckets.get(user_id)
        if bucket is None or abs(now - bucket.started_at) >= self.window:
            bucket = self._buckets[user_id] = _Bucket(now)
        if bucket.attempts >= self.per_user:
            return max(1, math.ceil((bucket.started_at + self.window - now).total_seconds()))
        bucket.attempts += 1
        return None


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
