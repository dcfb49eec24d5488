"""PostgreSQL on another host is spoken to encrypted, unless somebody says otherwise."""

from __future__ import annotations

import pytest

from config.databases import database
from tests.production import environment, manage

ELSEWHERE = ["db.example.com", "10.1.2.3", "[2001:db8::1]", "127.0.0.1,db.example.com"]
HERE = ["localhost", "127.0.0.1", "127.8.0.1", "[::1]", "%2Fvar%2Frun%2Fpostgresql", ""]


def options(host: str, query: str = "") -> dict:
    return database(f"postgres://u:p@{host}/name{query}")["OPTIONS"]


@pytest.fixture(autouse=True)
def nobody_said(monkeypatch):
    monkeypatch.delenv("PGSSLMODE", raising=False)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_to_another_host_it_is_required(host):
    assert options(host)["sslmode"] == "require"


@pytest.mark.parametrize("host", HERE)
def test_on_this_host_it_is_not(host):
    assert "sslmode" not in options(host)


def test_a_host_behind_the_url_counts():
    assert options("", "?host=db.example.com")["sslmode"] == "require"
    assert "sslmode" not in options("", "?host=/run/postgresql")


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-full"])
def test_what_is_said_holds(monkeypatch, mode):
    assert options("db.example.com", f"?sslmode={mode}")["sslmode"] == mode
    monkeypatch.setenv("PGSSLMODE", mode)
    assert "sslmode" not in options("db.example.com")


@pytest.mark.parametrize(
    ("query", "variables", "told"),
    [
        ("?sslmode=disable", {}, True),
        ("", {"PGSSLMODE": "prefer"}, True),
        ("", {}, False),
        ("?sslmode=verify-full", {}, False),
    ],
)
def test_check_tells_of_a_way_in_plain_text(query, variables, told):
    """It does not wait for a server that is not there: the URL says it."""
    replica = f"postgres://u:p@db.example.com:1/name{query}"
    env = environment(METRICS_DATABASE_URL=replica, **variables)
    done = manage("check", env=env)
    assert ("database “metrics”, on another host, may go unencrypted" in done.stderr) is told
    assert "u:p" not in done.stderr
