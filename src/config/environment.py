"""The environment, read once and validated: every fault is named, with its fix, in one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from adapters.jwt.keys import KeyFaultError, KeyRing, key_ring, parse_previous
from config import values
from config.databases import database
from config.development import (
    development_database,
    development_key,
    development_secret,
    was_made_up,
)
from domain.durations import duration

T = TypeVar("T")

ADMIN_ORIGIN = "https://admin.shellui.com"
"""ShellUI Admin may always call the API from a browser, and frames its documentation."""
_LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
_SECRET_LENGTH, _SECRET_DISTINCT = 50, 5  # Django's own measure of a strong one


class ConfigurationError(Exception):
    """The environment is not fit to run on.

    Attributes:
        faults: one sentence for each, naming the variable and the fix.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The configuration has faults:\n" + "\n".join(f"- {f}" for f in faults))
        self.faults = faults


@dataclass(frozen=True)
class Environment:
    """What the service runs on."""

    debug: bool
    secret_key: str = field(repr=False)
    allowed_hosts: list[str]
    base_url: str
    https_required: bool
    hsts: str
    csrf_trusted_origins: list[str]
    cors_allowed_origins: list[str]
    docs_frame_ancestors: list[str]
    database: dict[str, Any] = field(repr=False)
    metrics_database: dict[str, Any] | None = field(repr=False)
    key_ring: KeyRing = field(repr=False)
    jwt_issuer: str
    jwt_audience: str
    access_lifetime: timedelta
    refresh_lifetime: timedelta
    pat_lifetime: timedelta
    token_event_retention: timedelta
    log_level: str
    log_format: str
    trusted_proxies: list[values.Network]


class _Reader:
    """Reads variables and gathers the faults."""

    def __init__(self, environ: Mapping[str, str], *, debug: bool, local: Path) -> None:
        self._environ = environ
        self._debug = debug
        self._local = local
        self.faults: list[str] = []

    def read(self, name: str, parse: Callable[[str], T], default: str) -> T | None:
        """The parsed variable; None, with a fault noted, when it cannot be parsed."""
        text = self._environ.get(name, "").strip() or default
        try:
            return parse(text)
        except ValueError as exc:
            self.faults.append(f"{name} cannot be used: {exc}.")
            return None

    def required(self, name: str, fix: str, *, in_debug: Callable[[], str]) -> str:
        """The variable; without one ``in_debug()`` in DEBUG, else "" and a fault."""
        text = self._environ.get(name, "").strip()
        if self._debug:
            return text or self._made_up(name, in_debug)
        if not text:
            self.faults.append(f"{name} is not set: {fix}.")
        elif was_made_up(text, self._local):
            self.faults.append(f"{name} is the one that DEBUG made up: {fix}.")
        return text

    def _made_up(self, name: str, make: Callable[[], str]) -> str:
        try:
            return make()
        except OSError as exc:
            self.faults.append(
                f"{name} is not set, and none can be made up in {self._local}: {exc.strerror}."
            )
            return ""


def read_environment(environ: Mapping[str, str], *, local: Path) -> Environment:
    """Read everything.

    Args:
        environ: the process's environment.
        local: an ignored folder for what DEBUG makes up: the demo's SQLite file, and keys.

    Raises:
        ConfigurationError: naming each fault.
    """
    debug = _debug(environ)
    reader = _Reader(environ, debug=debug, local=local)
    parts = {**_web(reader, local), **_data(reader, local), **_tokens(reader, local)}
    if reader.faults:
        raise ConfigurationError(reader.faults)
    return Environment(debug=debug, **parts)


def _debug(environ: Mapping[str, str]) -> bool:
    try:
        return values.boolean(environ.get("DEBUG", "false"))
    except ValueError as exc:
        raise ConfigurationError([f"DEBUG cannot be used: {exc}."]) from None


