"""The payloads of the tokens we issue. docs/tokens.md has their claims as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .record import PatRecord, SessionRecord

PASSWORD_PROVIDER, PAT_PROVIDER = "email", "personal_access_token"


@dataclass(frozen=True)
class Profile:
    """What a token tells about its user, for clients to show. It never grants anything."""

    email: str
    name: str
    full_name: str
    is_staff: bool
    is_company_owner: bool
    groups: tuple[str, ...] = ()


def access_payload(
    session: SessionRecord, profile: Profile, *, jti: str, expires_at: datetime, now: datetime
) -> dict[str, Any]:
    """The payload of a session's access token; ``iss`` and ``aud`` are the signer's to add."""
    return {
        **_common(session.user_id, jti=jti, expires_at=expires_at, now=now),
        **_company(session.company_id),
        **profile_claims(profile, provider=PASSWORD_PROVIDER),
        "sid": str(session.id),
        "auth_time": int(session.created_at.timestamp()),
    }


def pat_payload(record: PatRecord, profile: Profile, *, now: datetime) -> dict[str, Any]:
    """The payload of a personal access token: all that limits it is the row's, word for word."""
    return {
        **_common(record.user_id, jti=record.jti, expires_at=record.expires_at, now=now),
        **_company(record.company_id),
        **profile_claims(profile, provider=PAT_PROVIDER),
        "pat_id": str(record.id),
        "pat_ro": record.read_only,
        "pat_agm": record.access_global_metrics,
    }


def _common(user_id: int, *, jti: str, expires_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": jti,
        "sub": str(user_id),
        "user_id": str(user_id),
        "token_type": "access",
    }


def _company(company_id: int | None) -> dict[str, Any]:
    return {} if company_id is None else {"company_id": company_id}


def profile_claims(profile: Profile, *, provider: str) -> dict[str, Any]:
    """What a token tells about its user, and by which way they came to it."""
    return {
        "email": profile.email,
        "user_metadata": {
            "name": profile.name,
            "full_name": profile.full_name,
            "is_staff": profile.is_staff,
            "is_company_owner": profile.is_company_owner,
            "groups": list(profile.groups),
        },
        "app_metadata": {"provider": provider},
    }
