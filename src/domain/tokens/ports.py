"""What the token use cases need from the outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from ..policy.decision import Refused
from .changes import PatChange, Plan
from .claims import Payload
from .issuing import Profile
from .listing import Place
from .record import PatRecord


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

    def list_for(
        self, *, user_id: int, company_id: int, most: int, after: Place | None = None
    ) -> list[PatRecord]:
        """At most so many rows, newest first, behind a place in that order."""
        ...

    def find(self, pat_id: UUID, *, user_id: int, company_id: int) -> PatRecord | None:
        """The row, or None when it is not there or not theirs."""
        ...

    def add(self, record: PatRecord, *, live_limit: int, now: datetime) -> bool:
        """Store a new row; False, with nothing stored, at ``live_limit`` live rows already.

        Two callers at once never pass the limit together.
        """
        ...

    def forget_ended(self, *, user_id: int, company_id: int, kept: int, now: datetime) -> None:
        """Delete the rows that ended first, until so many ended ones are left."""
        ...

    def change(self, pat_id: UUID, plan: Plan, *, now: datetime) -> PatChange | Refused | None:
        """Lock the row, ask the plan, and store what it says.

        Returns:
            What was stored; the plan's refusal, with nothing stored; None without a row.
        """
        ...

    def made_with(self, pat_ids: Sequence[UUID]) -> list[PatRecord]:
        """The rows whose present string was made with one of these tokens, revoked ones too."""
        ...

    def revoke(self, pat_ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
        """Revoke rows, keeping a first revocation's time; those that were revoked now.

        An overlapping string that one of them made stops as well, whichever row it is of.
        """
        ...


class Creations(Protocol):
    """What was created of late."""

    def latest(self, nth: int, *, user_id: int) -> datetime | None:
        """When the user's nth token, counted back, was created, by any door but the shell.

        None where there were fewer. Whether its row is still there does not matter.
        """
        ...


class TokenPopulation(Protocol):
    """The rows of many users and companies, for administrators."""

    def count_unrevoked(self, *, user_id: int | None, company_id: int | None) -> int:
        """How many tokens of the user, of the company, or of both, are not revoked."""
        ...

    def holders(self, *, company_id: int) -> list[int]:
        """The users who have tokens in the company that are not revoked, in order."""
        ...

    def unrevoked(self, *, user_id: int, company_id: int | None) -> list[PatRecord]:
        """The user's tokens that are not revoked, in the company or in all."""
        ...


class Overlaps(Protocol):
    """Where the overlap of a re-issued PAT's two strings ends."""

    def end(self, pat_id: UUID, *, jti: str) -> bool:
        """The new string, ``jti``, is in use: the old one stops, before this returns.

        True for the one caller that ends the overlap. Nothing happens when the row has another
        string by now.
        """
        ...


class Profiles(Protocol):
    """What to write about a user into a token."""

    def profile(self, user_id: int, company_id: int | None) -> Profile:
        """The user's profile as seen in the company.

        Raises:
            TokenRejectedError: the user was deleted since the caller was read.
        """
        ...


class LastUse(Protocol):
    """Where the last successful use of a credential is noted.

    It never waits, never fails, and never changes anything else of the row.
    """

    def note(self, pat_id: UUID, *, at: datetime) -> None:
        """Note the use of a PAT, right to one second."""
        ...

    def note_session(self, session_id: UUID, *, at: datetime) -> None:
        """Note the use of a session, right to one minute."""
        ...
