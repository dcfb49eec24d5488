"""CORS: a page of any origin may call the API with a token, none with cookies."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError

from adapters.orm.repositories.callers import OrmCallerDirectory
from adapters.server import asgi
from adapters.server.lanes import FullError, Lane
from tests.helpers.wire import scope_of
from tests.server.test_asgi import answer, part

ADMIN, LISTED = "https://admin.shellui.com", "https://app.test"
SHELL = "https://shell.nobody-knows.example"
URL, PATS = "/api/v1/metrics", "/api/v1/personal-access-tokens"
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
SENT = {"accept", "authorization", "content-type", "x-request-id"}
READ = {"www-authenticate", "retry-after", "x-request-id", "x-token-expires-at"}
STRANGERS = [
    "https://admin.shellui.com.attacker.example",
    "http://admin.shellui.com",
    "https://shellui.com",
    "null",
    "*",
    "https://ADMIN.shellui.com:444",
]


@pytest.fixture
def anybody(settings):
    """Without ``CORS_ALLOWED_ORIGINS``; the tests' own environment names one origin."""
    settings.CORS_ALLOWED_ORIGINS = []
    settings.CORS_ALLOW_ALL_ORIGINS = True


def preflight(client, origin, url=URL, method="GET"):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": ", ".join(sorted(SENT)),
    }
    return client.options(url, headers=headers)


def listed(response, name):
    return {item.strip() for item in response[f"Access-Control-{name}"].split(",")}


def assert_readable(response, origin):
    assert response["Access-Control-Allow-Origin"] == origin
    assert listed(response, "Expose-Headers") >= READ
    assert "origin" in response["Vary"].lower()
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("url", [URL, PATS, "/api/v1/token", "/api/v1/preferences"])
def test_a_preflight_is_answered_without_a_token(client, anybody, url, method):
    """ShellUI's shell asks for PUT too, and of routes that are not served yet."""
    response = preflight(client, SHELL, url, method)
    assert (response.status_code, response.content) == (200, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert listed(response, "Allow-Methods") == METHODS
    assert listed(response, "Allow-Headers") >= SENT
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", [SHELL, ADMIN, "http://localhost:5173", "null"])
def test_any_origin_reads_answers_and_errors(client, owner, anybody, origin):
    headers = {**owner["headers"], "Origin": origin}
    for url in (URL, f"{URL}/all", "/api/v1/nothing", f"{URL}?company_id=1", "/api/openapi.json"):
        assert_readable(client.get(url, headers=headers), "*")
    assert_readable(client.get(URL, headers={"Origin": origin}), "*")
    assert_readable(client.put(URL, headers=headers), "*")


@pytest.mark.parametrize("origin", [LISTED, ADMIN])
def test_a_list_narrows_it_to_its_origins_and_admin(client, owner, origin):
    headers = {**owner["headers"], "Origin": origin}
    for response in (preflight(client, origin), client.get(URL, headers=headers)):
        assert response["Access-Control-Allow-Origin"] == origin
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("origin", [SHELL, *STRANGERS])
def test_with_a_list_others_may_not(client, owner, origin):
    headers = {**owner["headers"], "Origin": origin}
    for response in (preflight(client, origin), client.get(URL, headers=headers)):
        assert "Access-Control-Allow-Origin" not in response.headers


def test_what_is_refused_before_any_route_may_be_read(client, owner, anybody):
    headers = {**owner["headers"], "Origin": SHELL}
    too_large = client.post(PATS, "x" * 70_000, content_type="text/plain", headers=headers)
    assert too_large.status_code == 413
    elsewhere = client.get(URL, headers={**headers, "Host": "elsewhere.example"})
    assert elsewhere.status_code == 400
    unreadable = client.get(URL, headers={**headers, "Authorization": "\xff"})
    assert unreadable.status_code == 401
    for response in (too_large, elsewhere, unreadable):
        assert_readable(response, "*")


def test_a_lost_database_may_be_read(client, owner, anybody, monkeypatch):
    def lost(*_arguments):
        raise OperationalError

    monkeypatch.setattr(OrmCallerDirectory, "session_facts", lost)
    response = client.get(URL, headers={**owner["headers"], "Origin": SHELL})
    assert response.status_code == 503
    assert_readable(response, "*")


class TestByTheServer:
    """Errors that the server makes itself, before Django is asked."""

    def ask(self, origin=SHELL, path=b"/api/v1/metrics"):
        scope = scope_of("POST", path, [(b"host", b"testserver"), (b"origin", origin.encode())])
        status, headers, body = answer(part(b"a", more=True), scope=scope, application=None)
        told = {name.decode().lower(): value.decode() for name, value in headers.items()}
        return status, json.loads(body)["code"], told

    @pytest.fixture
    def slow(self, monkeypatch):
        monkeypatch.setattr(asgi, "BODY_SECONDS", 0.0)

    def test_a_body_that_does_not_come(self, slow, anybody):
        status, code, told = self.ask()
        assert (status, code) == (408, "body_timeout")
        assert told["access-control-allow-origin"] == "*"
        assert "x-request-id" in told["access-control-expose-headers"]

    def test_a_list_counts_here_too(self, slow):
        assert self.ask(LISTED)[2]["access-control-allow-origin"] == LISTED
        assert "access-control-allow-origin" not in self.ask(SHELL)[2]

    def test_other_paths_are_nobody_elses(self, slow, anybody):
        assert "access-control-allow-origin" not in self.ask(path=b"/admin/login/")[2]

    def test_too_many_waiting(self, anybody, monkeypatch):
        async def full(*_):
            raise FullError

        monkeypatch.setattr(Lane, "run", full)
        scope = scope_of("GET", b"/api/v1/metrics", [(b"origin", SHELL.encode())])
        status, headers, _ = answer(part(b"", more=False), scope=scope, application=None)
        told = {name.decode().lower(): value.decode() for name, value in headers.items()}
        assert (status, told["access-control-allow-origin"]) == (503, "*")


@pytest.mark.parametrize(
    "url", ["/admin/login/", "/tokens/", "/health/live", "/api/docs/", "/api/docs/redoc/", "/"]
)
def test_pages_may_not_be_read_from_elsewhere(client, db, anybody, url):
    for response in (preflight(client, SHELL, url), client.get(url, headers={"Origin": SHELL})):
        assert "Access-Control-Allow-Origin" not in response.headers


def test_the_public_keys_may_be_read_by_anybody(client):
    """Also where a list narrows the API: they are public."""
    for headers in ({}, {"Origin": SHELL}, {"Origin": "null"}):
        response = client.get("/.well-known/jwks.json", headers=headers)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
