"""What surrounds the API: public keys and health."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from adapters.server.methods import read_only
from api.errors import migrations_pending
from api.services import Services

_JWKS_MAX_AGE_SECONDS = 900


def discovery_urls(services: Services) -> list[URLPattern]:
    """Build the routes."""

    @read_only
    def jwks(_request: HttpRequest) -> HttpResponse:
        response = JsonResponse(services.jwks())
        response["Cache-Control"] = f"public, max-age={_JWKS_MAX_AGE_SECONDS}"
        response["Access-Control-Allow-Origin"] = "*"  # public keys are for everybody's pages too
        return response

    @read_only
    def live(_request: HttpRequest) -> HttpResponse:
        return JsonResponse({"status": "ok"})

    @read_only
    def ready(_request: HttpRequest) -> HttpResponse:
        if services.waiting_migrations():
            return migrations_pending()
        return JsonResponse({"status": "ok"})

    return [
        path(".well-known/jwks.json", jwks, name="jwks"),
        path("health/live", live, name="live"),
        path("health/ready", ready, name="ready"),
    ]
