"""What the tests do over HTTP, with Django's own client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from adapters.orm.models import Company, PersonalAccessToken, TokenEvent, User
from tests.factories import SessionFactory
from tests.helpers.people import Arguments
from tests.service import clock
from tests.tokens import bearer, session_token

TOKENS = "/api/v1/personal-access-tokens"
COMPANY, PLATFORM, WHO = "/api/v1/metrics", "/api/v1/metrics/all", "/api/v1/user"


def session_of(user: User, company: Company) -> Arguments:
    """A session that was started now."""
    now = clock()
    row = SessionFactory(
        user=user, company=company, created_at=now, expires_at=now + timedelta(days=7)
    )
    return bearer(session_token(row))


def create(who: Arguments, **body: Any) -> dict[str, Any]:
    response = post(TOKENS, who, body)
    assert response.status_code == 201, response.content
    return response.json()


def reissue(who: Arguments, pat_id: str, **body: Any) -> Any:
    return post(f"{TOKENS}/{pat_id}/reissue", who, body)


def reissued(who: Arguments, pat_id: str, **body: Any) -> dict[str, Any]:
    response = reissue(who, pat_id, **body)
    assert response.status_code == 200, response.content
    return response.json()


def revoke(who: Arguments, pat_id: str) -> Any:
    return post(f"{TOKENS}/{pat_id}/revoke", who, None)


def post(path: str, who: Arguments, body: dict[str, Any] | None) -> Any:
    if body is None:
        return Client().generic("POST", path, **who)
    return Client().post(path, body, content_type="application/json", **who)


def use(token: str, path: str = WHO) -> Any:
    return Client().get(path, **bearer(token))


def verdict(response: Any) -> tuple[int, str | None]:
    """The status, and the code of a refusal."""
    if response.status_code < 400:
        return response.status_code, None
    return response.status_code, response.json()["code"]


def used(token: str, path: str = WHO) -> tuple[int, str | None]:
    return verdict(use(token, path))


GOOD = (200, None)
SUPERSEDED = (401, "token_superseded")
FLAGS_CHANGED = (401, "token_flags_changed")
REVOKED = (401, "token_revoked")


def row_of(pat: dict[str, Any]) -> PersonalAccessToken:
    return PersonalAccessToken.objects.get(pk=pat["id"])


def kinds(pat_id: str | UUID) -> list[str]:
    """What the account says of a token, the oldest first."""
    rows = TokenEvent.objects.filter(pat_id=pat_id).order_by("at", "id")
    return list(rows.values_list("kind", flat=True))
