"""Every header of an answer under ``/api/v1/``, and that pages say the same where both say it."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client

from tests.factories import CompanyFactory
from tests.helpers import people

pytestmark = pytest.mark.django_db

PROXY = "10.9.8.7"
ORIGIN = "https://app.test"
ON_EVERY_ANSWER = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Request-ID": "of-the-test",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
OF_PAGES_TOO = set(ON_EVERY_ANSWER) - {"Cache-Control"}
HSTS = "Strict-Transport-Security"


def ask(method="GET", path="/api/v1/user", body=b"", *, peer=PROXY, **headers):
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    sent = {"X-Request-ID": "of-the-test", "Origin": ORIGIN, **named}
    arguments = {"headers": sent, "content_type": "application/json", "REMOTE_ADDR": peer}
    return Client().generic(method, path, body, **arguments)


def policy_of(response) -> set[str]:
    """Its directives, which come in any order."""
    return set(response["Content-Security-Policy"].split("; "))


def scraper() -> dict[str, str]:
    company = CompanyFactory()
    return people.pat_of(people.owner_of(company), company)["headers"]


ANSWERS = {
    "no token": (401, ask),
    "no route": (404, partial(ask, path="/api/v1/nothing")),
    "no such method": (405, partial(ask, "DELETE")),
    "methods asked for": (204, partial(ask, "OPTIONS")),
    "preflight": (200, partial(ask, "OPTIONS", Access_Control_Request_Method="GET")),
    "strange host": (400, partial(ask, Host="elsewhere.example")),
    "unreadable": (400, partial(ask, Host="a, b")),
    "too large": (413, partial(ask, "POST", "/api/v1/token", b" " * (64 * 1024 + 1))),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_has_every_header(kind):
    status, asked = ANSWERS[kind]
    response = asked()
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in ON_EVERY_ANSWER} == ON_EVERY_ANSWER
    assert policy_of(response) == POLICY
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert "origin" in response["Vary"]


@pytest.mark.parametrize("path", ["/api/v1/user", "/api/openapi.json", "/tokens/sign-in/"])
def test_pages_and_the_api_say_the_same(path):
    response = ask(path=path)
    same = {name: ON_EVERY_ANSWER[name] for name in OF_PAGES_TOO}
    assert {name: response.headers.get(name) for name in same} == same
    assert policy_of(response) == POLICY


def test_a_scrape_varies_by_what_it_was_chosen_by():
    response = ask(path="/api/v1/metrics", **scraper())
    assert response.status_code == 200
    assert response["Vary"] == "Accept, Accept-Encoding, origin"
    assert response["Content-Length"] == str(len(response.content))
    assert not response.cookies


@pytest.mark.parametrize("kind", ANSWERS)
def test_https_alone_is_asked_for_again(kind):
    """By whoever is trusted to say what it was; nobody keeps a promise that came in the clear."""
    _, asked = ANSWERS[kind]
    assert HSTS not in asked().headers
    assert HSTS in asked(X_Forwarded_Proto="https").headers
    assert HSTS not in asked(X_Forwarded_Proto="https", peer="10.1.1.1").headers
    assert HSTS not in asked(X_Forwarded_Proto="quick, ly").headers


def test_the_api_passes_by_what_serves_pages(settings):
    """Django's test client is sent the same way as the server's requests: it is in MIDDLEWARE."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name.startswith("adapters.")][:2]
    assert ask(path="/api/v1/metrics", **scraper()).status_code == 200
