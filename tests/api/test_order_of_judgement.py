"""401, then 400, then 404, then 403: of several faults, the first is told."""

from __future__ import annotations

import pytest

from tests.factories import OwnershipFactory
from tests.helpers import people
from tests.helpers.answers import assert_error, assert_unauthenticated
from tests.tokens import bearer

URL = "/api/v1/metrics"
BAD_QUERIES = ["company_id=1", "name[]=unknown"]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_401_before_400(client, company, query):
    assert_unauthenticated(client.get(f"{URL}?{query}", **bearer("a.b.c")), "token_malformed")
    assert_error(client.get(f"{URL}?{query}"), 401, "token_missing", challenge="")


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_400_before_404(client, company, owner, query):
    company.delete()
    assert client.get(f"{URL}?{query}", **owner).status_code == 400


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_400_before_403(client, company, query):
    assert client.get(f"{URL}?{query}", **people.member(company)).status_code == 400


def test_400_for_the_request_before_400_for_the_token(client, db):
    user = OwnershipFactory().user
    arguments = people.session_of(user, None)
    response = client.get(f"{URL}?company_id=1", **arguments)
    assert_error(response, 400, "company_id_not_allowed")


@pytest.mark.parametrize("who", [people.member, people.stranger])
def test_404_before_403(client, company, who):
    arguments = who(company)
    company.delete()
    assert_error(client.get(URL, **arguments), 404, "company_not_found")


@pytest.mark.parametrize("query", ["", *BAD_QUERIES])
def test_401_before_400_and_404_for_an_inactive_user(client, company, query):
    user = people.owner_of(company)
    arguments = people.session_of(user, company)
    user.is_active = False
    user.save()
    assert_unauthenticated(client.get(f"{URL}?{query}", **arguments), "user_inactive")
    company.delete()
    assert_unauthenticated(client.get(f"{URL}?{query}", **arguments), "user_inactive")


def test_401_before_a_body_is_read(client, company):
    response = client.post(
        "/api/v1/personal-access-tokens", b"\xff{", content_type="application/json"
    )
    assert_error(response, 401, "token_missing", challenge="")


def test_422_before_403(client, company):
    """What is wrong with a request is wrong for everybody."""
    arguments = people.stranger(company)
    url = "/api/v1/personal-access-tokens"
    response = client.post(url, '{"name": 1}', content_type="application/json", **arguments)
    assert_error(response, 422, "validation_failed")


def test_400_before_422(client, owner):
    url = "/api/v1/personal-access-tokens"
    body = '{"name": 1, "company_id": 1}'
    response = client.post(url, body, content_type="application/json", **owner)
    assert_error(response, 400, "company_id_not_allowed")
