"""The id of the request at hand: in every answer, and in the log."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

REQUEST_ID = "X-Request-ID"
request_id: ContextVar[str] = ContextVar("request_id", default="-")

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


def name_for(sent: str) -> str:
    """A request's id: the one the client sent, when it is a sane one."""
    return sent if _SANE_ID.fullmatch(sent) else uuid.uuid4().hex


def name_request(request: HttpRequest) -> str:
    """Give the request at hand its id."""
    name = name_for(request.META.get("HTTP_X_REQUEST_ID", ""))
    request_id.set(name)  # never reset: Django logs an error answer after this returned
    return name


class RequestIdMiddleware:
    """Gives every answer an ``X-Request-ID``: the client's, when it is a sane one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the request."""
        name = name_request(request)
        response = self._get_response(request)
        response[REQUEST_ID] = name
        return response
