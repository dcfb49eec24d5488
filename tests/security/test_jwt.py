"""The table of attacks, in process: refused with the right code, and no query made."""

from __future__ import annotations

import itertools

import pytest
from django.conf import settings

from tests.helpers.answers import assert_error
from tests.keys import ACTIVE_KEY
from tests.security.claims import forge
from tests.security.jwt_attacks import attacks
from tests.service import NOON

PATHS = ("user", "metrics", "metrics/all", "personal-access-tokens")
FORGE = forge(
    key=ACTIVE_KEY,
    issuer=settings.ENVIRONMENT.jwt_issuer,
    audience=settings.ENVIRONMENT.jwt_audience,
    now=NOON,
)
ATTACKS = list(zip(attacks(FORGE), itertools.cycle(PATHS)))


def test_the_table_is_as_long_as_it_should_be():
    assert len(ATTACKS) >= 400


@pytest.mark.parametrize(
    ("attack", "path"), ATTACKS, ids=[f"{n}-{a.name}"[:60] for n, (a, _) in enumerate(ATTACKS)]
)
def test_is_refused_without_a_query(client, db, django_assert_num_queries, attack, path):
    headers = {} if attack.authorization is None else {"Authorization": attack.authorization}
    with django_assert_num_queries(0):
        response = client.get(f"/api/v1/{path}?{attack.query}", headers=headers)
    challenge = "" if attack.code == "token_missing" else "invalid_token"
    assert_error(response, 401, attack.code, challenge=challenge)


@pytest.mark.parametrize("kind", ["access", "pat"])
def test_the_forge_is_good_but_for_the_row(client, db, kind):
    """Else every attack above would be refused for the wrong reason."""
    token = FORGE.mine(getattr(FORGE, kind))
    response = client.get("/api/v1/user", headers={"Authorization": f"Bearer {token}"})
    unknown = "token_unknown" if kind == "pat" else "session_unknown"
    assert_error(response, 401, unknown, challenge="invalid_token")


@pytest.mark.parametrize("kind", ["access", "pat", "refresh"])
def test_no_jwt_refreshes_anything(client, db, django_assert_num_queries, kind):
    with django_assert_num_queries(0):
        response = client.post(
            "/api/v1/token?grant_type=refresh_token",
            {"refresh_token": FORGE.mine(getattr(FORGE, kind))},
            content_type="application/json",
        )
    assert_error(response, 401, "refresh_token_malformed", challenge="invalid_token")


@pytest.mark.parametrize("place", ["query", "form", "json", "cookie"])
def test_a_token_elsewhere_is_no_token(client, db, django_assert_num_queries, place):
    token = FORGE.mine(FORGE.access)
    if place == "cookie":
        client.cookies["access_token"] = token
    body = {"access_token": token}
    with django_assert_num_queries(0):
        if place in {"form", "json"}:
            kind = "application/json" if place == "json" else "application/x-www-form-urlencoded"
            data = body if place == "json" else f"access_token={token}"
            response = client.post("/api/v1/personal-access-tokens", data, content_type=kind)
        else:
            response = client.get("/api/v1/user", body if place == "query" else {})
    assert_error(response, 401, "token_missing", challenge="")
