"""What a body holds beyond our fields is ignored (RFC 6749 section 3.2), and repeated nowhere."""

from __future__ import annotations

import json

import pytest

from tests.factories import PASSWORD
from tests.helpers import people
from tests.helpers.pats import created, reissue
from tests.helpers.sign_in import grant, sign_in
from tests.tokens import bearer

MORE = {
    "client_timezone": "Europe/Paris",
    "client_device_id": None,
    "scope": ["all"],
    "user_id": 1,
    "expires_at": "2030-01-01",
    "a": {"b": [{}]},
    "n" * 5000: 1,
}


@pytest.fixture
def user(company):
    return people.owner_of(company)


def test_by_a_sign_in_and_a_refresh(client, user):
    pair = grant(client, "password", {"email": user.email, "password": PASSWORD, **MORE})
    assert pair.status_code == 200
    body = {"refresh_token": pair.json()["refresh_token"], **MORE}
    assert grant(client, "refresh_token", body).status_code == 200


def test_by_a_token_s_creation_and_re_issue(client, user, company):
    who = people.session_of(user, company)
    row = created(client, who, name="x", **MORE)
    assert (row["name"], row["user_id"]) == ("x", user.pk)
    assert row["expires_at"] == "2026-06-16T12:00:00Z"
    assert reissue(client, who, row["id"], **MORE).status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", ""),
        ("", "application/json"),
        ('{"refresh_token": "another"}', "application/json"),
        (json.dumps(MORE), "application/json"),
        ("refresh_token=another&refresh_token=more", "application/x-www-form-urlencoded"),
        ("{", "application/json"),
        ("\xff", "text/plain"),
    ],
)
def test_by_signing_out_which_no_body_stops(client, user, body, content_type):
    """Who wants to be out is out."""
    arguments = bearer(sign_in(client, user.email).json()["access_token"])
    response = client.generic("POST", "/api/v1/logout", body, content_type, **arguments)
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert client.get("/api/v1/user", **arguments).status_code == 401
