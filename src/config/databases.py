"""From a database's URL to Django's settings for it."""

from __future__ import annotations

from typing import Any

import dj_database_url

from adapters.orm.postgresql.tls import is_elsewhere, mode_of

_SCHEMES = {"sqlite", "postgres", "postgresql"}

_SQLITE_OPTIONS: dict[str, Any] = {
    # A transaction takes the write lock when it begins: it waits its turn there, instead of
    # failing half-way when it turns from reading to writing.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Readers and the writer do not wait for each other.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
}
_POSTGRESQL_OPTIONS: dict[str, Any] = {
    "connect_timeout": 3,
    "application_name": "shellui-metrics",
    # A peer that is gone without a word is noticed within seconds, not after two hours.
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def database(url: str) -> dict[str, Any]:
    """Read a URL.

    Raises:
        ValueError: it is no SQLite or PostgreSQL URL. The message repeats nothing of it.
    """
    advice = "write sqlite:///path/to/file or postgres://user:password@host:5432/name"
    if url.partition(":")[0] not in _SCHEMES:
        raise ValueError(advice)
    try:
        parsed = dict(dj_database_url.parse(url))
    except ValueError:
        raise ValueError(advice) from None
    return _sqlite(parsed) if "sqlite" in str(parsed["ENGINE"]) else _postgresql(parsed)


def _sqlite(parsed: dict[str, Any]) -> dict[str, Any]:
    return {
        **parsed,
        "ENGINE": "adapters.orm.sqlite",
        "CONN_MAX_AGE": None,
        "OPTIONS": {**_SQLITE_OPTIONS},
    }


def _postgresql(parsed: dict[str, Any]) -> dict[str, Any]:
    if not parsed.get("NAME"):
        raise ValueError("write the database's name at the end: postgres://user@host:5432/name")
    options = {**_POSTGRESQL_OPTIONS, **(parsed.get("OPTIONS") or {})}
    if is_elsewhere(parsed) and not mode_of(parsed):
        options["sslmode"] = "require"
    return {
        **parsed,
        "ENGINE": "adapters.orm.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
