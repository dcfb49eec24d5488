"""What is around the API: public keys and health."""

from __future__ import annotations

import jwt
import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.helpers import people
from tests.helpers.answers import assert_error
from tests.service import SERVICES

JWKS = "/.well-known/jwks.json"


@pytest.mark.parametrize("url", [JWKS, "/health/live"])
def test_neither_a_token_nor_the_database_is_needed(client, url):
    """Without the ``db`` fixture any statement fails."""
    assert client.get(url).status_code == 200
    assert client.head(url).status_code == 200


def test_ready_asks_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(2):  # for the table of migrations, and what is in it
        response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_is_not_before_the_migrations(client, db):
    """Asked each time: a database may be restored under a process that runs."""
    assert client.get("/health/ready").status_code == 200
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("shellui", "0001_initial")
    response = client.get("/health/ready")
    assert_error(response, 503, "migrations_pending")
    assert response["Retry-After"] == "5"
    assert "manage.py migrate" in response.json()["detail"]
    recorder.record_applied("shellui", "0001_initial")
    assert client.get("/health/ready").status_code == 200


def test_ready_is_not_on_an_empty_database(client, monkeypatch):
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _recorder: {})
    assert_error(client.get("/health/ready"), 503, "migrations_pending")


def test_migrations_of_newer_code_are_no_hindrance(client, db):
    """The old code goes on while the new one is rolled out."""
    MigrationRecorder(connection).record_applied("shellui", "9999_of_tomorrow")
    assert client.get("/health/ready").status_code == 200


def test_live(client):
    assert client.get("/health/live").json() == {"status": "ok"}


def test_the_keys_may_be_cached(client):
    assert client.get(JWKS)["Cache-Control"] == "public, max-age=900"


def test_the_keys_are_public_and_nothing_more(client):
    (key,) = client.get(JWKS).json()["keys"]
    assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}
    assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")


def test_any_token_of_ours_verifies_with_the_published_key(client, company):
    arguments = people.session_of(people.owner_of(company), company)
    token = arguments["headers"]["Authorization"].removeprefix("Bearer ")
    keys = jwt.PyJWKSet.from_dict(client.get(JWKS).json())
    header = jwt.get_unverified_header(token)
    assert header == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": SERVICES.sign_in.tokens.codec.ring.active_kid,
    }
    options = {"verify_exp": False, "verify_iat": False}
    jwt.decode(token, keys[header["kid"]], ["RS256"], audience="shellui-test", options=options)
