"""Errors that no route answers: the server's own, in the shape of the API's."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import InterfaceError, InternalError, OperationalError
from django.http import JsonResponse

DATABASE_FAILURES = (OperationalError, InterfaceError, InternalError)
"""The database is away, full, or takes no writes. None of it is the request's fault, or ours."""
DATABASE_RETRY_SECONDS = 5


def error(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None
) -> JsonResponse:
    """Build an error response, whole: no middleware need add to it."""
    response = JsonResponse({"detail": detail, "code": code}, status=status, headers=headers)
    response["Content-Length"] = str(len(response.content))
    response["X-Content-Type-Options"] = "nosniff"
    return response


def https_required() -> JsonResponse:
    """The 403 for a request of the API that came over plain HTTP."""
    return error(
        403,
        "https_required",
        "Use https://, and replace the token that was sent: it came unencrypted. A proxy in front "
        "has to send X-Forwarded-Proto: https, and be named in TRUSTED_PROXY_IPS.",
    )


def method_not_allowed(allow: str) -> JsonResponse:
    """A 405 that names what is allowed (RFC 9110 section 15.5.6)."""
    return error(405, "method_not_allowed", f"Use one of: {allow}.", headers={"Allow": allow})


def database_unavailable() -> JsonResponse:
    """A 503 that says when to come back."""
    return error(
        503,
        "database_unavailable",
        "The database cannot be reached. Try again in a few seconds.",
        headers={"Retry-After": str(DATABASE_RETRY_SECONDS)},
    )


def migrations_pending() -> JsonResponse:
    """A 503 while the database is not the one that this code was written for."""
    return error(
        503,
        "migrations_pending",
        "The database waits for its migrations. Run manage.py migrate.",
        headers={"Retry-After": str(DATABASE_RETRY_SECONDS)},
    )


def bad_request() -> JsonResponse:
    """A 400 for what is wrong before any route is asked."""
    return error(
        400,
        "bad_request",
        "The request is malformed. Check the Host header, the URL, the headers and the number of "
        "parameters.",
    )


def internal_error() -> JsonResponse:
    """A 500 that tells nothing but where to look."""
    return error(
        500,
        "internal_error",
        "Something failed here. Report it with the X-Request-ID of this answer.",
    )
