"""The bearer token: taken from the Authorization header and from nowhere else (RFC 6750, 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from ninja.security.base import AuthBase

from domain.callers.caller import Caller
from domain.events.event import Means, Origin
from domain.services import Services
from domain.tokens.rejection import Rejection, TokenRejectedError

if TYPE_CHECKING:

    class AuthenticatedRequest(HttpRequest):
        """A request that passed ``bearerAuth``."""

        auth: Caller


class bearerAuth(AuthBase):  # noqa: N801 - Ninja makes the class's name the security scheme's
    """Puts the caller into ``request.auth``, or raises: it is never falsy."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_bearerFormat = "JWT"  # noqa: N815 - OpenAPI's spelling
    openapi_description = "A session's access token or a personal access token."

    def __init__(self, services: Services, *checks: Callable[[HttpRequest], None]) -> None:
        """Build it.

        Args:
            services: authenticates.
            checks: of the request itself, each raising its error. They come behind the token, and
                before anything else of the request is read.
        """
        super().__init__()
        self._services = services
        self._checks = checks

    def __call__(self, request: HttpRequest) -> Caller:
        """Authenticate the request.

        Raises:
            TokenRejectedError: no credential, or a bad one.
            Exception: whatever a check raises.
        """
        token = bearer_token(request.META.get("HTTP_AUTHORIZATION", ""))
        caller = self._services.authenticate(
            token, now=self._services.now(), origin=origin_of(request)
        )
        cast("AuthenticatedRequest", request).auth = caller
        for check in self._checks:
            check(request)
        return caller


def origin_of(request: HttpRequest) -> Origin:
    """Where a request to the API came from."""
    return Origin(Means.API, request.META.get("REMOTE_ADDR", ""))


def bearer_token(authorization: str) -> str | None:
    """The token of an Authorization header, None without one (RFC 6750 section 2.1).

    Raises:
        TokenRejectedError: a credential was sent, and it is no bearer token.
    """
    if not authorization:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip(" "):
        raise TokenRejectedError(Rejection.MALFORMED)
    return token.strip(" ")


def caller_of(request: HttpRequest) -> Caller:
    """The caller whom ``bearerAuth`` let in."""
    return cast("AuthenticatedRequest", request).auth
