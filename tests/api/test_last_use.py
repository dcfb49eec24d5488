"""Successful use sets ``last_used_at``: authenticated and allowed, right to one second."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import PersonalAccessTokenFactory
from tests.helpers import people
from tests.helpers.pats import URL
from tests.service import NOON
from tests.tokens import bearer, pat_token


@pytest.fixture
def row(company):
    return PersonalAccessTokenFactory(user=people.owner_of(company), company=company)


def last_used(row):
    row.refresh_from_db()
    return row.last_used_at


@pytest.mark.parametrize("url", ["/api/v1/metrics", "/api/v1/user", URL])
def test_a_use_is_noted_to_the_second(client, row, clock, url):
    clock.time = NOON + timedelta(seconds=5, microseconds=700_000)
    assert client.get(url, **bearer(pat_token(row))).status_code == 200
    assert last_used(row) == NOON + timedelta(seconds=5)


def test_the_row_says_so(client, row):
    arguments = bearer(pat_token(row))
    client.get("/api/v1/metrics", **arguments)
    body = client.get(f"{URL}/{row.pk}", **arguments).json()
    assert body["last_used_at"] == "2026-03-18T12:00:00Z"


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/metrics/all",
        "/api/v1/metrics?company_id=1",
        "/api/v1/metrics?name[]=unknown",
    ],
)
def test_a_refused_use_is_none(client, row, url):
    assert client.get(url, **bearer(pat_token(row))).status_code in {400, 403}
    assert last_used(row) is None


def test_a_rejected_use_is_none(client, row):
    token = pat_token(row, jti="other")
    assert client.get("/api/v1/metrics", **bearer(token)).status_code == 401
    assert last_used(row) is None


def test_a_session_s_use_is_no_token_s(client, row):
    client.get("/api/v1/metrics", **people.session_of(row.user, row.company))
    assert last_used(row) is None
