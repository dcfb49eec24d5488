"""Headers that every answer under ``/api/v1/`` carries, whatever it is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.helpers import people
from tests.service import NOON

SANE = ["a", "trace-1.2_3", "0" * 128]
INSANE = ["", " ", "a b", "a,b", "0" * 129, "<script>", "é", "a;b", "x\x7f", "a/b"]
MADE_UP = re.compile(r"[0-9a-f]{32}")


def answers(client: Client, owner) -> list:
    post = {"content_type": "application/json", **owner}
    url = "/api/v1/personal-access-tokens"
    return [
        client.get("/api/v1/metrics", **owner),
        client.post(url, "{}", **post),
        client.get("/api/v1/metrics?company_id=1", **owner),
        client.get("/api/v1/metrics"),
        client.get("/api/v1/metrics/all", **owner),
        client.get("/api/v1/nothing"),
        client.put("/api/v1/metrics"),
        client.post(url, "x" * 70_000, **post),
        client.post(url, '{"a": 1}', **post),
        client.options("/api/v1/metrics", headers={"Origin": "https://app.test"}),
    ]


def test_nothing_is_kept_in_a_cache(client, owner):
    for response in answers(client, owner):
        assert response["Cache-Control"] == "no-store", response.status_code


def test_a_preflight_is_not_kept_either(client):
    headers = {"Origin": "https://app.test", "Access-Control-Request-Method": "GET"}
    assert client.options("/api/v1/metrics", headers=headers)["Cache-Control"] == "no-store"


def test_every_answer_has_a_request_id_of_its_own(client, owner):
    ids = [response["X-Request-ID"] for response in answers(client, owner)]
    assert all(MADE_UP.fullmatch(one) for one in ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("url", ["/api/v1/metrics", "/health/live", "/.well-known/jwks.json", "/x"])
@pytest.mark.parametrize("sent", SANE)
def test_a_sane_request_id_is_echoed(client, url, sent):
    assert client.get(url, headers={"X-Request-ID": sent})["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", INSANE)
def test_any_other_request_id_is_replaced(client, sent):
    answer = client.get("/api/v1/metrics", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert MADE_UP.fullmatch(answer)


def test_a_pat_s_bearer_is_told_when_it_ends(client, company):
    expires_at = NOON + timedelta(hours=5)
    arguments = people.pat_of(people.owner_of(company), company, expires_at=expires_at)
    for url in ("/api/v1/metrics", "/api/v1/metrics/all", "/api/v1/user"):
        assert client.get(url, **arguments)["X-Token-Expires-At"] == "2026-03-18T17:00:00Z"


def test_a_session_s_bearer_is_not(client, owner):
    assert "X-Token-Expires-At" not in client.get("/api/v1/metrics", **owner).headers


def test_no_cookie_is_set(client, owner):
    for response in answers(client, owner):
        assert not response.cookies
