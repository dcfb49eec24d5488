"""The two metrics routes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.bearer import bearerAuth, caller_of
from api.documented import authenticated
from domain.metrics.family import Snapshot
from domain.services import Services

_NAMES = "name[]"
_TIMEOUT_HEADER = "X-Prometheus-Scrape-Timeout-Seconds"
_LONGEST_SECONDS = 24 * 3600.0
"""More than any scrape gets: a larger number, however large, is no limit."""
_SHARE_OF_TIMEOUT = 0.8
"""What is left of a scrape's time is for the network, the rendering and the last collector."""

_TEXT_EXAMPLE = """\
# HELP shellui_auth_company_users_total Users with a membership of the company.
# TYPE shellui_auth_company_users_total gauge
shellui_auth_company_users_total{company_id="1"} 251.0
"""
_SUCCESS = {
    "description": "The exposition, in the format that `Accept` prefers.",
    "content": {
        "text/plain": {"schema": {"type": "string"}, "example": _TEXT_EXAMPLE},
        "application/openmetrics-text": {
            "schema": {"type": "string"},
            "example": _TEXT_EXAMPLE + "# EOF\n",
        },
    },
}


class Exposition(Protocol):
    """A rendered scrape."""

    @property
    def body(self) -> bytes:
        """What goes over the wire."""
        ...

    @property
    def content_type(self) -> str:
        """The format, as negotiated."""
        ...

    @property
    def content_encoding(self) -> str | None:
        """``gzip``, or None."""
        ...


class Renderer(Protocol):
    """Renders a snapshot as the request's headers prefer."""

    def __call__(self, snapshot: Snapshot, *, accept: str, accept_encoding: str) -> Exposition:
        """Return the exposition; no header makes it fail."""
        ...


def metrics_router(services: Services, render: Renderer, auth_for_company: bearerAuth) -> Router:
    """Build the routes; the company's has an authentication of its own."""
    router = Router(tags=["Metrics"])

    @router.get(
        "",
        auth=auth_for_company,
        summary="One company's metrics",
        description="The company is the one the token names. For its owners, and for staff.",
        **_documented(
            services.scrape.company_names(),
            s400="`company_id_not_allowed`, `body_malformed`, `company_missing`, `unknown_metric`.",
            s403="Not staff, not an owner, or disabled: `owner_required`, …",
            s404="The token's company is gone (`company_not_found`).",
        ),
    )
    def company_metrics(request: HttpRequest) -> HttpResponse:
        snapshot = services.scrape.company(
            caller_of(request),
            names=request.GET.getlist(_NAMES),
            now=services.now(),
            budget_seconds=_budget(request),
        )
        return _exposition(request, snapshot, render)

    @router.get(
        "/all",
        summary="Every company's metrics, and the platform's",
        description="For staff sessions, and for personal access tokens with the global flag.",
        **_documented(
            services.scrape.platform_names(),
            s400="`unknown_metric`.",
            s403="`staff_required`, `global_flag_required`, `global_grant_lapsed`, …",
        ),
    )
    def all_metrics(request: HttpRequest) -> HttpResponse:
        snapshot = services.scrape.platform(
            caller_of(request),
            names=request.GET.getlist(_NAMES),
            now=services.now(),
            budget_seconds=_budget(request),
        )
        return _exposition(request, snapshot, render)

    return router


def _documented(names: Sequence[str], **described: str) -> dict[str, Any]:
    arguments = authenticated(**described)
    arguments["openapi_extra"]["responses"][200] = _SUCCESS
    arguments["openapi_extra"]["parameters"] = [_names_parameter(names)]
    return arguments


def _names_parameter(served: Sequence[str]) -> dict[str, Any]:
    return {
        "in": "query",
        "name": _NAMES,
        "description": "Keep only these metric families. Repeatable; none given means all.",
        "schema": {"type": "array", "items": {"type": "string", "enum": list(served)}},
    }


def _budget(request: HttpRequest) -> float:
    """The seconds Prometheus gives us; without a readable and sensible header, for ever."""
    try:
        seconds = float(request.headers.get(_TIMEOUT_HEADER, ""))
    except ValueError:
        return math.inf
    return seconds * _SHARE_OF_TIMEOUT if 0 < seconds <= _LONGEST_SECONDS else math.inf


def _exposition(request: HttpRequest, snapshot: Snapshot, render: Renderer) -> HttpResponse:
    exposition = render(
        snapshot,
        accept=request.headers.get("Accept", ""),
        accept_encoding=request.headers.get("Accept-Encoding", ""),
    )
    response = HttpResponse(exposition.body, content_type=exposition.content_type)
    response["Vary"] = "Accept, Accept-Encoding"
    if exposition.content_encoding:
        response["Content-Encoding"] = exposition.content_encoding
    return response
