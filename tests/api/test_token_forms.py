"""The token route's bodies: JSON or a form, with ``grant_type`` in the query or the body."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from adapters.orm.models import Session
from tests.factories import PASSWORD, CompanyFactory, OwnershipFactory
from tests.helpers import people
from tests.helpers.answers import assert_error

URL = "/api/v1/token"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
KINDS = [FORM, "application/X-WWW-Form-Urlencoded; charset=utf-8", JSON]


@pytest.fixture
def user(company):
    return people.owner_of(company)


@pytest.fixture
def right(user):
    return {"email": user.email, "password": PASSWORD}


def ask(client, body, content_type=FORM, query=""):
    """Send a body: bytes as they are, pairs as the content type wants them."""
    if not isinstance(body, bytes):
        body = (json.dumps(dict(body)) if content_type == JSON else urlencode(body)).encode()
    return client.generic("POST", f"{URL}{query}", body, content_type)


@pytest.mark.parametrize("content_type", KINDS)
@pytest.mark.parametrize("place", ["query", "body", "both"])
def test_a_grant_in_either_form_and_place(client, right, content_type, place):
    def sent(grant_type, members):
        query = "" if place == "body" else f"?grant_type={grant_type}"
        named = {} if place == "query" else {"grant_type": grant_type}
        return ask(client, members | named, content_type, query)

    pair = sent("password", right)
    assert pair.status_code == 200, pair.content
    refreshed = sent("refresh_token", {"refresh_token": pair.json()["refresh_token"]})
    assert refreshed.status_code == 200
    assert set(refreshed.json()) == set(pair.json())


def test_a_form_s_company_is_a_number(client, user, right):
    second = OwnershipFactory(user=user, company=CompanyFactory()).company
    query = "?grant_type=password"
    assert ask(client, right, query=query).json()["code"] == "company_required"
    assert ask(client, {**right, "company_id": second.pk}, query=query).status_code == 200
    assert Session.objects.get().company_id == second.pk
    for text in ("x", "1.5", "0", "-1", str(2**63), "1" * 5000, "0x1", "\uff11"):
        answer = ask(client, {**right, "company_id": text}, query=query)
        body = assert_error(answer, 422, "validation_failed")
        assert "company_id: write a whole number from 1 to" in body["detail"]


def test_a_parameter_without_a_value_counts_as_left_out(client, right):
    """RFC 6749 section 3.2."""
    members = {**right, "company_id": "", "grant_type": "password", "scope": ""}
    assert ask(client, members, query="?grant_type=").status_code == 200
    assert_error(ask(client, {**members, "password": ""}), 422, "validation_failed")
    assert_error(ask(client, {**members, "grant_type": ""}), 400, "unsupported_grant_type")


@pytest.mark.parametrize("content_type", [FORM, JSON])
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?grant_type=password", "refresh_token"),
        ("?grant_type=refresh_token", "password"),
        ("?grant_type=x", "password"),
    ],
)
def test_two_grant_types_that_differ(client, right, content_type, query, named):
    """A password never comes by the lane of refreshes, which goes by the query."""
    response = ask(client, {**right, "grant_type": named}, content_type, query)
    assert_error(response, 400, "invalid_request")


@pytest.mark.parametrize(
    "more", [b"&email=a", b"&email=", b"&password=x", b"&grant_type=password", b"&a=1&a=2"]
)
def test_a_form_has_each_parameter_once(client, right, more):
    """RFC 6749 section 3.2."""
    body = urlencode({**right, "grant_type": "password"}).encode() + more
    assert_error(ask(client, body), 400, "invalid_request")
    assert not Session.objects.exists()


def test_the_query_has_one_grant_type(client, right):
    query = "?grant_type=password&grant_type=password"
    assert_error(ask(client, right, query=query), 400, "invalid_request")


@pytest.mark.parametrize("value", [1, True, ["password"], {"a": 1}, "implicit", None])
@pytest.mark.parametrize("query", ["", "?grant_type="])
def test_no_grant_type_of_ours(client, right, value, query):
    response = ask(client, {**right, "grant_type": value}, JSON, query)
    assert_error(response, 400, "unsupported_grant_type")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/vnd.a+json", FORM])
def test_a_json_object_is_read_whatever_it_says_it_is(client, right, content_type):
    """By curl it is a form, whatever it is, and by fetch it is text."""
    body = b"\n " + json.dumps({**right, "grant_type": "password"}).encode()
    assert ask(client, body, content_type).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", JSON, "multipart/form-data; boundary=x"]
)
def test_a_form_is_read_when_it_says_so(client, right, content_type):
    body = urlencode({**right, "grant_type": "password"}).encode()
    assert_error(ask(client, body, content_type), 400, "body_malformed")


@pytest.mark.parametrize(
    "body",
    [
        b"email=\xff",
        b"email=%ff",
        b"email=%ed%a0%80",
        b"&".join([b"a%d=" % n for n in range(1001)]),
    ],
)
def test_a_form_that_cannot_be_read(client, db, body):
    assert_error(ask(client, body, query="?grant_type=password"), 400, "body_malformed")


def test_a_password_is_read_to_the_letter(client, user):
    user.set_password("ü &=+%\u2603 {")
    user.save()
    members = {"grant_type": "password", "email": user.email, "password": "ü &=+%\u2603 {"}
    assert ask(client, members).status_code == 200
    assert ask(client, members, JSON).status_code == 200


def test_what_stands_in_the_query_is_no_credential(client, right):
    """A password in an address is kept in logs and histories: it is not read there."""
    query = f"?{urlencode({**right, 'grant_type': 'password'})}"
    assert_error(ask(client, b"a=b", query=query), 422, "validation_failed")
