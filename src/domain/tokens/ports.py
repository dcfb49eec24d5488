"""What the token use cases need from the outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

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
    """The rows of personal access tokens, always seen as one user's in one company."""

    def list_for(self, *, user_id: int, company_id: int) -> list[PatRecord]:
        """All rows, newest first."""
        ...

    def find(self, pat_id: UUID, *, user_id: int, company_id: int) -> PatRecord | None:
        """The row, or None when it is not there or not theirs."""
        ...

    def add(
        self, record: PatRecord, *, granted_by: int | None, live_limit: int, now: datetime
    ) -> bool:
        """Store a new row; False, with nothing stored, at ``live_limit`` live rows already.

        ``granted_by`` is the staff user who gave the global flag, with ``now`` as its time. Two
        callers at once never pass the limit together.
        """
        ...

    def revoke(
        self, pat_id: UUID, *, user_id: int, company_id: int, now: datetime
    ) -> PatRecord | None:
        """Revoke, keeping the first revocation's time; the row, or None when not theirs."""
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

    def revoke(self, session_id: UUID, *, now: datetime) -> None:
        """End the session, keeping the first end's time."""
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
