"""The Content-Security-Policy of every answer."""

from __future__ import annotations

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """django-csp's; put together once for the API's routes, which never add to it."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Set the header."""
        if not request.path.startswith("/api/v1/"):
            return super().process_response(request, response)
        response[HEADER] = _policy()
        return response


@cache
def _policy() -> str:
    return build_policy()
