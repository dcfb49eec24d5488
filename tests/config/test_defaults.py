"""Every variable of docs/configuration.md: what it is without a word said, and how it is read."""

from __future__ import annotations

import ipaddress
from datetime import timedelta

import pytest

from adapters.jwt.keys import thumbprint
from tests.keys import ACTIVE_KEY, ACTIVE_PEM, new_key, public_pem


def test_the_defaults(read):
    found = read()
    assert found.debug is False
    assert found.csrf_trusted_origins == []
    assert found.cors_allowed_origins == []
    assert found.docs_frame_ancestors == ["https://admin.shellui.com"]
    assert found.metrics_database is None
    assert found.key_ring.active_kid == thumbprint(ACTIVE_KEY.public_key())
    assert len(found.key_ring.public_keys) == 1
    assert found.access_lifetime == timedelta(minutes=5)
    assert found.refresh_lifetime == timedelta(days=7)
    assert found.pat_lifetime == timedelta(days=90)
    assert found.log_level == "INFO"
    assert found.trusted_proxies == []


@pytest.mark.parametrize(
    ("name", "attribute", "text", "expected"),
    [
        ("ALLOWED_HOSTS", "allowed_hosts", " a.example, b.example ,", ["a.example", "b.example"]),
        ("JWT_ISSUER", "jwt_issuer", " https://i.example ", "https://i.example"),
        ("JWT_AUDIENCE", "jwt_audience", "a", "a"),
        ("LOG_LEVEL", "log_level", "debug", "DEBUG"),
        ("JWT_ACCESS_TOKEN_LIFETIME", "access_lifetime", "30s", timedelta(seconds=30)),
        ("JWT_REFRESH_TOKEN_LIFETIME", "refresh_lifetime", "2h", timedelta(hours=2)),
        ("PERSONAL_ACCESS_TOKEN_LIFETIME", "pat_lifetime", "365d", timedelta(days=365)),
        ("JWT_ACCESS_TOKEN_LIFETIME", "access_lifetime", " 5m ", timedelta(minutes=5)),
        (
            "CSRF_TRUSTED_ORIGINS",
            "csrf_trusted_origins",
            "https://a.example,https://*.b.example",
            ["https://a.example", "https://*.b.example"],
        ),
        (
            "CORS_ALLOWED_ORIGINS",
            "cors_allowed_origins",
            "https://a.example:8443,http://localhost:3000,https://admin.shellui.com",
            ["https://admin.shellui.com", "https://a.example:8443", "http://localhost:3000"],
        ),
        (
            "CORS_ALLOWED_ORIGINS",
            "cors_allowed_origins",
            "https://Shell.Example, http://[::1]:3000",
            ["https://admin.shellui.com", "https://shell.example", "http://[::1]:3000"],
        ),
        (
            "DOCS_FRAME_ANCESTORS",
            "docs_frame_ancestors",
            "https://a.example, http://localhost:5173",
            ["https://a.example", "http://localhost:5173"],
        ),
        (
            "TRUSTED_PROXY_IPS",
            "trusted_proxies",
            "10.0.0.7, 10.1.0.0/16, ::1",
            [ipaddress.ip_network(n) for n in ("10.0.0.7/32", "10.1.0.0/16", "::1/128")],
        ),
    ],
)
def test_how_a_variable_is_read(read, name, attribute, text, expected):
    assert getattr(read(**{name: text}), attribute) == expected


@pytest.mark.parametrize("name", ["DEBUG", "LOG_LEVEL", "JWT_KEY_ID", "METRICS_DATABASE_URL"])
def test_an_empty_variable_is_as_good_as_none(read, name):
    empty, none = read(**{name: ""}), read(**{name: None})
    assert (empty.debug, empty.log_level) == (none.debug, none.log_level)
    assert empty.key_ring.active_kid == none.key_ring.active_kid


def test_the_key_may_have_a_name_of_its_own(read):
    assert read(JWT_KEY_ID="2026-03").key_ring.active_kid == "2026-03"


def test_the_key_may_be_written_on_one_line(read):
    one_line = ACTIVE_PEM.strip().replace("\n", "\\n")
    assert read(JWT_PRIVATE_KEY=one_line).key_ring.active_kid == read().key_ring.active_kid


def test_previous_keys_still_verify(read):
    old = new_key()
    ring = read(JWT_PREVIOUS_PUBLIC_KEYS=public_pem(old).replace("\n", "\\n")).key_ring
    assert list(ring.public_keys) == [ring.active_kid, thumbprint(old.public_key())]


def test_sqlite(read):
    found = read(DATABASE_URL="sqlite:////srv/shellui/db.sqlite3").database
    assert "sqlite" in found["ENGINE"]
    assert found["NAME"] == "/srv/shellui/db.sqlite3"


def test_postgresql(read):
    found = read(DATABASE_URL="postgres://u:p%40ss@db.example:6543/name?sslmode=require").database
    assert "postgresql" in found["ENGINE"]
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", 6543, "name")
    assert (found["USER"], found["PASSWORD"]) == ("u", "p@ss")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "options" not in found["OPTIONS"], "PgBouncer refuses it"
    assert found["OPTIONS"]["connect_timeout"] == 3


def test_a_replica_for_the_collectors(read):
    found = read(METRICS_DATABASE_URL="postgres://u@replica.example/name").metrics_database
    assert found["HOST"] == "replica.example"


def test_nothing_secret_is_printed(read):
    shown = repr(
        read(
            DATABASE_URL="postgres://user:hunter2@h/n",
            METRICS_DATABASE_URL="postgres://user:hunter3@h/n",
        )
    )
    for secret in ("hunter2", "hunter3", "PRIVATE", "".join(chr(33 + n) for n in range(60))):
        assert secret not in shown
