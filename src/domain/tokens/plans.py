"""Plans: what a personal access token's row shall be, decided while it is locked. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..callers.caller import User
from ..events.event import Actor, Event, EventKind
from ..policy.decision import Refused
from ..refusal import RefusalReason
from .account import event, flag_events, grant_events
from .changes import (
    LIVE_TOKEN_LIMIT,
    FlagsRequest,
    PatChange,
    ReissueRequest,
    StoredPat,
)
from .record import Grant, Maker, Overlap, PatRecord
from .rejection import Rejection, TokenRejectedError
from .state import State


def reissue(
    stored: StoredPat,
    request: ReissueRequest,
    *,
    jti: str,
    expires_at: datetime,
    maker: Maker,
    giver: User | None,
    by: Actor,
    now: datetime,
) -> PatChange | Refused:
    """The row with a new string.

    Args:
        stored: the row.
        request: how.
        jti: the new string's.
        expires_at: the new string's.
        maker: the credential that makes the new string.
        giver: the staff user who answers for the global flag; None keeps the grant there is.
        by: who does it.
        now: the present.

    Raises:
        TokenRejectedError: the string that the request came of was replaced since.
    """
    old = stored.record
    if request.in_use is not None and not old.answers_to(request.in_use, now=now):
        raise TokenRejectedError(Rejection.SUPERSEDED)
    refusal = _reissue_refusal(stored, now=now)
    if refusal:
        return Refused(refusal)
    flagged = _flagged(old, request)
    overlaps = flagged == old and _is_active(stored, now=now)
    new = replace(
        flagged,
        jti=jti,
        expires_at=expires_at,
        overlap=_overlap(old, request, now=now) if overlaps else None,
        flags_changed_at=None,
        generation=stored.holder.generation,
        made_by_pat=maker.pat_id,
        made_by_session=maker.session_id,
    )
    detail: dict[str, str | int | bool] = {
        "expires_at": expires_at.isoformat(),
        "overlap_seconds": int(request.overlap.total_seconds()) if new.overlap else 0,
    }
    events = (event(EventKind.REISSUED, new, by=by, now=now, **detail),)
    return _accounted(old, new, events, giver=giver, by=by, now=now)


def change_flags(
    stored: StoredPat,
    request: FlagsRequest,
    *,
    jti: str,
    giver: User | None,
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
            new,
            jti=jti,
            overlap=None,
            flags_changed_at=now,
        )
    return _accounted(old, new, (), giver=giver, by=by, now=now)


def _reissue_refusal(stored: StoredPat, *, now: datetime) -> RefusalReason | None:
    if stored.record.revoked_at is not None:
        return RefusalReason.TOKEN_REVOKED
    comes_to_life = not _is_active(stored, now=now)
    if comes_to_life and stored.others_live() >= LIVE_TOKEN_LIMIT:
        return RefusalReason.TOO_MANY_TOKENS
    return None


def _is_active(stored: StoredPat, *, now: datetime) -> bool:
    return stored.record.state(stored.holder.generation, now=now) is State.ACTIVE


def _flagged(old: PatRecord, request: ReissueRequest | FlagsRequest) -> PatRecord:
    read_only, global_metrics = request.read_only, request.access_global_metrics
    return replace(
        old,
        read_only=old.read_only if read_only is None else read_only,
        access_global_metrics=(
            old.access_global_metrics if global_metrics is None else global_metrics
        ),
    )


def _overlap(old: PatRecord, request: ReissueRequest, *, now: datetime) -> Overlap | None:
    """Which old string of an active row lives on, and until when.

    None when the row waits for its re-issue. In an overlap whose new string was never used (its
    answer was lost, perhaps), it is the older one.
    """
    if not request.overlap or old.flags_changed_at is not None:
        return None
    until = min(now + request.overlap, old.expires_at)
    live = old.live_overlap(now)
    if live is None or request.in_use == old.jti:
        return Overlap(old.jti, until, old.made_by_pat)
    return replace(live, until=until)


def _accounted(
    old: PatRecord,
    new: PatRecord,
    events: tuple[Event, ...],
    *,
    giver: User | None,
    by: Actor,
    now: datetime,
) -> PatChange:
    """Without the flag there is no grant; without a giver the grant is what it was."""
    giver = giver if new.access_global_metrics else None
    grant = old.grant if new.access_global_metrics else None
    changed = flag_events(old, new, by=by, now=now)
    granted = grant_events(new, giver=giver, by=by, now=now)
    record = replace(new, grant=Grant(giver.id, now, is_live=True) if giver else grant)
    return PatChange(record, events=(*events, *changed, *granted))
