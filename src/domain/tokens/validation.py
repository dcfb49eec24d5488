"""Is this token good? Claims held against their record; pure, nothing is written."""

from __future__ import annotations

from datetime import datetime

from domain.tokens.claims import PatClaims, RefreshClaims, SessionClaims
from domain.tokens.record import PatRecord, SessionRecord
from domain.tokens.rejection import Rejection


def validate_pat(claims: PatClaims, record: PatRecord | None, *, now: datetime) -> Rejection | None:
    """Hold a PAT's claims against its row.

    Returns:
        None when the token is good, else why it is not: everything that limits the token must
        equal the row, which must be neither revoked nor past its expiry.
    """
    if record is None or claims.pat_id != record.id:
        return Rejection.UNKNOWN
    if record.revoked_at is not None:
        return Rejection.REVOKED
    if now >= record.expires_at:
        return Rejection.EXPIRED
    return _difference(claims, record, now=now)


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
    claims: SessionClaims | RefreshClaims, record: SessionRecord | None, *, now: datetime
) -> Rejection | None:
    """Hold a session or refresh token's claims against the session's row.

    Returns:
        None when the session lives and is of the same user and company, else why it does not.
        Whether a refresh token was spent is not judged here: spending it is one atomic write.
    """
    if record is None or claims.session_id != record.id:
        return Rejection.SESSION_UNKNOWN
    ended = session_end(record, now=now)
    if ended:
        return ended
    if (claims.user_id, claims.company_id) != (record.user_id, record.company_id):
        return Rejection.MISMATCH
    return None


def session_end(record: SessionRecord | None, *, now: datetime) -> Rejection | None:
    """Why a session lives no more; None while it does."""
    if record is None:
        return Rejection.SESSION_UNKNOWN
    if record.revoked_at is not None:
        return Rejection.SESSION_REVOKED
    return Rejection.SESSION_EXPIRED if now >= record.expires_at else None
