"""Methods: HEAD and OPTIONS are answered wherever GET is, the two metrics routes aside."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from adapters.server.errors import method_not_allowed
from adapters.server.failures import is_for_people

View = Callable[..., HttpResponseBase]

_GET_ONLY = frozenset({"/api/v1/metrics", "/api/v1/metrics/all"})


class MethodsMiddleware:
    """One word on methods for every door, whatever the views behind it know of them.

    Nobody needs a token to ask for the methods: what there is stands in the documentation.
    """

    def __init__(self, get_response: View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, and say of a method that is not there which ones are."""
        method = request.method
        response = self._get_response(request)
        request.method = method
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allow = _allowed(request, response)
        if method == "OPTIONS" and "OPTIONS" in allow:
            return HttpResponse(status=204, headers={"Allow": ", ".join(allow)})
        if is_for_people(request):
            response["Allow"] = ", ".join(allow)
            return response
        return method_not_allowed(", ".join(allow))

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """A HEAD is a GET whose answer's body the server leaves out (RFC 9110 section 9.3.2)."""
        if request.method == "HEAD" and request.path not in _GET_ONLY:
            request.method = "GET"


def read_only(view: View) -> View:
    """Let a view be read, and nothing else.

    Exempt from CSRF, for it changes nothing: a program that errs is not told about cookies.
    """

    @csrf_exempt
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        return view(request, *args, **kwargs)

    return guarded


def _allowed(request: HttpRequest, response: HttpResponseBase) -> list[str]:
    methods = set(response.headers["Allow"].split(", "))
    if "GET" in methods and request.path not in _GET_ONLY:
        methods |= {"HEAD", "OPTIONS"}
    return sorted(methods)
