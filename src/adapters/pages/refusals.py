"""A form that comes back because a use case refused what it brought."""

from __future__ import annotations

from django.forms import Form
from django.http import HttpResponse

from adapters.pages.services import PageServices
from domain.refusal import RefusalReason, RefusedError


def say(form: Form, field: str, exc: RefusedError) -> None:
    """Say at the field why a password was refused.

    Raises:
        RefusedError: it is about the person, and not about the password.
    """
    if exc.reason is RefusalReason.INVALID_CREDENTIALS:
        form.add_error(field, "This is not your password.")
    elif exc.reason is RefusalReason.RATE_LIMITED:
        form.add_error(field, f"Too many attempts. Try again in {exc.retry_after} seconds.")
    else:
        raise exc


def with_status(response: HttpResponse, exc: RefusedError, services: PageServices) -> HttpResponse:
    """The page with the refusal's status, and the time to wait where there is one."""
    response.status_code = services.status[exc.reason]
    if exc.retry_after is not None:
        response["Retry-After"] = str(exc.retry_after)
    return response
