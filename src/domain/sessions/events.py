"""The account of sessions: events without a secret in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ..events.event import Actor, Event, EventKind


def session_event(
    kind: EventKind,
    *,
    by: Actor,
    user_id: int,
    session_id: UUID,
    company_id: int | None = None,
    now: datetime,
    **detail: str | int | bool,
) -> Event:
    """What happened to a session of a user."""
    return Event(
        kind=kind,
        at=now,
        by=by,
        user_id=user_id,
        company_id=company_id,
        session_id=session_id,
        detail=detail,
    )


def user_event(
    kind: EventKind, *, by: Actor, user_id: int, now: datetime, **detail: str | int | bool
) -> Event:
    """What happened to all that a user has."""
    return Event(kind=kind, at=now, by=by, user_id=user_id, company_id=None, detail=detail)


def ended_events(
    session_ids: Iterable[UUID], *, by: Actor, user_id: int, now: datetime
) -> tuple[Event, ...]:
    """One event for each session that ended."""
    kind = EventKind.SESSION_ENDED
    return tuple(
        session_event(kind, by=by, user_id=user_id, session_id=session_id, now=now)
        for session_id in session_ids
    )
