"""Methods: what a route does not have is 405 with Allow, for everybody, before anything else."""

from __future__ import annotations

import pytest

from tests.helpers.answers import assert_error

ROUTES = {
    "/api/v1/metrics": "GET",
    "/api/v1/metrics/all": "GET",
    "/api/v1/personal-access-tokens": "GET, POST",
    "/api/v1/personal-access-tokens/1b671a64-40d5-491e-99b0-da01ff1f3341": "GET",
    "/api/v1/personal-access-tokens/1b671a64-40d5-491e-99b0-da01ff1f3341/reissue": "POST",
    "/api/v1/personal-access-tokens/1b671a64-40d5-491e-99b0-da01ff1f3341/revoke": "POST",
    "/api/v1/token": "POST",
    "/api/v1/logout": "POST",
    "/api/v1/user": "GET",
    "/api/openapi.json": "GET, HEAD",
    "/api/docs/": "GET, HEAD",
    "/.well-known/jwks.json": "GET, HEAD",
    "/health/live": "GET, HEAD",
    "/health/ready": "GET, HEAD",
}
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
