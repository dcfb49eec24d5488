"""Bad bodies of ``POST /api/v1/token``: an error in the API's one shape, and nothing written."""

from __future__ import annotations

import json

import pytest

from adapters.orm.models import LoginTally, Session, SignInBucket
from tests.helpers.answers import assert_error

GOOD = {"email": "a@example.test", "password": "p"}
PASSWORD_BODIES = {
    "no e-mail": {"password": "p"},
    "no password": {"email": "a@example.test"},
    "e-mail of another type": {**GOOD, "email": 1},
    "null": {**GOOD, "password": None},
    "a list": {**GOOD, "password": ["p"]},
    "empty": {**GOOD, "password": ""},
    "e-mail too long": {**GOOD, "email": "a" * 255},
    "password too long": {**GOOD, "password": "p" * 1025},
    "NUL": {**GOOD, "email": "a\x00@example.test"},
    "company as text": {**GOOD, "company_id": "1"},
    "company as a fraction": {**GOOD, "company_id": 1.5},
    "company as a flag": {**GOOD, "company_id": True},
    "company too large": {**GOOD, "company_id": 2**63},
    "company below one": {**GOOD, "company_id": 0},
    "an array": [GOOD],
    "a number": 1,
    "null document": None,
}
REFRESH_BODIES = {
    "nothing": {},
    "a number": {"refresh_token": 1},
    "empty": {"refresh_token": ""},
}
MALFORMED = [b"", b"{", b"\xff\xfe", b'{"email": "\xff"}', b"[" * 60_000, b"email=a&password=b"]
CASES = [
    *(("password", body, name) for name, body in PASSWORD_BODIES.items()),
    *(("refresh_token", body, name) for name, body in REFRESH_BODIES.items()),
]


def post(client, grant_type: str, body: bytes):
    url = f"/api/v1/token?grant_type={grant_type}"
    return client.post(url, body, content_type="application/json")


@pytest.fixture(autouse=True)
def _nothing_is_written(db):
    yield
    assert not Session.objects.exists()
    assert not LoginTally.objects.exists()
    assert not SignInBucket.objects.exists()


@pytest.mark.parametrize(
    ("grant_type", "body"), [pytest.param(g, b, id=f"{g}: {n}") for g, b, n in CASES]
)
def test_a_wrong_field_is_named(client, grant_type, body):
    answer = assert_error(
        post(client, grant_type, json.dumps(body).encode()), 422, "validation_failed"
    )
    assert all(set(item) == {"loc", "msg", "type"} for item in answer["errors"])
    assert all(item["loc"][0] == "body" for item in answer["errors"])


def test_the_answer_repeats_nothing_that_was_sent(client):
    body = {"email": "a@example.test", "password": ["hunter2"], "hunter3": 1}
    response = post(client, "password", json.dumps(body).encode())
    assert response.status_code == 422
    assert b"hunter2" not in response.content


@pytest.mark.parametrize("grant_type", ["password", "refresh_token"])
@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body)[:40])
def test_what_is_no_json_is_malformed(client, grant_type, body):
    assert_error(post(client, grant_type, body), 400, "body_malformed")


@pytest.mark.parametrize("size", [64 * 1024 + 1, 10 * 1024 * 1024])
def test_a_body_over_64_kib_is_too_large(client, size):
    assert_error(post(client, "password", b" " * size), 413, "body_too_large")


def test_a_body_of_64_kib_is_read(client):
    body = json.dumps(GOOD | {"password": ""}).encode()
    assert post(client, "password", body + b" " * (64 * 1024 - len(body))).status_code == 422
