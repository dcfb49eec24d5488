"""When the database cannot be reached: 503 with Retry-After, never a trace, never HTML."""

from __future__ import annotations

import json
import logging

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.utils import InterfaceError, OperationalError

from tests.helpers.answers import assert_error
from tests.helpers.exposition import series_of, value

ROUTES = [
    ("GET", "/api/v1/metrics", None),
    ("GET", "/api/v1/metrics/all", None),
    ("GET", "/api/v1/user", None),
    ("POST", "/api/v1/logout", None),
    ("GET", "/api/v1/personal-access-tokens", None),
    ("POST", "/api/v1/personal-access-tokens", {}),
    ("POST", "/api/v1/token?grant_type=password", {"email": "a@b.test", "password": "p"}),
    ("GET", "/health/ready", None),
    ("GET", "/admin/", None),
]
SECRET = 'connection to server at "10.0.0.7", user "shellui" failed'


@pytest.fixture(params=[OperationalError, InterfaceError])
def fail(request):
    """Every statement fails, as it does when the server is gone."""

    def failing(execute, sql, params, many, context):
        raise request.param(SECRET)

    with connection.execute_wrapper(failing):
        yield


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[1])
def test_503_with_retry_after(client, staff, fail, route):
    method, url, body = route
    sent = "" if body is None else json.dumps(body)
    cookie = f"{settings.SESSION_COOKIE_NAME}={'a' * 32}"
    arguments = staff | {"headers": {**staff["headers"], "Cookie": cookie}}
    response = client.generic(method, url, sent, "application/json", **arguments)
    assert_error(response, 503, "database_unavailable")
    assert response["Retry-After"] == "5"
    assert SECRET.encode() not in response.content


def test_the_log_says_what_failed_and_no_more(client, staff, fail, caplog):
    client.get("/api/v1/metrics", **staff)
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert any("the database failed" in record.getMessage() for record in errors)
    assert SECRET not in caplog.text


def test_what_needs_no_database_goes_on(client, fail):
    for url in ("/health/live", "/.well-known/jwks.json", "/api/openapi.json", "/api/docs/"):
        assert client.get(url).status_code == 200
    assert_error(client.get("/api/v1/metrics"), 401, "token_missing", challenge="")


def test_a_connection_that_cannot_be_made(client, staff, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError(SECRET)

    with monkeypatch.context() as patched:
        patched.setattr(connections["default"], "ensure_connection", refuse)
        assert_error(client.get("/api/v1/metrics", **staff), 503, "database_unavailable")


def test_a_database_lost_during_the_scrape_costs_its_collectors_only(client, company, owner):
    """Authentication worked; each collector fails by itself, and the answer still says so."""
    statements = []

    def fail_after_one(execute, sql, params, many, context):
        statements.append(sql)
        if len(statements) > 1:
            raise OperationalError(SECRET)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail_after_one):
        found = series_of(client.get("/api/v1/metrics", **owner))
    for name in ("users", "tokens", "logins"):
        labels = {"collector": name, "company_id": str(company.pk)}
        assert value(found, "collector_success", **labels) == 0
