"""What may become of a personal access token's row: plans, pure, made while the row is locked.

A plan sees the row as it is, and says what it shall be and what to account for, or refuses. So of
several changes at once each sees what the one before it left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.callers.caller import User
from domain.events.event import Actor, Event, EventKind
from domain.policy.decision import Refused
from domain.refusal import RefusalReason
from domain.tokens.record import PatRecord

LIVE_TOKEN_LIMIT = 100
"""How many live PATs one user may have in one company."""
MAX_OVERLAP = timedelta(days=1)


@dataclass(frozen=True)
class StoredPat:
    """A row, locked.

    Attributes:
        record: the row.
        grant_is_live: the global flag's granting user exists, is active and is staff, now.
        others_live: counts the user's other live PATs in the company, and keeps new ones waiting.
    """

    record: PatRecord
    grant_is_live: bool
    others_live: Callable[[], int]


@dataclass(frozen=True)
class PatChange:
    """The row as it shall be, and the account of it.

    ``granted_by`` is the staff user who gives the global flag now; None leaves the grant as it is.
    Without the flag there is no grant: it is cleared.
    """

    record: PatRecord
    granted_by: int | None = None
    events: tuple[Event, ...] = ()


Plan = Callable[[StoredPat], PatChange | Refused]


@dataclass(frozen=True)
class ReissueRequest:
    """How to re-issue. A flag that is None stays as it is.

    Attributes:
        overlap: how long the old string lives on, unless the new one is used before.
        read_only: the flag, changed.
        access_global_metrics: the flag, changed; True gives the grant anew.
        expires_in: how long the new string lives; None means the longest allowed.
        in_use: the ``jti`` of the string in use, where it is known: of two, the overlap keeps it.
    """

    overlap: timedelta = timedelta(0)
    read_only: bool | None = None
    access_global_metrics: bool | None = None
    expires_in: timedelta | None = None
    in_use: str | None = None

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.overlap <= MAX_OVERLAP:
            raise ValueError(f"the overlap must be from zero to {MAX_OVERLAP}")


@dataclass(frozen=True)
class FlagsRequest:
    """Which flags to change. One that is None stays as it is."""

    read_only: bool | None = None
    access_global_metrics: bool | None = None


def reissue(
    stored: StoredPat,
    request: ReissueRequest,
    *,
    jti: str,
    expires_at: datetime,
    granted_by: User | None,
    by: Actor,
    now: datetime,
) -> PatChange | Refused:
    """The row with a new string.

    Args:
        stored: the row.
        request: how.
        jti: the new string's.
        expires_at: the new string's.
        granted_by: the staff user who answers for the global flag; None keeps the grant there is.
        by: who does it.
        now: the present.
    """
    old = stored.record
    refusal = _reissue_refusal(stored, now=now)
    if refusal:
        return Refused(refusal)
    flagged = _flagged(old, request)
    previous, until = _overlap(old, request, flags_changed=flagged != old, now=now)
    new = replace(
        flagged,
        jti=jti,
        expires_at=expires_at,
        previous_jti=previous,
        previous_expires_at=until,
        flags_changed_at=None,
    )
    detail: dict[str, str | int | bool] = {
        "expires_at": expires_at.isoformat(),
        "overlap_seconds": int(request.overlap.total_seconds()) if previous else 0,
    }
    events = [event(EventKind.REISSUED, new, by=by, now=now, **detail)]
    return _accounted(old, new, events, granted_by=granted_by, by=by, now=now)


def change_flags(
    stored: StoredPat,
    request: FlagsRequest,
    *,
    jti: str,
    granted_by: User | None,
    by: Actor,
    now: datetime,
) -> PatChange | Refused:
    """The row with other flags: no string is good for it until it is re-issued.

    The ``jti`` is replaced by one that no string has. So a flag that is changed, and changed back,
    does not bring an old string back. Flags that are what they shall be leave the strings alone;
    a grant can be given anew that way.
    """
    old = stored.record
    if old.revoked_at is not None:
        return Refused(RefusalReason.TOKEN_REVOKED)
    new = _flagged(old, request)
    if new != old:
        new = replace(
            new, jti=jti, previous_jti=None, previous_expires_at=None, flags_changed_at=now
        )
    return _accounted(old, new, [], granted_by=granted_by, by=by, now=now)


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
    record: PatRecord, *, granted_by: User | None, by: Actor, now: datetime
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
    return (issued, *_grant_events(record, granted_by=granted_by, by=by, now=now))


def _reissue_refusal(stored: StoredPat, *, now: datetime) -> RefusalReason | None:
    if stored.record.revoked_at is not None:
        return RefusalReason.TOKEN_REVOKED
    comes_to_life = now >= stored.record.expires_at
    if comes_to_life and stored.others_live() >= LIVE_TOKEN_LIMIT:
        return RefusalReason.TOO_MANY_TOKENS
    return None


def _flagged(old: PatRecord, request: ReissueRequest | FlagsRequest) -> PatRecord:
    read_only, global_metrics = request.read_only, request.access_global_metrics
    return replace(
        old,
        read_only=old.read_only if read_only is None else read_only,
        access_global_metrics=(
            old.access_global_metrics if global_metrics is None else global_metrics
        ),
    )


def _overlap(
    old: PatRecord, request: ReissueRequest, *, flags_changed: bool, now: datetime
) -> tuple[str | None, datetime | None]:
    """Which old string lives on, and until when.

    Not one with other flags, and none when the row had expired or waits for its re-issue. In an
    overlap whose new string was never used (its answer was lost, perhaps), that is the older one.
    """
    nothing = not request.overlap or flags_changed or old.flags_changed_at is not None
    if nothing or now >= old.expires_at:
        return None, None
    until = min(now + request.overlap, old.expires_at)
    if not old.overlaps(now) or request.in_use == old.jti:
        return old.jti, until
    return old.previous_jti, until


def _accounted(
    old: PatRecord,
    new: PatRecord,
    events: list[Event],
    *,
    granted_by: User | None,
    by: Actor,
    now: datetime,
) -> PatChange:
    changed = {
        name: getattr(new, name)
        for name in ("read_only", "access_global_metrics")
        if getattr(new, name) != getattr(old, name)
    }
    if changed:
        events.append(event(EventKind.FLAGS_CHANGED, new, by=by, now=now, **changed))
    giver = granted_by if new.access_global_metrics else None
    events.extend(_grant_events(new, granted_by=giver, by=by, now=now))
    return PatChange(new, granted_by=giver.id if giver else None, events=tuple(events))


def _grant_events(
    record: PatRecord, *, granted_by: User | None, by: Actor, now: datetime
) -> tuple[Event, ...]:
    if granted_by is None:
        return ()
    who: dict[str, str | int | bool] = {
        "granted_by": granted_by.id,
        "granted_by_email": granted_by.email,
    }
    return (event(EventKind.GRANTED, record, by=by, now=now, **who),)
