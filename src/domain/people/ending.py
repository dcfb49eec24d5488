"""Ending somebody's sessions, or all of their credentials, with the account of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..events.event import Actor, EventKind
from ..events.ports import EventLog
from ..sessions.events import ended_events, user_event
from ..sessions.ports import Generations, SessionRecords


@dataclass(frozen=True)
class EndCredentials:
    """Part of a use case's transaction, which holds the user."""

    sessions: SessionRecords
    generations: Generations
    events: EventLog

    def everything(self, user_id: int, *, by: Actor, because: str, now: datetime) -> None:
        """All sessions and tokens. ``because`` is for the account: ``stopped``, for one."""
        self.generations.raise_for(user_id)
        kind = EventKind.CREDENTIALS_ENDED
        ended = user_event(kind, by=by, user_id=user_id, now=now, because=because)
        self.events.write((ended,))

    def these(self, session_ids: Sequence[UUID], *, user_id: int, by: Actor, now: datetime) -> int:
        """Some of the user's sessions; how many of them had not ended before."""
        ended = self.sessions.revoke(session_ids, now=now)
        self.events.write(ended_events(ended, by=by, user_id=user_id, now=now))
        return len(ended)

    def all_sessions(self, user_id: int, *, by: Actor, now: datetime) -> int:
        """The user's live sessions; how many. Tokens go on."""
        live = [session.id for session in self.sessions.live_of(user_id, now=now)]
        return self.these(live, user_id=user_id, by=by, now=now)
