"""Claims: what a token whose signature was verified says, read strictly.

Every claim that limits a token is required and of one type; there is no default to fall back on,
so a check cannot be skipped because a claim is absent. Times are NumericDate (RFC 7519 section 2),
restricted to whole seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ..instant import aware
from ..names import LARGEST_ID
from .rejection import Rejection, TokenRejectedError

Payload = Mapping[str, Any]

_MAX_EPOCH = 253_402_300_799  # the last second of the year 9999
_TEXT = re.compile(r"[ -~]{1,255}", re.ASCII)  # ids and words of ours; a database keeps them all
_DECIMAL = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class SessionClaims:
    """An access token of the login / refresh flow. ``company_id`` is None when it names none."""

    jti: str
    user_id: int
    company_id: int | None
    session_id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class PatClaims:
    """A personal access token."""

    jti: str
    user_id: int
    company_id: int
    pat_id: UUID
    read_only: bool
    access_global_metrics: bool
    expires_at: datetime


def parse_access_claims(payload: Payload, *, now: datetime) -> SessionClaims | PatClaims:
    """Read the payload of an access token.

    Args:
        payload: the verified JSON object.
        now: the present, aware.

    Returns:
        ``PatClaims`` when any PAT claim is present, else ``SessionClaims``.

    Raises:
        TokenRejectedError: with the reason, when the token is expired, of another type, or a claim
            is missing or wrongly typed.
    """
    expires_at = _check_common(payload, now=now)
    user_id = _user_id(payload)
    jti = _text(payload, "jti")
    if payload.keys() & {"pat_id", "pat_ro", "pat_agm"}:
        if payload.keys() & {"sid", "auth_time"}:
            raise _invalid()
        return PatClaims(
            jti=jti,
            user_id=user_id,
            company_id=_id(payload, "company_id"),
            pat_id=_uuid(payload, "pat_id"),
            read_only=_flag(payload, "pat_ro"),
            access_global_metrics=_flag(payload, "pat_agm"),
            expires_at=expires_at,
        )
    _epoch(payload, "auth_time")
    return SessionClaims(
        jti=jti,
        user_id=user_id,
        company_id=_optional_company(payload),
        session_id=_uuid(payload, "sid"),
        expires_at=expires_at,
    )


def _check_common(payload: Payload, *, now: datetime) -> datetime:
    aware(now)
    expires_at = _epoch(payload, "exp")
    issued_at = _epoch(payload, "iat")
    not_before = _epoch(payload, "nbf") if "nbf" in payload else issued_at
    if _text(payload, "token_type") != "access":
        raise TokenRejectedError(Rejection.TYPE_MISMATCH)
    if now >= expires_at:  # RFC 7519 4.1.4: "on or after which the JWT MUST NOT be accepted"
        raise TokenRejectedError(Rejection.EXPIRED)
    if max(issued_at, not_before).timestamp() > now.timestamp() + CLOCK_SKEW_SECONDS:
        raise TokenRejectedError(Rejection.NOT_YET_VALID)
    return expires_at


CLOCK_SKEW_SECONDS = 60
"""How far in the future ``iat`` or ``nbf`` may lie: hosts that share a key do not share a clock."""


def _invalid() -> TokenRejectedError:
    return TokenRejectedError(Rejection.CLAIMS_INVALID)


def _text(payload: Payload, name: str) -> str:
    value = payload.get(name)
    if type(value) is not str or not _TEXT.fullmatch(value):
        raise _invalid()
    return value


def _flag(payload: Payload, name: str) -> bool:
    value = payload.get(name)
    if type(value) is not bool:
        raise _invalid()
    return value


def _id(payload: Payload, name: str) -> int:
    value = payload.get(name)
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise _invalid()
    return value


def _optional_company(payload: Payload) -> int | None:
    return _id(payload, "company_id") if "company_id" in payload else None


def _user_id(payload: Payload) -> int:
    text = _text(payload, "user_id")
    if _text(payload, "sub") != text or not _DECIMAL.fullmatch(text) or int(text) > LARGEST_ID:
        raise _invalid()
    return int(text)


def _uuid(payload: Payload, name: str) -> UUID:
    text = _text(payload, name)
    try:
        value = UUID(text)
    except ValueError:
        raise _invalid() from None
    if str(value) != text:
        raise _invalid()
    return value


def _epoch(payload: Payload, name: str) -> datetime:
    value = payload.get(name)
    if type(value) is not int or not 0 <= value <= _MAX_EPOCH:
        raise _invalid()
    return datetime.fromtimestamp(value, UTC)
