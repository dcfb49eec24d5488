"""Routes outside Ninja's care that may be read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from api.errors import method_not_allowed

View = Callable[..., HttpResponse]


def read_only(view: View) -> View:
    """Answer GET and HEAD by the view, anything else by a 405 in the API's shape of errors.

    Exempt from CSRF, for it changes nothing: a program that errs is not told about cookies.
    """

    @csrf_exempt
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return method_not_allowed("GET, HEAD")
        return view(request, *args, **kwargs)

    return guarded
