"""List, read and revoke one's own tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.orm.models import PersonalAccessToken
from tests.factories import PersonalAccessTokenFactory
from tests.helpers import people
from tests.helpers.answers import SCOPE, assert_error, assert_unauthenticated
from tests.helpers.pats import ROW, URL, created, revoke
from tests.service import NOON
from tests.tokens import bearer, pat_token


@pytest.fixture
def user(company):
    return people.owner_of(company)


@pytest.fixture
def who(user, company):
    return people.session_of(user, company)


def test_an_empty_list(client, who):
    assert client.get(URL, **who).json() == {"results": [], "next": None}


def test_the_list_is_newest_first_expired_and_revoked_ones_included(client, user, company, who):
    def make(days: int, **columns):
        created_at = NOON - timedelta(days=days)
        return PersonalAccessTokenFactory(
            user=user, company=company, created_at=created_at, **columns
        )

    oldest = make(100, expires_at=NOON - timedelta(days=10))
    newest = make(1)
    middle = make(50, revoked_at=NOON)
    PersonalAccessTokenFactory(user=user)
    PersonalAccessTokenFactory(company=company)
    results = client.get(URL, **who).json()["results"]
    assert [row["id"] for row in results] == [str(r.pk) for r in (newest, middle, oldest)]
    assert all(set(row) == ROW for row in results)


def test_a_row_is_the_same_wherever_it_is_read(client, who):
    row = created(client, who, name="x", read_only=True)
    del row["access_token"]
    assert client.get(f"{URL}/{row['id']}", **who).json() == row
    assert client.get(URL, **who).json() == {"results": [row], "next": None}


def test_revoking_stops_the_token_at_once(client, who):
    body = created(client, who)
    arguments = bearer(body["access_token"])
    assert client.get("/api/v1/metrics", **arguments).status_code == 200
    response = revoke(client, who, body["id"])
    assert response.status_code == 200
    assert set(response.json()) == ROW | {"also_revoked"}
    assert response.json()["also_revoked"] == 0
    assert response.json()["revoked_at"] == "2026-03-18T12:00:00Z"
    for url in ("/api/v1/metrics", "/api/v1/user", URL):
        assert_unauthenticated(client.get(url, **arguments), "token_revoked")


def test_revoking_again_gives_the_same_row(client, who, clock):
    pat_id = created(client, who)["id"]
    first = revoke(client, who, pat_id)
    clock.advance(minutes=1)
    assert revoke(client, who, pat_id).content == first.content
    row = PersonalAccessToken.objects.get()
    assert row.revoked_at == NOON


def test_a_token_may_revoke_itself(client, user, company):
    row = PersonalAccessTokenFactory(user=user, company=company)
    arguments = bearer(pat_token(row))
    assert revoke(client, arguments, row.pk).status_code == 200
    assert_unauthenticated(revoke(client, arguments, row.pk), "token_revoked")


def test_a_read_only_token_may_read_and_not_revoke(client, user, company):
    row = PersonalAccessTokenFactory(user=user, company=company, read_only=True)
    arguments = bearer(pat_token(row))
    assert client.get(URL, **arguments).status_code == 200
    assert client.get(f"{URL}/{row.pk}", **arguments).status_code == 200
    response = revoke(client, arguments, row.pk)
    assert_error(response, 403, "read_only_token", challenge=SCOPE)
    row.refresh_from_db()
    assert row.revoked_at is None


def test_a_company_that_is_gone(client, company, who):
    company.delete()
    assert_error(client.get(URL, **who), 404, "company_not_found")
