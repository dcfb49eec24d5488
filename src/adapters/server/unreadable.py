"""Headers that the service decides by: one that cannot be read is refused, not taken for absent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from adapters.server.errors import error

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


class UnreadableHeaderError(Exception):
    """A header that decides something was sent, and nobody can say what is in it.

    Attributes:
        name: the header's.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def header_unreadable(exc: UnreadableHeaderError) -> JsonResponse:
    """The 400 that names the header."""
    return error(
        400,
        "header_unreadable",
        f"The {exc.name} header cannot be read. Send it once, and as its standard has it.",
    )


def refuse_unreadable(request: HttpRequest) -> None:
    """Look at each header that decides, the bearer's credential aside: that one is a 401.

    Raises:
        UnreadableHeaderError: the first of them that cannot be read.
    """
    for name, (key, is_readable) in _DECIDING.items():
        if not is_readable(request.META.get(key, "")):
            raise UnreadableHeaderError(name)
    ours = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    if not all(request.COOKIES.get(cookie, "").isascii() for cookie in ours):
        raise UnreadableHeaderError("Cookie")


def _is_one_value(text: str) -> bool:
    """Two fields of one name arrive as a list (RFC 9110 section 5.3): which one would count?"""
    return text.isascii() and "," not in _QUOTED.sub("", text)


def _is_utf8(text: str) -> bool:
    """What browsers send: another site's cookie may stand beside ours, in any script."""
    try:
        text.encode("latin-1").decode()
    except ValueError:
        return False
    return True


def _is_framing(text: str) -> bool:
    """Whatever else a body were coded with (RFC 9112 section 6.1), nobody here would decode."""
    return text.lower() in {"", "chunked"}


_DECIDING: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "Host": ("HTTP_HOST", _is_one_value),
    "Content-Type": ("CONTENT_TYPE", _is_one_value),
    "Transfer-Encoding": ("HTTP_TRANSFER_ENCODING", _is_framing),
    "Cookie": ("HTTP_COOKIE", _is_utf8),
}
