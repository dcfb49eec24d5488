"""What the session use cases need from the outside, besides the tokens' own ports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.callers.caller import Membership, User
from domain.refusal import CompanyChoice


@dataclass(frozen=True)
class CompanyMembership:
    """A user's membership, with its company."""

    company: CompanyChoice
    membership: Membership


class PasswordCheck(Protocol):
    """Checks credentials, in the same time whether the user exists or not."""

    def check(self, email: str, password: str) -> User | None:
        """Return the active user with this e-mail address and password, else None."""
        ...


class Memberships(Protocol):
    """Which companies a user may sign in to."""

    def of(self, user_id: int) -> list[CompanyMembership]:
        """All memberships of the user, by company id."""
        ...

    def company(self, company_id: int) -> CompanyChoice | None:
        """The company, whoever asks."""
        ...


class SignInLimiter(Protocol):
    """Counts attempts, over all workers and hosts."""

    def attempt(self, *, email: str, address: str, now: datetime) -> int | None:
        """Count an attempt. None lets it through; else the whole seconds to wait."""
        ...

    def succeeded(self, *, email: str, address: str, now: datetime) -> None:
        """Take the attempt back: a right password is no attack."""
        ...


class ActivityLog(Protocol):
    """Where sign-ins and presence are counted."""

    def signed_in(self, *, user_id: int, company_id: int | None, at: datetime) -> None:
        """Count a successful sign-in with a password, and the presence it shows."""
        ...

    def seen(self, *, user_id: int, company_id: int | None, at: datetime) -> None:
        """Note that the user was here."""
        ...
