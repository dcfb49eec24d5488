"""The API, put together: routers, exceptions, documentation."""

from __future__ import annotations

from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from api.bearer import bearerAuth
from api.bodies import AmbiguousError, StrictParser
from api.company_id import (
    CompanyIdNotAllowedError,
    company_id_not_allowed,
    refuse_company_id,
)
from api.document import DocumentedApi
from api.errors import error, refused, rejected
from api.faults import validation_failed
from api.grants import UnsupportedGrantTypeError, invalid_request, unsupported_grant_type
from api.metrics import Renderer, metrics_router
from api.personal_access_tokens import personal_access_tokens_router
from api.session import session_router
from domain.refusal import RefusedError
from domain.services import Services
from domain.tokens.rejection import TokenRejectedError

_DESCRIPTION = """
Shows a multi-tenant platform to Prometheus, and decides who may look.

Press **Authorize** and paste a session's access token or a personal access token.
The company is always the token's; no request can name another.
"""


def create_api(services: Services, *, render: Renderer) -> NinjaAPI:
    """Mount the routes on the services."""
    auth = bearerAuth(services)
    auth_for_company = bearerAuth(services, refuse_company_id)
    api = DocumentedApi(
        max_pat_lifetime_seconds=services.max_pat_lifetime_seconds,
        title="ShellUI metrics",
        version="1.0.0",
        description=_DESCRIPTION,
        docs_url=None,
        docs_decorator=lambda view: csrf_exempt(require_GET(view)),
        urls_namespace="api",
        parser=StrictParser(),
    )
    api.add_router("/v1/metrics", metrics_router(services, render, auth_for_company), auth=auth)
    pats = personal_access_tokens_router(services)
    api.add_router("/v1/personal-access-tokens", pats, auth=auth_for_company)
    api.add_router("/v1", session_router(services, auth))
    _handle_exceptions(api)
    return api


def _handle_exceptions(api: NinjaAPI) -> None:
    handlers: dict[type[Exception], Any] = {
        TokenRejectedError: lambda _request, exc: rejected(exc),
        RefusedError: lambda _request, exc: refused(exc),
        CompanyIdNotAllowedError: lambda _request, _exc: company_id_not_allowed(),
        UnsupportedGrantTypeError: lambda _request, _exc: unsupported_grant_type(),
        AmbiguousError: lambda _request, _exc: invalid_request(),
        ValidationError: lambda _request, exc: validation_failed(exc),
        HttpError: lambda _request, exc: _http_error(exc),
        Exception: _not_ours,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _http_error(exc: HttpError) -> HttpResponse:
    if exc.status_code == 400:  # noqa: PLR2004 - the status itself
        return error(
            400,
            "body_malformed",
            "The body cannot be read. Send a JSON object in UTF-8, or a form where one is taken.",
        )
    return error(exc.status_code, "http_error", str(exc))


def _not_ours(_request: HttpRequest, exc: Exception) -> NoReturn:
    """Leave it to the server, which answers for whatever fails behind a route."""
    raise exc
