"""What is judged before a route is chosen: in one place, in one order, without exceptions."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware

from adapters.server import failures
from adapters.server.cookies import cookies_of
from adapters.server.errors import https_required
from adapters.server.forwarded import Proxies
from adapters.server.unreadable import UnreadableHeaderError, header_unreadable, refuse_unreadable

Handler = Callable[[HttpRequest], HttpResponseBase]


MOST_QUERY = 4000
"""The most characters of a page's query string: each link on the page may repeat it."""


class Door:
    """Who speaks, whether it can be read, and to which host."""

    def __init__(self) -> None:
        self._proxies = Proxies(settings.TRUSTED_PROXY_NETWORKS)

    def refusal(self, request: HttpRequest) -> HttpResponseBase | None:
        """The answer to who is not let in. What a proxy says is in its place after that."""
        try:
            self._proxies.believe(request)
            request.COOKIES = cookies_of(request)
            refuse_unreadable(request)
            request.get_host()
        except UnreadableHeaderError as exc:
            return header_unreadable(exc)
        except DisallowedHost as exc:
            return failures.bad_request(request, exc)
        too_long = len(request.META.get("QUERY_STRING", "")) > MOST_QUERY
        return failures.address_too_long() if too_long and failures.is_for_people(request) else None


def refuse_plain_http(request: HttpRequest) -> HttpResponseBase | None:
    """A 403 for what came unencrypted, where that is not allowed: asked before any token is read.

    A program is not led to HTTPS: it would send its token in the clear for ever, and never know.
    """
    if not settings.HTTPS_REQUIRED or request.is_secure():
        return None
    return https_required()


class DoorMiddleware:
    """Judges who asks for a page.

    A route that says the same to everybody is not judged: a probe knows no name of ours. Nor is it
    sent to HTTPS, by ``SECURE_REDIRECT_EXEMPT``.
    """

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response
        self._door = Door()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer who is not let in."""
        refusal = self._door.refusal(request)
        if refusal is None or request.path in settings.OPEN_PATHS:
            return self._get_response(request)
        return refusal


class SlashMiddleware(CommonMiddleware):
    """Sends a reader whose address lacks its last slash there, and tells each answer's length.

    Only a reader: what is written to the wrong address would be lost on the way.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Nothing: the door has judged the host."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        """Whether the address is one of ours but for its slash."""
        return request.method in {"GET", "HEAD"} and super().should_redirect_with_slash(request)
