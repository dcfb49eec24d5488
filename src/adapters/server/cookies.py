"""Cookies by the names that the browser gave them."""

from __future__ import annotations

from django.core.handlers.wsgi import get_str_from_wsgi
from django.http import HttpRequest, parse_cookie

_SPACE = " \t"
"""What a browser takes off a name (RFC 6265bis section 5.6)."""


def cookies_of(request: HttpRequest) -> dict[str, str]:
    """The cookies, without those whose name is another one once Django has read it.

    A browser lets no other host and no other path set a cookie whose name begins with ``__Host-``.
    A name that begins with some other space, U+2000 say, does not begin with that: any sister host
    may set it. Django would take the space off, and have our cookie from a stranger.
    """
    header = get_str_from_wsgi(request.META, "HTTP_COOKIE", "")
    return parse_cookie(";".join(pair for pair in header.split(";") if _keeps_its_name(pair)))


def _keeps_its_name(pair: str) -> bool:
    name = pair.partition("=")[0]
    return name.strip() == name.strip(_SPACE)
