"""Where live facts about a token's bearer come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ..tokens.record import PatRecord, SessionRecord
from .caller import Credential, Standing


@dataclass(frozen=True)
class PatFacts:
    """A PAT's row with its user's standing."""

    record: PatRecord
    standing: Standing


@dataclass(frozen=True)
class SessionFacts:
    """A session's row with its user's standing."""

    record: SessionRecord
    standing: Standing


class CallerDirectory(Protocol):
    """Reads all facts of one authentication at once: one query, whatever the token."""

    def pat_facts(self, pat_id: UUID) -> PatFacts | None:
        """The facts behind a PAT, or None when there is no such row."""
        ...

    def session_facts(self, session_id: UUID) -> SessionFacts | None:
        """The facts behind a session, or None when there is no such row."""
        ...


class CallerLocks(Protocol):
    """Holds rows until the transaction ends. Lock order: users by id, then the credential."""

    def lock(self, user_id: int, credential: Credential) -> None:
        """Lock the user's row, then the row of their session or token. Rows may be gone."""
        ...

    def lock_users(self, *user_ids: int) -> None:
        """Lock the rows of these users, in the order of their ids."""
        ...


class People(Protocol):
    """Reads live facts of people, for those who act on the tokens of others."""

    def standing(self, user_id: int, company_id: int | None) -> Standing | None:
        """The user and their place in the company, or None when there is no such user."""
        ...
