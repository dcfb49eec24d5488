"""A made-up platform of any size: the same numbers give the same rows, on any database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.demo.bulk import Row
from adapters.orm.models import Membership

DAYS = 60
"""How far back the last activity lies."""
_MIX = 2_654_435_761
"""Knuth's multiplier: neighbouring numbers get far-apart ones."""
_NAMESPACE = uuid.UUID("b9b1c1f0-5d3f-4a57-9e60-7a3c0f0c5a11")
_UNUSABLE_PASSWORD = "!"  # noqa: S105 - nobody can sign in with it


@dataclass(frozen=True)
class World:
    """Companies of one size: every user is in one, and every fifth in a second one.

    User n belongs to company ``(n - 1) % companies + 1``, so user n owns company n. The first user
    is staff, too. Token n is company n's, of its owner; token 1 has the global flag.
    """

    companies: int
    users: int
    tokens: int
    now: datetime

    def __post_init__(self) -> None:
        if not 0 < self.companies <= self.users:
            raise ValueError("there have to be companies, and a user at least for each")

    @property
    def memberships(self) -> int:
        """How many there are."""
        return self.users + (self.users // 5 if self.companies > 1 else 0)

    def company_rows(self) -> Iterator[Row]:
        """Id, slug, name."""
        for n in range(1, self.companies + 1):
            yield n, f"company-{n:05}", f"Company {n}"

    def user_rows(self) -> Iterator[Row]:
        """Id, password, email, name, is_active, is_staff, date_joined."""
        joined = _stored(self.now - timedelta(days=400))
        for n in range(1, self.users + 1):
            active, staff = n <= self.companies or n % 50 != 0, n == 1 or n % 10_000 == 1
            email = f"user{n}@world.example"
            yield n, _UNUSABLE_PASSWORD, email, f"User {n}", active, staff, joined

    def membership_rows(self) -> Iterator[Row]:
        """Id, user, company, role, is_enabled, last_seen_at."""
        for n in range(1, self.users + 1):
            yield self._membership(n, n, (n - 1) % self.companies + 1)
        if self.companies > 1:
            for k, n in enumerate(range(5, self.users + 1, 5), start=1):
                yield self._membership(self.users + k, n, n % self.companies + 1)

    def _membership(self, key: int, user: int, company: int) -> Row:
        owns = key == company
        role = Membership.Role.OWNER if owns else Membership.Role.MEMBER
        return key, user, company, str(role), owns or key % 20 != 0, self._seen(key)

    def activity_rows(self) -> Iterator[Row]:
        """User, last_seen_at: at the first membership's moment."""
        for n in range(1, self.users + 1):
            seen = self._seen(n)
            if seen is not None:
                yield n, seen

    def social_account_rows(self) -> Iterator[Row]:
        """Id, user, provider, uid."""
        for k, n in enumerate(range(3, self.users + 1, 3), start=1):
            yield k, n, ("google", "github")[k % 2], str(n)

    def tally_rows(self) -> Iterator[Row]:
        """Id, company, provider, successes."""
        for n in range(1, self.companies + 1):
            yield 2 * n - 1, n, "email", n * 37 % 5000
            yield 2 * n, n, "google", n * 11 % 900

    def token_rows(self) -> Iterator[Row]:
        """The columns of ``TOKEN_COLUMNS``: of ten, one is expired and one revoked."""
        created = self.now - timedelta(days=30)
        for n in range(1, self.tokens + 1):
            owner = (n - 1) % self.companies + 1
            expires = self.now + timedelta(days=-1 if n % 10 == 9 else 1 + n % 60)  # noqa: PLR2004
            revoked = _stored(self.now - timedelta(hours=1)) if n % 10 == 0 else None
            grant = (1, _stored(created)) if n == 1 else (None, None)
            identity = (token_id(n).hex, str(token_id(-n)), owner, owner, f"token {n}")
            times = (_stored(created), _stored(expires), revoked)
            yield (*identity, n % 2 == 1, n == 1, *grant, *times)

    def _seen(self, key: int) -> str | None:
        mixed = key * _MIX % 2**32
        if mixed % 5 == 0:
            return None
        return _stored(self.now - timedelta(seconds=mixed % (DAYS * 86_400)))


TOKEN_COLUMNS = (
    "id",
    "jti",
    "user",
    "company",
    "name",
    "read_only",
    "access_global_metrics",
    "granted_by",
    "granted_at",
    "created_at",
    "expires_at",
    "revoked_at",
)


def token_id(n: int) -> uuid.UUID:
    """The id of token n."""
    return uuid.uuid5(_NAMESPACE, str(n))


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
