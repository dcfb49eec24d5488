"""CORS: ShellUI Admin, and the origins of the configuration, may call with a token, no cookies."""

from __future__ import annotations

import pytest

ALLOWED = ["https://admin.shellui.com", "https://app.test"]
OTHERS = [
    "https://admin.shellui.com.attacker.example",
    "http://admin.shellui.com",
    "https://shellui.com",
    "null",
    "*",
    "https://ADMIN.shellui.com:444",
]
URL = "/api/v1/metrics"


def preflight(client, origin: str, url: str = URL, method: str = "GET"):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    return client.options(url, headers=headers)


@pytest.mark.parametrize("origin", ALLOWED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_preflight_is_answered_without_a_token(client, origin, method):
    response = preflight(client, origin, method=method)
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == origin
    assert method in response["Access-Control-Allow-Methods"].split(", ")
    allowed = response["Access-Control-Allow-Headers"].split(", ")
    assert {"authorization", "content-type"} <= set(allowed)


@pytest.mark.parametrize("origin", ALLOWED)
def test_no_credentials_but_the_token(client, origin, owner):
    for response in (preflight(client, origin), client.get(URL, headers={"Origin": origin})):
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", ALLOWED)
def test_answers_and_errors_may_be_read(client, owner, origin):
    headers = {**owner["headers"], "Origin": origin}
    for url in (URL, f"{URL}/all", "/api/v1/nothing", f"{URL}?company_id=1", "/api/openapi.json"):
        response = client.get(url, headers=headers)
        assert response["Access-Control-Allow-Origin"] == origin
        exposed = set(response["Access-Control-Expose-Headers"].split(", "))
        assert {"www-authenticate", "retry-after", "x-request-id"} <= exposed
        assert "origin" in response["Vary"].lower()


def test_a_body_that_is_too_large_may_be_read(client, owner):
    headers = {**owner["headers"], "Origin": ALLOWED[0]}
    url = "/api/v1/personal-access-tokens"
    response = client.post(url, "x" * 70_000, content_type="text/plain", headers=headers)
    assert response.status_code == 413
    assert response["Access-Control-Allow-Origin"] == ALLOWED[0]


@pytest.mark.parametrize("origin", OTHERS)
def test_other_origins_may_not(client, owner, origin):
    headers = {**owner["headers"], "Origin": origin}
    for response in (preflight(client, origin), client.get(URL, headers=headers)):
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("url", ["/admin/login/", "/health/live", "/.well-known/jwks.json"])
def test_only_the_api_may_be_called(client, db, url):
    response = preflight(client, ALLOWED[0], url)
    assert "Access-Control-Allow-Origin" not in response.headers
