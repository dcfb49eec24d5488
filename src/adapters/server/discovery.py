"""What says the same to everybody: public keys and health."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from adapters.server.errors import migrations_pending
from adapters.server.methods import read_only

_JWKS_MAX_AGE_SECONDS = 900


def discovery_urls(
    *, jwks: Callable[[], Mapping[str, Any]], waiting_migrations: Callable[[], Sequence[str]]
) -> list[URLPattern]:
    """Build the routes.

    Args:
        jwks: the public keys, as RFC 7517 has them.
        waiting_migrations: asks the database which migrations wait for it, raising when it cannot.
    """

    @read_only
    def keys(_request: HttpRequest) -> HttpResponse:
        response = JsonResponse(jwks())
        response["Cache-Control"] = f"public, max-age={_JWKS_MAX_AGE_SECONDS}"
        response["Access-Control-Allow-Origin"] = "*"  # public keys are for everybody's pages too
        return response

    @read_only
    def live(_request: HttpRequest) -> HttpResponse:
        return JsonResponse({"status": "ok"})

    @read_only
    def ready(_request: HttpRequest) -> HttpResponse:
        if waiting_migrations():
            return migrations_pending()
        return JsonResponse({"status": "ok"})

    return [
        path(".well-known/jwks.json", keys, name="jwks"),
        path("health/live", live, name="live"),
        path("health/ready", ready, name="ready"),
    ]
