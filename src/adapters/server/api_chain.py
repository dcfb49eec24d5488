"""The way of a request under ``/api/v1/``: three middlewares, where a page's passes a dozen.

One counts (``load``), one is CORS, and this one judges and writes what every answer of the API
carries. A scraper needs no session, no message and no static file: a tenth of its time went there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from http import HTTPStatus
from typing import Any

from corsheaders.middleware import CorsMiddleware
from csp.middleware import CSPMiddleware
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from adapters.server.door import Door, refuse_plain_http
from adapters.server.methods import MethodsMiddleware
from adapters.server.middleware import ApiMiddleware
from adapters.server.request_id import REQUEST_ID, name_request
from domain.callers.caller import Caller, PatCredential
from domain.instant import iso

Handler = Callable[[HttpRequest], HttpResponseBase]

_PREFIX = "/api/v1/"


class ApiChainMiddleware:
    """Where the two ways part. It stands in ``MIDDLEWARE``, so that no door leads around it."""

    def __init__(self, get_response: Handler) -> None:
        self._page = get_response
        self._door = Door()
        self._cors, self._routes = CorsMiddleware(get_response), _routes()
        self._plain, self._secure = _headers_of_pages("http"), _headers_of_pages("https")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Send a page's request on; judge, answer and mark one of the API's."""
        if not request.path.startswith(_PREFIX):
            return self._page(request)
        name = name_request(request)
        unfit = self._door.refusal(request)
        refusal = refuse_plain_http(request) or unfit
        response = self._cors.check_preflight(request) or refusal or self._routes(request)
        self._cors.add_response_headers(request, response)
        self._mark(request, response, name)
        return response

    def _mark(self, request: HttpRequest, response: HttpResponseBase, name: str) -> None:
        headers = response.headers
        for header, text in self._secure if request.is_secure() else self._plain:
            headers[header] = text
        headers["Cache-Control"] = "no-store"
        headers[REQUEST_ID] = name
        if isinstance(response, HttpResponse) and response.status_code != HTTPStatus.NO_CONTENT:
            headers["Content-Length"] = str(len(response.content))
        _tell_expiry(request, response)


def _routes() -> Handler:
    """Django's own way from a path to the answer of its view, with no middleware around it."""
    handler: Any = BaseHandler()  # its parts, as ``load_middleware`` would set them
    answer: Any = convert_exception_to_response(handler._get_response)  # noqa: SLF001
    bounded = ApiMiddleware(answer)
    methods = MethodsMiddleware(bounded)
    handler._view_middleware = [methods.process_view]  # noqa: SLF001
    handler._template_response_middleware = []  # noqa: SLF001
    handler._exception_middleware = [bounded.process_exception]  # noqa: SLF001
    return methods


def _headers_of_pages(scheme: str) -> list[tuple[str, str]]:
    """What the middlewares of the pages write on an answer that has nothing yet, asked once."""
    request, response = HttpRequest(), HttpResponse()
    request.META["HTTP_X_FORWARDED_PROTO"] = scheme  # as the door leaves it
    del response.headers["Content-Type"]
    for kind in (CSPMiddleware, XFrameOptionsMiddleware, SecurityMiddleware):
        kind(lambda _request: response).process_response(request, response)
    return list(response.items())


def _tell_expiry(request: HttpRequest, response: HttpResponseBase) -> None:
    """Tell every PAT's bearer when it ends, so that nobody has to be surprised."""
    caller = getattr(request, "auth", None)
    if isinstance(caller, Caller) and isinstance(caller.credential, PatCredential):
        moment = caller.token_expires_at.astimezone(UTC)
        response.headers["X-Token-Expires-At"] = iso(moment)
