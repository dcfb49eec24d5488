"""The payloads we issue have the claims of docs/tokens.md, no claim more and none less."""

from __future__ import annotations

from domain.tokens.issuing import Profile, access_payload, pat_payload
from tests.domain.make import EPOCH, PAT_ID, SESSION_ID, pat_record, session_record
from tests.fakes.service import NOW

PROFILE = Profile("a@example.com", "Ann", "Ann Other", True, False, ("ops", "dev"))
METADATA = {
    "name": "Ann",
    "full_name": "Ann Other",
    "is_staff": True,
    "is_company_owner": False,
    "groups": ["ops", "dev"],
}


def test_pat():
    record = pat_record(read_only=False, access_global_metrics=True)
    assert pat_payload(record, PROFILE, now=NOW) == {
        "iat": EPOCH,
        "exp": EPOCH + 89 * 86_400,
        "jti": "jti-now",
        "sub": "3",
        "user_id": "3",
        "token_type": "access",
        "company_id": 7,
        "email": "a@example.com",
        "user_metadata": METADATA,
        "app_metadata": {"provider": "personal_access_token"},
        "pat_id": str(PAT_ID),
        "pat_ro": False,
        "pat_agm": True,
    }


def test_session_access_token():
    expires_at = session_record().expires_at
    assert access_payload(
        session_record(), PROFILE, jti="jti-a", expires_at=expires_at, now=NOW
    ) == {
        "iat": EPOCH,
        "exp": EPOCH + 7 * 86_400,
        "jti": "jti-a",
        "sub": "3",
        "user_id": "3",
        "token_type": "access",
        "company_id": 7,
        "email": "a@example.com",
        "user_metadata": METADATA,
        "app_metadata": {"provider": "email"},
        "sid": str(SESSION_ID),
        "auth_time": EPOCH - 3600,
    }


def test_a_session_without_a_company_names_none():
    session = session_record(company_id=None)
    assert "company_id" not in access_payload(session, PROFILE, jti="j", expires_at=NOW, now=NOW)
