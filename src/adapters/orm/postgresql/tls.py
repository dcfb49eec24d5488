"""Whether the way to a PostgreSQL server is encrypted."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from typing import Any

_WITHOUT = {"disable", "allow", "prefer"}
"""Modes of libpq in which a server, or who stands in its way, can have plain text."""


def is_elsewhere(settings: Mapping[str, Any]) -> bool:
    """Whether a database's settings name another host than this one: no socket, no loopback."""
    host = str((settings.get("OPTIONS") or {}).get("host") or settings.get("HOST") or "")
    return not all(_is_here(name) for name in host.split(","))


def may_be_plain(settings: Mapping[str, Any]) -> bool:
    """Whether passwords and rows may go to another host unencrypted, as somebody asked for."""
    return is_elsewhere(settings) and mode_of(settings) in _WITHOUT


def mode_of(settings: Mapping[str, Any]) -> str:
    """The ``sslmode`` that somebody named in the URL, or in libpq's variable; "" for nobody."""
    return str((settings.get("OPTIONS") or {}).get("sslmode") or os.environ.get("PGSSLMODE", ""))


def _is_here(host: str) -> bool:
    if host in {"", "localhost"} or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
