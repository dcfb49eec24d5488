"""Use cases: administrators end anybody's sessions, or all that somebody has, at once.

Whoever may press the button is decided by Django's permissions. Ending takes no right away that a
new sign-in, or a re-issue, does not bring back, so it is for staff and superusers as for others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .administrator import Administrator
from .callers.ports import People
from .people.ending import EndCredentials
from .sessions.ports import SessionRecords
from .tokens.ports import TokenPopulation
from .tokens.state import State
from .unit_of_work import Transaction, WriterLock


@dataclass(frozen=True)
class LiveCredentials:
    """How many of a user's sessions and tokens are good now."""

    sessions: int = 0
    tokens: int = 0


@dataclass(frozen=True)
class AdministerCredentials:
    """Anybody's sessions and tokens. Everywhere, ``by`` is who does it."""

    transaction: Transaction
    lock: WriterLock
    people: People
    sessions: SessionRecords
    population: TokenPopulation
    end: EndCredentials

    def live(self, user_id: int, *, now: datetime) -> LiveCredentials:
        """How much ``end_everything`` would end; nothing where there is no such user."""
        standing = self.people.standing(user_id, None)
        if standing is None:
            return LiveCredentials()
        generation = standing.user.generation
        rows = self.population.unrevoked(user_id=user_id, company_id=None)
        tokens = sum(row.state(generation, now=now) is State.ACTIVE for row in rows)
        return LiveCredentials(len(self.sessions.live_of(user_id, now=now)), tokens)

    def end_everything(self, by: Administrator, user_id: int, *, now: datetime) -> None:
        """End all sessions and tokens of a user at once; what is under way makes nothing more.

        Raises:
            TokenRejectedError: the administrator's session has ended in the meantime.
        """
        with self.transaction():
            by.holding(self.lock, user_id, now=now)
            self.end.everything(user_id, by=by.actor, because="administrator", now=now)

    def end_sessions(self, by: Administrator, session_ids: Sequence[UUID], *, now: datetime) -> int:
        """End sessions, whoever's they are; how many.

        Each user's are one transaction, the administrator's own the last: stopped half-way, it is
        finished by doing it again.

        Raises:
            TokenRejectedError: the administrator's session has ended in the meantime.
        """
        ids: dict[int, list[UUID]] = {}
        for session in self.sessions.find(session_ids):
            ids.setdefault(session.user_id, []).append(session.id)
        owners = sorted(ids, key=lambda user_id: (user_id == by.actor.user_id, user_id))
        return sum(self._end_sessions(by, owner, ids[owner], now=now) for owner in owners)

    def _end_sessions(
        self, by: Administrator, user_id: int, session_ids: Sequence[UUID], *, now: datetime
    ) -> int:
        with self.transaction():
            by.holding(self.lock, user_id, now=now)
            return self.end.these(session_ids, user_id=user_id, by=by.actor, now=now)
