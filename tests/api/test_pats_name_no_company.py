"""``company_id`` in a request about tokens is refused, on every route: the token names it."""

from __future__ import annotations

import json

import pytest

from adapters.orm.models import PersonalAccessToken
from tests.factories import PersonalAccessTokenFactory
from tests.helpers import people
from tests.helpers.answers import assert_error, assert_unauthenticated
from tests.helpers.pats import URL, created
from tests.tokens import bearer

ROUTES = {
    "list": ("GET", ""),
    "create": ("POST", ""),
    "read": ("GET", "/{pat}"),
    "re-issue": ("POST", "/{pat}/reissue"),
    "revoke": ("POST", "/{pat}/revoke"),
}
QUERIES = ["company_id=1", "company_id=", "company_id", "a=b&companyId=2", "%63ompany_id=1"]
BODIES = [
    ({"company_id": 1}, "application/json"),
    ({"company_id": None, "name": "x"}, "application/json"),
    ({"name": {"company_id": ""}}, "application/json"),
    ({"a": "=", "company_id": 1}, "application/x-www-form-urlencoded"),
    ("company_id=1", "application/x-www-form-urlencoded"),
    ("name=x&company_id=", "text/plain"),
]


@pytest.fixture
def ask(client, company):
    """Send a request of the table, with a session of the row's user."""
    user = people.owner_of(company)
    row = PersonalAccessTokenFactory(user=user, company=company)
    arguments = people.session_of(user, company)

    def sent(route, query="", body="", content_type="application/json", who=arguments):
        method, path = ROUTES[route]
        url = f"{URL}{path.format(pat=row.pk)}?{query}"
        text = body if isinstance(body, str) else json.dumps(body)
        return client.generic(method, url, text, content_type, **who)

    yield sent
    assert list(PersonalAccessToken.objects.values_list("jti", "revoked_at")) == [(row.jti, None)]


def test_the_table_is_whole(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    served = {
        (method.upper(), path.removeprefix(URL))
        for path, methods in paths.items()
        for method in methods
        if path.startswith(URL)
    }
    assert served == {(m, path.replace("{pat}", "{pat_id}")) for m, path in ROUTES.values()}


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("route", ROUTES)
def test_in_the_query(ask, route, query):
    assert_error(ask(route, query, "{}"), 400, "company_id_not_allowed")


@pytest.mark.parametrize(("body", "content_type"), BODIES)
@pytest.mark.parametrize("route", ROUTES)
def test_in_the_body(ask, route, body, content_type):
    response = ask(route, body=body, content_type=content_type)
    assert_error(response, 400, "company_id_not_allowed")


@pytest.mark.parametrize("route", ROUTES)
def test_after_the_token_was_judged(ask, route):
    assert_error(ask(route, "company_id=1", who={}), 401, "token_missing", challenge="")
    assert_unauthenticated(ask(route, "company_id=1", who=bearer("a.b.c")), "token_malformed")


@pytest.mark.parametrize("route", ROUTES)
def test_before_the_company_and_the_caller_are(ask, company, route):
    stranger = people.stranger(company)
    assert_error(ask(route, "company_id=1", who=stranger), 400, "company_id_not_allowed")
    nowhere = people.session_of(people.owner_of(company), None)
    assert_error(ask(route, "company_id=1", who=nowhere), 400, "company_id_not_allowed")


@pytest.mark.parametrize(
    "name", ["company_id", "company_id=1", "for company id 5", "a&company_id=1"]
)
def test_a_token_may_be_named_so(client, owner, name):
    """A value is no key."""
    assert created(client, owner, name=name)["name"] == name
