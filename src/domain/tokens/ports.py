"""What the token use cases need from the outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.events.event import Event
from domain.policy.decision import Refused
from domain.tokens.changes import Plan
from domain.tokens.claims import Payload
from domain.tokens.issuing import Profile
from domain.tokens.record import PatRecord, SessionRecord


class TokenCodec(Protocol):
    """Signs payloads and verifies tokens. It adds and checks ``iss`` and ``aud``."""

    def sign(self, payload: dict[str, Any]) -> str:
        """Return the compact JWT of the payload, signed with the active key."""
        ...

    def verify(self, token: str) -> Payload:
        """Return the payload of a token signed by one of our keys, for us.

        Raises:
            TokenRejectedError: for anything else; the database is never asked.
        """
        ...


class TokenRecords(Protocol):
    """The rows of personal access tokens."""

    def list_for(self, *, user_id: int, company_id: int) -> list[PatRecord]:
        """All rows, newest first."""
        ...

    def find(self, pat_id: UUID, *, user_id: int, company_id: int) -> PatRecord | None:
        """The row, or None when it is not there or not theirs."""
        ...

    def add(
        self,
        record: PatRecord,
        *,
        granted_by: int | None,
        live_limit: int,
        now: datetime,
        events: Sequence[Event] = (),
    ) -> bool:
        """Store a new row; False, with nothing stored, at ``live_limit`` live rows already.

        ``granted_by`` is the staff user who gave the global flag, with ``now`` as its time. Two
        callers at once never pass the limit together. The events are stored with the row, or
        neither is.
        """
        ...

    def change(self, pat_id: UUID, plan: Plan, *, now: datetime) -> PatRecord | Refused | None:
        """Lock the row, ask the plan, and store what it says, its events with it.

        Returns:
            The row as it is now; the plan's refusal, with nothing stored; None without a row.
        """
        ...

    def revoke(
        self,
        pat_id: UUID,
        *,
        user_id: int,
        company_id: int,
        now: datetime,
        events: Sequence[Event] = (),
    ) -> PatRecord | None:
        """Revoke, keeping the first revocation's time; the row, or None when not theirs.

        The events are stored with the first revocation, and with no other.
        """
        ...


class TokenPopulation(Protocol):
    """The rows of many users and companies, for administrators."""

    def count_unrevoked(self, *, user_id: int | None, company_id: int | None) -> int:
        """How many tokens of the user, of the company, or of both, are not revoked."""
        ...

    def revoke_unrevoked(
        self,
        *,
        user_id: int | None,
        company_id: int | None,
        now: datetime,
        event_of: Callable[[PatRecord], Event],
    ) -> int:
        """Revoke them, each with its event, in batches; how many were revoked now."""
        ...


class Overlaps(Protocol):
    """Where the overlap of a re-issued PAT's two strings ends."""

    def end(self, pat_id: UUID, *, jti: str, event: Event) -> None:
        """The new string, ``jti``, is in use: the old one stops, before this returns.

        The event is stored by the one caller that ends the overlap. Nothing happens when the row
        has another string by now.
        """
        ...


class IssueLimiter(Protocol):
    """Counts the tokens that are made, over all workers and hosts."""

    def attempt(self, *, user_id: int, now: datetime) -> int | None:
        """Count a creation or re-issue. None lets it through; else the whole seconds to wait."""
        ...


class SessionRecords(Protocol):
    """The rows of sessions."""

    def add(self, record: SessionRecord) -> None:
        """Store a new session."""
        ...

    def rotate(
        self, session_id: UUID, *, spent_jti: str, new_jti: str, expires_at: datetime
    ) -> bool:
        """Spend a refresh token: True for the one caller that does so first on a live session."""
        ...

    def revoke(self, session_id: UUID, *, now: datetime, events: Sequence[Event] = ()) -> None:
        """End the session, keeping the first end's time; the events are stored with that one."""
        ...


class Profiles(Protocol):
    """What to write about a user into a token."""

    def profile(self, user_id: int, company_id: int | None) -> Profile:
        """The user's profile as seen in the company. The user exists."""
        ...


class LastUse(Protocol):
    """Where the last successful use of a PAT is noted."""

    def note(self, pat_id: UUID, *, at: datetime) -> None:
        """Note a use. It never waits, never fails, and never changes anything else of the row."""
        ...
