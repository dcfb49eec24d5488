"""Tokens of rows, signed by the service's own key: what a row's bearer would hold."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from adapters.orm.models import PersonalAccessToken, Session
from adapters.orm.repositories.sessions import SESSION_COLUMNS, OrmProfiles, session_record
from domain.tokens.issuing import access_payload, pat_payload
from domain.tokens.record import PatRecord, SessionRecord
from tests.service import SERVICES, clock


def sign(payload: dict[str, Any]) -> str:
    return SERVICES.sign_in.tokens.codec.sign(payload)


def bearer(token: str) -> dict[str, str]:
    """Arguments for Django's ``Client``."""
    return {"headers": {"Authorization": f"Bearer {token}"}}


def pat_claims(row: PersonalAccessToken, **changed: Any) -> dict[str, Any]:
    """Of the row as the test has it, saved or not; who granted what is no claim."""
    own = {column.name: getattr(row, column.name, None) for column in fields(PatRecord)}
    record = PatRecord(**own)
    profile = OrmProfiles().profile(row.user_id, row.company_id)
    return {**pat_payload(record, profile, now=clock()), **changed}


def pat_token(row: PersonalAccessToken, **changed: Any) -> str:
    return sign(pat_claims(row, **changed))


def _record(row: Session) -> SessionRecord:
    return session_record([getattr(row, name) for name in SESSION_COLUMNS])


def session_claims(row: Session, **changed: Any) -> dict[str, Any]:
    profile = OrmProfiles().profile(row.user_id, row.company_id)
    expires_at = clock().replace(microsecond=0) + SERVICES.sign_in.tokens.access_lifetime
    payload = access_payload(_record(row), profile, jti="j", expires_at=expires_at, now=clock())
    return {**payload, **changed}


def session_token(row: Session, **changed: Any) -> str:
    return sign(session_claims(row, **changed))


def refresh_token(row: Session) -> str:
    """A first refresh token for a session's row, which keeps its digests."""
    tokens = SERVICES.refresh.refresh_tokens
    token = tokens.new()
    digests = {"refresh_family": tokens.family(token), "refresh_live": tokens.digest(token)}
    Session.objects.filter(pk=row.pk).update(**digests)
    return token
