"""Which request waits where: passwords wait for passwords, and nothing else does."""

from __future__ import annotations

import pytest

from adapters.server.asgi import environment_of
from adapters.server.lanes import Lanes
from tests.helpers.wire import scope_of

FORM = "application/x-www-form-urlencoded"
LANES = Lanes(threads=1)


def waits_with_passwords(method: str, target: str, body: str) -> bool:
    environ = environment_of(scope_of(method, target.encode()), body.encode())
    return LANES.of(environ) is LANES._password


REFRESHES = [
    ("?grant_type=refresh_token", '{"refresh_token": "abc-_"}'),
    ("", '{"grant_type": "refresh_token", "refresh_token": "abc-_"}'),
    ("", "grant_type=refresh_token&refresh_token=abc-_"),
    ("?company=1&grant_type=refresh_token", '{"refresh_token": "abc-_"}'),
    ("?grant_type=refresh_token", "refresh_token=abc&client_timezone=Europe%2FBerlin"),
]


@pytest.mark.parametrize(("query", "body"), REFRESHES)
def test_a_refresh_does_not_wait_behind_passwords_however_it_names_its_grant(query, body):
    assert not waits_with_passwords("POST", f"/api/v1/token{query}", body)


PASSWORDS = [
    ("?grant_type=password", '{"email": "a@b.test", "password": "x"}'),
    ("", '{"grant_type": "password", "email": "a@b.test", "password": "x"}'),
    ("", '{"grant_type": "pass\\u0077ord", "email": "a@b.test", "pass\\u0077ord": "x"}'),
    ("", "grant_type=pass%77ord&email=a&pass%77ord=x"),
]


@pytest.mark.parametrize(("query", "body"), PASSWORDS)
def test_a_password_waits_however_it_is_spelled(query, body):
    assert waits_with_passwords("POST", f"/api/v1/token{query}", body)


@pytest.mark.parametrize(
    "path", ["/tokens/sign-in/", "/tokens/confirm/", "/tokens/account/password/"]
)
def test_a_page_with_a_password_waits_whatever_its_query_says(path):
    body = "username=a&password=x"
    assert waits_with_passwords("POST", f"{path}?grant_type=refresh_token", body)
    assert not waits_with_passwords("GET", path, "")
