"""The bearer token: taken from the Authorization header and from nowhere else (RFC 6750, 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from ninja.security.base import AuthBase

from api.services import Services
from domain.callers.caller import Caller
from domain.events.event import Means, Origin

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

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def __call__(self, request: HttpRequest) -> Caller:
        """Authenticate the request.

        Raises:
            TokenRejectedError: no token, or a bad one.
        """
        token = bearer_token(request.headers.get("Authorization", ""))
        caller = self._services.authenticate(
            token, now=self._services.now(), origin=origin_of(request)
        )
        cast("AuthenticatedRequest", request).auth = caller
        return caller


def origin_of(request: HttpRequest) -> Origin:
    """Where a request to the API came from."""
    return Origin(Means.API, request.META.get("REMOTE_ADDR", ""))


def bearer_token(authorization: str) -> str | None:
    """The credentials of an Authorization header with the Bearer scheme, else None."""
    scheme, _, token = authorization.partition(" ")
    return token.strip(" ") or None if scheme.lower() == "bearer" else None


def caller_of(request: HttpRequest) -> Caller:
    """The caller whom ``bearerAuth`` let in."""
    return cast("AuthenticatedRequest", request).auth
