"""What Django answers for when no route does: JSON for programs, its own page for people."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from adapters.server import errors


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request Django itself finds malformed, an unknown Host above all."""
    if is_for_people(request):
        return defaults.bad_request(request, exception)
    return errors.bad_request()


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A refusal outside the API's own table."""
    if is_for_people(request):
        return defaults.permission_denied(request, exception)
    return errors.error(403, "forbidden", "This is not allowed.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No route."""
    if is_for_people(request):
        return defaults.page_not_found(request, exception)
    return errors.error(404, "not_found", "There is nothing here. See /api/docs/ for the routes.")


def server_error(request: HttpRequest, *_args: Any) -> HttpResponse:
    """A fault of ours, outside the API's own handlers; or a database lost outside a view."""
    if isinstance(sys.exc_info()[1], errors.DATABASE_FAILURES):
        return errors.database_unavailable()
    if is_for_people(request):
        return defaults.server_error(request)
    return errors.internal_error()


def address_too_long() -> HttpResponse:
    """An address of a page that no page of ours has led to."""
    return HttpResponse("This address is too long.", status=414, content_type="text/plain")


def is_for_people(request: HttpRequest) -> bool:
    """Whether a browser shows the answer to a person."""
    return request.path.startswith(("/admin/", "/tokens/"))
