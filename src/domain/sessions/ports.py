"""What the session use cases need from the outside, besides the tokens' own ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..callers.caller import Company, Standing, User
from ..tokens.record import SessionRecord


@dataclass(frozen=True)
class PasswordHolder:
    """A user whose password was right. ``mark`` tells that password from a later one."""

    user: User
    mark: str


class Passwords(Protocol):
    """Checks and changes passwords."""

    def check(self, email: str, password: str) -> PasswordHolder | None:
        """Return the active user with this e-mail address and password, else None.

        It takes the same time whether the user exists or not.
        """
        ...

    def still(self, holder: PasswordHolder) -> User | None:
        """Lock the user's row; the user as they are now, or None if they may not sign in any more.

        That is so when the password is another one, or all credentials were ended, since ``check``.
        """
        ...

    def fault(self, user_id: int, password: str) -> str | None:
        """Why this is no password for the user, in a sentence; None when it is good enough."""
        ...

    def change(self, user_id: int, password: str | None) -> None:
        """Set the password; None takes it away, and none is right then. Nothing is ended by it."""
        ...


class Memberships(Protocol):
    """Which companies a user may sign in to."""

    def of(self, user: User) -> list[Standing]:
        """The user's standing in each company that they have a membership of, by company id."""
        ...

    def company(self, company_id: int) -> Company | None:
        """The company, whoever asks."""
        ...


class ActivityLog(Protocol):
    """Where sign-ins and presence are counted."""

    def signed_in(self, *, user_id: int, company_id: int | None, at: datetime) -> None:
        """Count a successful sign-in with a password, and the presence it shows."""
        ...

    def seen(self, *, user_id: int, company_id: int | None, at: datetime) -> None:
        """Note that the user was here."""
        ...


class SessionRecords(Protocol):
    """The rows of sessions. Each call is part of the caller's transaction."""

    def add(self, record: SessionRecord) -> None:
        """Store a new session."""
        ...

    def lock_family(self, family: str) -> UUID | None:
        """Lock the session with this family of refresh tokens, its user first; its id."""
        ...

    def renew(self, record: SessionRecord) -> None:
        """Store the row's chain of refresh tokens, its end, and its last use."""
        ...

    def confirm(self, session_id: UUID, *, now: datetime) -> None:
        """Store that the password was given in the session."""
        ...

    def find(self, session_ids: Sequence[UUID]) -> list[SessionRecord]:
        """The sessions with these ids, by id, whoever's they are."""
        ...

    def live_of(self, user_id: int, *, now: datetime) -> list[SessionRecord]:
        """The user's live sessions of the present generation, newest first."""
        ...

    def revoke(self, session_ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
        """End sessions, keeping a first end's time; those that ended now."""
        ...


class Generations(Protocol):
    """The number that every credential of a user has to share with the user."""

    def raise_for(self, user_id: int, *, keep_session: UUID | None = None) -> None:
        """Add one: all sessions and tokens of the user end, but for the session to keep."""
        ...
