"""What proxies say of a request: who its client is, and over what it came; read from the right.

Each proxy adds to the right of what it was sent. So what stands furthest right is the word of the
proxy that speaks to us, and what stands left of a proxy's address is that proxy's word. Left of the
first address that is no trusted proxy's stands whatever the client made up.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.http import HttpRequest

from adapters.server.unreadable import UnreadableHeaderError
from domain.network import network_of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_FOR, _PROTO, _HOST = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"
_ENTRY = re.compile(
    r"""(?P<quote>"?)
        (?: \[ (?P<bracketed>[0-9A-Fa-f:.]+) \] (?: : [0-9]{1,5} )?
          | (?P<four>[0-9.]+) (?: : [0-9]{1,5} )?
          | (?P<bare>[0-9A-Fa-f:.]+) )
        (?P=quote)""",
    re.VERBOSE,
)
"""An address as proxies write it: alone, with a port, in brackets, quoted (RFC 7239 section 6)."""


class Proxies:
    """Those whose word is believed. Anybody else's is dropped."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        self._is_trusted = lru_cache(maxsize=1024)(self._read_and_compare)

    def believe(self, request: HttpRequest) -> None:
        """Make ``REMOTE_ADDR`` the client's, and the scheme the one that the nearest proxy names.

        A scheme that cannot be read is plain HTTP. What anybody says of the host is dropped: a
        cache in front would hand what one client made up to others.

        Raises:
            UnreadableHeaderError: what a trusted proxy itself wrote cannot be read.
        """
        said = {name: request.META.pop(name, None) for name in (_FOR, _PROTO, _HOST)}
        vars(request).pop("headers", None)  # read from META once, and kept
        if not self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            return
        if said[_PROTO] is not None:
            request.META[_PROTO] = _scheme(said[_PROTO])
        if said[_FOR] is not None:
            request.META["REMOTE_ADDR"] = self._client(said[_FOR])

    def network_of(self, environ: Mapping[str, Any]) -> str:
        """The network that a request comes from; what cannot be read is of the proxy's own."""
        address = str(environ.get("REMOTE_ADDR", ""))
        if _FOR in environ and self._is_trusted(address):
            with suppress(UnreadableHeaderError):
                address = self._client(environ[_FOR])
        return network_of(address)

    def _client(self, forwarded_for: str) -> str:
        """The first address from the right that no trusted proxy has, else the last one."""
        address = ""
        for entry in _from_the_right(forwarded_for):
            address = _address(entry)
            if not self._is_trusted(address):
                break
        if not address:
            raise UnreadableHeaderError("X-Forwarded-For")
        return address

    def _read_and_compare(self, text: str) -> bool:
        address = _parsed(text)
        return address is not None and any(address in network for network in self._networks)


def _from_the_right(text: str) -> list[str]:
    """The elements of a list; empty ones are none (RFC 9110 section 5.6.1.2)."""
    stripped = (entry.strip(" \t") for entry in reversed(text.split(",")))
    return [entry for entry in stripped if entry]


def _scheme(forwarded_proto: str) -> str:
    nearest = _from_the_right(forwarded_proto.lower())[:1]
    return "https" if nearest == ["https"] else "http"


def _address(entry: str) -> str:
    match = _ENTRY.fullmatch(entry)
    address = match and _parsed(match["bracketed"] or match["four"] or match["bare"])
    if not address:
        raise UnreadableHeaderError("X-Forwarded-For")
    return str(address)


def _parsed(text: str) -> Address | None:
    """An address; one of IPv4 in the form that a socket for both protocols shows is itself."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
