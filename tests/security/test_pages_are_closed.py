"""Every HTML page: what a browser is told about it, and that it keeps to that itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.factories import (
    PASSWORD,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    StaffFactory,
)
from tests.helpers.doors import sit_down

SECRET = "the secret of a stack frame"
OPEN = ("/tokens/sign-in/", "/admin/nothing/", "/tokens/nothing/")
DOCS = ("/api/docs/", "/api/docs/redoc/")
UNFRAMED = (
    "/api/docs",
    "/api/openapi.json",
    "/api/schema/",
    "/api/v1/user",
    "/api/nothing",
    "/health/live",
    "/.well-known/jwks.json",
    "/nothing",
)
POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
}
_OUTSIDE = re.compile(r"(?:[a-z]+:)?//|javascript:|data:", re.IGNORECASE)


class Inline(HTMLParser):
    """Finds what the policy would stop: code and style in the page, and addresses outside."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        is_data = values.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in values and not is_data):
            self.found.append(tag)
        self.found += [
            f"{tag} {name}" for name in values if name.startswith("on") or name == "style"
        ]
        for name in ("src", "href", "action", "formaction"):
            if tag != "a" and _OUTSIDE.match(values.get(name) or ""):
                self.found.append(f"{tag} {name}={values[name]}")


def inline(response) -> list[str]:
    reader = Inline()
    reader.feed(response.content.decode())
    return reader.found


@pytest.fixture
def administrator(client, db):
    staff = StaffFactory(is_superuser=True)
    sit_down(client, staff)
    return PersonalAccessTokenFactory(user=staff, name="<script>alert(1)</script>")


@pytest.fixture
def somebody(client, db):
    place = OwnershipFactory()
    PersonalAccessTokenFactory(user=place.user, company=place.company, name="<img src=x onerror=a>")
    client.post("/tokens/sign-in/", {"email": place.user.email, "password": PASSWORD})


def assert_closed(response):
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in response["Content-Security-Policy"].split(";")
    )
    assert {name: policy[name] for name in POLICY} == POLICY
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in response
    assert "X-Powered-By" not in response
    if "html" in response["Content-Type"]:
        assert inline(response) == []


def framing(response):
    """Who may frame it, by the policy and by the older header."""
    ancestors = re.search(r"frame-ancestors ([^;]*)", response["Content-Security-Policy"])[1]
    return ancestors, response.headers.get("X-Frame-Options")


@pytest.mark.parametrize("path", DOCS)
def test_the_documentation_is_framed_by_whom_the_configuration_names(client, path):
    """X-Frame-Options knows no list: it is absent, so that it does not contradict."""
    response = client.get(path)
    assert framing(response) == ("https://admin.shellui.com", None)
    assert inline(response) == []


@pytest.mark.parametrize("path", UNFRAMED)
def test_nothing_else_is_framed_by_anybody(client, db, path):
    assert framing(client.get(path)) == ("'none'", "DENY")


@pytest.mark.parametrize("path", DOCS)
def test_what_is_not_the_documentation_itself_is_not_framed(client, path):
    assert framing(client.post(path)) == ("'none'", "DENY")


@pytest.mark.parametrize("path", OPEN)
def test_pages_for_everybody(client, db, path):
    assert_closed(client.get(path))


def test_pages_of_the_admin(client, administrator):
    index = client.get("/admin/")
    links = re.findall(rb'href="(/admin/shellui/[a-z]+/)"', index.content)
    assert len(set(links)) >= 4
    rows = [f"/admin/shellui/personalaccesstoken/{administrator.pk}/change/"]
    for path in ["/admin/", *(link.decode() for link in set(links)), *rows]:
        response = client.get(path, follow=True)
        assert response.status_code < 500
        assert_closed(response)
        assert b"<script>alert" not in response.content


@pytest.mark.parametrize(
    "path",
    [
        "/tokens/",
        "/tokens/new/",
        "/tokens/account/",
        "/tokens/account/password/",
        "/tokens/nothing/",
    ],
)
def test_pages_of_somebody(client, somebody, path):
    response = client.get(path)
    assert_closed(response)
    assert b"<img src=x" not in response.content


def test_a_form_without_its_token_is_refused(db):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    for path in ("/admin/logout/", "/tokens/sign-in/"):
        response = strict.post(path, {"email": "a@b.test", "password": "x"})
        assert response.status_code == 403
        assert response["X-Frame-Options"] == "DENY"
        assert b"Traceback" not in response.content


def test_the_api_needs_no_form_token_for_it_takes_no_cookie(client, administrator):
    """A browser that is signed in to the admin is nobody at the API."""
    for path in ("/api/v1/user", "/api/v1/metrics/all", "/api/v1/personal-access-tokens"):
        assert client.get(path).status_code == 401
    answer = client.post("/api/v1/personal-access-tokens", {}, content_type="application/json")
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/tokens/", "/api/v1/user", "/health/live"])
def test_a_failure_shows_nothing_of_the_code(client, somebody, monkeypatch, path):
    client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("django.http.request.HttpRequest.get_host", fail)
    monkeypatch.setattr("adapters.pages.guard.caller_at", fail)
    monkeypatch.setattr("api.bearer.bearer_token", fail)
    monkeypatch.setattr("adapters.server.discovery.JsonResponse", fail)
    response = client.get(path)
    assert response.status_code == 500
    for word in (SECRET, "Traceback", "RuntimeError", "site-packages", "/src/", "SETTINGS"):
        assert word.encode() not in response.content