def _web(reader: _Reader, local: Path) -> dict[str, Any]:
    hosts = reader.required(
        "ALLOWED_HOSTS",
        "write the host names of this service, separated by commas",
        in_debug=lambda: ",".join(_LOCAL_HOSTS),
    )
    secret = reader.required(
        "SECRET_KEY",
        f"write {_SECRET_LENGTH} random characters or more, the same on every host",
        in_debug=lambda: development_secret(local),
    )
    if secret and (len(secret) < _SECRET_LENGTH or len(set(secret)) < _SECRET_DISTINCT):
        reader.faults.append(
            f"SECRET_KEY is too weak: write {_SECRET_LENGTH} random characters or more."
        )
    trusted = reader.read("CSRF_TRUSTED_ORIGINS", values.trusted_origins, "") or []
    base = reader.read("BASE_URL", values.base_url, "")
    cors = reader.read("CORS_ALLOWED_ORIGINS", values.origins, "") or []
    return {
        "secret_key": secret,
        "allowed_hosts": values.listed(hosts),
        "base_url": base,
        "https_required": reader.read("HTTPS_REQUIRED", values.boolean, "true"),
        "hsts": reader.read("HSTS", values.hsts, "host"),
        "csrf_trusted_origins": list(filter(None, [base, *trusted])),
        "cors_allowed_origins": list(dict.fromkeys([ADMIN_ORIGIN, *cors])) if cors else [],
        "docs_frame_ancestors": reader.read("DOCS_FRAME_ANCESTORS", values.origins, ADMIN_ORIGIN),
        "log_level": reader.read("LOG_LEVEL", values.log_level, "INFO"),
        "log_format": reader.read("LOG_FORMAT", values.log_format, "text"),
        "trusted_proxies": reader.read("TRUSTED_PROXY_IPS", values.networks, ""),
    }


def _data(reader: _Reader, local: Path) -> dict[str, Any]:
    def optional(url: str) -> dict[str, Any] | None:
        return database(url) if url else None

    return {
        "database": _database(reader, local),
        "metrics_database": reader.read("METRICS_DATABASE_URL", optional, ""),
    }


def _database(reader: _Reader, local: Path) -> dict[str, Any] | None:
    """Without a word DEBUG has the demo's own file, and production none."""
    url = reader.required(
        "DATABASE_URL",
        "write sqlite:///path/to/file or postgres://user:password@host:5432/name",
        in_debug=lambda: development_database(local),
    )
    return reader.read("DATABASE_URL", database, url) if url else None


def _tokens(reader: _Reader, local: Path) -> dict[str, Any]:
    return {
        "key_ring": _key_ring(reader, local),
        "jwt_issuer": reader.required(
            "JWT_ISSUER",
            "write the URL that names who issues the tokens (claim iss)",
            in_debug=lambda: "https://auth.shellui.localhost",
        ),
        "jwt_audience": reader.required(
            "JWT_AUDIENCE",
            "write the name of who the tokens are for (claim aud)",
            in_debug=lambda: "shellui",
        ),
        "access_lifetime": reader.read("JWT_ACCESS_TOKEN_LIFETIME", duration, "5m"),
        "refresh_lifetime": reader.read("JWT_REFRESH_TOKEN_LIFETIME", duration, "7d"),
        "pat_lifetime": reader.read("PERSONAL_ACCESS_TOKEN_LIFETIME", duration, "90d"),
        "token_event_retention": reader.read("TOKEN_EVENT_RETENTION", duration, "400d"),
    }


def _key_ring(reader: _Reader, local: Path) -> KeyRing | None:
    pem = reader.required(
        "JWT_PRIVATE_KEY",
        "write an unencrypted PEM RSA key of 2048 bits or more: "
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072",
        in_debug=lambda: development_key(local),
    )
    kid = reader.read("JWT_KEY_ID", str, "") or None
    previous = reader.read("JWT_PREVIOUS_PUBLIC_KEYS", parse_previous, "")
    if not pem:
        return None
    try:
        return key_ring(pem, kid=kid, previous=previous or ())
    except KeyFaultError as exc:
        reader.faults.append(
            f"JWT_PRIVATE_KEY cannot be used: {exc}. Write a PEM RSA key of 2048 bits or more, "
            "with real or \\n newlines."
        )
        return None
