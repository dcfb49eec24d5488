"""The API, put together: routers, exceptions, documentation."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from adapters.server.methods import read_only
from api.bearer import bearerAuth
from api.bodies import AmbiguousError, StrictParser
from api.company_id import (
    CompanyIdNotAllowedError,
    company_id_not_allowed,
    refuse_company_id,
)
from api.document import DocumentedApi
from api.errors import (
    DATABASE_FAILURES,
    bad_request,
    database_unavailable,
    error,
    internal_error,
    refused,
    rejected,
)
from api.faults import validation_failed
from api.grants import UnsupportedGrantTypeError, invalid_request, unsupported_grant_type
from api.metrics import metrics_router
from api.personal_access_tokens import personal_access_tokens_router
from api.services import Services
from api.session import session_router
from domain.refusal import RefusedError
from domain.tokens.rejection import TokenRejectedError

logger = logging.getLogger(__name__)

_DESCRIPTION = """
Shows a multi-tenant platform to Prometheus, and decides who may look.

Press **Authorize** and paste a session's access token or a personal access token.
The company is always the token's; no request can name another.
"""


def create_api(services: Services) -> NinjaAPI:
    """Mount the routes on the services."""
    auth = bearerAuth(services)
    auth_for_company = bearerAuth(services, refuse_company_id)
    api = DocumentedApi(
        max_pat_lifetime_seconds=services.max_pat_lifetime_seconds,
        title="ShellUI metrics",
        version="1.0.0",
        description=_DESCRIPTION,
        docs_url=None,
        docs_decorator=read_only,
        urls_namespace="api",
        parser=StrictParser(),
    )
    api.add_router("/v1/metrics", metrics_router(services, auth_for_company), auth=auth)
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
        Http404: lambda _request, _exc: error(404, "not_found", "There is nothing here."),
        SuspiciousOperation: lambda _request, _exc: bad_request(),
        **dict.fromkeys(DATABASE_FAILURES, _database_failed),
        DatabaseError: _failed,
        Exception: _failed,
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


def _database_failed(_request: HttpRequest, exc: Exception) -> HttpResponse:
    logger.error("the database failed: %s", type(exc).__name__)
    return database_unavailable()


def _failed(_request: HttpRequest, exc: Exception) -> HttpResponse:
    logger.error("unexpected error", exc_info=exc)
    return internal_error()
