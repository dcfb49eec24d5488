"""What is around the API: public keys and health."""

from __future__ import annotations

import jwt
import pytest

from tests.helpers import people
from tests.service import SERVICES

JWKS = "/.well-known/jwks.json"


@pytest.mark.parametrize("url", [JWKS, "/health/live"])
def test_neither_a_token_nor_the_database_is_needed(client, url):
    """Without the ``db`` fixture any statement fails."""
    assert client.get(url).status_code == 200
    assert client.head(url).status_code == 200


def test_ready_asks_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


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
