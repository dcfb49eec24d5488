"""Is this token good? Claims held against their record; pure, nothing is written."""

from __future__ import annotations

from datetime import datetime

from ..callers.caller import User
from .claims import PatClaims, SessionClaims
from .record import PatRecord, SessionRecord
from .rejection import Rejection
from .state import State

_PAT_ENDS = {State.REVOKED: Rejection.REVOKED, State.EXPIRED: Rejection.EXPIRED}
_SESSION_ENDS = {
    State.REVOKED: Rejection.SESSION_REVOKED,
    State.EXPIRED: Rejection.SESSION_EXPIRED,
}


def validate_pat(
    claims: PatClaims, record: PatRecord, user: User, *, now: datetime
) -> Rejection | None:
    """Hold a PAT's claims against its row and its live user.

    Returns:
        None when the token is good, else why it is not: everything that limits the token must
        equal the row, which must be neither revoked nor past its expiry, and of the generation of
        a user who is active.
    """
    if claims.pat_id != record.id:
        return Rejection.UNKNOWN
    return (
        _row_end(record, now=now)
        or _difference(claims, record, now=now)
        or user_end(user, record.generation)
    )


def pat_end(record: PatRecord, user: User, *, now: datetime) -> Rejection | None:
    """Why no string of a PAT's row is good, whatever it says; None while the present one is."""
    changed = Rejection.FLAGS_CHANGED if record.flags_changed_at is not None else None
    return _row_end(record, now=now) or changed or user_end(user, record.generation)


def _row_end(record: PatRecord, *, now: datetime) -> Rejection | None:
    return _PAT_ENDS.get(record.state(record.generation, now=now))


def names_row(
    claims: PatClaims, record: PatRecord, user: User, *, now: datetime
) -> Rejection | None:
    """Hold a PAT's claims against the row that they shall name, to have it re-issued.

    Returns:
        None when the string is good, or when it is the row's present one and all that ended it is
        its time; else why a string so old names nothing.
    """
    rejection = validate_pat(claims, record, user, now=now)
    if rejection is Rejection.EXPIRED and claims.jti == record.jti:
        return _difference(claims, record, now=now) or user_end(user, record.generation)
    return rejection


def _difference(claims: PatClaims, record: PatRecord, *, now: datetime) -> Rejection | None:
    if (claims.user_id, claims.company_id) != (record.user_id, record.company_id):
        return Rejection.MISMATCH
    if (claims.read_only, claims.access_global_metrics) != (
        record.read_only,
        record.access_global_metrics,
    ):
        return Rejection.FLAGS_CHANGED
    if record.answers_to(claims.jti, now=now):
        return None
    changed = record.flags_changed_at is not None  # and perhaps changed back
    return Rejection.FLAGS_CHANGED if changed else Rejection.SUPERSEDED


def validate_session(
    claims: SessionClaims, record: SessionRecord, user: User, *, now: datetime
) -> Rejection | None:
    """Hold a session token's claims against the session's row and its live user.

    Returns:
        None when the session lives, is of the same user and company, and of the generation of a
        user who is active; else why it is not.
    """
    if claims.session_id != record.id:
        return Rejection.SESSION_UNKNOWN
    ended = session_end(record, now=now)
    if ended:
        return ended
    if (claims.user_id, claims.company_id) != (record.user_id, record.company_id):
        return Rejection.MISMATCH
    return user_end(user, record.generation)


def user_end(user: User, generation: int) -> Rejection | None:
    """Why a user's credential of this generation is no good; None while it is."""
    if not user.is_active:
        return Rejection.USER_INACTIVE
    return Rejection.CREDENTIALS_ENDED if generation != user.generation else None


def session_end(record: SessionRecord, *, now: datetime) -> Rejection | None:
    """Why a session's own row ends it; None while it does not."""
    return _SESSION_ENDS.get(record.state(record.generation, now=now))
