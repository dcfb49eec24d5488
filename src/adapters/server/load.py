"""The service's own load: every answer is noted, by route and not by path."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

Handler = Callable[[HttpRequest], HttpResponseBase]

_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
_OTHER = "other"
"""Whatever a client may make up: a method, or a path that leads nowhere."""


class RequestLog(Protocol):
    """Where answers are noted."""

    def note(
        self, *, method: str, route: str, status: int, seconds: float, rejection: str | None
    ) -> None:
        """Note one answer. It never waits and never fails."""
        ...


class LoadMiddleware:
    """Outermost: the time it measures is the time the service took."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response
        self._log: RequestLog = import_string(settings.REQUEST_LOG)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Measure, and note."""
        started = time.perf_counter()
        response = self._get_response(request)
        self._log.note(
            method=request.method if request.method in _METHODS else _OTHER,
            route=_route(request),
            status=response.status_code,
            seconds=time.perf_counter() - started,
            rejection=getattr(response, "rejection", None),
        )
        return response


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match else _OTHER
