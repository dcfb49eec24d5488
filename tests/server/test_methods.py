"""Methods: HEAD and OPTIONS wherever GET is; what a route has not is 405, before anything else."""

from __future__ import annotations

import pytest

from tests.factories import PersonalAccessTokenFactory
from tests.helpers import people
from tests.helpers.answers import assert_error
from tests.tokens import bearer

PAT = "/api/v1/personal-access-tokens/1b671a64-40d5-491e-99b0-da01ff1f3341"
READ = "GET, HEAD, OPTIONS"
ROUTES = {
    "/api/v1/metrics": "GET",
    "/api/v1/metrics/all": "GET",
    "/api/v1/personal-access-tokens": f"{READ}, POST",
    PAT: READ,
    f"{PAT}/reissue": "POST",
    f"{PAT}/revoke": "POST",
    "/api/v1/token": "POST",
    "/api/v1/logout": "POST",
    "/api/v1/user": READ,
    "/api/openapi.json": READ,
    "/api/docs/": READ,
    "/api/docs/redoc/": READ,
    "/api/schema/": READ,
    "/.well-known/jwks.json": READ,
    "/health/live": READ,
    "/health/ready": READ,
}
PAGES = ["/tokens/", "/tokens/sign-in/"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD"]
CASES = [
    (url, method, allow)
    for url, allow in ROUTES.items()
    for method in METHODS
    if method not in allow.split(", ")
]


@pytest.mark.parametrize(("url", "method", "allow"), CASES)
def test_405_names_what_is_allowed(client, url, method, allow):
    response = client.generic(method, url)
    assert set(response["Allow"].split(", ")) == set(allow.split(", "))
    if method == "HEAD":
        assert (response.status_code, response.content) == (405, b"")
    else:
        assert_error(response, 405, "method_not_allowed")


def every_methods(allow: str) -> set[str]:
    return set(allow.split(", "))


@pytest.mark.parametrize("url", [url for url, allow in ROUTES.items() if READ in allow])
def test_options_says_what_is_allowed_and_needs_no_token(client, url):
    """Not even the database: without the ``db`` fixture any statement fails."""
    for headers in ({}, {"Authorization": "Bearer x"}):
        response = client.options(url, headers=headers)
        assert (response.status_code, response.content) == (204, b"")
        assert every_methods(response["Allow"]) == every_methods(ROUTES[url])
        assert "Content-Length" not in response.headers
        assert response["X-Request-ID"]
        assert response["X-Content-Type-Options"] == "nosniff"
        if url.startswith("/api/v1/"):
            assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", PAGES)
def test_the_pages_say_so_too(client, db, url):
    response = client.options(url)
    assert response.status_code == 204
    assert every_methods(response["Allow"]) == every_methods(f"{READ}, POST")
    response = client.put(url)
    assert response.status_code == 405
    assert every_methods(response["Allow"]) == every_methods(f"{READ}, POST")


@pytest.mark.parametrize("read_only", [True, False])
def test_head_is_get_without_the_body(client, company, read_only):
    """With its status and its headers, for whoever may GET, a read-only token among them."""
    user = people.owner_of(company)
    row = PersonalAccessTokenFactory(user=user, company=company)
    sent = people.pat_of(user, company, read_only=read_only)
    one = f"/api/v1/personal-access-tokens/{row.pk}"
    for url in (
        "/api/v1/user",
        "/api/v1/personal-access-tokens",
        one,
        "/api/openapi.json",
        "/health/ready",
    ):
        read, told = client.get(url, **sent), client.head(url, **sent)
        assert (told.status_code, told.content) == (200, b"")
        assert told["Content-Length"] == str(len(read.content))
        names = ("Content-Type", "Cache-Control", "X-Token-Expires-At")
        assert [told.get(n) for n in names] == [read.get(n) for n in names]


def test_head_is_judged_like_get(client, company):
    """By the same eyes, in the same order."""
    assert client.head("/api/v1/user").status_code == 401
    assert client.head("/api/v1/user", **bearer("a.b.c")).status_code == 401
    assert client.head(PAT, **people.owner(company)).status_code == 404
    assert client.head("/api/v1/nothing").status_code == 404
    assert client.head("/tokens/").status_code == 302


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_no_route_asks_a_program_for_a_csrf_token(method):
    """A program that errs gets the error, not Django's page about cookies."""
    from django.test import Client

    for url, allow in ROUTES.items():
        if method not in allow:
            response = Client(enforce_csrf_checks=True).generic(method, url)
            assert_error(response, 405, "method_not_allowed")


@pytest.mark.parametrize(
    "url", ["/api/v1/nothing", "/api/v1/metrics/", "/api/v1/metrics/1", "/api/nothing", "/nothing"]
)
def test_a_route_that_is_not_there_is_404_json(client, db, owner, url):
    assert_error(client.get(url, **owner), 404, "not_found")
