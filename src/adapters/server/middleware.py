"""The limits of a request, and errors in one shape."""

from __future__ import annotations

import logging
from collections.abc import Callable

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

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponseBase]

MAX_BODY_BYTES = 64 * 1024


class ApiMiddleware:
    """Everything under ``/api/`` is bounded and fails as JSON."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, unless it is too large, and see that a failure is JSON."""
        if not request.path.startswith("/api/"):
            return self._get_response(request)
        return _too_large(request) or _as_json(self._get_response(request))

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


def _as_json(response: HttpResponseBase) -> HttpResponseBase:
    """Turn what Django and Ninja say of a missing route into our shape."""
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    if response.status_code == 404:  # noqa: PLR2004 - the status itself
        return error(404, "not_found", "There is nothing here. See /api/docs/ for the routes.")
    return response
