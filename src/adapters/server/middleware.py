"""Around every request: its limits, its caching, and errors in one shape."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from adapters.server.errors import (
    DATABASE_FAILURES,
    bad_request,
    database_unavailable,
    error,
    internal_error,
)
from domain.callers.caller import Caller, PatCredential

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]

MAX_BODY_BYTES = 64 * 1024


class NoStoreMiddleware:
    """No answer under ``/api/v1/`` is kept in a cache, whoever gives it: it stands outermost."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say so."""
        response = self._get_response(request)
        if request.path.startswith("/api/v1/"):
            response["Cache-Control"] = "no-store"
        return response


class ApiMiddleware:
    """Everything under ``/api/`` is bounded and fails as JSON."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless it is too large, and see that a failure is JSON."""
        if not request.path.startswith("/api/"):
            return self._get_response(request)
        response = _too_large(request) or _as_json(self._get_response(request))
        if request.path.startswith("/api/v1/"):
            _tell_expiry(request, response)
        return response

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        """Answer for a lost database wherever it is missed, and for the API whatever it is."""
        if isinstance(exc, DATABASE_FAILURES):
            logger.error("the database failed: %s", type(exc).__name__)
            return database_unavailable()
        if not request.path.startswith("/api/") or isinstance(exc, Http404):
            return None
        if isinstance(exc, SuspiciousOperation):
            return bad_request()
        logger.error("unexpected error", exc_info=exc)
        return internal_error()


def _too_large(request: HttpRequest) -> HttpResponse | None:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    try:
        too_large = not declared.isascii() or int(declared) > MAX_BODY_BYTES
    except ValueError:
        too_large = False  # Django reads such a body as empty
    if not too_large:
        try:
            _ = request.body
        except RequestDataTooBig:
            too_large = True
    if not too_large:
        return None
    return error(413, "body_too_large", f"Send a body of at most {MAX_BODY_BYTES} bytes.")


def _as_json(response: HttpResponse) -> HttpResponse:
    """Turn what Django and Ninja say of a missing route into our shape."""
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    if response.status_code == 404:  # noqa: PLR2004 - the status itself
        return error(404, "not_found", "There is nothing here. See /api/docs/ for the routes.")
    return response


def _tell_expiry(request: HttpRequest, response: HttpResponseBase) -> None:
    """Tell every PAT's bearer when it ends, so that nobody has to be surprised."""
    caller = getattr(request, "auth", None)
    if isinstance(caller, Caller) and isinstance(caller.credential, PatCredential):
        moment = caller.token_expires_at.astimezone(UTC)
        response["X-Token-Expires-At"] = moment.isoformat().replace("+00:00", "Z")
