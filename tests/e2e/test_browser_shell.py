"""A shell on a domain that nobody knows calls the API from a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.browser import Window
from tests.e2e.service import OWNER, PASSWORD, Service

pytestmark = pytest.mark.e2e

ORIGIN = "https://shell.nobody-knows.example"
FETCH = """async ([url, method, token, body]) => {
  const headers = {...(token && {Authorization: `Bearer ${token}`}),
                   ...(body && {"Content-Type": "application/json"})};
  const answer = await fetch(url, {method, headers, body: body && JSON.stringify(body)});
  return {status: answer.status, id: answer.headers.get("X-Request-ID"), text: await answer.text()};
}"""


@pytest.fixture
def fetch(window: Window, service: Service):
    """``fetch`` of a page of that origin, made here."""
    page = window.page
    page.context.route(
        f"{ORIGIN}/**", lambda route: route.fulfill(body="", content_type="text/html")
    )
    page.goto(f"{ORIGIN}/")

    def sent(method: str, path: str, token: str = "", body: Any = None) -> dict[str, Any]:
        return dict(page.evaluate(FETCH, [f"{service.url}{path}", method, token, body]))

    yield sent
    window.watch.strangers[:] = [url for url in window.watch.strangers if url != f"{ORIGIN}/"]


def test_it_signs_in_asks_and_signs_out(fetch, window: Window):
    body = {"email": OWNER, "password": PASSWORD, "client_timezone": "Europe/Paris"}
    signed_in = fetch("POST", "/api/v1/token?grant_type=password", body=body)
    assert signed_in["status"] == 200
    token = window.page.evaluate("text => JSON.parse(text).access_token", signed_in["text"])
    assert '"user_metadata"' in fetch("GET", "/api/v1/user", token)["text"]
    assert "shellui_auth_company_users_total{" in fetch("GET", "/api/v1/metrics", token)["text"]
    refused = fetch("GET", "/api/v1/metrics/all", token)
    assert (refused["status"], "staff_required" in refused["text"]) == (403, True)
    assert fetch("PUT", "/api/v1/preferences", token, {"themeName": "x"})["status"] == 404
    assert fetch("POST", "/api/v1/logout", token)["status"] == 200
    ended = fetch("GET", "/api/v1/user", token)
    assert (ended["status"], "session_revoked" in ended["text"]) == (401, True)
    assert ended["id"]


def test_it_reads_what_is_too_large(fetch):
    """Refused before any route is asked."""
    answer = fetch("POST", "/api/v1/token", body={"email": "x" * 70_000})
    assert (answer["status"], "body_too_large" in answer["text"]) == (413, True)


def test_it_reads_the_public_keys(fetch):
    assert '"RS256"' in fetch("GET", "/.well-known/jwks.json")["text"]


def test_it_reads_no_page(fetch, window: Window):
    for path in ("/tokens/sign-in/", "/health/live"):
        with pytest.raises(Exception, match="Failed to fetch"):
            fetch("GET", path)
    assert len([text for text in window.watch.errors if "CORS policy" in text]) == 2
