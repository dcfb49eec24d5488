"""A 422 says what the field takes, in its message and in the ``detail`` that Admin shows."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.helpers.answers import assert_error
from tests.helpers.pats import URL

PATS, TOKEN = URL, "/api/v1/token?grant_type="
REISSUE = f"{URL}/{uuid.uuid4()}/reissue"
GOOD = {"email": "a@example.test", "password": "p"}
MOST_ID = 2**63 - 1
BOUNDS = [
    *((PATS, {"name": v}, "name", "at most 200 characters") for v in ("n" * 201, 1, None)),
    *((PATS, {"expires_in": v}, "expires_in", "from 1 to 7776000") for v in (0, -1, 7776001)),
    *(
        (REISSUE, {"overlap_seconds": v}, "overlap_seconds", "from 0 to 86400")
        for v in (-1, 86401, "60", 1.5, True, None, 10**30, 1e300)
    ),
    *(
        (f"{TOKEN}password", {**GOOD, "email": v}, "email", "from 1 to 254 characters")
        for v in ("", "a" * 255, 1, None)
    ),
    *(
        (f"{TOKEN}password", {**GOOD, "password": v}, "password", "from 1 to 1024 characters")
        for v in ("", "p" * 1025, ["p"])
    ),
    *(
        (f"{TOKEN}password", {**GOOD, "company_id": v}, "company_id", f"from 1 to {MOST_ID}")
        for v in (0, 2**63, "1", 1.5, True)
    ),
    *(
        (f"{TOKEN}refresh_token", {"refresh_token": v}, "refresh_token", "from 1 to 65536 char")
        for v in ("", 1, None)
    ),
]
OTHERS = [
    ({"read_only": "true"}, "read_only: write true or false"),
    ({"access_global_metrics": 1}, "access_global_metrics: write true or false"),
    ({"expires_in": "60"}, "expires_in: write a whole number of seconds"),
    ({"name": "a\x00b"}, "name: write one line"),
    ([], "body: send a JSON object"),
    (None, "body: send a JSON object"),
]


def post(client, who, url, body):
    return client.post(url, json.dumps(body), content_type="application/json", **who)


@pytest.mark.parametrize("case", BOUNDS)
def test_the_bound_is_said(client, owner, case):
    url, body, field, bound = case
    answer = assert_error(post(client, owner, url, body), 422, "validation_failed")
    [fault] = answer["errors"]
    assert fault["loc"] == ["body", field]
    assert bound in fault["msg"]
    assert f"{field}: {fault['msg']}" in answer["detail"]


def test_every_bound_of_the_document_is_one_of_these(client):
    """A field with a bound that is not in the table above is a new one: it needs its line."""
    document = client.get("/api/openapi.json").json()
    token = document["paths"]["/api/v1/token"]["post"]["requestBody"]["content"]
    schemas = [
        document["components"]["schemas"]["PatIn"],
        document["components"]["schemas"]["ReissueIn"],
        *token["application/json"]["schema"]["anyOf"],
    ]
    bounded = {
        name
        for schema in schemas
        for name, field in schema["properties"].items()
        if any(word in json.dumps(field) for word in ("maxLength", "maximum"))
    }
    assert bounded == {field for _, _, field, _ in BOUNDS}


@pytest.mark.parametrize(("body", "words"), OTHERS)
def test_what_has_no_bound_says_what_it_takes(client, owner, body, words):
    answer = assert_error(post(client, owner, PATS, body), 422, "validation_failed")
    assert words in answer["detail"]


def test_several_faults_are_told_at_once(client, db):
    answer = assert_error(post(client, {}, f"{TOKEN}password", {}), 422, "validation_failed")
    assert answer["detail"] == "Correct this: email: it is missing; password: it is missing."
