"""The account of what becomes of a personal access token: events without a secret in them."""

from __future__ import annotations

from datetime import datetime

from ..callers.caller import User
from ..events.event import Actor, Event, EventKind
from .record import PatRecord

_FLAGS = ("read_only", "access_global_metrics")


def event(
    kind: EventKind, record: PatRecord, *, by: Actor, now: datetime, **detail: str | int | bool
) -> Event:
    """What happened to a PAT."""
    return Event(
        kind=kind,
        at=now,
        by=by,
        user_id=record.user_id,
        company_id=record.company_id,
        pat_id=record.id,
        detail={"name": record.name, **detail},
    )


def issue_events(
    record: PatRecord, *, giver: User | None, by: Actor, now: datetime
) -> tuple[Event, ...]:
    """What is kept of a new PAT."""
    issued = event(
        EventKind.ISSUED,
        record,
        by=by,
        now=now,
        read_only=record.read_only,
        access_global_metrics=record.access_global_metrics,
        expires_at=record.expires_at.isoformat(),
    )
    return (issued, *grant_events(record, giver=giver, by=by, now=now))


def flag_events(old: PatRecord, new: PatRecord, *, by: Actor, now: datetime) -> tuple[Event, ...]:
    """The flags that are others now, in one event."""
    changed = {
        name: getattr(new, name) for name in _FLAGS if getattr(new, name) != getattr(old, name)
    }
    return (event(EventKind.FLAGS_CHANGED, new, by=by, now=now, **changed),) if changed else ()


def grant_events(
    record: PatRecord, *, giver: User | None, by: Actor, now: datetime
) -> tuple[Event, ...]:
    """Who gave the global flag, if somebody did."""
    if giver is None:
        return ()
    who: dict[str, str | int | bool] = {
        "granted_by": giver.id,
        "granted_by_email": giver.email,
    }
    return (event(EventKind.GRANTED, record, by=by, now=now, **who),)
