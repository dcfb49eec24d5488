"""The API, put together: routers, exceptions, documentation."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Swagger
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from api.bearer import bearerAuth
from api.company_id import CompanyIdNotAllowedError, company_id_not_allowed
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
from api.methods import read_only
from api.metrics import metrics_router
from api.personal_access_tokens import personal_access_tokens_router
from api.services import Services
from api.session import UnsupportedGrantTypeError, session_router, unsupported_grant_type
from domain.refusal import RefusedError
from domain.tokens.rejection import TokenRejectedError

logger = logging.getLogger(__name__)

_LONGEST_NAME = 32

_DESCRIPTION = """
Shows a multi-tenant platform to Prometheus, and decides who may look.

Press **Authorize** and paste a session's access token or a personal access token.
The company is always the token's; no request can name another.
"""


class StrictParser(Parser):
    """JSON as RFC 8259 has it: UTF-8, without NaN and Infinity."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Parse, raising ValueError for whatever is wrong with the body."""
        try:
            document: dict[str, Any] = json.loads(
                request.body.decode(), parse_constant=_no_constant
            )
        except RecursionError:
            raise ValueError("nested too deeply") from None
        return document


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def create_api(services: Services) -> NinjaAPI:
    """Mount the routes on the services."""
    auth = bearerAuth(services)
    api = DocumentedApi(
        max_pat_lifetime_seconds=services.max_pat_lifetime_seconds,
        title="ShellUI metrics",
        version="1.0.0",
        description=_DESCRIPTION,
        docs=Swagger(settings={"persistAuthorization": False, "displayRequestDuration": True}),
        docs_url="/docs/",
        docs_decorator=read_only,
        urls_namespace="api",
        parser=StrictParser(),
    )
    api.add_router("/v1/metrics", metrics_router(services), auth=auth)
    api.add_router("/v1/personal-access-tokens", personal_access_tokens_router(services), auth=auth)
    api.add_router("/v1", session_router(services, auth))
    _handle_exceptions(api)
    return api


def _handle_exceptions(api: NinjaAPI) -> None:
    handlers: dict[type[Exception], Any] = {
        TokenRejectedError: lambda _request, exc: rejected(exc),
        RefusedError: lambda _request, exc: refused(exc),
        CompanyIdNotAllowedError: lambda _request, _exc: company_id_not_allowed(),
        UnsupportedGrantTypeError: lambda _request, _exc: unsupported_grant_type(),
        ValidationError: lambda _request, exc: _validation_failed(exc),
        HttpError: lambda _request, exc: _http_error(exc),
        Http404: lambda _request, _exc: error(404, "not_found", "There is nothing here."),
        SuspiciousOperation: lambda _request, _exc: bad_request(),
        **dict.fromkeys(DATABASE_FAILURES, _database_failed),
        DatabaseError: _failed,
        Exception: _failed,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _validation_failed(exc: ValidationError) -> HttpResponse:
    """A 422 that repeats nothing of what was sent: it may be a password."""
    found = [
        {"loc": _place(item["loc"]), "msg": item["msg"], "type": item["type"]}
        for item in exc.errors
    ]
    fields = ", ".join(sorted({".".join(str(part) for part in item["loc"]) for item in found}))
    return error(422, "validation_failed", f"Correct these fields: {fields}.", errors=found)


def _place(loc: Sequence[str | int]) -> list[str | int]:
    """Where a fault is: the part of the request, then the field, without Ninja's argument name."""
    place = loc[1:] if tuple(loc[:2]) == ("body", "body") else loc
    return [_shortened(part) if isinstance(part, str) else part for part in place]


def _shortened(name: str) -> str:
    """No field of ours has a long name; what has one may be a token, in the wrong place."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def _http_error(exc: HttpError) -> HttpResponse:
    if exc.status_code == 400:  # noqa: PLR2004 - the status itself
        return error(400, "body_malformed", "The body is no JSON. Send a JSON object in UTF-8.")
    return error(exc.status_code, "http_error", str(exc))


def _database_failed(_request: HttpRequest, exc: Exception) -> HttpResponse:
    logger.error("the database failed: %s", type(exc).__name__)
    return database_unavailable()


def _failed(_request: HttpRequest, exc: Exception) -> HttpResponse:
    logger.error("unexpected error", exc_info=exc)
    return internal_error()
