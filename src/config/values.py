"""How single environment variables are read. Each raises ValueError with what to write instead."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HSTS = ("host", "subdomains", "preload")
_LOG_FORMATS = ("text", "json")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_BOOLEANS = {
    "true": True,
    "1": True,
    "yes": True,
    "false": False,
    "0": False,
    "no": False,
    "": False,
}


def boolean(text: str) -> bool:
    """Read ``true`` or ``false``."""
    try:
        return _BOOLEANS[text.strip().lower()]
    except KeyError:
        raise ValueError("write true or false") from None


def listed(text: str) -> list[str]:
    """Read a list separated by commas."""
    return [item for item in (part.strip() for part in text.split(",")) if item]


def networks(text: str) -> list[Network]:
    """Read addresses and networks: ``10.0.0.7, 10.1.0.0/16, ::1``."""
    return [_network(item) for item in listed(text)]


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("write addresses or networks such as 10.0.0.7, 10.1.0.0/16") from None


def origins(text: str) -> list[str]:
    """Read origins (RFC 6454) as a browser writes them: scheme, host and port, in lower case."""
    return _each_origin(text, _is_origin)


def base_url(text: str) -> str:
    """Read the address that people and programs find the service at: an origin, or nothing."""
    found = text.lower().rstrip("/")
    if found and not _is_origin(found):
        raise ValueError("write it without a path: https://metrics.example.com")
    return found


def hsts(text: str) -> str:
    """Read for whom HTTPS is promised to browsers: ``host``, ``subdomains`` or ``preload``."""
    return _one_of(_HSTS, text.strip().lower())


def trusted_origins(text: str) -> list[str]:
    """Like ``origins``; Django also understands ``https://*.example.com``."""
    return _each_origin(text, lambda item: _is_origin(item.replace("://*.", "://", 1)))


def _each_origin(text: str, is_one: Callable[[str], bool]) -> list[str]:
    found = listed(text.lower())
    if not all(is_one(item) for item in found):
        raise ValueError(
            "write origins as a browser does: https://admin.example.com, without a path and "
            "without the port that the scheme has anyway"
        )
    return found


def _is_origin(text: str) -> bool:
    """Whether it is one, down to the last character: it is written into headers as it is."""
    if _ORIGIN.fullmatch(text) is None:
        return False
    try:
        return urlsplit(text).port not in {0, _DEFAULT_PORTS[urlsplit(text).scheme]}
    except ValueError:
        return False


def log_level(text: str) -> str:
    """Read the name of a logging level."""
    return _one_of(_LOG_LEVELS, text.strip().upper())


def log_format(text: str) -> str:
    """Read ``text`` or ``json``."""
    return _one_of(_LOG_FORMATS, text.strip().lower())


def _one_of(words: Sequence[str], word: str) -> str:
    if word not in words:
        raise ValueError(f"write one of {', '.join(words)}")
    return word
